"""A confidential place never leaks, by any field, order or count; not even after it was public."""

import asyncio
import json
import math
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

import directory
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM
from directory import AttributeIn, ImportEntryIn, ImportRunIn, Owner, ServiceAreaIn, ServiceIn
from directory.errors import BadArea
from tests.builders import DENVER, NOON, a_line, a_site, daily, place_of, publish, search, service_of, square
from tests.directory import planted
from tests.stored import everything

CANARIES = ("12 Canary Street", "80202", "39.7392", "-104.9848", "Canary")


def a_shelter(name: str = "Safe house", **more: object) -> directory.ListingIn:
    said = {"kinds": ("DV.SHELTER",), "service_areas": (square(*DENVER, 0.5),), "schedules": [daily()]} | more
    return a_site(name, **said)  # type: ignore[arg-type]


def _everything(clone: Cluster) -> str:
    return str(everything(clone))


def leaking(clone: Cluster) -> list[str]:
    dump = _everything(clone).lower()
    return [canary for canary in ("canary", "80202", "39.7392", "104.9848") if canary in dump]


async def test_a_violence_shelter_is_confidential_whoever_imports_it(database: Database, clone: Cluster) -> None:
    await publish(database, a_shelter())
    dump = _everything(clone)
    assert [canary for canary in CANARIES if canary in dump] == []


async def test_it_is_found_by_its_area_without_distance_or_address(database: Database) -> None:
    await publish(database, a_shelter())
    result = (await search(database)).fits[0]
    assert (result.distance.metres, result.distance.precision, result.address) == (None, "confidential", None)
    assert result.open.zone == "America/Denver"


