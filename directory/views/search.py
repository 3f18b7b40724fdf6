"""What a search takes and what it answers; one definition for REST, GraphQL, the page and the command line."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

MOST = 100
FARTHEST = 500_000
USUAL_REACH = 80_000
_LONGEST = 24 * 60
_BY_PLACE = frozenset({"no_position", "not_covering"})


def by_place(reason: str) -> bool:
    """Whether a reason of `hidden` says where a service is: then only somebody who is somewhere can be shown it."""
    return reason in _BY_PLACE


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


Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


def _several(said: object) -> object:
    return [said] if isinstance(said, str) else said


OneOrMore = BeforeValidator(_several)


class SearchInput(BaseModel):
    """What somebody is looking for. Every part is optional; all of them must hold together."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

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
    open_for_min: Annotated[
        int | None, Field(ge=1, le=_LONGEST, description="open at that time and for so many minutes on; implies `now`")
    ] = None
    opens_within_min: Annotated[
        int | None, Field(ge=1, le=_LONGEST, description="open then, or within so many minutes; implies `now`")
    ] = None
    kind: Annotated[
        list[Code],
        OneOrMore,
        Field(
            max_length=20,
            description="kinds of service, any of them",
            examples=[["SITE.SOBER"]],
        ),
    ] = []
    from_: Annotated[
        Code | None,
        Field(
            alias="from",
            description="who is asking: self, family, community, mobile, 988, warm, 911, ed, police, case",
            examples=["community"],
        ),
    ] = None
    arrive: Annotated[
        Code | None,
        Field(description="how the person gets there: walk_in, van, ems, police, mobile", examples=["van"]),
    ] = None
    police_max: Annotated[
        Code | None,
        Field(description="the highest police level that is acceptable on the way, P0 to P5", examples=["P1"]),
    ] = None
    involuntary_max: Annotated[
        Code | None, Field(description="the strictest involuntary-hold policy that is acceptable, I0 to I3")
    ] = None
    age: Annotated[int | None, Field(ge=0, le=130, description="the person's age in years")] = None
    must: Annotated[
        list[Code],
        OneOrMore,
        Field(max_length=15, description="attributes that must be stated yes", examples=[["WHEELCHAIR"]]),
    ] = []
    must_not: Annotated[
        list[Code],
        OneOrMore,
        Field(max_length=15, description="attributes that must be stated no", examples=[["SOBRIETY_REQUIRED"]]),
    ] = []
    free: Annotated[int | None, Field(ge=1, le=1_000, description="so many places known to be free")] = None
    language: Annotated[
        str | None,
        StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"),
        Field(description="a language the service must speak, ISO 639; a regional variant counts", examples=["es"]),
    ] = None
    mode: Annotated[
        list[Code],
        OneOrMore,
        Field(max_length=9, description="ways in, one of which must exist (and be open)", examples=[["text", "chat"]]),
    ] = []
    q: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
        AfterValidator(_printable),
        Field(description="words in name, description or kind"),
    ] = None
    hidden: Annotated[
        Code | None,
        Field(description="show what is ruled out for this reason instead of what fits", examples=["police"]),
    ] = None
    limit: Annotated[
        int, Field(ge=1, le=MOST, description="how many places; half as many teams, and half as many lines")
    ] = 20
    cursor: Annotated[
        str | None,
        Field(max_length=500, description="`next`, `next_might_fit` or `next_ruled_out` of an earlier answer"),
    ] = None

    @model_validator(mode="after")
    def _one_position(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("give both lat and lon, or neither")
        if self.lat is not None and self.near is not None:
            raise ValueError("give either lat and lon, or near, not both")
        if self.open_for_min is not None and self.opens_within_min is not None:
            raise ValueError("give either open_for_min or opens_within_min, not both")
        return self


class OpenState(StrEnum):
    """Unknown is never shown as open or closed."""

    open = "open"
    closed = "closed"
    unknown = "unknown"
    call_first = "call_first"


class Listed(StrEnum):
    """The lists of an answer."""

    FITS = "fits"
    MIGHT_FIT = "might_fit"
    RULED_OUT = "ruled_out"


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class Opening(View):
    """The state at the time asked about, in the zone to say it in."""

    state: OpenState
    label: str
    until: datetime | None = Field(description="when the present open or call-first state ends, if that is known")
    opens_at: datetime | None = Field(description="the next certain opening")
    zone: str | None
    closes_in_min: int | None = Field(description="minutes until then, where it is open")
    opens_in_min: int | None = Field(description="minutes until the next certain opening")
    why: str = Field(description="a code of the taxonomy `why`")
    why_label: str


class Distance(View):
    """How far, as exactly as the place is known: metres are rounded up to its precision, so nothing seems nearer."""

    metres: int | None
    precision: str


class Police(View):
    """Police involvement as stated: the highest level on any way to help, with the source and date of the claim."""

    level: str
    label: str
    counts_as: str = Field(description="the level it filters as: not stated, and old low claims, count as may call")
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
    police: str = Field(description="the police level on the path by this way")
    police_label: str
    police_counts_as: str = Field(
        description="the level it filters as: not stated, and old low claims, count as may call"
    )
    police_source: str | None
    police_stated_on: date | None
    open: Opening


class Stated(View):
    """An attribute that is stated, yes or no; what is not stated is not listed."""

    code: str
    label: str
    answer: str
    value: str | None
    stated_on: date | None
    confirmed: bool = Field(description="somebody other than the source stands for it; else it is self-stated")


class Ages(View):
    """The ages that are taken, as far as limits are stated."""

    minimum: float | None
    maximum: float | None


class FreePlaces(View):
    """A count of free places and its age; past its clock the count is unknown and no number is given."""

    unit: str
    label: str
    free: int | None
    total: int | None
    as_of: datetime
    age_min: int = Field(description="how many minutes ago that was")
    state: str = Field(description="`stated`, or `expired` when too old to rely on")
    source: str | None


class PublicAddress(View):
    name: str | None
    street: str | None
    city: str | None
    state: str | None
    postal_code: str | None


class Result(View):
    """One service at a place, or one line; never the point of a confidential place.

    `open` is by any way in; the hours of each way stand in `access`, and those of the door in `door`.
    """

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
    group: str = Field(description="`place` to go, `team` that comes, `line` to call or text")
    open: Opening
    distance: Distance
    police: Police
    access: list[Access]
    door: Opening | None = Field(description="when one may come to the place; null where there is no public door")
    languages: list[str]
    attributes: list[Stated]
    ages: Ages
    capacity: list[FreePlaces]
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
    zone: str | None = Field(default=None, description="the time zone there; null where it is not known")


class Group(View):
    """One kind of help, how much of it is on this page, and what to do next: there is always something."""

    code: str
    label: str
    fits: int
    might_fit: int
    step: str = Field(description="a code of the taxonomy `step`")
    step_label: str
    number: str | None = Field(description="a number to call at once, where the step is one")


class Labels(View):
    """The language of labels; `fallback` when none of those asked for is ours."""

    language: str
    fallback: bool


class SearchAnswer(View):
    """Nothing unknown disappears: what fits, what might, and how many were ruled out."""

    asked_at: datetime
    at: At | None
    labels: Labels
    fits: list[Result]
    might_fit: list[Result]
    ruled_out: list[Result] = Field(description="those ruled out for the reason asked for with `hidden`")
    hidden: list[Hidden]
    groups: list[Group]
    next: str | None = Field(description="cursor of the next page of `fits`")
    next_might_fit: str | None = Field(description="cursor of the next page of `might_fit`")
    next_ruled_out: str | None = Field(description="cursor of the next page of `ruled_out`")


class PlaceChoice(View):
    """A place a name may mean."""

    label: str
    lat: float
    lon: float
