"""Purge all whose time is over: person data, the audit's oldest part, failed jobs, letters in the folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import LiteralString

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

import referrals
from api.registry import COLUMNS, RULES
from core import audit, failpoints, letters
from core.db import Database, driver_of
from core.personal import Purge
from core.purging import due, purge
from core.security import SYSTEM

# A job's arguments are a time; what failed is worth a look for so long.
_JOBS = timedelta(days=30)
_FOLDER = timedelta(days=30)
_ENDED: LiteralString = """
SELECT j.id FROM procrastinate_jobs AS j WHERE j.status IN ('failed', 'cancelled', 'aborted', 'succeeded')
    AND NOT EXISTS (SELECT FROM procrastinate_events AS e WHERE e.job_id = j.id AND e.at > :before)
"""


@dataclass(frozen=True, slots=True)
class Purged:
    """What became of one kind of thing. `gone`: purged, or about to be; `held`: kept by a legal hold."""

    what: str
    gone: int
    held: int = 0


async def purge_all(database: Database, *, folder: Path, now: datetime) -> list[Purged]:
    """A batch a transaction, until nothing is left; harmless to repeat, and to run twice at once.

    Raises:
        ChainBroken: the audit does not hold, so nothing of it went; all else did.
    """
    done = []
    for rule in _carried_out():
        gone = 0
        while True:
            async with database.transaction(SYSTEM) as db:
                batch = await purge(db, rule, COLUMNS, now=now)
                await failpoints.reach("purge.before_commit")
            gone += batch
            if batch == 0:
                break
        async with database.transaction(SYSTEM) as db:
            _, held = await due(db, rule, COLUMNS, now=now)
        done.append(Purged(_name(rule), gone, held))
    done.append(await _survivors(database))
    done.append(Purged("failed jobs", await _jobs(database, now)))
    done.append(Purged("letters in the folder", letters.sweep(folder, before=now - _FOLDER)))
    done.append(await _audit(database, now))
    return done


async def due_all(database: Database, *, folder: Path, now: datetime) -> list[Purged]:
    """The same, counted and not done."""
    found = []
    async with database.transaction(SYSTEM) as db:
        for rule in _carried_out():
            gone, held = await due(db, rule, COLUMNS, now=now)
            found.append(Purged(_name(rule), gone, held))
        found.append(Purged("survivors", *await referrals.survivors_due(db)))
        found.append(Purged("failed jobs", len(await _ended(db, now))))
        found.append(Purged("letters in the folder", letters.sweep(folder, before=now - _FOLDER, dry=True)))
        forgotten = await audit.forget(await driver_of(db), before=now - _audit_rule().kept(COLUMNS), dry=True)
    return [*found, Purged("audit_entry", forgotten.gone, int(forgotten.held))]


async def _survivors(database: Database) -> Purged:
    gone = 0
    while True:
        async with database.transaction(SYSTEM) as db:
            batch = await referrals.forget_survivors(db)
            await failpoints.reach("purge.before_commit")
        gone += batch
        if batch == 0:
            break
    async with database.transaction(SYSTEM) as db:
        _, held = await referrals.survivors_due(db)
    return Purged("survivors", gone, held)


async def _audit(database: Database, now: datetime) -> Purged:
    gone = 0
    while True:
        async with database.transaction(SYSTEM) as db:
            batch = await audit.forget(await driver_of(db), before=now - _audit_rule().kept(COLUMNS))
        gone += batch.gone
        if batch.gone == 0:
            return Purged("audit_entry", gone, int(batch.held))


async def _jobs(database: Database, now: datetime) -> int:
    async with database.transaction(SYSTEM) as db:
        ended = await _ended(db, now)
        await db.execute(text("DELETE FROM procrastinate_jobs WHERE id = ANY(:ended)"), {"ended": ended})
        return len(ended)


async def _ended(db: AsyncSession, now: datetime) -> list[int]:
    return list((await db.scalars(text(_ENDED), {"before": now - _JOBS})).all())


def _carried_out() -> Iterator[Purge]:
    return (rule for rule in RULES if rule.elsewhere is None)


def _audit_rule() -> Purge:
    return next(rule for rule in RULES if rule.table == "audit_entry")


def _name(rule: Purge) -> str:
    return f"{rule.table} ({', '.join(rule.blank)})" if rule.blank else rule.table
