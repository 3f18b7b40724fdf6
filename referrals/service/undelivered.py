"""Offers that were asked by text message alone, and whose message did not get through: the next is asked."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core import tenancy
from core.security import SYSTEM
from referrals.errors import IllegalMove
from referrals.rows.load import locked
from referrals.rows.save import Speaker
from referrals.rules.acts import asking
from referrals.rules.machines import Actor
from referrals.service.act import keep

_BROUGHT = text("UPDATE offer_text SET letter_id = :letter WHERE offer_id = :offer")
# Who has an account sees it there, and who has a link by the link, whatever becomes of the message.
_WAITING = text(
    "SELECT t.letter_id, t.offer_id FROM offer_text AS t JOIN offer AS o ON o.id = t.offer_id"
    " WHERE o.status = 'sent' AND o.agency_id IS NULL AND o.link_hash IS NULL AND t.letter_id IS NOT NULL"
)
_OF = text("SELECT referral_id FROM offer WHERE id = :offer")
_STILL = text("SELECT 1 FROM offer_text WHERE offer_id = :offer AND letter_id = :letter")


async def brought_by(db: AsyncSession, *, offer_id: UUID, letter_id: UUID) -> None:
    """That letter brings the offer to whoever is asked by text."""
    async with tenancy.trusted(db):
        await db.execute(_BROUGHT, {"offer": offer_id, "letter": letter_id})


async def on_their_way(db: AsyncSession) -> Mapping[UUID, UUID]:
    """The offers that reach whoever is asked by a text message alone, by its letter. For the system."""
    return {row.letter_id: row.offer_id for row in await db.execute(_WAITING)}


async def undelivered(db: AsyncSession, *, offer_id: UUID, letter_id: UUID) -> None:
    """That message did not get through: the offer is over, the next is asked. Harmless to repeat. For the system."""
    referral_id = await db.scalar(_OF, {"offer": offer_id})
    if referral_id is None:
        return  # it is forgotten
    held = await locked(db, referral_id)
    if not await db.scalar(_STILL, {"offer": offer_id, "letter": letter_id}):
        return  # they were asked anew
    turn = held.turn(Actor.system)
    try:
        asking.fail(turn, offer_id)
    except IllegalMove:
        return  # it was answered meanwhile
    await keep(db, held, turn, Speaker(SYSTEM, channel="rule"))
