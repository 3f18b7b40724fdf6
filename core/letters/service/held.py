"""Letters that are held back: of a backup nobody knows which of them were sent since it was made."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.letters.models import Letter
from core.letters.views import HeldLetter

HELD = "held"
# The same as `hold_all`, for whoever owns the tables and has no more of us than the database: a restore that ends half
# way must send nothing either. Backups are older than us, so there may be no letters yet.
HOLD = """
DO $$ BEGIN
    IF to_regclass('public.letter') IS NOT NULL THEN
        SET LOCAL row_security = on;
        PERFORM set_config('doorlight.trusted', 'on', true);
        UPDATE public.letter SET failed = 'held', due_at = now() WHERE sent_at IS NULL AND failed IS NULL;
    END IF;
END $$
"""


async def hold_all(db: AsyncSession, *, now: datetime) -> int:
    """Hold back every letter that waits to be sent; how many. In a transaction of the system's own."""
    waiting = (
        update(Letter)
        .where(col(Letter.sent_at).is_(None), col(Letter.failed).is_(None))
        .values(failed=HELD, due_at=now)
        .returning(col(Letter.id))
    )
    return len((await db.scalars(waiting)).all())


async def held(db: AsyncSession) -> list[HeldLetter]:
    """Those that are held back, oldest first: neither to whom they go nor what they say."""
    rows = await db.scalars(select(Letter).where(col(Letter.failed) == HELD).order_by(col(Letter.made_at)))
    return [HeldLetter(row.id, row.channel, row.kind, row.made_at) for row in rows]


async def release(db: AsyncSession, *, only: Collection[UUID] | None, now: datetime) -> int:
    """Send those of these ids after all, or every one; how many."""
    chosen = [] if only is None else [col(Letter.id).in_(only)]
    going = (
        update(Letter)
        .where(col(Letter.failed) == HELD, col(Letter.body).is_not(None), *chosen)
        .values(failed=None, due_at=now, tries=0)
        .returning(col(Letter.id))
    )
    return len((await db.scalars(going)).all())
