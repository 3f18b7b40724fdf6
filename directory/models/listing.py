"""Organizations, services, and where the two meet a place. Names are HSDS 3.1's."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from core.tables import Row, text

STATUSES = "('active', 'inactive', 'defunct', 'temporarily closed')"


class Organization(Row, table=True):
    name: str = text()
    description: str = text()
    alternate_name: str | None = text()
    email: str | None = text()
    website: str | None = text()
    year_incorporated: int | None = None
    legal_status: str | None = text()
    logo: str | None = text()
    uri: str | None = text()
    parent_organization_id: UUID | None = None
    invented: bool = False


class Service(Row, table=True):
    __table_args__ = (CheckConstraint(f"status in {STATUSES}", name="status"),)

    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    program_id: UUID | None = None
    name: str = text()
    alternate_name: str | None = text()
    description: str | None = text()
    url: str | None = text()
    email: str | None = text()
    status: str = text(default="active")
    interpretation_services: str | None = text()
    application_process: str | None = text()
    fees_description: str | None = text()
    accreditations: str | None = text()
    eligibility_description: str | None = text()
    minimum_age: float | None = None
    maximum_age: float | None = None
    alert: str | None = text()
    assured_date: date | None = None
    assurer_email: str | None = text()
    last_modified: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    source_urls: list[str] = Field(default_factory=list, sa_type=JSONB)
    stated_on: date | None = None
    # Set by a person's confirmation and by nothing else: neither an edit nor an import moves it.
    confirmed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    check_due: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    overdue_since: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class Location(Row, table=True):
    __table_args__ = (
        CheckConstraint("location_type in ('physical', 'postal', 'virtual')", name="type"),
        CheckConstraint(
            "not confidential or (precision = 'confidential' and num_nonnulls(latitude, longitude, name,"
            " alternate_name, description, transportation, url, external_identifier, kept) = 0)",
            name="confidential",
        ),
    )

    organization_id: UUID | None = Field(default=None, foreign_key="organization.id", index=True)
    location_type: str = text(default="physical")
    name: str | None = text()
    alternate_name: str | None = text()
    description: str | None = text()
    transportation: str | None = text()
    url: str | None = text()
    external_identifier: str | None = text()
    external_identifier_type: str | None = text()
    confidential: bool = False
    latitude: float | None = None
    longitude: float | None = None
    precision: str = text(default="not_stated")
    zone: str | None = text()


class Address(Row, table=True):
    location_id: UUID = Field(foreign_key="location.id", index=True, ondelete="CASCADE")
    attention: str | None = text()
    address_1: str | None = text()
    address_2: str | None = text()
    city: str | None = text()
    region: str | None = text()
    state_province: str | None = text()
    postal_code: str | None = text()
    country: str | None = text()
    address_type: str = text(default="physical")


class ServiceAtLocation(Row, table=True):
    __tablename__ = "service_at_location"

    service_id: UUID = Field(foreign_key="service.id", index=True, ondelete="CASCADE")
    location_id: UUID = Field(foreign_key="location.id", index=True, ondelete="CASCADE")
    description: str | None = text()
