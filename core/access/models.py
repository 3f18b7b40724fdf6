"""Agencies, the people in them, how they sign in, and the machines that act for them."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, DateTime, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from core.tables import Table, text


def _at(*, nullable: bool = False) -> Any:
    return Column(DateTime(timezone=True), nullable=nullable)


def _bytes(*, nullable: bool = False, unique: bool = False) -> Any:
    return Column(LargeBinary, nullable=nullable, unique=unique)


def _texts() -> Any:
    return Column(ARRAY(Text), nullable=False)


class Agency(Table, table=True):
    """An organization that takes part: responders, a line, a provider, or who keeps the directory."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = text()
    organization_id: UUID | None = Field(default=None, index=True)  # its listing in the directory, where it has one
    roles: list[str] = Field(sa_column=_texts())  # which its people may be given: not everybody may make stewards
    made_at: datetime = Field(sa_column=_at())
    ended_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))


class Person(Table, table=True):
    """Somebody with an account. Name and address are sealed; `email_blind` is what an address is found by."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: bytes = Field(sa_column=_bytes())
    email: bytes = Field(sa_column=_bytes())
    email_blind: bytes = Field(sa_column=_bytes(unique=True))
    made_at: datetime = Field(sa_column=_at())
    ended_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))


class Membership(Table, table=True):
    """One role of one person in one agency; ended ones stay, for what was done under them."""

    __table_args__ = (
        Index(
            "uq_membership_standing",
            "agency_id",
            "person_id",
            "role",
            unique=True,
            postgresql_where="ended_at is null",
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    agency_id: UUID = Field(foreign_key="agency.id", index=True, ondelete="RESTRICT")
    person_id: UUID = Field(foreign_key="person.id", index=True, ondelete="CASCADE")
    role: str = text()
    made_at: datetime = Field(sa_column=_at())
    ended_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))


class LocalAccount(Table, table=True):
    """A password of ours, for who has no provider of their own; and the second proof, once it is set up."""

    __tablename__ = "local_account"

    person_id: UUID = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    password_hash: str = text()
    totp: bytes | None = Field(default=None, sa_column=_bytes(nullable=True))
    totp_since: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    totp_step: int | None = None  # the last step that was used: no code opens twice
    recovery_hashes: list[bytes] = Field(default_factory=list, sa_column=Column(ARRAY(LargeBinary), nullable=False))
    failed: int = 0
    shut_until: datetime | None = Field(default=None, sa_column=_at(nullable=True))


class SignIn(Table, table=True):
    """A person at a device. The cookie holds the secret, this row its hash."""

    __tablename__ = "sign_in"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True, ondelete="CASCADE")
    agency_id: UUID | None = Field(default=None, foreign_key="agency.id", ondelete="CASCADE")
    token_hash: bytes = Field(sa_column=_bytes(unique=True))
    shared: bool = False  # a computer that others use
    made_at: datetime = Field(sa_column=_at())
    seen_at: datetime = Field(sa_column=_at())
    ends_at: datetime = Field(sa_column=_at())
    ended_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))


class Invitation(Table, table=True):
    """An offer to take a role in an agency, sent to an address, good once."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    agency_id: UUID = Field(foreign_key="agency.id", index=True, ondelete="CASCADE")
    role: str = text()
    email: bytes = Field(sa_column=_bytes())
    email_blind: bytes = Field(sa_column=_bytes())
    token_hash: bytes = Field(sa_column=_bytes(unique=True))
    made_by: UUID | None = None
    made_at: datetime = Field(sa_column=_at())
    ends_at: datetime = Field(sa_column=_at())
    used_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))


class ApiKey(Table, table=True):
    """A machine of an agency. The key is shown once; this row holds the hash of its secret half."""

    __tablename__ = "api_key"
    __table_args__ = (CheckConstraint("ends_at > made_at", name="ends"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    agency_id: UUID = Field(foreign_key="agency.id", index=True, ondelete="CASCADE")
    name: str = text()
    secret_hash: bytes = Field(sa_column=_bytes())
    scopes: list[str] = Field(sa_column=_texts())
    made_by: UUID | None = None
    made_at: datetime = Field(sa_column=_at())
    ends_at: datetime = Field(sa_column=_at())
    used_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    replaces: UUID | None = None


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
    made_at: datetime = Field(sa_column=_at())
    ends_at: datetime = Field(sa_column=_at())
    ended_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    told_at: datetime = Field(sa_column=_at())  # when the letters to its administrators were written
