"""Letters that tell somebody what was done to their account: written beside the act, or not at all."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.web.say import moment
from api.web.words import words
from core import access, letters
from core.secrets import Ring
from core.security import Caller


async def sign_in_changed(
    db: AsyncSession, caller: Caller, *, language: str, public_url: str, ring: Ring, now: datetime
) -> None:
    """Tell the caller that their password or their codes are others from now on: if it was not they, they learn it."""
    await letters.post(
        db,
        caller,
        kind=letters.Kind.sign_in_changed,
        to=await access.own_address(db, caller, ring=ring, now=now),
        channel=letters.Channel.mail,
        language=language,
        parts={"when": moment(now, zone="UTC", say=words(language)), "link": f"{public_url}/account"},
        ring=ring,
        now=now,
    )
