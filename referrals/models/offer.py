"""Who was asked, who was passed over, and the places that are set aside."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Identity, Index, UniqueConstraint
from sqlmodel import Field

from core.tables import Table, text
from referrals.models.columns import at, octets

_LIVE = "status IN ('queued', 'sent', 'seen', 'waitlisted', 'conditionally_accepted')"


class Offer(Table, table=True):
    """One service that was asked. `referrer_id`: the agency that refers; `agency_id`: the one that answers for it."""

    __table_args__ = (
        UniqueConstraint("id", "referral_id", name="uq_offer_of"),
        Index("ix_offer_agency_id", "agency_id", "made_at"),
        Index("ix_offer_service_id", "service_id", "made_at"),
        Index("uq_offer_asked_once", "referral_id", "service_id", unique=True, postgresql_where=_LIVE),
    )

    id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(foreign_key="referral.id", index=True, ondelete="CASCADE")
    referrer_id: UUID
    service_id: UUID
    agency_id: UUID | None = None
    pool_id: UUID | None = Field(default=None, foreign_key="capacity_pool.id", ondelete="RESTRICT")
    place: int
    round: int
    status: str = text()
    timer_clock: str | None = text()
    timer_since: datetime | None = Field(default=None, sa_column=at(nullable=True))
    timer_until: datetime | None = Field(default=None, sa_column=at(nullable=True))
    reason: str | None = text()
    made_at: datetime = Field(sa_column=at())
    position: int | None = None
    see_by: datetime | None = Field(default=None, sa_column=at(nullable=True))
    link_hash: bytes | None = Field(default=None, sa_column=octets(unique=True))
    note: bytes | None = Field(default=None, sa_column=octets())


class PassedOver(Table, table=True):
    """A service that was not asked, and why."""

    __tablename__ = "referral_passed_over"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    referral_id: UUID = Field(foreign_key="referral.id", index=True, ondelete="CASCADE")
    agency_id: UUID
    service_id: UUID
    reason: str = text()
    at: datetime = Field(sa_column=at())


class CapacityPool(Table, table=True):
    """The places of a service that are counted here: so many, and so many more that its provider adds in a surge."""

    __tablename__ = "capacity_pool"
    __table_args__ = (
        UniqueConstraint("service_id"),
        CheckConstraint("capacity >= 0 AND surge >= 0 AND capacity + surge <= 1000", name="size"),
    )

    id: UUID = Field(primary_key=True)
    service_id: UUID
    agency_id: UUID = Field(foreign_key="agency.id", index=True, ondelete="RESTRICT")
    unit: str = text()
    capacity: int
    surge: int
    changed_at: datetime = Field(sa_column=at())


class CapacityUnit(Table, table=True):
    """One place. `until`: when a hold on it ends by itself, by the database's clock, whether or not anybody looks."""

    __tablename__ = "capacity_unit"

    pool_id: UUID = Field(primary_key=True, foreign_key="capacity_pool.id", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    hold_id: UUID | None = None
    until: datetime | None = Field(default=None, sa_column=at(nullable=True))


class CapacityHold(Table, table=True):
    """That a place was set aside for an offer, and what became of it."""

    __tablename__ = "capacity_hold"
    __table_args__ = (
        ForeignKeyConstraint(
            ["offer_id", "referral_id"], ["offer.id", "offer.referral_id"], ondelete="CASCADE",
            name="fk_capacity_hold_offer_id_offer",
        ),
        Index(
            "uq_capacity_hold_standing", "offer_id", unique=True,
            postgresql_where="status IN ('held', 'confirmed', 'occupied')",
        ),
    )  # fmt: skip

    id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(index=True)
    offer_id: UUID
    pool_id: UUID = Field(foreign_key="capacity_pool.id", ondelete="RESTRICT")
    status: str = text()
    timer_clock: str | None = text()
    timer_since: datetime | None = Field(default=None, sa_column=at(nullable=True))
    timer_until: datetime | None = Field(default=None, sa_column=at(nullable=True))
    made_at: datetime = Field(sa_column=at())
