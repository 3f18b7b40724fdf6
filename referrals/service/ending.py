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
from referrals.service.act import keep

# All of them before anything else: who has one of them may wait for a place that another of them frees.
_THEIRS = text(
    "SELECT r.id FROM referral AS r WHERE r.ended_at IS NULL AND (r.agency_id = :agency_id OR EXISTS ("
    "SELECT FROM offer AS o WHERE o.referral_id = r.id AND o.agency_id = :agency_id)) ORDER BY r.id FOR UPDATE OF r"
)
# And then every place that may be freed: who waits for one of them has not yet got to what we have in hand.
_PLACES = text(
    "SELECT u.number FROM capacity_unit AS u WHERE u.pool_id IN (SELECT h.pool_id FROM capacity_hold AS h"
    " WHERE h.referral_id = ANY(:ids)) ORDER BY u.pool_id, u.number FOR UPDATE"
)
_NO_WEBHOOKS = text(
    "UPDATE webhook_endpoint SET state = 'ended', why = NULL, ended_at = doorlight_now(), changed_at = doorlight_now()"
    " WHERE agency_id = :agency_id AND state <> 'ended'"
)
_NO_CONTACTS = text("DELETE FROM agency_contact WHERE agency_id = :agency_id")


@dataclass(frozen=True, slots=True)
class Left:
    """What became of its handoffs: so many people given back, offers taken back, and referrals called off."""

    given_back: int
    taken_back: int
    called_off: int


async def leave(db: AsyncSession, *, agency_id: UUID) -> Left:
    """Give back whom that agency has, ask others what it was asked, and call off what it alone answers for.

    Nobody of it is told anything more, nor are its systems.

    In a transaction of the system's own: the one in which the agency ends.
    """
    found = (await db.scalars(_THEIRS, {"agency_id": agency_id})).all()
    await db.execute(_PLACES, {"ids": list(found)})
    verbs: Counter[str] = Counter()
    for referral_id in found:
        held = await locked(db, referral_id)
        turn = held.turn(Actor.system)
        ending.agency_ended(turn, agency_id, referrer_ended=held.referrer_ended)
        await keep(db, held, turn, Speaker(SYSTEM, channel="rule"))
        verbs.update(one.verb for one in turn.events if one.reason == AGENCY_ENDED and one.of in {"referral", "offer"})
    for statement in (_NO_WEBHOOKS, _NO_CONTACTS):
        await db.execute(statement, {"agency_id": agency_id})
    return Left(verbs["leave"], verbs["withdraw"], verbs["cancel"])
