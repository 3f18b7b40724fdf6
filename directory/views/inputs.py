"""What the writing verbs take: HSDS 3.1 objects by their own names, and our access points and disclosures.

Limits stand here and nowhere else. What is not modelled yet travels in `kept`, word for word.
"""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Any
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


class Kept(Input):
    """An object with an id, and with what of it is not modelled yet."""

    id: UUID
    kept: dict[str, Any] | None = None


class LanguageIn(Kept):
    name: Line | None = None
    code: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    note: Prose | None = None


class PhoneIn(Kept):
    number: Line
    extension: float | None = None
    type: Line | None = None
    description: Prose | None = None
    languages: tuple[LanguageIn, ...] = ()


class ScheduleIn(Kept):
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


class ClosureIn(Kept):
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: Line | None = None


class AddressIn(Kept):
    attention: Line | None = None
    address_1: Line | None = None
    address_2: Line | None = None
    city: Line | None = None
    region: Line | None = None
    state_province: Line | None = None
    postal_code: Line | None = None
    country: Line | None = None
    address_type: LocationType = LocationType.physical


class LocationIn(Kept):
    organization_id: UUID | None = None
    location_type: LocationType = LocationType.physical
    name: Line | None = None
    alternate_name: Line | None = None
    description: Prose | None = None
    transportation: Prose | None = None
    url: Uri | None = None
    external_identifier: Line | None = None
    external_identifier_type: Line | None = None
    confidential: bool = False
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    precision: Precision = Precision.not_stated
    zone: Line | None = None
    addresses: tuple[AddressIn, ...] = ()
    phones: tuple[PhoneIn, ...] = ()
    languages: tuple[LanguageIn, ...] = ()
    schedules: tuple[ScheduleIn, ...] = ()


class ServiceAreaIn(Kept):
    name: Line | None = None
    description: Prose | None = None
    extent: str | None = Field(default=None, max_length=5_000_000)
    extent_type: Line | None = None
    uri: Uri | None = None


class DisclosureIn(Kept):
    level: Level = Level.PU
    tracing: Code = "not_stated"
    recording: Code = "not_stated"
    note: Prose | None = None
    source: Line | None = None
    stated_on: date | None = None
    confirmed_by: Line | None = None


class AccessPointIn(Kept):
    service_at_location_id: UUID | None = None
    kind: Code
    modes: tuple[Code, ...] = ()
    number: Line | None = None
    url: Uri | None = None
    menu_path: dict[str, str] | None = None
    languages: tuple[Code, ...] = ()
    zone: Line | None = None
    answered_by: Line | None = None
    source_urls: tuple[Uri, ...] = ()
    stated_on: date | None = None
    schedules: tuple[ScheduleIn, ...] = ()
    disclosure: DisclosureIn | None = None


class AttributeIn(Input):
    """A term of ours (`code`) or of a foreign taxonomy, said of a service, with source and date."""

    taxonomy: Line = "attribute"
    code: Line
    label: Line | None = None
    answer: Answer = Answer.yes
    value: Line | None = None
    source: Line | None = None
    stated_on: date | None = None


class CapacityIn(Kept):
    service_at_location_id: UUID | None = None
    unit: Line
    total: int | None = Field(default=None, ge=0)
    free: int = Field(ge=0)
    as_of: AwareDatetime
    expires_at: AwareDatetime | None = None
    source: Line | None = None
    description: Prose | None = None


class ServiceAtLocationIn(Kept):
    service_id: UUID
    location_id: UUID
    description: Prose | None = None
    phones: tuple[PhoneIn, ...] = ()
    schedules: tuple[ScheduleIn, ...] = ()
    service_areas: tuple[ServiceAreaIn, ...] = ()


class ServiceIn(Kept):
    organization_id: UUID
    program_id: UUID | None = None
    name: Line
    alternate_name: Line | None = None
    description: Prose | None = None
    url: Uri | None = None
    email: Line | None = None
    status: Status = Status.active
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
    last_modified: datetime | None = None
    source_urls: tuple[Uri, ...] = ()
    stated_on: date | None = None
    kinds: tuple[Code, ...] = ()
    phones: tuple[PhoneIn, ...] = ()
    languages: tuple[LanguageIn, ...] = ()
    schedules: tuple[ScheduleIn, ...] = ()
    service_areas: tuple[ServiceAreaIn, ...] = ()
    access_points: tuple[AccessPointIn, ...] = ()
    disclosure: DisclosureIn | None = None
    attributes: tuple[AttributeIn, ...] = ()
    capacities: tuple[CapacityIn, ...] = ()


class OrganizationIn(Kept):
    name: Line
    description: Prose = ""
    alternate_name: Line | None = None
    email: Line | None = None
    website: Uri | None = None
    year_incorporated: int | None = None
    legal_status: Line | None = None
    logo: Uri | None = None
    uri: Uri | None = None
    parent_organization_id: UUID | None = None
    invented: bool = False
    phones: tuple[PhoneIn, ...] = ()


class ListingIn(Input):
    """An organization with all that is said of it: what an importer hands in at once."""

    organization: OrganizationIn
    services: tuple[ServiceIn, ...] = ()
    locations: tuple[LocationIn, ...] = ()
    services_at_locations: tuple[ServiceAtLocationIn, ...] = ()


class PlaceIn(Input):
    """A ZIP or a town, to find a point by its name."""

    kind: Annotated[str, StringConstraints(pattern=r"^(zip|city)$")]
    name: Line
    state: Line | None = None
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    weight: int = 0


class ImportEntryIn(Input):
    """What a batch did with one row."""

    outcome: Line
    path: str
    object_ids: tuple[UUID, ...] = ()
    why: str | None = None
    detail: str | None = None


class ImportRunIn(Input):
    """A batch, for the record."""

    source: Line
    format: Line
    digest: Line
    counts: dict[str, int]
