"""An agency ends: in the same transaction nobody waits for it any more, and no place stands for it."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.security import SYSTEM
from referrals.rows.load import locked
from referrals.rows.save import Speaker
from referrals.rules.acts import ending
from referrals.rules.machines import Actor
from referrals.rules.reasons import AGENCY_ENDED
from referrals.rules.turn import Turn
from referrals.service.act import keep

# In one order for all who lock several.
_THEIRS = text(
    "SELECT r.id FROM referral AS r WHERE r.ended_at IS NULL AND (r.agency_id = :agency_id OR EXISTS ("
    "SELECT FROM offer AS o WHERE o.referral_id = r.id AND o.agency_id = :agency_id)) ORDER BY r.id"
)


@dataclass(frozen=True, slots=True)
class Left:
    """What became of its handoffs: so many people given back, offers taken back, and referrals called off."""

    given_back: int
    taken_back: int
    called_off: int


async def leave(db: AsyncSession, *, agency_id: UUID) -> Left:
    """Give back whom that agency has, ask others what it was asked, and call off what it alone answers for.

    In a transaction of the system's own: the one in which the agency ends.
    """
    found = (await db.scalars(_THEIRS, {"agency_id": agency_id})).all()
    verbs: Counter[str] = Counter()
    for referral_id in found:
        held = await locked(db, referral_id)
        turn = Turn(held.case, Actor.system, held.now, held.clocks)
        ending.agency_ended(turn, agency_id)
        await keep(db, held, turn, Speaker(SYSTEM, channel="rule"))
        verbs.update(one.verb for one in turn.events if one.reason == AGENCY_ENDED and one.of in {"referral", "offer"})
    return Left(verbs["return"], verbs["withdraw"], verbs["cancel"])
