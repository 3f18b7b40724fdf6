"""A worker whose database goes away and comes back works on, with all that belongs to it."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from api.jobs import JOBS
from core import cluster, working
from core.cluster import Database as Cluster
from core.db import Database
from core.jobs import enqueue_tick, queue
from tests.conftest import _alone
from tests.jobs.test_clock import SLOT

_BEATEN = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > clock_timestamp() - interval '1 second'"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"_BEATS_S": 0.1, "_DEAD_S": 1.0, "_RESCUE_S": 0.1, "_LOOKS_S": 60.0, "_AGAIN_S": 0.1}.items():
        monkeypatch.setattr(working, name, seconds)


@pytest.fixture
def clone(server: Cluster, template: str) -> Iterator[Cluster]:
    """One of its own: what else a worker holds open would break with it."""
    name = f"doorlight_outage_{os.getpid()}"
    with _alone("clone"):
        made = cluster.scratch(server, name, like=template)
    yield made
    cluster.discard(server, name)


@pytest.fixture
async def database(clone: Cluster) -> AsyncIterator[Database]:
    opened = Database(clone.service_dsn, pool_size=4)
    await opened.open()
    yield opened
    await opened.close()


@asynccontextmanager
async def at_work(database: Database) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(working.work(queue(database.dsn, JOBS, database)))
    yield task
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def away(clone: Cluster, *, until_tried: bool) -> None:
    """Every connection ends; `until_tried`: for a while nobody can connect anew either."""
    name = psycopg.conninfo.conninfo_to_dict(clone.service_dsn)["dbname"]
    with psycopg.connect(clone.admin_dsn.replace(str(name), "postgres"), autocommit=True) as admin:
        allow = SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        admin.execute(allow.format(Identifier(str(name)), SQL("false" if until_tried else "true")))
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        if until_tried:
            admin.execute("SELECT pg_sleep(0.5)")
            admin.execute(allow.format(Identifier(str(name)), SQL("true")))


async def until(dsn: str, query: str, wanted: int) -> None:
    async with asyncio.timeout(20):
        while True:
            with suppress(psycopg.OperationalError):
                async with await psycopg.AsyncConnection.connect(dsn) as db:
                    if await (await db.execute(query.encode())).fetchone() == (wanted,):
                        return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("until_tried", [False, True])
async def test_it_beats_and_hears_of_jobs_as_before(clone: Cluster, database: Database, until_tried: bool) -> None:
    async with at_work(database) as task:
        await until(database.dsn, _BEATEN, 1)
        await asyncio.to_thread(away, clone, until_tried=until_tried)
        await asyncio.sleep(1)  # whatever is to end has ended, and what was beaten before is old
        await until(database.dsn, _BEATEN, 1)
        await enqueue_tick(database.dsn, "mark_overdue", SLOT)
        await until(database.dsn, "SELECT count(*) FROM procrastinate_jobs", 0)  # long before it would look by itself
        assert not task.done()
