"""Search rows written a batch at a time are those that would be written one by one."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import text

from core.db import Database, driver_of
from directory import CapacityIn, Level
from directory.rows.material import gather
from directory.rows.refresh import _INSERT, _SHOWN, _TEXT, parameters, refresh, window_from
from directory.rows.row import every_row
from tests.builders import NOON, a_line, a_phone, a_site, daily, publish, speaks, square, stated

_ALL = """
SELECT search_row.*, en, es, words FROM search_row JOIN search_shown USING (id) JOIN search_text USING (id) ORDER BY id
"""


def _stored(database: Database) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.dsn) as db:
        return [tuple(map(str, row)) for row in db.execute(_ALL).fetchall()]


async def test_a_batch_is_written_as_its_rows_would_be(database: Database) -> None:
    beds = CapacityIn(id=uuid4(), unit="bed", free=2, total=5, as_of=NOON, expires_at=NOON + timedelta(hours=2))
    await publish(
        database,
        a_site("Quoted \"\\ {site}, '1%", schedules=[daily()], disclosure=stated(Level.P1), capacities=(beds,)),
        a_site("Sitio de la Peña \x01 €", languages=speaks("es", "zh-Hant"), minimum_age=18, maximum_age=24.5),
        a_site("Hidden", kinds=("DV.SHELTER",)),
        a_site("Far", at=(71.2905, -156.7886), service_areas=(square(71, -156, 1),), kinds=("MOBILE.COMM",)),
        a_line("Line", access_points=(a_phone(menu_path={"en": "press 2"}), a_phone("988", stated_on=NOON.date()))),
    )
    before = _stored(database)
    async with database.transaction() as db:
        ids = list(await db.scalars(text("SELECT id FROM service ORDER BY id")))
        driver = await driver_of(db)
        rows = [parameters(row) for row in every_row(await gather(driver, ids), window_from(NOON))]
        async with driver.cursor() as cursor:
            await cursor.execute("DELETE FROM search_row")
            await cursor.executemany(_INSERT, rows)
            await cursor.executemany(_SHOWN, rows)
            await cursor.executemany(_TEXT, rows)
    assert _stored(database) == before
    async with database.transaction() as db:
        await refresh(db, service_ids=ids, now=NOON)
    assert _stored(database) == before
    assert len(before) == 5
