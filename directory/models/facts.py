"""What is said of a service: hours, closures, attributes, areas, capacity; and the terms it is said in."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from core.tables import Row, text


def _owner(table: str) -> Any:
    return Field(default=None, foreign_key=f"{table}.id", index=True, ondelete="CASCADE")


def _instant(*, default: None = None) -> Any:
    return Field(default=default, sa_type=DateTime(timezone=True))


class Schedule(Row, table=True):
    """An HSDS schedule, in an IANA zone of its own, and saying what the hours are of."""

    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(service_id, location_id, service_at_location_id, access_point_id) = 1", name="owner"
        ),
    )

    service_id: UUID | None = _owner("service")
    location_id: UUID | None = _owner("location")
    service_at_location_id: UUID | None = _owner("service_at_location")
    access_point_id: UUID | None = _owner("access_point")
    applies_to: str = text(default="service")
    zone: str | None = text()
    freq: str | None = text()
    interval: int = 1
    byday: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    bymonthday: list[int] = Field(default_factory=list, sa_type=JSONB)
    dtstart: date | None = None
    until: date | None = None
    count: int | None = None
    wkst: str = text(default="MO")
    opens_at: time | None = None
    closes_at: int | None = None  # minutes after midnight, so that 24:00 can be said
    valid_from: date | None = None
    valid_to: date | None = None
    condition: str | None = text()
    holidays: str = text(default="not_stated")
    description: str | None = text()
    notes: str | None = text()


class Closure(Row, table=True):
    __table_args__ = (
        CheckConstraint("num_nonnulls(service_id, location_id, service_at_location_id) = 1", name="owner"),
        CheckConstraint("ends_at > starts_at", name="order"),
    )

    service_id: UUID | None = _owner("service")
    location_id: UUID | None = _owner("location")
    service_at_location_id: UUID | None = _owner("service_at_location")
    starts_at: datetime = _instant()
    ends_at: datetime = _instant()
    reason: str | None = text()


class Taxonomy(Row, table=True):
    code: str = Field(sa_type=Text, unique=True)
    name: str = text()
    description: str = text()
    uri: str | None = text()
    version: str | None = text()


class TaxonomyTerm(Row, table=True):
    __tablename__ = "taxonomy_term"
    __table_args__ = (UniqueConstraint("taxonomy_id", "code"),)

    taxonomy_id: UUID = Field(foreign_key="taxonomy.id", ondelete="CASCADE")
    code: str = text()
    name: str = text()
    description: str = text()
    parent_id: UUID | None = None
    term_uri: str | None = text()
    labels: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    definitions: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    asks: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)


class Attribute(Row, table=True):
    """A term said of something: yes or no, with source and date. Not stated is the absence of a row."""

    __table_args__ = (
        UniqueConstraint("link_id", "taxonomy_term_id", "value"),
        CheckConstraint("answer in ('yes', 'no')", name="answer"),
    )

    link_id: UUID = Field(index=True)
    link_entity: str = text()
    taxonomy_term_id: UUID = Field(foreign_key="taxonomy_term.id", index=True)
    answer: str = text(default="yes")
    value: str | None = text()
    source: str | None = text()
    stated_on: date | None = None
    stated_by: str | None = text()  # in what capacity a person stated it; an import leaves it then
    confirmed_by: str | None = text()  # who other than the source stands for it


class ServiceArea(Row, table=True):
    __tablename__ = "service_area"

    service_id: UUID | None = _owner("service")
    service_at_location_id: UUID | None = _owner("service_at_location")
    name: str | None = text()
    description: str | None = text()
    extent: str | None = text()
    extent_type: str | None = text()
    uri: str | None = text()
    # Where a drawn one lies. Services that drew the same share it.
    drawn_id: int | None = Field(default=None, foreign_key="area.id", index=True)


class Capacity(Row, table=True):
    """How many places there are, and how old the figure is. Past `expires_at` it says nothing."""

    __table_args__ = (
        CheckConstraint("free >= 0 and (total is null or total >= 0)", name="counts"),
        UniqueConstraint("service_id", "service_at_location_id", "unit", postgresql_nulls_not_distinct=True),
    )

    service_id: UUID = Field(foreign_key="service.id", index=True, ondelete="CASCADE")
    service_at_location_id: UUID | None = _owner("service_at_location")
    unit: str = text()
    total: int | None = None
    free: int = 0
    as_of: datetime = _instant()
    expires_at: datetime = _instant()
    source: str | None = text()
    description: str | None = text()
