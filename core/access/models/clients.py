"""Machines that prove themselves with a key of their own and get a token for a few minutes."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.access.models.columns import at, texts
from core.tables import Table, text


class Client(Table, table=True):
    """A machine of an agency. Its public keys are here, or where `jwks_uri` says."""

    __table_args__ = (CheckConstraint("ends_at > made_at", name="ends"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    agency_id: UUID = Field(foreign_key="agency.id", index=True, ondelete="CASCADE")
    name: str = text()
    scopes: list[str] = Field(sa_column=texts())
    jwks_uri: str | None = text()
    made_by: UUID | None = None
    made_at: datetime = Field(sa_column=at())
    ends_at: datetime = Field(sa_column=at())
    used_at: datetime | None = Field(default=None, sa_column=at(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=at(nullable=True))


class ClientKey(Table, table=True):
    """A public key of such a machine. One that was replaced opens a while longer."""

    __tablename__ = "client_key"
    __table_args__ = (Index("uq_client_key_kid", "client_id", "kid", unique=True),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    client_id: UUID = Field(foreign_key="client.id", ondelete="CASCADE")
    agency_id: UUID = Field(foreign_key="agency.id", index=True, ondelete="CASCADE")
    kid: str = text()
    jwk: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    made_at: datetime = Field(sa_column=at())
    ends_at: datetime | None = Field(default=None, sa_column=at(nullable=True))


class AssertionSeen(Table, table=True):
    """A proof that was used; kept as long as it could be shown once more."""

    __tablename__ = "assertion_seen"

    client_id: UUID = Field(primary_key=True, foreign_key="client.id", ondelete="CASCADE")
    jti_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    ends_at: datetime = Field(sa_column=at())


class AccessToken(Table, table=True):
    """What a machine got for its proof. It holds the token, this row its hash."""

    __tablename__ = "access_token"

    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    client_id: UUID = Field(foreign_key="client.id", index=True, ondelete="CASCADE")
    scopes: list[str] = Field(sa_column=texts())
    made_at: datetime = Field(sa_column=at())
    ends_at: datetime = Field(sa_column=at())
