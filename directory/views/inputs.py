"""What a source hands in: HSDS 3.1 objects by their own names, and our access points and disclosures.

What is not modelled yet travels in `kept`, word for word.
"""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from directory.views.said import (
    AccessPointFields,
    AddressFields,
    Answer,
    ClosureFields,
    Code,
    DisclosureFields,
    Input,
    LanguageFields,
    Line,
    LocationFields,
    OrganizationFields,
    PhoneFields,
    Prose,
    ScheduleFields,
    ServiceAreaFields,
    ServiceFields,
    Status,
)


class Kept(Input):
    """An object with an id, and with what of it is not modelled yet."""

    id: UUID
    kept: dict[str, Any] | None = None


class LanguageIn(Kept, LanguageFields):
    """As a source hands it in."""


class PhoneIn(Kept, PhoneFields):
    languages: tuple[LanguageIn, ...] = ()


class ScheduleIn(Kept, ScheduleFields):
    """As a source hands it in."""


class ClosureIn(Kept, ClosureFields):
    """As a source hands it in."""


class AddressIn(Kept, AddressFields):
    """As a source hands it in."""


class LocationIn(Kept, LocationFields):
    organization_id: UUID | None = None
    confidential: bool = False
    addresses: tuple[AddressIn, ...] = ()
    phones: tuple[PhoneIn, ...] = ()
    languages: tuple[LanguageIn, ...] = ()
    schedules: tuple[ScheduleIn, ...] = ()


class ServiceAreaIn(Kept, ServiceAreaFields):
    """As a source hands it in."""


class DisclosureIn(Kept, DisclosureFields):
    confirmed_by: Line | None = None


class AccessPointIn(Kept, AccessPointFields):
    menu_path: dict[str, str] | None = None
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


class ServiceIn(Kept, ServiceFields):
    organization_id: UUID
    program_id: UUID | None = None
    status: Status = Status.active
    last_modified: datetime | None = None
    kinds: tuple[Code, ...] = ()
    phones: tuple[PhoneIn, ...] = ()
    languages: tuple[LanguageIn, ...] = ()
    schedules: tuple[ScheduleIn, ...] = ()
    service_areas: tuple[ServiceAreaIn, ...] = ()
    access_points: tuple[AccessPointIn, ...] = ()
    disclosure: DisclosureIn | None = None
    attributes: tuple[AttributeIn, ...] = ()
    capacities: tuple[CapacityIn, ...] = ()


class OrganizationIn(Kept, OrganizationFields):
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
