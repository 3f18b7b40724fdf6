"""Where an agency's systems are told of referrals, and what is on its way there."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field

from core.tables import Table, text
from referrals.models.columns import at, octets

_WAITING = sql("sent_at IS NULL AND failed IS NULL")


class WebhookEndpoint(Table, table=True):
    """An address of an agency's own. `former`: the secret before the last rotation, which signs too until its end.

    `state`: `on`, `off` with `why`, or `ended`.
    """

    __tablename__ = "webhook_endpoint"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    agency_id: UUID = Field(foreign_key="agency.id", ondelete="RESTRICT", index=True)
    url: str = text()
    state: str = text()
    why: str | None = text()
    secret: bytes | None = Field(default=None, sa_column=octets())
    former: bytes | None = Field(default=None, sa_column=octets())
    former_until: datetime | None = Field(default=None, sa_column=at(nullable=True))
    made_by: UUID | None = None
    made_at: datetime = Field(sa_column=at())
    changed_at: datetime = Field(sa_column=at())
    ended_at: datetime | None = Field(default=None, sa_column=at(nullable=True))


class WebhookDelivery(Table, table=True):
    """One event to one address. `tries` only ever grows; `tries_before`: how many were made before the last replay.

    `due_at`: when it is tried next, or when the lease of whoever is at it ends. `status`: the last answer's.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "event_id"),
        Index("ix_webhook_delivery_due", "endpoint_id", "due_at", postgresql_where=_WAITING),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    endpoint_id: UUID = Field(foreign_key="webhook_endpoint.id", ondelete="CASCADE")
    agency_id: UUID
    event_id: int = Field(foreign_key="referral_event.id", ondelete="CASCADE", sa_type=BigInteger, index=True)
    tries: int
    tries_before: int
    due_at: datetime = Field(sa_column=at())
    sent_at: datetime | None = Field(default=None, sa_column=at(nullable=True))
    failed: str | None = text()
    status: int | None = None
