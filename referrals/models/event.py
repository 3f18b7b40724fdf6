"""The log, which only grows, and what of it has not yet gone out to whom it concerns."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, FetchedValue, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.tables import Table, text
from referrals.models.columns import at


class ReferralEvent(Table, table=True):
    """One line: who moved what, as what, from where to where. Codes and ids; nothing that says who the person is.

    `channel`: how they said it; `once`: the key of the request, hashed; `xid`: the transaction, so that a reader who
    remembers what was visible then misses nothing that was committed later with a smaller number.
    """

    __tablename__ = "referral_event"
    __table_args__ = (
        UniqueConstraint("referral_id", "version"),
        Index("ix_referral_event_xid", "xid", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    referral_id: UUID = Field(foreign_key="referral.id", ondelete="CASCADE")
    agency_id: UUID
    version: int
    of: str = text()
    subject_id: UUID
    to_agency_id: UUID | None = None
    verb: str = text()
    start: str | None = text()
    to: str = text()
    by: str = text()
    channel: str = text()
    person_id: UUID | None = None
    key_id: UUID | None = None
    acting_agency_id: UUID | None = None
    reason: str | None = text()
    facts: dict[str, Any] = Field(sa_type=JSONB)
    once: str | None = text()
    at: datetime = Field(sa_column=at())
    xid: int | None = Field(default=None, sa_column=Column(BigInteger, FetchedValue(), nullable=False))


class ReferralOutbox(Table, table=True):
    """A line that those whom it concerns have not been told of yet."""

    __tablename__ = "referral_outbox"

    event_id: int = Field(foreign_key="referral_event.id", primary_key=True, sa_type=BigInteger, ondelete="CASCADE")
