"""Reports that a law bids; each stands by itself, and is never changed."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from core.tables import Table, text
from referrals.models.columns import at, texts


class MandatedReport(Table, table=True):
    """That somebody told whom a law names. `agency_id`: the agency that refers; `by_agency_id`: the one that told."""

    __tablename__ = "mandated_report"

    id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(foreign_key="referral.id", index=True, ondelete="CASCADE")
    agency_id: UUID
    by_agency_id: UUID
    reported_by: str = text()
    person_id: UUID | None = None
    recipient: str = text()
    duty: str = text()
    facts: list[str] = Field(sa_column=texts())
    told: str = text()
    at: datetime = Field(sa_column=at())
