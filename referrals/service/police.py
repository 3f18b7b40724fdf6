"""That somebody asked police to come: a record of its own, which no rule ever makes."""

from uuid import UUID, uuid4

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit, tenancy
from core.security import Caller
from referrals.errors import NoSuchInvolvement, NotYours
from referrals.models import PoliceInvolvement
from referrals.queries import allow, seen, visible_to
from referrals.rows.load import looked_at
from referrals.rules.machines import Actor
from referrals.rules.who import roles_in, speaks_as
from referrals.views.police import CameIn, PoliceIn, PoliceView

_ASKS = frozenset(Actor) - {Actor.system}
_CAME = text("UPDATE police_involvement SET outcome = :outcome WHERE id = :id")


async def ask_police(db: AsyncSession, caller: Caller, *, referral_id: UUID, said: PoliceIn) -> PoliceView:
    """Record it. Nobody is called by this.

    Raises:
        NotAllowed, LacksScope: not of those who send and receive people. NoSuchReferral: not theirs, or none.
        NotYours: the system itself.
    """
    allow(caller, "referrals.write")
    await seen(db, caller, referral_id)
    own_id = uuid4()
    async with tenancy.trusted(db):
        held = await looked_at(db, referral_id)
        roles = roles_in(caller, held.case, None)
        by = speaks_as("police", _ASKS, roles, for_person=said.for_person, for_receiver=False)
        row = {
            "id": own_id, "referral_id": referral_id, "agency_id": held.case.agency_id, "asked_by": by,
            "person_id": caller.id, "ground": said.ground, "tried": list(map(str, said.tried)), "told": said.told,
            "at": held.now,
        }  # fmt: skip
        await db.execute(insert(PoliceInvolvement.__table__).inline(), row)  # type: ignore[attr-defined]
        await audit.record(
            db, caller, act="write", table="police_involvement", row_id=own_id, columns=("person_id",),
            agency_id=held.case.agency_id, now=held.now,
        )  # fmt: skip
    return PoliceView(
        id=own_id, asked_by=by, ground=said.ground, tried=said.tried, told=said.told, outcome=None, at=held.now
    )


async def police_came(db: AsyncSession, caller: Caller, *, involvement_id: UUID, said: CameIn) -> PoliceView:
    """What came of it.

    Raises:
        NotAllowed, LacksScope: not of those who send and receive people. NoSuchInvolvement: none that they see.
        NotYours: they were asked, and do not have the person.
    """
    allow(caller, "referrals.write")
    found = await db.scalar(
        select(PoliceInvolvement).where(
            visible_to(caller, PoliceInvolvement), col(PoliceInvolvement.id) == involvement_id
        )
    )
    if found is None:
        raise NoSuchInvolvement("There is none of that id, or it is not yours.")
    before = PoliceView.model_validate(found, from_attributes=True)
    async with tenancy.trusted(db):
        held = await looked_at(db, found.referral_id)
        if not roles_in(caller, held.case, None):
            raise NotYours("say what came of it", "one who was asked", _ASKS)
        await db.execute(_CAME, {"id": involvement_id, "outcome": said.outcome})
        await audit.record(
            db, caller, act="write", table="police_involvement", row_id=involvement_id, columns=("outcome",),
            agency_id=held.case.agency_id, now=held.now,
        )  # fmt: skip
    return before.model_copy(update={"outcome": said.outcome})


async def police_of(db: AsyncSession, referral_id: UUID) -> list[PoliceView]:
    """All that is recorded of that referral, oldest first, as far as the transaction sees it."""
    rows = await db.scalars(
        select(PoliceInvolvement)
        .where(col(PoliceInvolvement.referral_id) == referral_id)
        .order_by(col(PoliceInvolvement.at), col(PoliceInvolvement.id))
    )
    return [PoliceView.model_validate(row, from_attributes=True) for row in rows]
