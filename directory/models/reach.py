"""How a service is reached: phones, languages, access points, and what reaching it may bring."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from core.tables import Row, text


def _owner(table: str) -> Any:
    return Field(default=None, foreign_key=f"{table}.id", index=True, ondelete="CASCADE")


class Phone(Row, table=True):
    organization_id: UUID | None = _owner("organization")
    service_id: UUID | None = _owner("service")
    location_id: UUID | None = _owner("location")
    service_at_location_id: UUID | None = _owner("service_at_location")
    contact_id: UUID | None = None
    number: str = text()
    extension: float | None = None
    type: str | None = text()
    description: str | None = text()


class Language(Row, table=True):
    service_id: UUID | None = _owner("service")
    location_id: UUID | None = _owner("location")
    phone_id: UUID | None = _owner("phone")
    name: str | None = text()
    code: str | None = text()
    note: str | None = text()


class AccessPoint(Row, table=True):
    """How one reaches help other than 911."""

    __tablename__ = "access_point"

    service_id: UUID = Field(foreign_key="service.id", index=True, ondelete="CASCADE")
    service_at_location_id: UUID | None = _owner("service_at_location")
    kind: str = text()
    modes: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    number: str | None = text()
    url: str | None = text()
    menu_path: dict[str, str] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    languages: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    zone: str | None = text()
    answered_by: str | None = text()
    source_urls: list[str] = Field(default_factory=list, sa_type=JSONB)
    stated_on: date | None = None


class Disclosure(Row, table=True):
    """What reaching a service may bring: police, tracing, recording. Said, with its source and date."""

    __table_args__ = (
        CheckConstraint("level in ('P0', 'P1', 'P2', 'P3', 'P4', 'P5', 'PU')", name="level"),
        CheckConstraint("num_nonnulls(service_id, access_point_id) = 1", name="owner"),
        # A level is a claim, and a claim has a source and a date; not stated has neither.
        CheckConstraint("level = 'PU' or (source is not null and stated_on is not null)", name="sourced"),
    )

    service_id: UUID | None = _owner("service")
    access_point_id: UUID | None = _owner("access_point")
    level: str = text(default="PU")
    tracing: str = text(default="not_stated")
    recording: str = text(default="not_stated")
    note: str | None = text()
    source: str | None = text()
    stated_on: date | None = None
    confirmed_by: str | None = text()
