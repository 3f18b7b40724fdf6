"""What a search takes and what it answers; one definition for REST, GraphQL, the page and the command line."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

MOST = 100
FARTHEST = 500_000
USUAL_REACH = 80_000


def _instant(asked: str) -> str:
    if asked in {"any", "now"}:
        return asked
    try:
        read = datetime.fromisoformat(asked)
    except ValueError:
        raise ValueError("write `any`, `now`, or a time such as 2026-11-20T23:40:00-07:00") from None
    if read.tzinfo is None:
        raise ValueError(f"{asked} has no offset: write {asked}Z for UTC, or {asked}-07:00 for Denver in winter")
    return read.isoformat()


def _printable(asked: str | None) -> str | None:
    if asked is not None and not asked.isprintable():
        raise ValueError("control characters cannot be searched for")
    return asked


class SearchInput(BaseModel):
    """What somebody is looking for. Every part is optional; all of them must hold together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lat: Annotated[float | None, Field(ge=-90, le=90, description="latitude in degrees")] = None
    lon: Annotated[float | None, Field(ge=-180, le=180, description="longitude in degrees")] = None
    near: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
        AfterValidator(_printable),
        Field(description="a ZIP, or a city and state, instead of a point", examples=["80202", "Denver, CO"]),
    ] = None
    within_m: Annotated[int, Field(ge=1, le=FARTHEST, description="how far to look, in metres")] = USUAL_REACH
    open: Annotated[
        str,
        AfterValidator(_instant),
        Field(
            description="`any`, `now`, or a time with its offset",
            examples=["now", "2026-11-20T23:40:00-07:00"],
        ),
    ] = "any"
    kind: Annotated[
        list[str],
        Field(
            max_length=20,
            description="kinds of service, any of them",
            examples=[["SITE.SOBER"]],
        ),
    ] = []
    language: Annotated[
        str | None,
        StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"),
        Field(description="a language the service must speak, ISO 639", examples=["es"]),
    ] = None
    mode: Annotated[str | None, Field(description="the way in that must exist (and be open)", examples=["text"])] = None
    q: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
        AfterValidator(_printable),
        Field(description="words in name, description or kind"),
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST, description="how many of each list")] = 20
    cursor: Annotated[
        str | None, Field(max_length=500, description="`next` or `next_might_fit` of an earlier answer")
    ] = None

    @model_validator(mode="after")
    def _one_position(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("give both lat and lon, or neither")
        if self.lat is not None and self.near is not None:
            raise ValueError("give either lat and lon, or near, not both")
        return self


class OpenState(StrEnum):
    """Unknown is never shown as open or closed."""

    open = "open"
    closed = "closed"
    unknown = "unknown"
    call_first = "call_first"


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class Opening(View):
    """The state at the time asked about, in the zone to say it in."""

    state: OpenState
    label: str
    until: datetime | None = Field(description="when the present open or call-first state ends, if that is known")
    opens_at: datetime | None = Field(description="the next certain opening")
    zone: str | None
    why: str = Field(description="a code of the taxonomy `why`")
    why_label: str


class Distance(View):
    """How far, as exactly as the place is known: metres are rounded to its precision."""

    metres: int | None
    precision: str


class Police(View):
    """Police involvement as stated: the highest level on the way to help, with the source and date of the claim."""

    level: str
    label: str
    source: str | None
    stated_on: date | None
    note: str | None
    tracing: str
    recording: str
    confirmed_by: str | None


class Access(View):
    """A way in other than 911, with its own open state."""

    kind: str
    label: str
    modes: list[str]
    number: str | None
    url: str | None
    menu_path: str | None
    languages: list[str]
    answered_by: str | None
    stated_on: date | None
    open: Opening


class PublicAddress(View):
    name: str | None
    street: str | None
    city: str | None
    state: str | None
    postal_code: str | None


class Result(View):
    """One service at a place, or one line; never the point of a confidential place."""

    id: UUID
    service_id: UUID
    location_id: UUID | None
    name: str
    organization: str
    organization_id: UUID
    invented: bool
    about: str | None
    address: PublicAddress | None
    kinds: list[str]
    open: Opening
    distance: Distance
    police: Police
    access: list[Access]
    languages: list[str]
    confirmed_on: date | None
    freshness: str
    ask: list[str] = Field(description="what to ask before relying on it; empty in `fits`")


class Hidden(View):
    """Services that were ruled out, counted by reason."""

    reason: str
    label: str
    count: int
    at_least: bool = Field(description="more were not looked at")


class At(View):
    """Where the search was made from."""

    lat: float
    lon: float
    label: str


class SearchAnswer(View):
    """Nothing unknown disappears: what fits, what might, and how many were ruled out."""

    asked_at: datetime
    at: At | None
    fits: list[Result]
    might_fit: list[Result]
    hidden: list[Hidden]
    next: str | None = Field(description="cursor of the next page of `fits`")
    next_might_fit: str | None = Field(description="cursor of the next page of `might_fit`")


class PlaceChoice(View):
    """A place a name may mean."""

    label: str
    lat: float
    lon: float
