"""A listing as it is stored, for whoever looks at one by its id, with the version that a change must name."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from directory.views.said import (
    AccessPointFields,
    AddressFields,
    ClosureFields,
    DisclosureFields,
    LanguageFields,
    LocationFields,
    OrganizationFields,
    PhoneFields,
    ScheduleFields,
    ServiceAreaFields,
    ServiceFields,
    Status,
)


class LanguageView(LanguageFields):
    """A language that is spoken there."""

    id: UUID


class PhoneView(PhoneFields):
    """A phone."""

    id: UUID
    languages: tuple[LanguageView, ...]


class ScheduleView(ScheduleFields):
    """Hours, as a line of HSDS has them."""

    id: UUID


class ClosureView(ClosureFields):
    """Closed from then to then."""

    id: UUID


class AddressView(AddressFields):
    """Where a place is, in words."""

    id: UUID


class ServiceAreaView(ServiceAreaFields):
    """Where a service serves."""

    id: UUID


class DisclosureView(DisclosureFields):
    """What reaching a service may bring."""

    confirmed_by: str | None


class MenuView(BaseModel):
    """What to press or say, in a language."""

    language: str
    text: str


class AccessPointView(AccessPointFields):
    """A way in to a service."""

    id: UUID
    menu_path: tuple[MenuView, ...]
    schedules: tuple[ScheduleView, ...]
    disclosure: DisclosureView | None


class AttributeView(BaseModel):
    """A term that is stated of a service."""

    model_config = ConfigDict(frozen=True)

    taxonomy: str
    code: str
    answer: str
    value: str | None
    source: str | None
    stated_on: date | None
    confirmed: bool = Field(description="somebody other than the source stands for it, as a community reviewer does")


class ServiceAtLocationView(BaseModel):
    """A place at which a service is given. Where a confidential one is says nothing."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    location_id: UUID
    confidential: bool
    description: str | None
    phones: tuple[PhoneView, ...]
    schedules: tuple[ScheduleView, ...]
    closures: tuple[ClosureView, ...]
    service_areas: tuple[ServiceAreaView, ...]


class ServiceView(ServiceFields):
    """A service with all that is said of it."""

    id: UUID
    version: str
    organization_id: UUID
    status: Status
    confirmed_at: datetime | None
    phones: tuple[PhoneView, ...]
    languages: tuple[LanguageView, ...]
    schedules: tuple[ScheduleView, ...]
    closures: tuple[ClosureView, ...]
    service_areas: tuple[ServiceAreaView, ...]
    access_points: tuple[AccessPointView, ...]
    disclosure: DisclosureView | None
    attributes: tuple[AttributeView, ...]
    service_at_locations: tuple[ServiceAtLocationView, ...]


class LocationView(LocationFields):
    """A place."""

    id: UUID
    version: str
    organization_id: UUID | None
    confidential: bool
    addresses: tuple[AddressView, ...]
    phones: tuple[PhoneView, ...]
    languages: tuple[LanguageView, ...]
    schedules: tuple[ScheduleView, ...]
    closures: tuple[ClosureView, ...]
    service_ids: tuple[UUID, ...]


class OrganizationView(OrganizationFields):
    """An organization."""

    id: UUID
    version: str
    phones: tuple[PhoneView, ...]
    service_ids: tuple[UUID, ...]