async def test_a_grid_of_searches_gives_the_same_answer_everywhere_inside_its_area(database: Database) -> None:
    await publish(database, a_shelter(), a_line("National"))
    answers = set()
    for n in range(400):
        lat = DENVER[0] - 0.475 + (n // 20) * 0.05
        lon = DENVER[1] - 0.475 + (n % 20) * 0.05
        answer = await search(database, lat=lat, lon=lon, within_m=1 + n * 250, open="now")
        answers.add(answer.model_copy(update={"at": None}).model_dump_json())
    assert len(answers) == 1


async def test_where_it_truly_is_moves_nothing(database: Database) -> None:
    here, there = a_shelter(at=DENVER), a_shelter(at=(40.1, -105.3))
    await publish(database, here)
    first = await search(database, lat=39.9, lon=-105.1)
    moved = here.model_copy(update={"locations": (there.locations[0].model_copy(update={"id": place_of(here)}),)})
    await publish(database, moved)
    assert await search(database, lat=39.9, lon=-105.1) == first


async def test_making_a_public_place_confidential_scrubs_all_that_knew_it(database: Database, clone: Cluster) -> None:
    site = a_site(kinds=("SHELTER.ADULT",), name="House")
    await publish(database, site)
    entry = ImportEntryIn(
        outcome="altered",
        path="$.locations[0]",
        object_ids=(place_of(site),),
        why="ZIP",
        detail="12 Canary Street, 80202",
    )
    run = ImportRunIn(source="x.json", format="hsds", digest="0", counts={})
    async with database.transaction() as db:
        await directory.record_import(db, SYSTEM, run=run, entries=(entry,), now=NOON)
    assert "12 Canary Street" in _everything(clone)
    async with database.transaction() as db:
        await directory.make_confidential(db, SYSTEM, location_id=place_of(site), now=NOON)
    dump = _everything(clone)
    assert [canary for canary in CANARIES if canary in dump] == []
    assert (await search(database)).fits == []


async def test_an_import_that_calls_a_public_place_confidential_scrubs_it_too(
    database: Database, clone: Cluster
) -> None:
    site = a_site(kinds=("SHELTER.ADULT",), name="House")
    await publish(database, site)
    hidden = site.locations[0].model_copy(update={"confidential": True})
    await publish(database, site.model_copy(update={"locations": (hidden,)}))
    dump = _everything(clone)
    assert [canary for canary in CANARIES if canary in dump] == []


async def test_a_later_import_does_not_uncover_it(database: Database, clone: Cluster) -> None:
    site = a_site(kinds=("SHELTER.ADULT",), name="House")
    await publish(database, site)
    async with database.transaction() as db:
        await directory.make_confidential(db, SYSTEM, location_id=place_of(site), now=NOON)
    await publish(database, site)
    dump = _everything(clone)
    assert [canary for canary in CANARIES if canary in dump] == []


async def test_no_text_of_a_violence_shelter_says_where_it_is(database: Database, clone: Cluster) -> None:
    listing = planted.a_listing("DV.SHELTER")
    await publish(database, listing)
    assert leaking(clone) == []
    async with database.transaction() as db:
        again = await directory.publish(db, SYSTEM, listings=[listing], now=NOON)
    assert {change.kind for change in again} <= {"unchanged", "removed"}
    assert leaking(clone) == []


async def test_no_text_says_where_a_place_is_that_becomes_confidential(database: Database, clone: Cluster) -> None:
    listing = planted.a_listing("SHELTER.ADULT")
    await publish(database, listing)
    closure = planted.planted(directory.ClosureIn, starts_at=NOON, ends_at=NOON + timedelta(hours=1))
    named = (listing.organization, *listing.services, *listing.services[0].phones)
    entries = tuple(
        ImportEntryIn(outcome="kept", path="$", object_ids=(one.id,), why="ZIP", detail=planted.STREET) for one in named
    )
    run = ImportRunIn(source="x.json", format="hsds", digest="0", counts={})
    async with database.transaction() as db:
        for owner, owner_id in (
            (Owner.location, place_of(listing)),
            (Owner.service, service_of(listing)),
            (Owner.service_at_location, listing.services_at_locations[0].id),
        ):
            said = closure.model_copy(update={"id": uuid4()})
            await directory.close(db, SYSTEM, owner=owner, owner_id=owner_id, closure=said, now=NOON)
        await directory.record_import(db, SYSTEM, run=run, entries=entries, now=NOON)
    assert leaking(clone) == ["canary", "80202", "39.7392", "104.9848"]
    async with database.transaction() as db:
        await directory.make_confidential(db, SYSTEM, location_id=place_of(listing), now=NOON)
    assert leaking(clone) == []


async def _placed(db: AsyncSession, listing: directory.ListingIn) -> None:
    await directory.place_service(db, SYSTEM, at=listing.services_at_locations[0], now=NOON)


async def _attribute(db: AsyncSession, listing: directory.ListingIn) -> None:
    said = (AttributeIn(taxonomy="kind", code="DV.SHELTER"),)
    await directory.state_attributes(db, SYSTEM, service_id=service_of(listing), attributes=said, now=NOON)


async def _kind(db: AsyncSession, listing: directory.ListingIn) -> None:
    shelter = listing.services[0].model_copy(update={"kinds": ("DV.SHELTER",)})
    await directory.register_service(db, SYSTEM, service=shelter, now=NOON)


async def _kind_as_attribute(db: AsyncSession, listing: directory.ListingIn) -> None:
    said = (AttributeIn(taxonomy="kind", code="DV.SHELTER"),)
    shelter = listing.services[0].model_copy(update={"attributes": said})
    await directory.publish(db, SYSTEM, listings=[listing.model_copy(update={"services": (shelter,)})], now=NOON)


async def _service_name(db: AsyncSession, listing: directory.ListingIn) -> None:
    shelter = listing.services[0].model_copy(update={"name": "Domestic violence shelter"})
    await directory.register_service(db, SYSTEM, service=shelter, now=NOON)


async def _organization_name(db: AsyncSession, listing: directory.ListingIn) -> None:
    named = listing.organization.model_copy(update={"name": "Battered Women's Shelter"})
    await directory.register_organization(db, SYSTEM, organization=named, now=NOON)


async def _mark(db: AsyncSession, listing: directory.ListingIn) -> None:
    marked = listing.locations[0].model_copy(update={"description": "Undisclosed"})
    await directory.register_location(db, SYSTEM, location=marked, now=NOON)


Step = Callable[[AsyncSession, directory.ListingIn], Awaitable[None]]


@pytest.mark.parametrize("step", [_attribute, _kind, _kind_as_attribute, _service_name, _organization_name, _mark])
async def test_whichever_verb_says_it_the_place_is_hidden(database: Database, clone: Cluster, step: Step) -> None:
    listing = planted.a_listing("SHELTER.ADULT")
    async with database.transaction() as db:
        await directory.register_organization(db, SYSTEM, organization=listing.organization, now=NOON)
        await directory.register_location(db, SYSTEM, location=listing.locations[0], now=NOON)
        await directory.register_service(db, SYSTEM, service=listing.services[0], now=NOON)
        await _placed(db, listing)
    assert leaking(clone)
    async with database.transaction() as db:
        await step(db, listing)
    assert leaking(clone) == []


async def test_a_shelter_registered_piece_by_piece_is_hidden_once_it_is_placed(
    database: Database, clone: Cluster
) -> None:
    listing = planted.a_listing("DV.SHELTER")
    async with database.transaction() as db:
        await directory.register_organization(db, SYSTEM, organization=listing.organization, now=NOON)
        await directory.register_service(db, SYSTEM, service=listing.services[0], now=NOON)
        await directory.register_location(db, SYSTEM, location=listing.locations[0], now=NOON)
        await _placed(db, listing)
    assert leaking(clone) == []


async def test_a_listing_that_does_not_mention_kinds_leaves_it_hidden(database: Database, clone: Cluster) -> None:
    shelter = a_shelter()
    await publish(database, shelter)
    summary = ServiceIn(id=service_of(shelter), organization_id=shelter.organization.id, name="House")
    other = a_site().locations[0]
    moved = directory.ServiceAtLocationIn(id=uuid4(), service_id=summary.id, location_id=other.id)
    listing = directory.ListingIn(
        organization=shelter.organization, services=(summary,), locations=(other,), services_at_locations=(moved,)
    )
    await publish(database, listing)
    assert leaking(clone) == []


async def test_who_places_a_shelter_while_its_place_is_written_waits(database: Database, clone: Cluster) -> None:
    site, shelter = a_site(), a_shelter()
    await publish(database, site, shelter.model_copy(update={"locations": (), "services_at_locations": ()}))
    at = directory.ServiceAtLocationIn(id=uuid4(), service_id=service_of(shelter), location_id=place_of(site))

    async def place() -> None:
        async with database.transaction() as db:
            await directory.place_service(db, SYSTEM, at=at, now=NOON)

    async with database.transaction() as db:
        again = site.locations[0].model_copy(update={"description": "Ring twice"})
        await directory.register_location(db, SYSTEM, location=again, now=NOON)
        placing = asyncio.create_task(place())
        await asyncio.sleep(0.3)
        assert not placing.done()
    await placing
    assert leaking(clone) == []


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("America/Indiana/Tell_City", "America/Chicago"), ("America/Denver", "America/Denver")],
)
async def test_a_zone_of_one_county_is_told_as_a_large_one(
    database: Database, clone: Cluster, zone: str, shown: str
) -> None:
    hours = daily().model_copy(update={"zone": zone})
    await publish(database, a_shelter(location={"zone": zone}, schedules=[hours]))
    assert (await search(database)).fits[0].open.zone == shown
    later = a_site(location={"zone": zone})
    await publish(database, later)
    async with database.transaction() as db:
        await directory.make_confidential(db, SYSTEM, location_id=place_of(later), now=NOON)
    assert "Tell_City" not in _everything(clone)


