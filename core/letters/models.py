"""Letters that wait to be sent, and that others were."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, DateTime, Index, LargeBinary
from sqlmodel import Field

from core.tables import Table, text


def _at(*, nullable: bool = False) -> Any:
    return Column(DateTime(timezone=True), nullable=nullable)


def _sealed() -> Any:
    return Column(LargeBinary, nullable=True)


class Letter(Table, table=True):
    """One letter to one address. What it says is sealed, and emptied once it was sent."""

    __table_args__ = (
        CheckConstraint("channel IN ('mail', 'text')", name="channel"),
        # what is to be sent is always few, however many were
        Index("ix_letter_due", "due_at", postgresql_where="sent_at IS NULL AND failed IS NULL"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    channel: str = text()
    kind: str = text()
    language: str = text()
    address: bytes | None = Field(default=None, sa_column=_sealed())  # `to` is a word of SQL's own
    subject: bytes | None = Field(default=None, sa_column=_sealed())
    body: bytes | None = Field(default=None, sa_column=_sealed())
    made_at: datetime = Field(sa_column=_at())
    due_at: datetime = Field(sa_column=_at())  # while somebody sends it: when another may
    tries: int = 0  # how often it was taken up
    sent_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    failed: str | None = text()  # why nobody tries any more
