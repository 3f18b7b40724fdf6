"""What is kept although its time is over."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from core.access.models.columns import at, octets
from core.tables import Table


class LegalHold(Table, table=True):
    """All of an agency, or all of a person, is kept. `agency_id`: whose hold it is."""

    __tablename__ = "legal_hold"
    __table_args__ = (CheckConstraint("agency_id IS NOT NULL OR person_id IS NOT NULL", name="of"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    agency_id: UUID | None = Field(default=None, foreign_key="agency.id", index=True, ondelete="RESTRICT")
    person_id: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    reason: bytes = Field(sa_column=octets())
    made_by: UUID | None = None  # nobody: whoever runs Doorlight, who alone ends it
    made_at: datetime = Field(sa_column=at())
    ended_at: datetime | None = Field(default=None, sa_column=at(nullable=True))
