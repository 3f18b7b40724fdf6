"""Whom of an agency to tell when something waits, and how long it lets things wait."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit, letters, tenancy
from core.db import driver_of
from core.personal import shown
from core.secrets import Ring
from core.security import Caller
from referrals.errors import BadReferral
from referrals.models import AgencyClock, AgencyContact
from referrals.personal import COLUMNS
from referrals.queries import leads
from referrals.rows.load import database_now
from referrals.rules.deadlines import DEFAULTS
from referrals.views.contacts import ClockIn, ClockView, ContactIn, ContactView

_COLUMN = "agency_contact.address"
_MOST = 20
# Of two who say them at once, the later has the last word.
_ALONE = text("SELECT FROM agency WHERE id = :id FOR NO KEY UPDATE")


async def contacts(db: AsyncSession, caller: Caller, *, ring: Ring) -> list[ContactView]:
    """Those of the caller's agency, in their order.

    Raises:
        NotAllowed: neither a manager nor an administrator.
    """
    agency = leads(caller)
    now = await database_now(await driver_of(db))
    mine = select(AgencyContact).where(col(AgencyContact.agency_id) == agency).order_by(col(AgencyContact.place))
    rows = (await db.scalars(mine)).all()
    for row in rows:
        await audit.record(db, caller, act="read", table="agency_contact", row_id=row.id, columns=("address",), now=now)
    return [_shown(caller, row, ring) for row in rows]


async def set_contacts(
    db: AsyncSession, caller: Caller, *, given: Sequence[ContactIn], ring: Ring
) -> list[ContactView]:
    """These and no others, in this order.

    Raises:
        NotAllowed: neither a manager nor an administrator. BadReferral: an address that nothing can be sent to.
    """
    agency = leads(caller)
    if len(given) > _MOST:
        raise BadReferral(f"At most {_MOST} contacts.", field="contacts")
    async with tenancy.trusted(db):
        await db.execute(_ALONE, {"id": agency})
        now = await database_now(await driver_of(db))
        await db.execute(delete(AgencyContact).where(col(AgencyContact.agency_id) == agency))
        for place, one in enumerate(given, 1):
            if not letters.can_go(one.channel, one.address):
                raise BadReferral(f"Nothing can be sent to contact {place}.", place=place)
            own_id = uuid4()
            row: dict[str, Any] = one.model_dump() | {
                "id": own_id, "agency_id": agency, "place": place,
                "address": ring.seal(one.address, row=own_id, column=_COLUMN),
            }  # fmt: skip
            await db.execute(insert(AgencyContact.__table__).values(**row))  # type: ignore[attr-defined]
            await audit.record(
                db, caller, act="write", table="agency_contact", row_id=own_id, columns=("address",), now=now
            )
    return await contacts(db, caller, ring=ring)


async def clocks(db: AsyncSession, caller: Caller) -> list[ClockView]:
    """How long everything may wait in the caller's agency.

    Raises:
        NotAllowed: neither a manager nor an administrator.
    """
    agency = leads(caller)
    mine = select(AgencyClock).where(col(AgencyClock.agency_id) == agency)
    own = {(row.clock, row.urgency): row.lasts_s for row in await db.scalars(mine)}
    return [
        ClockView(
            clock=clock, urgency=urgency, lasts_s=own.get((clock, urgency), int(lasts.total_seconds())),
            own=(clock, urgency) in own,
        )
        for clock, spans in DEFAULTS.items()
        for urgency, lasts in spans.items()
    ]  # fmt: skip


async def set_clocks(db: AsyncSession, caller: Caller, *, given: Sequence[ClockIn]) -> list[ClockView]:
    """These run so from the next step of each referral on, and all others as they do everywhere.

    Raises:
        NotAllowed: neither a manager nor an administrator. BadReferral: one is said twice.
    """
    agency = leads(caller)
    rows = {(one.clock, one.urgency): one.lasts_s for one in given}
    if len(rows) < len(given):
        raise BadReferral("One clock is said twice.", field="clocks")
    async with tenancy.trusted(db):
        await db.execute(_ALONE, {"id": agency})
        await db.execute(delete(AgencyClock).where(col(AgencyClock.agency_id) == agency))
        for (clock, urgency), lasts in rows.items():
            new = {"agency_id": agency, "clock": clock, "urgency": urgency, "lasts_s": lasts}
            await db.execute(insert(AgencyClock.__table__).values(**new))  # type: ignore[attr-defined]
        now = await database_now(await driver_of(db))
        await audit.record(db, caller, act="write", table="agency_clock", row_id=agency, columns=("lasts_s",), now=now)
    return await clocks(db, caller)


def _shown(caller: Caller, row: AgencyContact, ring: Ring) -> ContactView:
    address = shown(row.address, to=caller, registry=COLUMNS, ring=ring, row=row.id, column=_COLUMN)
    return ContactView.model_validate({**row.model_dump(), "address": address})
