"""However many clocks there are, a tick is once; and a worker does what was enqueued."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

import directory
from api.jobs import JOBS
from core import clock
from core.db import Database
from core.jobs import enqueue_tick, queue, slot_of
from core.security import SYSTEM
from tests.builders import NOON, a_site, daily, publish, service_of

SLOT = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)


async def test_a_slot_is_enqueued_once_by_however_many_clocks(database: Database) -> None:
    taken = await asyncio.gather(*(enqueue_tick(database.dsn, "extend_hours", SLOT) for _ in range(5)))
    assert sorted(taken) == [False, False, False, False, True]
    assert _jobs(database.dsn) == 1


async def test_a_clock_that_slept_does_not_bring_an_old_slot_back(database: Database) -> None:
    assert await enqueue_tick(database.dsn, "extend_hours", SLOT)
    assert await enqueue_tick(database.dsn, "extend_hours", SLOT + timedelta(hours=1))
    assert not await enqueue_tick(database.dsn, "extend_hours", SLOT)


@given(st.integers(1_577_836_800, 4_102_444_800), st.sampled_from([15, 60]))
def test_slots_divide_time_without_gap_or_overlap(seconds: int, minutes: int) -> None:
    now, every = datetime.fromtimestamp(seconds, UTC), timedelta(minutes=minutes)
    slot = slot_of(now, every)
    assert slot <= now < slot + every
    assert slot_of(slot, every) == slot


@pytest.mark.parametrize("clocks", [2, 5])
async def test_processes_that_all_tick_enqueue_each_slot_once(database: Database, clocks: int) -> None:
    running = [
        await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.jobs.ticker", database.dsn)
        for _ in range(clocks)
    ]
    try:
        while len(_slots(database.dsn)) < 4:
            assert [process.returncode for process in running] == [None] * clocks
            await asyncio.sleep(0.1)
        slots = _slots(database.dsn)
    finally:
        for process in running:
            process.kill()
            await process.wait()
    assert [slots[0] + timedelta(seconds=2) * n for n in range(len(slots))] == slots


@pytest.mark.parametrize("clocks", [2, 5])
async def test_processes_elect_one_clock_and_another_takes_over(database: Database, clocks: int) -> None:
    environment = os.environ | {"DOORLIGHT_SERVICE_DSN": database.dsn}
    running = [
        await asyncio.create_subprocess_exec(sys.executable, "-m", "api.cli", "clock", env=environment)
        for _ in range(clocks)
    ]
    try:
        first = await _leader(database.dsn)
        assert _ticked(database.dsn) == JOBS.keys()
        by_backend = await _leading_process(database.dsn)
        assert first == by_backend
        with psycopg.connect(database.dsn) as db:  # the leader's session dies: its lock is free at once
            db.execute("SELECT pg_terminate_backend(%s)", (first,))
        while await _leader(database.dsn) == first:  # noqa: ASYNC110 - another process changes it
            await asyncio.sleep(0.05)
        assert _ticked(database.dsn) == JOBS.keys()
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        # one that was still importing has no handler yet, and ends by the signal itself
        assert {await process.wait() for process in running} <= {0, -signal.SIGTERM}


async def test_a_worker_does_the_job(database: Database) -> None:
    site = a_site(schedules=[daily()])
    await publish(database, site, now=clock.now() - timedelta(days=10))
    await enqueue_tick(database.dsn, "extend_hours", SLOT)
    app = queue(database.dsn, JOBS, database)
    async with app.open_async():
        await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)
    with psycopg.connect(database.dsn) as db:
        row = db.execute("SELECT horizon > now() + interval '14 days' FROM search_row").fetchone()
    assert row == (True,)


async def test_what_was_not_confirmed_in_time_is_marked_once(database: Database) -> None:
    site = a_site(schedules=[daily()])
    await publish(database, site)
    async with database.transaction() as db:
        await directory.confirm(db, SYSTEM, service_id=service_of(site), now=NOON)
    late = NOON + timedelta(days=91)
    async with database.transaction() as db:
        assert await directory.mark_overdue(db, SYSTEM, now=NOON) == 0
        assert await directory.mark_overdue(db, SYSTEM, now=late) == 1
        assert await directory.mark_overdue(db, SYSTEM, now=late) == 0


def _slots(dsn: str) -> list[datetime]:
    """The slots that jobs were enqueued for, one for each job."""
    with psycopg.connect(dsn) as db:
        found = db.execute("SELECT args->>'slot' FROM procrastinate_jobs ORDER BY 1").fetchall()
    return [datetime.fromisoformat(str(slot)) for (slot,) in found]


def _jobs(dsn: str) -> int:
    with psycopg.connect(dsn) as db:
        found = db.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
    return int(str(found[0])) if found else 0


def _ticked(dsn: str) -> set[str]:
    """The jobs that were enqueued; no slot of any twice, though the next slot of a frequent one may have come."""
    with psycopg.connect(dsn) as db:
        found = db.execute("SELECT task_name, args->>'slot' FROM procrastinate_jobs").fetchall()
    assert len(found) == len(set(found))
    return {str(name) for name, _ in found}


async def _leader(dsn: str) -> int:
    """The backend that holds the clock's lock, once one does and has ticked."""
    while True:
        if (leader := await _leading_process(dsn)) and _ticked(dsn) == JOBS.keys():
            return leader
        await asyncio.sleep(0.05)


async def _leading_process(dsn: str) -> int | None:
    async with await psycopg.AsyncConnection.connect(dsn) as db:
        held = (
            "SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        )
        rows = await (await db.execute(held)).fetchall()
    assert len(rows) <= 1
    return int(str(rows[0][0])) if rows else None
