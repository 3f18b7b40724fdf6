"""Breaking the glass, with what its letters say."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.claims import Writing
from api.web.say import moment
from api.web.words import words
from core import access
from core.security import Caller

LONGEST = 60


async def break_glass(
    db: AsyncSession, caller: Caller, *, agency_id: UUID, reason: str, minutes: int, writing: Writing, now: datetime
) -> access.GlassView:
    """Open another agency's people to this caller, and write to its administrators.

    Raises:
        As `access.break_glass` says.
    """
    ends = now + timedelta(minutes=max(1, min(minutes, LONGEST)))  # whatever is longer is refused below
    return await access.break_glass(
        db, caller, agency_id=agency_id, reason=reason, minutes=minutes, link=f"{writing.public_url}/account",
        until=moment(ends, zone="UTC", say=words(writing.language)), language=writing.language, ring=writing.ring,
        now=now,
    )  # fmt: skip
