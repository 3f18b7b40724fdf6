"""Where areas lie: what certainly covers a point, what perhaps does, and which areas a service's words mean."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

import directory
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM
from directory import PlaceIn, ServiceAreaIn
from directory.rows.areas import Resolved, resolve
from directory.search.covering import COVERING
from tests.builders import DENVER, NOON, a_line, a_site, publish, square

_COVERING = "WITH " + COVERING + " SELECT sure, maybe, zone FROM covering"  # noqa: S608 - constants


async def covering(clone: Cluster, at: tuple[float, float], zip_code: str | None = None) -> tuple[set[str], set[str]]:
    """Keys of the areas that hold a point, and of those that may."""
    async with await psycopg.AsyncConnection.connect(clone.service_dsn) as reader:
        found = await reader.execute(_COVERING, {"lat": at[0], "lon": at[1], "zip": zip_code})
        row = await found.fetchone()
        assert row is not None
        keys: dict[int, str] = dict(await (await reader.execute("SELECT id, key FROM area")).fetchall())
    sure, maybe = {keys[one] for one in row[0]}, {keys[one] for one in row[1]}
    assert not sure & maybe
    return sure, maybe


async def resolved(clone: Cluster, *said: tuple[str | None, str | None, str | None]) -> list[Resolved]:
    """What these (type, extent, name) come to, one by one."""
    areas = _areas(said)
    async with await psycopg.AsyncConnection.connect(clone.service_dsn) as driver:
        found = await resolve(driver, areas)
    return [found[area["id"]] for area in areas]


def _areas(said: Sequence[tuple[str | None, str | None, str | None]]) -> list[dict[str, Any]]:
    return [{"id": uuid4(), "extent_type": kind, "extent": extent, "name": name} for kind, extent, name in said]


async def keys_of(clone: Cluster, *said: tuple[str | None, str | None, str | None]) -> list[set[str]]:
    """The same as keys of areas."""
    ids = await resolved(clone, *said)
    async with await psycopg.AsyncConnection.connect(clone.service_dsn) as driver:
        keys: dict[int, str] = dict(await (await driver.execute("SELECT id, key FROM area")).fetchall())
    return [{keys[one] for one in each.ids} for each in ids]


async def some_zips(database: Database) -> None:
    async with database.transaction() as db:
        places = [
            PlaceIn(kind="zip", name=name, state="CO", latitude=latitude, longitude=longitude)
            for name, latitude, longitude in (
                ("80202", 39.75, -104.99),
                ("80203", 39.73, -104.98),
                ("81301", 37.3, -107.9),
            )
        ]
        await directory.fill_places(db, SYSTEM, places=places, now=NOON)


async def test_inside_is_certain_and_the_zone_is_known(database: Database, clone: Cluster) -> None:
    assert await covering(clone, DENVER) == ({"US", "state:CO", "county:08031"}, set())


@pytest.mark.parametrize(
    ("at", "sure", "maybe"),
    [
        # Kansas and Missouri along State Line Road
        ((38.98, -94.6077), {"US"}, {"state:KS", "state:MO", "county:20091", "county:29095"}),
        # four corners
        ((36.999, -109.0452), {"US"}, {"state:AZ", "state:CO", "state:NM", "state:UT"}),
        # Miami Beach: the sea is nobody else's state
        ((25.7907, -80.1300), {"US", "state:FL", "county:12086"}, set()),
        # Monhegan, Maine: an island that the outlines leave out
        ((43.7642, -69.3164), set(), {"US", "state:ME"}),
        # Detroit is in the country although its far bank is not
        ((42.3314, -83.0458), {"US", "state:MI", "county:26163"}, set()),
        # Attu lies beyond the date line
        ((52.85, 173.19), {"US", "state:AK", "county:02016"}, set()),
        ((13.4443, 144.7937), {"US", "state:GU", "county:66010"}, set()),
        ((18.4655, -66.1057), {"US", "state:PR"}, set()),
        # Glendale, Colorado: an enclave in Denver, too small for the grid
        ((39.705, -104.9336), {"US", "state:CO"}, {"county:08031", "county:08005"}),
        # Toronto, Mexico City, the Atlantic
        ((43.65, -79.38), set(), set()),
        ((19.43, -99.13), set(), set()),
        ((40.0, -50.0), set(), set()),
    ],
)
async def test_near_a_border_it_is_not_certain_on_which_side(
    database: Database, clone: Cluster, at: tuple[float, float], sure: set[str], maybe: set[str]
) -> None:
    found_sure, found_maybe = await covering(clone, at)
    assert sure <= found_sure
    assert {key for key in found_sure - sure if key[:2] in {"US", "st"}} == set()
    assert maybe <= found_maybe
    if not maybe:
        assert {key for key in found_maybe if key[:2] in {"US", "st"}} == set()


async def test_a_town_across_the_water_abroad_may_be_ours_and_is_never_certain(
    database: Database, clone: Cluster
) -> None:
    sure, maybe = await covering(clone, (42.3149, -83.0364))  # Windsor, Ontario
    assert sure == set()
    assert {"US", "state:MI"} <= maybe


async def test_a_shared_border_of_two_drawn_areas_is_in_both(database: Database, clone: Cluster) -> None:
    await publish(
        database,
        a_line("West", service_areas=(square(39.0, -105.0, 1),)),
        a_line("East", service_areas=(square(39.0, -103.0, 1),)),
    )
    sure, _ = await covering(clone, (39.0, -104.0))
    assert sum(key.startswith("drawn:") for key in sure) == 2


async def test_a_zip_is_certain_for_whoever_gives_it_and_no_other_is(database: Database, clone: Cluster) -> None:
    await some_zips(database)
    await resolved(clone, ("zip", "80202, 80203, 81301, 99999", None))
    sure, maybe = await covering(clone, DENVER, "80202")
    assert "zip:80202" in sure
    assert not any(key.startswith("zip:") for key in maybe)
    sure, maybe = await covering(clone, DENVER)
    assert not any(key.startswith("zip:") for key in sure)
    assert {key for key in maybe if key.startswith("zip:")} == {"zip:80202", "zip:80203"}, "Durango is 380 km off"


async def test_a_zip_without_a_point_is_certain_when_given_asked_about_otherwise_and_gets_its_point_later(
    database: Database, clone: Cluster
) -> None:
    (one,) = await resolved(clone, ("zip", "80202", None))
    assert (len(one.ids), one.unknown) == (1, True)
    assert "zip:80202" in (await covering(clone, DENVER, "80202"))[0]
    assert "zip:80202" not in (await covering(clone, DENVER))[1]
    await some_zips(database)
    assert "zip:80202" in (await covering(clone, DENVER))[1]
    (one,) = await resolved(clone, ("zip", "80202", None))
    assert not one.unknown


async def test_words_become_areas(database: Database, clone: Cluster) -> None:
    assert await keys_of(
        clone,
        ("state", "Colorado", None),
        ("county", "Denver County, CO", None),
        ("county", "Saint Louis city, MO", None),
        ("county", "St. Louis County, MO", None),
        ("county", "La Salle Parish, Louisiana", None),
        ("country", "USA", None),
    ) == [{"state:CO"}, {"county:08031"}, {"county:29510"}, {"county:29189"}, {"county:22059"}, {"US"}]


async def test_what_no_area_can_say_is_unknown(database: Database, clone: Cluster) -> None:
    nation, city, tribal, connecticut, part, reach = await resolved(
        clone,
        ("country", "US", None),
        ("county", "St. Louis, MO", None),
        ("tribal", "Navajo Nation", None),
        ("county", "09110", None),
        ("state", "CO; the valley", None),
        ("radius", "40000", None),
    )
    assert (nation.nation, nation.unknown) == (True, False)
    assert city == tribal == connecticut == Resolved((), nation=False, radius_m=None, unknown=True)
    assert (len(part.ids), part.unknown) == (1, True)
    assert reach == Resolved((), nation=False, radius_m=40_000, unknown=False)


async def test_many_are_resolved_in_two_statements(database: Database, clone: Cluster) -> None:
    said: list[tuple[str | None, str | None, str | None]] = [
        ("zip", ",".join(f"{zip_code:05}" for zip_code in range(n, n + 20)), None) for n in range(0, 10_000, 20)
    ]
    async with await psycopg.AsyncConnection.connect(clone.service_dsn) as driver:
        counted = _Counting(driver)
        found = await resolve(counted, _areas(said))  # type: ignore[arg-type]
    assert counted.statements == 2
    assert all(len(one.ids) == 20 for one in found.values())


async def test_services_that_drew_the_same_share_it_and_the_last_takes_it_along(
    database: Database, clone: Cluster
) -> None:
    one, other = (a_line(name, service_areas=(square(*DENVER, 0.5),)) for name in ("One", "Other"))
    await publish(database, one, other)
    assert _drawn(clone) == (1, 2)
    await _areas_of(database, one.services[0].id, ())
    assert _drawn(clone) == (1, 1)
    await _areas_of(database, other.services[0].id, (square(*DENVER, 0.25),))
    assert _drawn(clone) == (1, 1)
    await _areas_of(database, other.services[0].id, ())
    assert _drawn(clone) == (0, 0)


async def test_a_small_area_around_a_hidden_house_is_forgotten(database: Database, clone: Cluster) -> None:
    site = a_site(service_areas=(square(39.74, -104.98, 0.01), square(39.74, -104.98, 0.5)))
    await publish(database, site)
    assert _drawn(clone) == (2, 2)
    async with database.transaction() as db:
        await directory.make_confidential(db, SYSTEM, location_id=site.locations[0].id, now=NOON)
    assert _drawn(clone) == (1, 1)


async def test_outlines_are_filled_once(database: Database, clone: Cluster) -> None:
    async with database.transaction() as db:
        assert await directory.fill_outlines(db, SYSTEM, now=NOON) == 0
    with psycopg.connect(clone.owner_dsn) as owner:
        owner.execute("UPDATE area SET source = 'older', name = 'x' WHERE kind IN ('nation', 'state')")
    async with database.transaction() as db:
        assert await directory.fill_outlines(db, SYSTEM, now=NOON) == 3_288
        assert await directory.fill_outlines(db, SYSTEM, now=NOON) == 0
    with psycopg.connect(clone.owner_dsn) as owner:
        assert owner.execute("SELECT count(*) FROM area WHERE name = 'x'").fetchone() == (0,)
        twice = "SELECT count(*) FROM (SELECT area_id, geom FROM area_part GROUP BY 1, 2 HAVING count(*) > 1) AS twice"
        assert owner.execute(twice).fetchone() == (0,)


class _Counting:
    def __init__(self, driver: psycopg.AsyncConnection[Any]) -> None:
        self.driver = driver
        self.statements = 0

    async def execute(self, *args: Any) -> Any:
        self.statements += 1
        return await self.driver.execute(*args)


async def _areas_of(database: Database, service_id: UUID, areas: tuple[ServiceAreaIn, ...]) -> None:
    async with database.transaction() as db:
        await directory.set_areas(db, SYSTEM, service_id=service_id, areas=areas, now=NOON)


def _drawn(clone: Cluster) -> tuple[int, int]:
    """How many drawn areas there are, and how many services have one."""
    with psycopg.connect(clone.owner_dsn) as owner:
        row = owner.execute(
            "SELECT (SELECT count(*) FROM area WHERE kind = 'drawn'),"
            " (SELECT count(*) FROM service_area JOIN area ON area.id = drawn_id)"
        ).fetchone()
    assert row is not None
    return row
