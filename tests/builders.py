"""Small builders: each makes one thing with as little in it as the thing can have. Tests say what matters to them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import directory
from core import clock
from core.db import Database
from core.security import PUBLIC, SYSTEM
from directory import (
    AccessPointIn,
    AddressIn,
    AttributeIn,
    CapacityIn,
    ClosureIn,
    DisclosureIn,
    LanguageIn,
    Level,
    ListingIn,
    LocationIn,
    OrganizationIn,
    Owner,
    ScheduleIn,
    SearchAnswer,
    SearchInput,
    ServiceAreaIn,
    ServiceAtLocationIn,
    ServiceIn,
)

# Friday 20 November 2026, noon in Denver.
NOON = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
DENVER = (39.7392, -104.9848)
EVERY_DAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def daily(opens: time = time(0), closes: int = 1440, **more: Any) -> ScheduleIn:
    """The same hours every day; round the clock when nothing is said."""
    return ScheduleIn(id=uuid4(), freq="WEEKLY", byday=EVERY_DAY, opens_at=opens, closes_at=closes, **more)


def a_phone(number: str = "303-555-0101", **more: Any) -> AccessPointIn:
    """A way in by phone."""
    return AccessPointIn(id=uuid4(), kind="AP.DIRECT", modes=("phone",), number=number, **more)


def nationwide() -> ServiceAreaIn:
    """All of the United States."""
    return ServiceAreaIn(id=uuid4(), name="United States", extent_type="country", extent="US")


def square(latitude: float, longitude: float, half: float) -> ServiceAreaIn:
    """A drawn area: a square of so many degrees to each side of a point."""
    west, east, south, north = longitude - half, longitude + half, latitude - half, latitude + half
    ring = f"[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]"
    return ServiceAreaIn(id=uuid4(), extent_type="geojson", extent=f'{{"type":"Polygon","coordinates":[{ring}]}}')


def an_area(extent_type: str, extent: str) -> ServiceAreaIn:
    """An area by its name or number, or a radius: `("county", "36047")`, `("radius", "20 km")`."""
    return ServiceAreaIn(id=uuid4(), extent_type=extent_type, extent=extent)


def says(yes: Sequence[str] = (), no: Sequence[str] = ()) -> tuple[AttributeIn, ...]:
    """Attributes stated yes, and stated no."""
    said = {"source": "https://example.org/about", "stated_on": date(2026, 10, 1)}
    return tuple(
        AttributeIn.model_validate(said | {"code": code, "answer": answer})
        for answer, codes in (("yes", yes), ("no", no))
        for code in codes
    )


def a_way(kind: str, *modes: str, **more: Any) -> AccessPointIn:
    """A way in of some kind, by these modes."""
    return AccessPointIn(id=uuid4(), kind=kind, modes=modes, **more)


def stated(level: Level, on: date = date(2026, 10, 1)) -> DisclosureIn:
    """A claim about police, with its source and date."""
    return DisclosureIn(id=uuid4(), level=level, source="https://example.org/policy", stated_on=on)


def speaks(*codes: str) -> tuple[LanguageIn, ...]:
    return tuple(LanguageIn(id=uuid4(), code=code) for code in codes)


def a_line(name: str = "A line", **more: Any) -> ListingIn:
    """A service without a place; nationwide and hours not stated, unless `more` says otherwise."""
    organization = OrganizationIn(id=uuid4(), name=f"{name} organization")
    said: dict[str, Any] = {
        "kinds": ("LINE.CRISIS",),
        "service_areas": (nationwide(),),
        "access_points": (a_phone(),),
    } | more
    return ListingIn(
        organization=organization, services=(ServiceIn(id=uuid4(), organization_id=organization.id, name=name, **said),)
    )


def a_site(
    name: str = "A site",
    *,
    at: tuple[float, float] = DENVER,
    schedules: Sequence[ScheduleIn] = (),
    location: dict[str, Any] | None = None,
    **more: Any,
) -> ListingIn:
    """A service at a place with a street address; hours are the service's, and not stated unless given."""
    organization = OrganizationIn(id=uuid4(), name=f"{name} organization")
    said: dict[str, Any] = {
        "kinds": ("SITE.SOBER",),
        "access_points": (a_phone(),),
        "schedules": tuple(schedules),
    } | more
    service = ServiceIn(id=uuid4(), organization_id=organization.id, name=name, **said)
    address = AddressIn(
        id=uuid4(), address_1="12 Canary Street", city="Denver", state_province="CO", postal_code="80202", country="US"
    )
    where: dict[str, Any] = {"latitude": at[0], "longitude": at[1], "precision": "rooftop", "addresses": (address,)} | (
        location or {}
    )
    place = LocationIn(id=uuid4(), name=f"{name} house", **where)
    return ListingIn(
        organization=organization,
        services=(service,),
        locations=(place,),
        services_at_locations=(ServiceAtLocationIn(id=uuid4(), service_id=service.id, location_id=place.id),),
    )


async def publish(database: Database, *listings: ListingIn, now: datetime = NOON) -> None:
    """Hand listings in and commit."""
    async with database.transaction() as db:
        await directory.publish(db, SYSTEM, listings=listings, now=now)


async def publish_today(database: Database, *listings: ListingIn) -> None:
    """The same, as of this moment: for what is then asked by the clock that runs."""
    await publish(database, *listings, now=clock.now())


async def search(database: Database, *, now: datetime = NOON, labels: str = "en", **asked: Any) -> SearchAnswer:
    """Search by the front door; from the middle of Denver unless the test says where."""
    if not {"lat", "near", "nowhere"} & asked.keys():
        asked |= {"lat": DENVER[0], "lon": DENVER[1]}
    asked.pop("nowhere", None)
    async with database.reading() as reader:
        answer = await directory.search(reader, PUBLIC, ask=SearchInput(**asked), now=now, labels=labels)
    return answer.view()


async def count(database: Database, listing: ListingIn, free: int, *, as_of: datetime, unit: str = "bed") -> None:
    """Report how many places are free."""
    said = CapacityIn(id=uuid4(), unit=unit, free=free, as_of=as_of, source="provider")
    async with database.transaction() as db:
        await directory.report_capacity(db, SYSTEM, service_id=service_of(listing), capacities=(said,), now=as_of)


async def pause(database: Database, listing: ListingIn, starts: datetime, ends: datetime) -> None:
    """Close a service for a while."""
    closure = ClosureIn(id=uuid4(), starts_at=starts, ends_at=ends, reason="paused")
    async with database.transaction() as db:
        await directory.close(
            db, SYSTEM, owner=Owner.service, owner_id=service_of(listing), closure=closure, now=starts
        )


async def confirmed(database: Database, *listings: ListingIn, on: datetime = NOON) -> None:
    """A person has confirmed these services."""
    async with database.transaction() as db:
        for listing in listings:
            await directory.confirm(db, SYSTEM, service_id=service_of(listing), now=on)


def hidden(answer: SearchAnswer) -> dict[str, int]:
    """What was ruled out, by reason."""
    return {one.reason: one.count for one in answer.hidden}


def names(results: Sequence[directory.Result]) -> list[str]:
    return [result.name for result in results]


def service_of(listing: ListingIn) -> UUID:
    return listing.services[0].id


def place_of(listing: ListingIn) -> UUID:
    return listing.locations[0].id
