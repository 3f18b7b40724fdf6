"""Which agency answers for which listing."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, DateTime, Index, LargeBinary
from sqlmodel import Field

from core.tables import Table, text


class Claim(Table, table=True):
    """An agency says that an organization's listing is its own. Proven, it may edit the listing."""

    __table_args__ = (
        CheckConstraint("way in ('mail', 'text', 'steward')", name="way"),
        CheckConstraint("state in ('asked', 'held', 'proven', 'refused', 'ended')", name="state"),
        Index(
            "uq_claim_standing",
            "organization_id",
            "agency_id",
            unique=True,
            postgresql_where="state in ('asked', 'held', 'proven')",
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organization_id: UUID = Field(foreign_key="organization.id", index=True, ondelete="CASCADE")
    agency_id: UUID = Field(foreign_key="agency.id", index=True, ondelete="CASCADE")
    way: str = text()  # how control is proven: by a letter to what the listing publishes, or by a steward
    state: str = text(default="asked")
    code_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    link_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True, unique=True))
    tries: int = 0
    asked_by: UUID | None = None
    asked_at: datetime = Field(sa_type=DateTime(timezone=True))
    ends_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reason: str | None = text()
