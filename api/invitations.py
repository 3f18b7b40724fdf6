"""An invitation with its letter: both are written, or neither is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.web.say import moment
from api.web.words import words
from core import access, letters
from core.secrets import Ring
from core.security import Caller, Role


async def invite(
    db: AsyncSession,
    caller: Caller,
    *,
    agency_id: UUID,
    email: str,
    role: Role,
    language: str,
    public_url: str,
    ring: Ring,
    now: datetime,
) -> access.InvitationView:
    """Offer a role, and write to whom it is offered; the link is in that letter and nowhere else.

    Raises:
        NotAllowed, BadAddress, BadRole, NoSuchAgency, AlreadyMember: as `access.invite` says.
        BadRecipient: no letter can be sent there.
    """
    made, token = await access.invite(db, caller, agency_id=agency_id, email=email, role=role, ring=ring, now=now)
    say = words(language)
    await letters.post(
        db,
        caller,
        kind=letters.Kind.invitation,
        to=made.email,
        channel=letters.Channel.mail,
        language=language,
        parts={
            "agency": made.agency,
            "role": say(f"role_{role}"),
            "link": f"{public_url}/invitation/{token}",
            "until": moment(made.ends_at, zone="UTC", say=say),
        },
        ring=ring,
        now=now,
    )
    return made
