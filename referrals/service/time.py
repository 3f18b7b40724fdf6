"""What time alone brings about: each referral that is due, in a transaction of its own, by the database's clock."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core import failpoints
from core.security import SYSTEM
from referrals.rows.load import locked
from referrals.rows.save import Speaker
from referrals.rules.acts import time
from referrals.rules.machines import Actor
from referrals.service.act import keep

# The time once for the statement, so that an index finds what is due. Whoever is at one just now will have done what is
# due, or leaves it due; nobody waits for them.
_DUE = text(
    "SELECT id FROM referral WHERE due_at <= (SELECT doorlight_now()) AND id > :after ORDER BY id LIMIT 1"
    " FOR UPDATE SKIP LOCKED"
)


async def next_due(db: AsyncSession, *, after: UUID) -> UUID | None:
    """The next referral behind that id that time has something to do with, for this transaction alone; None: none is.

    In a transaction of the system's own. Any number may ask at once.
    """
    found: UUID | None = await db.scalar(_DUE, {"after": after})
    return found


async def tick(db: AsyncSession, *, referral_id: UUID) -> None:
    """Do what is due of it. Harmless to repeat. In a transaction of the system's own."""
    held = await locked(db, referral_id)
    turn = held.turn(Actor.system)
    time.tick(turn)
    await keep(db, held, turn, Speaker(SYSTEM, channel="rule"))
    await failpoints.reach("timer.fired")
