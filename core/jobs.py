"""The queue and the clock: procrastinate does the work, APScheduler says when, each tick is once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import procrastinate
import psycopg
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from psycopg.types.json import Jsonb

from core import clock
from core.db import Database

_log = structlog.get_logger()
_RETRY = procrastinate.RetryStrategy(max_attempts=5, exponential_wait=4)
_JUMP_S = 1.0
_EARLY = timedelta(seconds=1)

# What a job does, with the process's database and the slot it was enqueued for.
Job = Callable[[Database, datetime], Awaitable[int]]


def queue(dsn: str, jobs: Mapping[str, Job], database: Database) -> procrastinate.App:
    """An app whose tasks are these jobs, by name. Not yet open."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn, min_size=1, max_size=4))
    for name, job in jobs.items():
        app.task(name=name, retry=_RETRY)(_task(name, job, database))
    return app


def _task(name: str, job: Job, database: Database) -> Callable[[str], Awaitable[int]]:
    async def run(slot: str) -> int:
        done = await job(database, datetime.fromisoformat(slot))
        (_log.info if done else _log.debug)("job", job=name, slot=slot, done=done)
        return done

    run.__name__ = name
    return run


# The queue's own function takes the slot and enqueues in one step, and forgets earlier slots: so a clock that was
# stopped for an hour and goes on must not bring an old one back.
_DEFER = """
SELECT procrastinate_defer_periodic_job_v2('default', NULL, NULL, %(job)s, 0, '', %(stamp)s, %(args)s)
WHERE NOT EXISTS (SELECT FROM procrastinate_periodic_defers WHERE task_name = %(job)s AND defer_timestamp > %(stamp)s)
"""


async def enqueue_tick(dsn: str, job: str, slot: datetime) -> bool:
    """Enqueue a job for a slot, once: False when this or another clock has done so already."""
    async with await psycopg.AsyncConnection.connect(dsn) as session:
        return await _enqueued(session, job, slot)


async def enqueue_due(dsn: str, job: str, every: timedelta) -> datetime | None:
    """Enqueue a job for the slot that begins or runs now; the slot, or None when this or another clock has done so.

    The database says what time it is: after one slot two hours ahead, from a machine whose clock is wrong, there would
    be none for two hours. What comes a little early, as machines differ, is for the slot that is about to begin.
    """
    async with await psycopg.AsyncConnection.connect(dsn) as session:
        found = await (await session.execute("SELECT clock_timestamp()")).fetchone()
        assert found is not None  # noqa: S101 - it has one row
        slot = slot_of(found[0] + min(_EARLY, every / 4), every)
        return slot if await _enqueued(session, job, slot) else None


async def _enqueued(session: psycopg.AsyncConnection[tuple[Any, ...]], job: str, slot: datetime) -> bool:
    values = {"job": job, "stamp": int(slot.timestamp()), "args": Jsonb({"slot": slot.isoformat()})}
    deferred = await (await session.execute(_DEFER, values)).fetchone()
    return deferred is not None and deferred[0] is not None


def slot_of(now: datetime, every: timedelta) -> datetime:
    """The slot that an instant belongs to, keyed in UTC so that a doubled hour of autumn has its own."""
    seconds = int(every.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


@asynccontextmanager
async def ticking(dsn: str, every: Mapping[str, timedelta]) -> AsyncIterator[None]:
    """A clock that only enqueues: each job once a slot, and at once for the slot that is running now."""

    async def tick(job: str, length: timedelta) -> None:
        if (slot := await enqueue_due(dsn, job, length)) is not None:
            # what ticks every few seconds would drown the rest
            (_log.info if length >= timedelta(minutes=1) else _log.debug)("tick", job=job, slot=slot.isoformat())

    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})
    for job, length in every.items():
        scheduler.add_job(tick, _trigger(length), args=(job, length), id=job)
        scheduler.add_job(tick, args=(job, length))
    scheduler.start()
    minding = asyncio.create_task(_minding(scheduler, every))
    try:
        yield
    finally:
        minding.cancel()
        scheduler.shutdown(wait=False)


async def _minding(scheduler: AsyncIOScheduler, every: Mapping[str, timedelta]) -> None:
    """See that each job comes within its time, however this machine's clock was set: back, or there and back."""
    while True:
        await asyncio.sleep(_JUMP_S)
        for job, length in every.items():
            found = scheduler.get_job(job)
            if found is not None and found.next_run_time > clock.now() + length + timedelta(seconds=_JUMP_S):
                _log.warning("clock set", job=job)
                scheduler.reschedule_job(job, trigger=_trigger(length))
        scheduler.wakeup()  # it sleeps for as long as its clock said it should


def _trigger(every: timedelta) -> CronTrigger:
    """At the start of every slot, for slots that divide a minute or an hour, or are one."""
    if every < timedelta(minutes=1):
        return CronTrigger(second=f"*/{every.seconds}", timezone=UTC)
    return CronTrigger(minute=f"*/{every.seconds // 60}" if every < timedelta(hours=1) else "0", timezone=UTC)
