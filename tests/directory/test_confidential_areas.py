"""The area that a confidential place publishes does not say where in it the place is."""

from uuid import uuid4

import pytest

import directory
from core.db import Database
from core.security import SYSTEM
from directory import ServiceAreaIn
from tests.builders import (
    DENVER,
    NOON,
    a_site,
    an_area,
    daily,
    hidden,
    names,
    place_of,
    publish,
    search,
    service_of,
    square,
)

ZIPS = (
    an_area("zip", "80203"),
    an_area("zip_codes", "80203, 80204"),
    ServiceAreaIn(id=uuid4(), extent="80203"),
    ServiceAreaIn(id=uuid4(), name="near 80203", extent_type="neighborhood"),
)
CIRCLES = (an_area("radius", "5 km"), an_area("radius", "some miles"))
TELLING = [*ZIPS, *CIRCLES]


def a_shelter(*areas: ServiceAreaIn) -> directory.ListingIn:
    return a_site("Safe house", kinds=("DV.SHELTER",), service_areas=areas, schedules=[daily()])


@pytest.mark.parametrize("area", TELLING)
async def test_zips_and_circles_are_left_out(database: Database, area: ServiceAreaIn) -> None:
    await publish(database, a_shelter(area))
    assert await _stored(database) == []
    answer = await search(database)
    assert (names(answer.fits), names(answer.might_fit)) == ([], ["Safe house"])
    assert answer.might_fit[0].ask == ["Do you serve the place where the person is?"]


async def test_counties_and_drawn_areas_stay_beside_them(database: Database) -> None:
    await publish(database, a_shelter(an_area("county", "08031"), square(*DENVER, 0.5), *TELLING))
    assert await _stored(database) == ["county", "geojson"]
    assert names((await search(database)).fits) == ["Safe house"]


async def test_publishing_again_changes_nothing(database: Database) -> None:
    shelter = a_shelter(an_area("county", "08031"), *TELLING)
    await publish(database, shelter)
    async with database.transaction() as db:
        changes = await directory.publish(db, SYSTEM, listings=[shelter], now=NOON)
    assert {change.kind for change in changes} == {"unchanged"}


async def test_they_are_left_out_where_they_are_set_later(database: Database) -> None:
    shelter = a_shelter(an_area("county", "08031"))
    await publish(database, shelter)
    async with database.transaction() as db:
        await directory.set_areas(db, SYSTEM, service_id=service_of(shelter), areas=TELLING, now=NOON)
    assert await _stored(database) == []


async def test_they_go_when_the_place_becomes_confidential(database: Database) -> None:
    site = a_site(service_areas=(an_area("county", "08031"), *TELLING))
    await publish(database, site)
    async with database.transaction() as db:
        await directory.make_confidential(db, SYSTEM, location_id=place_of(site), now=NOON)
    assert await _stored(database) == ["county"]


@pytest.mark.parametrize("at", [DENVER, (39.76, -105.0), (39.62, -104.9), (40.5, -105.5)])
async def test_a_circle_cannot_be_walked_around(database: Database, at: tuple[float, float]) -> None:
    await publish(database, a_shelter(an_area("radius", "5 km")))
    answer = await search(database, lat=at[0], lon=at[1])
    assert (names(answer.might_fit), hidden(answer)) == (["Safe house"], {})


async def test_a_public_place_keeps_them(database: Database) -> None:
    await publish(database, a_site(service_areas=(an_area("radius", "5 km"), an_area("zip", "80203"))))
    assert await _stored(database) == ["radius", "zip"]


async def _stored(database: Database) -> list[str]:
    async with database.reading() as reader:
        found = await reader.execute("SELECT extent_type FROM service_area ORDER BY extent_type")
        return [str(row[0]) for row in await found.fetchall()]
