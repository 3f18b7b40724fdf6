"""One service that cannot be worked out does not keep the hours of the others from moving on."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

import directory
from api.jobs import JOBS
from core import clock
from core.db import Database
from core.security import SYSTEM
from directory import ListingIn
from tests.builders import NOON, a_site, daily, names, publish, search, service_of
from tests.jobs.test_clock import SLOT


def _break(database: Database, *listings: ListingIn) -> set[UUID]:
    """Hours that no rule of ours can read, as no verb of ours would write them."""
    broken = {service_of(listing) for listing in listings}
    with psycopg.connect(database.dsn) as db:
        db.execute("UPDATE schedule SET zone = 'Nowhere/At_all' WHERE service_id = ANY(%s)", (list(broken),))
    return broken


async def test_the_others_of_its_batch_are_done(database: Database) -> None:
    sites = [a_site(f"Site {n}", schedules=[daily()]) for n in range(5)]
    await publish(database, *sites)
    broken = _break(database, sites[0])
    later = NOON + timedelta(days=40)
    skip: set[UUID] = set()
    async with database.transaction() as db:
        assert await directory.extend_hours(db, SYSTEM, now=later, skip=skip) == 4
        assert await directory.extend_hours(db, SYSTEM, now=later, skip=skip) == 0
    assert skip == broken
    answer = await search(database, open="now", now=later)
    assert sorted(names(answer.fits)) == ["Site 1", "Site 2", "Site 3", "Site 4"]
    assert names(answer.might_fit) == ["Site 0"]  # its old rows stay: unknown, never lost


@pytest.mark.parametrize("limit", [1, 2])
async def test_a_batch_of_nothing_else_does_not_hide_the_rest(database: Database, limit: int) -> None:
    sites = [a_site(f"Site {n}", schedules=[daily()]) for n in range(5)]
    await publish(database, *sites[:3])
    _break(database, *sites[:3])  # their rows end first
    await publish(database, *sites[3:], now=NOON + timedelta(hours=1))
    later = NOON + timedelta(days=40)
    skip: set[UUID] = set()
    done = 0
    async with database.transaction() as db:
        while more := await directory.extend_hours(db, SYSTEM, now=later, limit=limit, skip=skip):
            done += more
    assert (done, len(skip)) == (2, 3)


async def test_the_job_ends(database: Database) -> None:
    sites = [a_site(f"Site {n}", schedules=[daily()]) for n in range(3)]
    await publish(database, *sites, now=clock.now() - timedelta(days=10))
    _break(database, sites[1])
    assert await JOBS["extend_hours"](database, SLOT) == 2
    assert await JOBS["extend_hours"](database, SLOT) == 0