async def test_an_area_around_one_house_is_refused(database: Database) -> None:
    with pytest.raises(BadArea):
        await publish(database, a_shelter(service_areas=(square(*DENVER, 0.01),)))


def a_circle(corners: int) -> ServiceAreaIn:
    turns = [2 * math.pi * n / corners for n in range(corners)]
    ring = [[DENVER[1] + 0.3 * math.cos(t) / 0.77, DENVER[0] + 0.3 * math.sin(t)] for t in turns]
    drawn = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return ServiceAreaIn(id=uuid4(), extent_type="geojson", extent=json.dumps(drawn))


@pytest.mark.parametrize("corners", [8, 16, 64])
async def test_a_circle_is_refused_whatever_its_size(database: Database, corners: int) -> None:
    with pytest.raises(BadArea, match="circle"):
        await publish(database, a_shelter(service_areas=(a_circle(corners),)))


@pytest.mark.parametrize("corners", [3, 4, 5, 6])
async def test_what_has_corners_stays(database: Database, corners: int) -> None:
    await publish(database, a_shelter(service_areas=(a_circle(corners),)))
    assert len((await search(database)).fits) == 1


async def test_a_circle_around_a_place_that_becomes_confidential_goes(database: Database, clone: Cluster) -> None:
    site = a_site(service_areas=(a_circle(32),))
    await publish(database, site)
    async with database.transaction() as db:
        await directory.make_confidential(db, SYSTEM, location_id=place_of(site), now=NOON)
    assert "coordinates" not in _everything(clone)


async def test_a_small_area_of_a_place_that_becomes_confidential_goes(database: Database, clone: Cluster) -> None:
    site = a_site(service_areas=(square(39.74, -104.98, 0.01), square(39.74, -104.98, 0.5)))
    await publish(database, site)
    async with database.transaction() as db:
        await directory.make_confidential(db, SYSTEM, location_id=place_of(site), now=NOON)
    assert _everything(clone).count("coordinates") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE location SET latitude = 1, longitude = 1 WHERE confidential",
        "UPDATE location SET kept = '{}' WHERE confidential",
        "INSERT INTO address (id, changed_at, location_id, address_type) SELECT id, now(), id, 'postal' FROM location",
        "UPDATE search_row SET geom = ST_SetSRID(ST_MakePoint(1, 1), 3857)",
    ],
)
async def test_the_database_itself_refuses_a_point_or_a_street(database: Database, statement: str) -> None:
    await publish(database, a_shelter())
    with pytest.raises(IntegrityError):
        async with database.transaction() as db:
            await (await db.connection()).exec_driver_sql(statement)


async def test_a_report_of_a_later_import_does_not_quote_a_hidden_place(database: Database, clone: Cluster) -> None:
    site = a_site(kinds=("SHELTER.ADULT",), name="House")
    await publish(database, site)
    async with database.transaction() as db:
        await directory.make_confidential(db, SYSTEM, location_id=place_of(site), now=NOON)
    said = {"outcome": "altered", "path": "$", "why": "too long", "detail": "12 Canary Street, 80202"}
    entries = tuple(
        ImportEntryIn(**said, object_ids=(named,))
        for named in (place_of(site), site.services[0].id, site.organization.id)
    )
    run = ImportRunIn(source="x.json", format="hsds", digest="0", counts={})
    async with database.transaction() as db:
        await directory.record_import(db, SYSTEM, run=run, entries=entries, now=NOON)
    dump = _everything(clone)
    assert [canary for canary in CANARIES if canary in dump] == []
