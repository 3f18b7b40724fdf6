"""What the clock asks for: hours worked out further ahead, and a mark on what nobody confirmed in time."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import psycopg
import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller
from directory.models import SearchRow, Service
from directory.rows.refresh import refresh
from directory.rules.hours import HORIZON

_log = structlog.get_logger()
# Nothing is wrong with a service when the database is lost, or when another transaction was in the way.
LOST = (psycopg.OperationalError, OperationalError)


async def extend_hours(
    db: AsyncSession, caller: Caller, *, now: datetime, limit: int = 200, skip: set[UUID] | None = None
) -> int:
    """Move the window of open intervals on for the services whose rows end soonest; harmless to repeat.

    Returns how many services were done; 0 when all the others reach far enough. One that cannot be worked out keeps
    the rows it has and does not hold up the rest: it is logged, and added to `skip`, whose services are left alone.
    """
    skip = set() if skip is None else skip
    while ids := await _ending(db, now, limit, skip):
        if done := await _extend(db, ids, now, skip):
            return done
    return 0


async def _ending(db: AsyncSession, now: datetime, limit: int, skip: Collection[UUID]) -> set[UUID]:
    short = (
        select(col(SearchRow.service_id))
        .where(col(SearchRow.horizon) < now + HORIZON, col(SearchRow.service_id).not_in(skip))
        .order_by(col(SearchRow.horizon), col(SearchRow.id))
        .limit(limit)
    )
    return set(await db.scalars(short))


async def _extend(db: AsyncSession, ids: Collection[UUID], now: datetime, skip: set[UUID]) -> int:
    """All of them at once, or where that fails one by one."""
    try:
        async with db.begin_nested():
            return await refresh(db, service_ids=ids, now=now)
    except LOST:
        raise
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with one must not reach the others
        if len(ids) > 1:
            return sum([await _extend(db, {one}, now, skip) for one in sorted(ids)])
        skip.update(ids)
        # Only the kind of failure: its text may quote what a service says of itself.
        _log.error("hours not extended", services=[str(one) for one in ids], failure=type(problem).__name__)
        return 0


async def mark_overdue(db: AsyncSession, caller: Caller, *, now: datetime) -> int:
    """Mark services whose confirmation has run out, once each; how many are newly marked.

    What a searcher sees does not wait for this mark: an answer compares the date itself.
    """
    late = (
        update(Service)
        .where(col(Service.check_due) <= now, col(Service.overdue_since).is_(None))
        .values(overdue_since=now)
        .returning(col(Service.id))
    )
    return len((await db.execute(late)).all())
