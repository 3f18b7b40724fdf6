"""Facts said of one service, one after the other: the later takes the place of the earlier."""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg

import directory
from core.db import Database
from core.security import SYSTEM
from directory import CapacityIn, Level
from tests.builders import NOON, a_site, publish, search, service_of, stated


async def test_a_second_report_of_the_same_unit_takes_the_place_of_the_first(database: Database) -> None:
    site = a_site()
    await publish(database, site)
    for hours, free in ((0, 4), (1, 3)):
        as_of = NOON + timedelta(hours=hours)
        report = CapacityIn(id=uuid4(), unit="beds", free=free, as_of=as_of)
        async with database.transaction() as db:
            changes = await directory.report_capacity(
                db, SYSTEM, service_id=service_of(site), capacities=(report,), now=as_of
            )
    assert sorted(change.kind for change in changes) == ["created", "removed"]
    assert _capacities(database, service_of(site)) == [(report.id, 3)]


async def test_a_second_disclosure_takes_the_place_of_the_first(database: Database) -> None:
    site = a_site()
    await publish(database, site)
    for level in (Level.P1, Level.P4):
        async with database.transaction() as db:
            await directory.disclose(db, SYSTEM, service_id=service_of(site), disclosure=stated(level), now=NOON)
    answer = await search(database)
    assert [result.police.level for result in (*answer.fits, *answer.might_fit)] == ["P4"]


def _capacities(database: Database, service_id: UUID) -> list[tuple[object, ...]]:
    with psycopg.connect(database.dsn) as db:
        return db.execute("SELECT id, free FROM capacity WHERE service_id = %s", (service_id,)).fetchall()
