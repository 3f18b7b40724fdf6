"""A confidential place never leaks, by any field, order or count; not even after it was public."""

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.exc import IntegrityError

import directory
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM
from directory import ImportEntryIn, ImportRunIn
from tests.builders import DENVER, NOON, a_line, a_site, daily, place_of, publish, search, square

CANARIES = ("12 Canary Street", "80202", "39.7392", "-104.9848", "Canary")


def a_shelter(name: str = "Safe house", **more: object) -> directory.ListingIn:
    said = {"kinds": ("DV.SHELTER",), "service_areas": (square(*DENVER, 0.5),), "schedules": [daily()]} | more
    return a_site(name, **said)  # type: ignore[arg-type]


def _everything(clone: Cluster) -> str:
    """Every value of every table, as a dump would hold it."""
    with psycopg.connect(clone.owner_dsn) as db:
        tables = db.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        names = [row[0] for row in tables.fetchall() if row[0] not in {"spatial_ref_sys", "taxonomy_term"}]
        return "\n".join(
            str(db.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))).fetchall()) for name in names
        )


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
    run = ImportRunIn(source="x.json", format="hsds", digest="0", counts={}, entries=(entry,))
    async with database.transaction() as db:
        await directory.record_import(db, SYSTEM, run=run, now=NOON)
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
