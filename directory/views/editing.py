"""What people hand in when they change a listing. Ids are made by us; one that is said names what there is already."""

from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Self
from uuid import UUID, uuid4
from zoneinfo import available_timezones

from pydantic import Field, ValidationInfo, field_validator, model_validator

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
    Uri,
)

_Text = Annotated[str, Field(max_length=2_000)]
_MOST = 200


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


class Said(Input):
    """What a person says. No text holds what the database cannot, and a zone is one that there is."""

    @field_validator("*", mode="after")
    @classmethod
    def _storable(cls, value: Any, field: ValidationInfo) -> Any:
        if isinstance(value, str) and "\x00" in value:
            raise ValueError("a text holds no NUL")
        if field.field_name == "zone" and value is not None and value not in _zones():
            raise ValueError("there is no such zone; it is one as America/Denver")
        return value


class Part(Said):
    """A part of a listing. Without an id it is new."""

    id: UUID = Field(default_factory=uuid4)


class LanguageSaid(Part, LanguageFields):
    """A language that is spoken there."""


class PhoneSaid(Part, PhoneFields):
    """A phone."""

    extension: float | None = Field(default=None, ge=0, le=10_000_000)
    languages: tuple[LanguageSaid, ...] = Field(default=(), max_length=_MOST)


class ScheduleSaid(Part, ScheduleFields):
    """Hours, as a line of HSDS has them."""

    byday: tuple[Line, ...] = Field(default=(), max_length=_MOST)
    bymonthday: tuple[Annotated[int, Field(ge=-31, le=31)], ...] = Field(default=(), max_length=62)
    count: int | None = Field(default=None, ge=1, le=100_000)


class ClosureSaid(Said, ClosureFields):
    """Closed from then to then, whatever the hours say."""

    service_at_location_id: UUID | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("a closure ends after it starts")
        return self


class AddressSaid(Part, AddressFields):
    """Where a place is, in words."""


class ServiceAreaSaid(Part, ServiceAreaFields):
    """Where a service serves."""


class MenuSaid(Said):
    """What to press or say, in a language."""

    language: Code
    text: _Text


class DisclosureSaid(Said, DisclosureFields):
    """What reaching a service may bring. A level needs its source and date; lower ones wait for a second person."""

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if self.level != "PU" and (self.source is None or self.stated_on is None):
            raise ValueError("a level needs its source and the day on which it was stated")
        return self


class AccessPointSaid(Part, AccessPointFields):
    """A way in to a service."""

    menu_path: tuple[MenuSaid, ...] = Field(default=(), max_length=20)
    schedules: tuple[ScheduleSaid, ...] = Field(default=(), max_length=_MOST)
    disclosure: DisclosureSaid | None = None


class AttributeSaid(Said):
    """A term of ours or of a foreign taxonomy, stated yes or no, with source and date."""

    taxonomy: Line = "attribute"
    code: Line
    answer: Answer = Answer.yes
    value: Line | None = None
    source: Line | None = None
    stated_on: date | None = None


class OrganizationNew(Said, OrganizationFields):
    """An organization to register."""

    year_incorporated: int | None = Field(default=None, ge=1000, le=3000)


class ServiceNew(Said, ServiceFields):
    """A service to register. What is known of police, hours and ways in is said afterwards."""

    organization_id: UUID
    kinds: tuple[Code, ...] = Field(default=(), max_length=_MOST)


class LocationNew(Said, LocationFields):
    """A place to register."""

    organization_id: UUID
    confidential: bool = False
    addresses: tuple[AddressSaid, ...] = Field(default=(), max_length=20)


class OrganizationCorrection(Said):
    """Plain fields of an organization. What is not said, or null, stays."""

    name: Line | None = None
    description: Prose | None = None
    alternate_name: Line | None = None
    email: Line | None = None
    website: Uri | None = None
    year_incorporated: int | None = Field(default=None, ge=1000, le=3000)
    legal_status: Line | None = None
    logo: Uri | None = None
    uri: Uri | None = None


class ServiceCorrection(Said):
    """Plain fields of a service. What is not said, or null, stays."""

    organization_id: UUID | None = None
    name: Line | None = None
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
    source_urls: tuple[Uri, ...] | None = Field(default=None, max_length=_MOST)
    stated_on: date | None = None


class LocationCorrection(Said):
    """Plain fields of a place. What is not said, or null, stays."""

    organization_id: UUID | None = None
    name: Line | None = None
    alternate_name: Line | None = None
    description: Prose | None = None
    transportation: Prose | None = None
    url: Uri | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    zone: Line | None = None
