"""A referral as it stands, apart from it who the person is, and what they agreed to.

Nothing but the rules writes these rows: `referrals.rows.save` puts down what an act recorded.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from core.tables import Table, text
from referrals.models.columns import at, ids, octets, texts


class Referral(Table, table=True):
    """One passage of one person. What it says of them are codes; `latitude`, `longitude`: a cell of about a kilometre.

    `due_at`: when time itself has something to do with it again; `follows`: the one that this takes up again.
    """

    __table_args__ = (
        UniqueConstraint("id", "survivor", name="uq_referral_survivor"),
        ForeignKeyConstraint(
            ["winner", "id"], ["offer.id", "offer.referral_id"], name="fk_referral_winner_offer",
            deferrable=True, initially="DEFERRED", use_alter=True,
        ),
        Index("ix_referral_agency_id", "agency_id", "made_at"),
        Index("ix_referral_due_at", "due_at", postgresql_where="due_at IS NOT NULL"),
    )  # fmt: skip

    id: UUID = Field(primary_key=True)
    agency_id: UUID = Field(foreign_key="agency.id", ondelete="RESTRICT")
    made_by: UUID | None = None
    key_id: UUID | None = None
    made_at: datetime = Field(sa_column=at())
    status: str = text()
    version: int
    urgency: str = text()
    mode: str = text()
    pattern: str = text()
    width: int
    survivor: bool
    accountable_agency_id: UUID | None = None
    accountable_service_id: UUID | None = None
    on_duty: UUID | None = None
    winner: UUID | None = None
    timer_clock: str | None = text()
    timer_since: datetime | None = Field(default=None, sa_column=at(nullable=True))
    timer_until: datetime | None = Field(default=None, sa_column=at(nullable=True))
    stage: str = text()
    escalations: int
    police_told: bool
    handoff: str | None = text()
    missed_by: str | None = text()
    disputed: bool
    reason: str | None = text()
    due_at: datetime | None = Field(default=None, sa_column=at(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=at(nullable=True))
    kinds: list[str] = Field(sa_column=texts())
    age_band: str | None = text()
    languages: list[str] = Field(sa_column=texts())
    access: list[str] = Field(sa_column=texts())
    refuses: list[str] = Field(sa_column=texts())
    latitude: float | None = None
    longitude: float | None = None
    code_hash: bytes | None = Field(default=None, sa_column=octets(unique=True))
    follows: UUID | None = None


class ReferralPerson(Table, table=True):
    """Who the person is; of a survivor there is no row, and none can be made."""

    __tablename__ = "referral_person"
    __table_args__ = (
        ForeignKeyConstraint(
            ["referral_id", "survivor"], ["referral.id", "referral.survivor"], ondelete="CASCADE",
            name="fk_referral_person_referral_id_referral",
        ),
    )  # fmt: skip

    referral_id: UUID = Field(primary_key=True)
    agency_id: UUID
    survivor: bool = False
    name: bytes | None = Field(default=None, sa_column=octets())
    birth_date: bytes | None = Field(default=None, sa_column=octets())
    contact: bytes | None = Field(default=None, sa_column=octets())
    note: bytes | None = Field(default=None, sa_column=octets())


class ReferralConsent(Table, table=True):
    """What the person agreed to: who may be told which fields, what for, until when; how and in which language."""

    __tablename__ = "referral_consent"
    __table_args__ = (
        Index("uq_referral_consent_active", "referral_id", unique=True, postgresql_where="status = 'active'"),
    )

    id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(foreign_key="referral.id", index=True, ondelete="CASCADE")
    agency_id: UUID
    status: str = text()
    services: list[UUID] = Field(sa_column=ids())
    fields: list[str] = Field(sa_column=texts())
    purpose: str = text()
    until: datetime | None = Field(default=None, sa_column=at(nullable=True))
    how: str = text()
    language: str = text()
    notice: str = text()
    may_contact: bool
    made_at: datetime = Field(sa_column=at())


class ReferralDisclosure(Table, table=True):
    """That who had the person was told these fields, on which basis, under which notice."""

    __tablename__ = "referral_disclosure"
    __table_args__ = (
        UniqueConstraint("consent_id", "offer_id"),
        ForeignKeyConstraint(
            ["offer_id", "referral_id"], ["offer.id", "offer.referral_id"], ondelete="CASCADE",
            name="fk_referral_disclosure_offer_id_offer",
        ),
        Index("ix_referral_disclosure_agency_id", "agency_id", "at", "id"),
    )  # fmt: skip

    id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(index=True)
    agency_id: UUID
    consent_id: UUID = Field(foreign_key="referral_consent.id", ondelete="CASCADE")
    offer_id: UUID
    to_agency_id: UUID | None = None
    to_service_id: UUID
    fields: list[str] = Field(sa_column=texts())
    basis: str = text()
    notice: str = text()
    at: datetime = Field(sa_column=at())


class PoliceInvolvement(Table, table=True):
    """That somebody asked police to come, why, what was tried before, and whether the person was told. Never a rule."""

    __tablename__ = "police_involvement"

    id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(foreign_key="referral.id", index=True, ondelete="CASCADE")
    agency_id: UUID
    asked_by: str = text()
    person_id: UUID | None = None
    ground: str = text()
    tried: list[str] = Field(sa_column=texts())
    told: str = text()
    outcome: str | None = text()
    at: datetime = Field(sa_column=at())


class SurvivorCount(Table, table=True):
    """What is left of survivors' referrals: how many ended so in a month. No one of them can be found in it again."""

    __tablename__ = "survivor_count"

    agency_id: UUID = Field(primary_key=True, foreign_key="agency.id", ondelete="CASCADE")
    month: date = Field(primary_key=True)
    urgency: str = Field(primary_key=True, sa_type=Text)
    ended: str = Field(primary_key=True, sa_type=Text)
    warm: bool = Field(primary_key=True)
    many: int
