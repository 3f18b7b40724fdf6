"""What anybody proposed to correct, and what became of it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, DateTime, LargeBinary
from sqlmodel import Field

from core.tables import Table, text


class Correction(Table, table=True):
    """A proposal about a place, else about a service, else about an organization.

    `organization_id` is always whose listing it is, where one is known; `field`: which part of it is not right.
    """

    __table_args__ = (
        CheckConstraint("num_nonnulls(organization_id, service_id, location_id) > 0", name="about"),
        CheckConstraint("state in ('proposed', 'accepted', 'refused', 'withdrawn')", name="state"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organization_id: UUID | None = Field(default=None, foreign_key="organization.id", index=True, ondelete="CASCADE")
    service_id: UUID | None = Field(default=None, foreign_key="service.id", index=True, ondelete="CASCADE")
    location_id: UUID | None = Field(default=None, foreign_key="location.id", index=True, ondelete="CASCADE")
    field: str = text()
    says: str = text()
    note: str | None = text()
    source_url: str | None = text()
    contact: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    state: str = text(default="proposed")
    asked_by: UUID | None = None
    key_id: UUID | None = None
    asked_at: datetime = Field(sa_type=DateTime(timezone=True))
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reason: str | None = text()
