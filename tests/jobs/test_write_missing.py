"""Search rows that are not there come back, however many, and whoever is broken off goes on."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

import directory
from api.jobs import JOBS
from core.db import Database
from core.security import SYSTEM
from directory import ServiceAreaIn
from tests.builders import NOON, a_line, a_site, daily, names, publish, search, service_of
from tests.jobs.test_clock import SLOT


def _drop(database: Database, *, of: set[UUID] | None = None) -> None:
    with psycopg.connect(database.dsn) as db:
        db.execute("DELETE FROM search_row WHERE %s::uuid[] IS NULL OR service_id = ANY(%s)", (of and list(of),) * 2)


def _rows(database: Database) -> list[tuple[object, ...]]:
    """Everything but the window of hours, which moves on."""
    with psycopg.connect(database.dsn) as db:
        return db.execute(
            "SELECT id, service_id, location_id, geom, tags, areas, stems, words, en, es"
            " FROM search_row JOIN search_shown USING (id) JOIN search_text USING (id) ORDER BY id"
        ).fetchall()


@pytest.mark.parametrize("limit", [1, 2, 200])
async def test_after_all_rows_are_lost_they_come_back(database: Database, limit: int) -> None:
    await publish(database, *(a_site(f"Site {n}", schedules=[daily()]) for n in range(4)), a_line("Line"))
    before = _rows(database)
    _drop(database)
    after = None
    done: list[UUID] = []
    while True:
        async with database.transaction() as db:
            batch = await directory.write_missing(db, SYSTEM, now=NOON, after=after, limit=limit)
        if not batch:
            break
        done += batch
        after = batch[-1]
    assert len(done) == len(set(done)) == 5
    assert _rows(database) == before
    assert len((await search(database)).fits) == 5


async def test_the_job_writes_what_is_missing_and_nothing_else(database: Database) -> None:
    kept, lost = a_site("Kept"), a_site("Lost")
    closed = a_site("Gone", status="defunct")
    await publish(database, kept, lost, closed)
    _drop(database, of={service_of(lost)})
    assert names((await search(database)).fits) == ["Kept"]
    assert await JOBS["write_missing"](database, SLOT) == 1
    assert sorted(names((await search(database)).fits)) == ["Kept", "Lost"]
    assert await JOBS["write_missing"](database, SLOT) == 0


async def test_a_service_that_cannot_be_worked_out_does_not_hold_up_the_others(database: Database) -> None:
    sites = [a_site(f"Site {n}", schedules=[daily()]) for n in range(3)]
    await publish(database, *sites)
    broken = service_of(sites[1])
    with psycopg.connect(database.dsn) as db:
        db.execute("UPDATE schedule SET zone = 'Nowhere/At_all' WHERE service_id = %s", (broken,))
    _drop(database)
    await JOBS["write_missing"](database, SLOT)
    assert sorted(names((await search(database)).fits)) == ["Site 0", "Site 2"]


async def test_what_could_not_be_placed_is_tried_again_once_there_are_outlines(database: Database) -> None:
    denver = ServiceAreaIn(
        id=UUID(int=7), name="Denver County, CO", extent_type="county", extent="Denver County, Colorado"
    )
    line = a_line("County line", service_areas=(denver,))
    with psycopg.connect(database.dsn) as db:
        db.execute("UPDATE area SET folded = 'x' || folded, source = 'older' WHERE kind IN ('county', 'nation')")
    await publish(database, line, a_site())
    assert names((await search(database)).might_fit) == ["County line"]
    async with database.transaction() as db:
        assert await directory.fill_outlines(db, SYSTEM, now=NOON) > 0
    async with database.transaction() as db:
        assert await directory.extend_hours(db, SYSTEM, now=NOON + timedelta(seconds=1)) == 1
    assert "County line" in names((await search(database)).fits)
