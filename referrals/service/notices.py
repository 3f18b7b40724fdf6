"""Letters to the people of agencies: that something waits, never of whom.

Written in the transaction that takes the event up, so each is written once, and sent by the letters' own queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import access, letters
from core.personal import shown
from core.secrets import Ring, SealBroken
from core.security import SYSTEM, Role
from referrals.models import AgencyContact, ReferralEvent
from referrals.personal import COLUMNS
from referrals.rows.load import looked_at
from referrals.rules.case import OVER, Case
from referrals.rules.deadlines import Urgency
from referrals.rules.telling import TELLING, Notice, Quiet, notices, which
from referrals.rules.webhooks import Told

_COLUMN = "agency_contact.address"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Letter:
    """A notice of a case, and what it is written with."""

    case: Case
    notice: Notice
    ring: Ring
    link: str
    now: datetime

    def parts(self, zone: str) -> dict[str, str]:
        until = self.case.timer.until if self.case.timer is not None else self.now
        return {"until": f"{until.astimezone(ZoneInfo(zone)):%H:%M %Z}", "link": self.link}

    @property
    def kind(self) -> letters.Kind:
        return letters.Kind(f"referral_{self.notice.word}")


async def tell(db: AsyncSession, events: Sequence[Told], *, ring: Ring, public_url: str) -> int:
    """Write what these lines of the log ask for; how many letters. In a transaction of the system's own.

    Where an agency has named nobody who can be written to, its administrators are told. A contact that cannot be is
    logged, and holds nobody else back.
    """
    written = 0
    asking = [one.id for one in events if (one.of, one.verb) in TELLING]
    lines = select(ReferralEvent).where(col(ReferralEvent.id).in_(asking)).order_by(col(ReferralEvent.id))
    for event in (await db.scalars(lines)).all() if asking else ():
        held = await looked_at(db, event.referral_id)
        if held.case.status in OVER:
            continue  # nobody waits any more
        bosses: set[UUID] = set()  # of agencies whose administrators have heard of this
        for notice in notices(held.case, event):
            one = _Letter(held.case, notice, ring, f"{public_url}/agency", held.now)
            many = await _contacts_told(db, one)
            if not many and notice.agency_id not in bosses:
                bosses.add(notice.agency_id)
                many = await _administrators_told(db, one)
            written += many
    return written


async def _contacts_told(db: AsyncSession, one: _Letter) -> int:
    written = 0
    for contact in await _contacts(db, one.notice):
        try:
            await _post(db, one, contact)
            written += 1
        except (SealBroken, letters.BadRecipient, letters.TooLong) as error:
            _log.exception("a contact was not told", contact=str(contact.id), error=type(error).__name__)
    return written


async def _administrators_told(db: AsyncSession, one: _Letter) -> int:
    return await access.tell(
        db, SYSTEM, role=Role.administrator, agency_id=one.notice.agency_id, kind=one.kind,
        parts=one.parts("UTC"), language="en", ring=one.ring, now=one.now,
    )  # fmt: skip


async def _contacts(db: AsyncSession, notice: Notice) -> list[AgencyContact]:
    theirs = select(AgencyContact).where(col(AgencyContact.agency_id) == notice.agency_id)
    rows = {row.id: row for row in await db.scalars(theirs.order_by(col(AgencyContact.place)))}
    if notice.contact is None:
        return [row for row in rows.values() if row.supervisor]
    one = which([row.id for row in rows.values() if not row.supervisor], notice.contact)
    return [] if one is None else [rows[one]]


async def _post(db: AsyncSession, one: _Letter, contact: AgencyContact) -> None:
    quiet = None
    if contact.quiet_from is not None and contact.quiet_to is not None and contact.zone is not None:
        quiet = Quiet(contact.quiet_from, contact.quiet_to, contact.zone)
    urgency = one.case.urgency
    waits = urgency is not Urgency.emergent and (one.notice.may_wait or urgency is Urgency.routine)
    await letters.post(
        db, SYSTEM, kind=one.kind,
        to=shown(contact.address, to=SYSTEM, registry=COLUMNS, ring=one.ring, row=contact.id, column=_COLUMN),
        channel=letters.Channel(contact.channel), language=contact.language, parts=one.parts(contact.zone or "UTC"),
        ring=one.ring, now=one.now, not_before=quiet.over(one.now) if waits and quiet is not None else None,
    )  # fmt: skip
