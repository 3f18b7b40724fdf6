"""What every table of ours shares, whichever domain it belongs to."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import DateTime, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """A table of ours. Constraints get their names from one convention, so that migrations can speak of them."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


class Row(Table):
    """An HSDS object: its id, when we last changed it, and what of it we do not model yet, word for word."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    kept: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))


def text(*, default: str | None = None) -> Any:
    """A text column without a length: PostgreSQL needs none, and a limit belongs to the input."""
    return Field(default=default, sa_type=Text)
