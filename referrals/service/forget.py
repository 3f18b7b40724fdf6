"""Survivors are forgotten two days after the end: counted first, and then nothing of any one of them is left."""

from datetime import timedelta
from typing import LiteralString

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.db import driver_of
from core.security import SYSTEM
from referrals.rows.load import database_now

KEPT = timedelta(hours=48)
_HELD: LiteralString = (
    "EXISTS (SELECT FROM legal_hold AS h"
    " WHERE h.ended_at IS NULL AND h.person_id IS NULL AND h.agency_id = r.agency_id)"
)
_DUE: LiteralString = "r.survivor AND r.ended_at <= :before"
_COUNT = text(f"SELECT count(*) FILTER (WHERE NOT {_HELD}), count(*) FROM referral AS r WHERE {_DUE}")
_PICK = text(
    f"SELECT r.id FROM referral AS r WHERE {_DUE} AND NOT {_HELD} ORDER BY r.id LIMIT :limit FOR UPDATE SKIP LOCKED"
)
# Whoever oversees is told how many; a month and how it ended is all that is kept of each.
_ROLL_UP = text(
    """
    INSERT INTO survivor_count (agency_id, month, urgency, ended, warm, many)
    SELECT agency_id, date_trunc('month', ended_at AT TIME ZONE 'UTC')::date, urgency, status || ' ' || reason,
        coalesce(handoff = 'warm', false), count(*)
    FROM referral WHERE id = ANY(:ids) GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (agency_id, month, urgency, ended, warm) DO UPDATE SET many = survivor_count.many + excluded.many
    """
)
_DELETE = text("DELETE FROM referral WHERE id = ANY(:ids)")


async def forget_survivors(db: AsyncSession, *, limit: int = 200) -> int:
    """Up to so many; how many. In a transaction of the system's own. What a legal hold is on stays."""
    now = await database_now(await driver_of(db))
    ids = list(await db.scalars(_PICK, {"before": now - KEPT, "limit": limit}))
    if ids:
        await db.execute(_ROLL_UP, {"ids": ids})
        await db.execute(_DELETE, {"ids": ids})
        for one in ids:
            await audit.record(db, SYSTEM, act="purge", table="referral", row_id=one, columns=("id",), now=now)
    return len(ids)


async def survivors_due(db: AsyncSession) -> tuple[int, int]:
    """How many are about to be forgotten, and how many more a legal hold keeps."""
    now = await database_now(await driver_of(db))
    due, every = (await db.execute(_COUNT, {"before": now - KEPT})).one()
    return due, every - due
