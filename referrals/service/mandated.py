"""That somebody reported what a law bids them to: a record of its own, which nothing of the referral waits for."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit, tenancy
from core.security import Caller
from referrals.models import MandatedReport
from referrals.queries import allow, seen
from referrals.rows.load import looked_at
from referrals.rules.case import Case
from referrals.rules.involvement import PersonTold
from referrals.rules.machines import Actor
from referrals.rules.who import roles_in, speaks_as
from referrals.views.mandated import MandatedIn, MandatedView

_REPORTS = frozenset({Actor.referrer, Actor.receiver, Actor.responder, Actor.supervisor})
_IN_ORDER = (col(MandatedReport.at), col(MandatedReport.id))


async def record_mandated(
    db: AsyncSession, caller: Caller, *, referral_id: UUID, said: MandatedIn
) -> MandatedView:  # fmt: skip
    """Record it, wherever the referral stands, and whatever the person agreed to. Nobody is told by this.

    Raises:
        NotAllowed, LacksScope: not of those who send and receive people. NoSuchReferral: not theirs, or none.
        NotYours: they were asked for the person, and do not have them; or the system itself.
    """
    allow(caller, "referrals.write")
    await seen(db, caller, referral_id)
    async with tenancy.trusted(db):
        held = await looked_at(db, referral_id)
        roles = roles_in(caller, held.case, None)
        by = speaks_as("report", _REPORTS, roles, for_person=False, for_receiver=False)
        row: dict[str, Any] = {
            "id": uuid4(), "referral_id": referral_id, "agency_id": held.case.agency_id,
            "by_agency_id": caller.agency_id, "reported_by": by, "person_id": caller.id, "recipient": said.recipient,
            "duty": said.duty, "facts": list(map(str, said.facts)), "told": said.told, "at": held.now,
        }  # fmt: skip
        await db.execute(insert(MandatedReport.__table__).inline(), row)  # type: ignore[attr-defined]
        await audit.record(
            db, caller, act="write", table="mandated_report", row_id=row["id"], columns=("person_id",),
            agency_id=held.case.agency_id, now=held.now,
        )  # fmt: skip
    return MandatedView.model_validate(row | {"facts": said.facts})


async def mandated_of(db: AsyncSession, caller: Caller, case: Case) -> list[MandatedView]:
    """Oldest first: all of them to whoever refers and whoever has the person; to others what they wrote."""
    every = caller.agency_id == case.agency_id or Actor.receiver in roles_in(caller, case, None)
    theirs = true() if every else col(MandatedReport.by_agency_id) == caller.agency_id
    rows = await db.scalars(
        select(MandatedReport).where(col(MandatedReport.referral_id) == case.id, theirs).order_by(*_IN_ORDER)
    )
    return [MandatedView.model_validate(row, from_attributes=True) for row in rows]


async def mandated_told(db: AsyncSession, referral_id: UUID) -> list[MandatedView]:
    """Those of which the person was told, oldest first. In the system's own name."""
    known = col(MandatedReport.told) == PersonTold.yes
    rows = await db.scalars(
        select(MandatedReport).where(col(MandatedReport.referral_id) == referral_id, known).order_by(*_IN_ORDER)
    )
    return [MandatedView.model_validate(row, from_attributes=True) for row in rows]
