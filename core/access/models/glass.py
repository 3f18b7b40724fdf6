"""Who looked into another agency, and why."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from core.access.models.columns import at
from core.tables import Table, text


class BreakGlass(Table, table=True):
    """Somebody of one agency looks into another (`target_id`), for a reason, for a while. Only its end is changed."""

    __tablename__ = "break_glass"
    __table_args__ = (
        CheckConstraint("ends_at > made_at AND ends_at <= made_at + interval '60 minutes'", name="ends"),
        CheckConstraint("target_id <> agency_id", name="another"),
        CheckConstraint("length(reason) BETWEEN 10 AND 500", name="reason"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID
    agency_id: UUID = Field(foreign_key="agency.id", index=True, ondelete="RESTRICT")
    target_id: UUID = Field(foreign_key="agency.id", index=True, ondelete="RESTRICT")
    reason: str = text()
    made_at: datetime = Field(sa_column=at())
    ends_at: datetime = Field(sa_column=at())
    ended_at: datetime | None = Field(default=None, sa_column=at(nullable=True))
    told_at: datetime = Field(sa_column=at())  # when the letters to its administrators were written
