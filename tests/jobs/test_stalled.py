"""What a worker was doing when it was killed is done by the next."""

import asyncio

import procrastinate
import psycopg
import pytest

from api.jobs import JOBS
from core import working
from core.db import Database
from core.jobs import enqueue_tick, queue
from core.working import rescuing, retry_stalled
from tests.jobs.test_clock import SLOT


async def _killed_while_doing(app: procrastinate.App, dsn: str) -> None:
    """A worker takes the job and is never heard of again."""
    await enqueue_tick(dsn, "mark_overdue", SLOT)
    worker = await app.job_manager.register_worker()
    assert await app.job_manager.fetch_job(None, worker)


def _heard_of(dsn: str, seconds_ago: int) -> None:
    with psycopg.connect(dsn) as db:
        db.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => %s)", (seconds_ago,)
        )


def _states(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as db:
        return [str(state) for (state,) in db.execute("SELECT status FROM procrastinate_jobs").fetchall()]


async def test_a_killed_workers_job_is_done_by_the_next_to_start(database: Database) -> None:
    app = queue(database.dsn, JOBS, database)
    async with app.open_async():
        await _killed_while_doing(app, database.dsn)
        _heard_of(database.dsn, seconds_ago=60)
        async with rescuing(app):
            while _states(database.dsn) == ["doing"]:  # noqa: ASYNC110 - the database changes it
                await asyncio.sleep(0.02)
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)
    assert _states(database.dsn) == ["succeeded"]


async def test_a_worker_that_pruned_the_dead_one_still_finds_its_job(database: Database) -> None:
    app = queue(database.dsn, JOBS, database)
    async with app.open_async():
        await _killed_while_doing(app, database.dsn)
        _heard_of(database.dsn, seconds_ago=60)
        await app.job_manager.prune_stalled_workers(30)
        assert await retry_stalled(app) == 1
        assert _states(database.dsn) == ["todo"]


async def test_a_job_is_found_when_its_workers_heartbeat_is_overdue_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "_RESCUE_S", 0.05)
    app = queue(database.dsn, JOBS, database)
    async with app.open_async():
        await _killed_while_doing(app, database.dsn)
        async with rescuing(app):
            await asyncio.sleep(0.2)
            assert _states(database.dsn) == ["doing"]  # it may still live
            _heard_of(database.dsn, seconds_ago=60)
            while _states(database.dsn) == ["doing"]:  # noqa: ASYNC110 - the database changes it
                await asyncio.sleep(0.02)
    assert _states(database.dsn) == ["todo"]


async def test_two_workers_that_start_at_once_retry_it_once(database: Database) -> None:
    app = queue(database.dsn, JOBS, database)
    async with app.open_async():
        await _killed_while_doing(app, database.dsn)
        _heard_of(database.dsn, seconds_ago=60)
        await asyncio.gather(*(retry_stalled(app) for _ in range(4)))
    with psycopg.connect(database.dsn) as db:
        assert db.execute("SELECT status, attempts FROM procrastinate_jobs").fetchall() == [("todo", 1)]
