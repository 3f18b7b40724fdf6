"""Who changed what of a listing, field by field; and falls of a police level that wait for a second person."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.tables import Table, text


class Edit(Table, table=True):
    """One act of one person, machine or job, on an organization, a service or a place with all that is said of it."""

    __table_args__ = (
        CheckConstraint("root in ('organization', 'service', 'location')", name="root"),
        Index("ix_edit_root_id", "root_id", "at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    act: str = text()
    root: str = text()
    root_id: UUID  # no foreign key: what was done stays known when an import takes the listing away
    organization_id: UUID | None = None
    person_id: UUID | None = None
    key_id: UUID | None = None
    agency_id: UUID | None = None
    at: datetime = Field(sa_type=DateTime(timezone=True))
    undoes: UUID | None = Field(default=None, foreign_key="edit.id", index=True, ondelete="CASCADE")


class EditField(Table, table=True):
    """What one field was before and after. Without a field it is the whole row: added, or taken away."""

    __tablename__ = "edit_field"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    edit_id: UUID = Field(foreign_key="edit.id", index=True, ondelete="CASCADE")
    table: str = text()
    row_id: UUID
    field: str | None = text()
    before: Any = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))
    after: Any = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))
    forgotten: bool = False  # it might have said where a confidential place is


class PoliceFall(Table, table=True):
    """A change by which a police level would fall. What is published stays until a second person confirms it."""

    __tablename__ = "police_fall"
    __table_args__ = (
        CheckConstraint("state in ('proposed', 'confirmed', 'rejected', 'forgotten')", name="state"),
        CheckConstraint(
            "state <> 'confirmed' or (decided_by is not null and decided_by <> proposed_by)", name="second_person"
        ),
        CheckConstraint("source is not null or state = 'forgotten'", name="sourced"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    service_id: UUID = Field(foreign_key="service.id", index=True, ondelete="CASCADE")
    organization_id: UUID
    act: str = text()
    level_from: str = text()
    level_to: str = text()
    source: str | None = text()
    stated_on: date | None = None
    fields: Any = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))
    undoes: UUID | None = None
    state: str = text(default="proposed")
    proposed_by: UUID
    proposed_for: UUID | None = None
    proposed_at: datetime = Field(sa_type=DateTime(timezone=True))
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    edit_id: UUID | None = None
