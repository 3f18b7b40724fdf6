"""Offers by text message: the code and the letter that brings it are written together, or neither is."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

import referrals
from api.web.say import clock
from api.web.words import words
from core import letters
from core.secrets import Ring
from core.security import Caller


async def ask(
    db: AsyncSession, caller: Caller, *, offer_id: UUID, said: referrals.TextIn, ring: Ring
) -> referrals.TextView:
    """Ask by text message. It says that somebody needs a place, and nothing of them.

    Raises:
        As `referrals.ask_by_text` says.
    """
    asked = await referrals.ask_by_text(db, caller, offer_id=offer_id, said=said, ring=ring)
    until = clock(asked.until, now=asked.now, zone=asked.zone, say=words(said.language))
    letter_id = await letters.post(
        db, caller, kind=letters.Kind.offer, to=said.to, channel=letters.Channel.text, language=said.language,
        parts={"code": asked.code, "until": until}, ring=ring, now=asked.now,
    )  # fmt: skip
    await referrals.brought_by(db, offer_id=offer_id, letter_id=letter_id)
    return referrals.TextView(offer_id=asked.offer_id, until=asked.until)
