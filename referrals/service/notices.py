"""Letters to the people of agencies: that something waits, never of whom.

Written in the transaction that takes the event up, so each is written once, and sent by the letters' own queue.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import letters
from core.personal import shown
from core.secrets import Ring
from core.security import SYSTEM
from referrals.models import AgencyContact, ReferralEvent
from referrals.personal import COLUMNS
from referrals.rows.load import looked_at
from referrals.rules.case import OVER, Case
from referrals.rules.deadlines import Urgency
from referrals.rules.telling import TELLING, Notice, Quiet, notices, which
from referrals.rules.webhooks import Told

_COLUMN = "agency_contact.address"


async def tell(db: AsyncSession, events: Sequence[Told], *, ring: Ring, public_url: str) -> int:
    """Write what these lines of the log ask for; how many letters. In a transaction of the system's own."""
    written = 0
    asking = [one.id for one in events if (one.of, one.verb) in TELLING]
    lines = select(ReferralEvent).where(col(ReferralEvent.id).in_(asking)).order_by(col(ReferralEvent.id))
    for event in (await db.scalars(lines)).all() if asking else ():
        held = await looked_at(db, event.referral_id)
        if held.case.status in OVER:
            continue  # nobody waits any more
        for notice in notices(
            held.case, of=event.of, verb=event.verb, subject_id=event.subject_id, reason=event.reason
        ):
            for contact in await _contacts(db, notice):
                await _post(db, held.case, notice, contact, ring=ring, public_url=public_url, now=held.now)
                written += 1
    return written


async def _contacts(db: AsyncSession, notice: Notice) -> list[AgencyContact]:
    theirs = select(AgencyContact).where(col(AgencyContact.agency_id) == notice.agency_id)
    rows = {row.id: row for row in await db.scalars(theirs.order_by(col(AgencyContact.place)))}
    if notice.contact is None:
        return [row for row in rows.values() if row.supervisor]
    one = which([row.id for row in rows.values() if not row.supervisor], notice.contact)
    return [] if one is None else [rows[one]]


async def _post(
    db: AsyncSession, case: Case, notice: Notice, contact: AgencyContact, *, ring: Ring, public_url: str, now: datetime
) -> UUID:
    zone = ZoneInfo(contact.zone or "UTC")
    until = case.timer.until if case.timer is not None else now
    quiet = None
    if contact.quiet_from is not None and contact.quiet_to is not None and contact.zone is not None:
        quiet = Quiet(contact.quiet_from, contact.quiet_to, contact.zone)
    waits = notice.may_wait and quiet is not None and case.urgency is not Urgency.emergent
    return await letters.post(
        db, SYSTEM, kind=letters.Kind(f"referral_{notice.word}"),
        to=shown(contact.address, to=SYSTEM, registry=COLUMNS, ring=ring, row=contact.id, column=_COLUMN),
        channel=letters.Channel(contact.channel), language=contact.language,
        parts={"until": f"{until.astimezone(zone):%H:%M %Z}", "link": f"{public_url}/agency"}, ring=ring, now=now,
        not_before=quiet.over(now) if waits and quiet is not None else None,
    )  # fmt: skip
