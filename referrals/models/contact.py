"""How long an agency lets things wait, and whom of it to tell."""

from datetime import time
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from core.tables import Table, text


class AgencyClock(Table, table=True):
    """A clock that an agency has set otherwise than it usually runs."""

    __tablename__ = "agency_clock"
    __table_args__ = (CheckConstraint("lasts_s BETWEEN 60 AND 604800", name="lasts"),)

    agency_id: UUID = Field(primary_key=True, foreign_key="agency.id", ondelete="CASCADE")
    clock: str = Field(primary_key=True, sa_type=Text)
    urgency: str = Field(primary_key=True, sa_type=Text)
    lasts_s: int


class AgencyContact(Table, table=True):
    """One who is told when something waits, in their order; supervisors besides, where nobody has answered."""

    __tablename__ = "agency_contact"
    __table_args__ = (
        UniqueConstraint("agency_id", "place"),
        CheckConstraint("channel IN ('mail', 'text')", name="channel"),
        CheckConstraint("num_nonnulls(quiet_from, quiet_to, zone) IN (0, 3)", name="quiet"),
    )

    id: UUID = Field(primary_key=True)
    agency_id: UUID = Field(foreign_key="agency.id", ondelete="CASCADE")
    place: int
    supervisor: bool
    channel: str = text()
    address: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    language: str = text()
    quiet_from: time | None = None
    quiet_to: time | None = None
    zone: str | None = text()
