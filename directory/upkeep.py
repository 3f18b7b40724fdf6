"""What the clock asks for: hours worked out further ahead, lost rows written, what is overdue marked, words counted."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import psycopg
import structlog
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller
from directory.models import SearchRow, Service
from directory.rows.refresh import refresh
from directory.rows.row import FOUND
from directory.rules.hours import HORIZON

_log = structlog.get_logger()
# Nothing is wrong with a service when the database is lost, or when another transaction was in the way.
LOST = (psycopg.OperationalError, OperationalError)
# What the statistics of the database say of the most common stems; any other word is rarer than the rarest of them.
# Words that did not change much are left alone.
_COUNT = text("""
WITH known AS MATERIALIZED (
    SELECT most_common_elems::text::int[] AS stems, most_common_elem_freqs AS shares, pg_class.reltuples AS rows
    FROM pg_stats JOIN pg_class ON pg_class.oid = 'search_row'::regclass
    WHERE schemaname = pg_class.relnamespace::regnamespace::name AND tablename = 'search_row' AND attname = 'stems'
        AND most_common_elems IS NOT NULL
), common AS MATERIALIZED (
    SELECT stem, share * rows AS rows FROM known, unnest(stems, shares) AS each(stem, share) WHERE stem IS NOT NULL
), counted AS (
    SELECT word, greatest(1, e.rows, s.rows)::int AS rows
    FROM search_word LEFT JOIN common AS e ON e.stem = doorlight_number(english)
        LEFT JOIN common AS s ON s.stem = doorlight_number(spanish)
    WHERE EXISTS (SELECT FROM known)
)
UPDATE search_word SET rows = counted.rows FROM counted
WHERE search_word.word = counted.word AND abs(search_word.rows - counted.rows) > search_word.rows / 10
""")
# Before every id there is.
_FIRST = UUID(int=0)
# So many services are looked at in one statement: for each, one look into an index, whatever the planner thinks.
_STRETCH = 5_000
_MISSING = text("""
WITH stretch AS MATERIALIZED (SELECT id FROM service WHERE id > :after ORDER BY id LIMIT :stretch)
SELECT (SELECT id FROM stretch ORDER BY id DESC LIMIT 1), ARRAY(
    SELECT id FROM (
        SELECT stretch.id FROM stretch
        LEFT JOIN LATERAL (SELECT true AS there FROM search_row WHERE service_id = stretch.id LIMIT 1) AS row ON true
        WHERE there IS NULL OFFSET 0
    ) AS without JOIN service USING (id)
    WHERE status = ANY(:found) ORDER BY id LIMIT :limit)
""")


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


async def write_missing(
    db: AsyncSession,
    caller: Caller,
    *,
    now: datetime,
    after: UUID | None = None,
    limit: int = 200,
    skip: set[UUID] | None = None,
) -> list[UUID]:
    """Write search rows for services that should have some and have none, as after a migration that drops them all.

    Answers which services were looked after, in the order of their ids: call it again with the last as `after`, until
    there are none. A round walks through all services once and can be begun anew where it was broken off. One that
    cannot be worked out is logged, and added to `skip`.
    """
    last: UUID | None = after or _FIRST
    while last is not None:
        asked = {"after": last, "limit": limit, "found": sorted(FOUND), "stretch": _STRETCH}
        last, ids = (await db.execute(_MISSING, asked)).one()
        if ids:
            await _extend(db, ids, now, set() if skip is None else skip)
            return list(ids)
    return []


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


async def count_words(db: AsyncSession, caller: Caller, *, now: datetime) -> int:
    """Estimate how many search rows hold each word, from what the database knows anyway; how many have changed.

    A search for rare words is answered by the index over words, one for common words by walking outward.
    """
    return (await (await db.connection()).execute(_COUNT)).rowcount
