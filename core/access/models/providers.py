"""Signing in at an agency's own provider."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index
from sqlmodel import Field

from core.access.models.columns import at, octets, texts
from core.tables import Table, text


class IdentityProvider(Table, table=True):
    """Where people of an agency have their account. It speaks for that agency alone, and for these mail domains."""

    __tablename__ = "identity_provider"
    __table_args__ = (
        Index(
            "uq_identity_provider_standing",
            "agency_id",
            "issuer",
            unique=True,
            postgresql_where="ended_at is null",
        ),
        Index("ix_identity_provider_domains", "domains", postgresql_using="gin"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    agency_id: UUID = Field(foreign_key="agency.id", index=True, ondelete="CASCADE")
    issuer: str = text()
    client_id: str = text()
    client_secret: bytes | None = Field(default=None, sa_column=octets(nullable=True))
    domains: list[str] = Field(sa_column=texts())
    made_by: UUID | None = None
    made_at: datetime = Field(sa_column=at())
    ended_at: datetime | None = Field(default=None, sa_column=at(nullable=True))


class LinkedIdentity(Table, table=True):
    """Whom a provider calls so is that person, in the provider's agency; the subject is found by its blind alone."""

    __tablename__ = "linked_identity"
    __table_args__ = (
        Index("uq_linked_identity_subject", "provider_id", "subject_blind", unique=True),
        Index("uq_linked_identity_person", "provider_id", "person_id", unique=True),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    provider_id: UUID = Field(foreign_key="identity_provider.id", ondelete="CASCADE")
    agency_id: UUID = Field(foreign_key="agency.id", index=True, ondelete="CASCADE")
    person_id: UUID = Field(foreign_key="person.id", index=True, ondelete="CASCADE")
    subject_blind: bytes = Field(sa_column=octets())
    made_at: datetime = Field(sa_column=at())


class OidcFlow(Table, table=True):
    """Somebody on their way to a provider and back; taken out when they come back."""

    __tablename__ = "oidc_flow"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    provider_id: UUID = Field(foreign_key="identity_provider.id", index=True, ondelete="CASCADE")
    state_hash: bytes = Field(sa_column=octets(unique=True))
    browser_hash: bytes = Field(sa_column=octets())
    secrets: bytes = Field(sa_column=octets())  # the verifier and the nonce
    shared: bool = False
    made_at: datetime = Field(sa_column=at())
    ends_at: datetime = Field(sa_column=at())
