"""What can be said of organizations, services, places and ways in, by whoever says it; names are HSDS 3.1's.

Limits stand here and nowhere else.
"""

from datetime import date, time
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
Uri = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9_.\-]{1,60}$")]


class Status(StrEnum):
    active = "active"
    inactive = "inactive"
    defunct = "defunct"
    temporarily_closed = "temporarily closed"


class LocationType(StrEnum):
    physical = "physical"
    postal = "postal"
    virtual = "virtual"


class Answer(StrEnum):
    """What is stated of an attribute. Not stated is no row at all."""

    yes = "yes"
    no = "no"


class Level(StrEnum):
    """Police involvement, from never to always; PU is not stated."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
    P5 = "P5"
    PU = "PU"


class Precision(StrEnum):
    """How exact a place's point is."""

    rooftop = "rooftop"
    street = "street"
    block = "block"
    postcode = "postcode"
    area = "area"
    confidential = "confidential"
    not_stated = "not_stated"


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LanguageFields(Input):
    name: Line | None = None
    code: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    note: Prose | None = None


class PhoneFields(Input):
    number: Line
    extension: float | None = None
    type: Line | None = None
    description: Prose | None = None


class ScheduleFields(Input):
    applies_to: Line = "service"
    zone: Line | None = None
    freq: Line | None = None
    interval: int = Field(default=1, ge=1, le=520)
    byday: tuple[Line, ...] = ()
    bymonthday: tuple[int, ...] = ()
    dtstart: date | None = None
    until: date | None = None
    count: int | None = Field(default=None, ge=1)
    wkst: Line = "MO"
    opens_at: time | None = None
    closes_at: int | None = Field(default=None, ge=0, le=1440, description="minutes after midnight; 1440 is 24:00")
    valid_from: date | None = None
    valid_to: date | None = None
    condition: Line | None = None
    holidays: Line = "not_stated"
    description: Prose | None = None
    notes: Prose | None = None


class ClosureFields(Input):
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: Line | None = None


class AddressFields(Input):
    attention: Line | None = None
    address_1: Line | None = None
    address_2: Line | None = None
    city: Line | None = None
    region: Line | None = None
    state_province: Line | None = None
    postal_code: Line | None = None
    country: Line | None = None
    address_type: LocationType = LocationType.physical


class LocationFields(Input):
    location_type: LocationType = LocationType.physical
    name: Line | None = None
    alternate_name: Line | None = None
    description: Prose | None = None
    transportation: Prose | None = None
    url: Uri | None = None
    external_identifier: Line | None = None
    external_identifier_type: Line | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    precision: Precision = Precision.not_stated
    zone: Line | None = None


class ServiceAreaFields(Input):
    name: Line | None = None
    description: Prose | None = None
    extent: str | None = Field(default=None, max_length=5_000_000)
    extent_type: Line | None = None
    uri: Uri | None = None


class DisclosureFields(Input):
    level: Level = Level.PU
    tracing: Code = "not_stated"
    recording: Code = "not_stated"
    note: Prose | None = None
    source: Line | None = None
    stated_on: date | None = None


class AccessPointFields(Input):
    service_at_location_id: UUID | None = None
    kind: Code
    modes: tuple[Code, ...] = ()
    number: Line | None = None
    url: Uri | None = None
    languages: tuple[Code, ...] = ()
    zone: Line | None = None
    answered_by: Line | None = None
    source_urls: tuple[Uri, ...] = ()
    stated_on: date | None = None


class ServiceFields(Input):
    name: Line
    alternate_name: Line | None = None
    description: Prose | None = None
    url: Uri | None = None
    email: Line | None = None
    interpretation_services: Prose | None = None
    application_process: Prose | None = None
    fees_description: Prose | None = None
    accreditations: Prose | None = None
    eligibility_description: Prose | None = None
    minimum_age: float | None = Field(default=None, ge=0, le=150)
    maximum_age: float | None = Field(default=None, ge=0, le=150)
    alert: Prose | None = None
    assured_date: date | None = None
    assurer_email: Line | None = None
    source_urls: tuple[Uri, ...] = ()
    stated_on: date | None = None


class OrganizationFields(Input):
    name: Line
    description: Prose = ""
    alternate_name: Line | None = None
    email: Line | None = None
    website: Uri | None = None
    year_incorporated: int | None = None
    legal_status: Line | None = None
    logo: Uri | None = None
    uri: Uri | None = None
