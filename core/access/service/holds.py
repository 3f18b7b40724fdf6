"""Legal holds: what a court or an inquiry asks for is kept although its time is over. A hold shows nobody anything."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit
from core.access.errors import BadReason, NoSuchAgency, NoSuchHold, NoSuchPerson, NotAllowed
from core.access.models import Agency, LegalHold, Membership, Person
from core.access.personal import COLUMNS
from core.access.queries import allow, visible_to
from core.access.rules.roles import Act
from core.access.views import HoldView
from core.personal import shown
from core.secrets import Ring
from core.security import Caller, Role

_LONGEST = 500


async def hold(
    db: AsyncSession, caller: Caller, *, agency_id: UUID | None, person_id: UUID | None, reason: str, ring: Ring,
    now: datetime,
) -> HoldView:  # fmt: skip
    """Keep all that is an agency's, or all that is of one person in it. Whoever runs Doorlight may hold anybody.

    Raises:
        NotAllowed: not an administrator. BadReason: none is given.
        NoSuchAgency, NoSuchPerson: nobody whom the caller could hold.
    """
    allow(caller, Act.hold)
    said = " ".join(reason.split())
    if not 0 < len(said) <= _LONGEST:
        raise BadReason(f"Say why, in at most {_LONGEST} characters: a file number will do.")
    await _check(db, caller, agency_id, person_id)
    own_id = uuid4()
    row = LegalHold(
        id=own_id, agency_id=agency_id, person_id=person_id, made_by=caller.id, made_at=now,
        reason=ring.seal(said, row=own_id, column="legal_hold.reason"),
    )  # fmt: skip
    db.add(row)
    await audit.record(
        db, caller, act="write", table="legal_hold", row_id=own_id, columns=("reason", "person_id"),
        agency_id=agency_id, now=now,
    )  # fmt: skip
    await db.flush()
    return _view(row, caller, ring)


async def holds(db: AsyncSession, caller: Caller, *, ring: Ring, now: datetime) -> list[HoldView]:
    """The holds of the caller's agency, ended ones too, newest first; every one, for whoever runs Doorlight."""
    allow(caller, Act.see_holds)
    seen = select(col(LegalHold.id)).where(visible_to(caller, LegalHold))
    for row_id in await db.scalars(seen):
        await audit.record(db, caller, act="read", table="legal_hold", row_id=row_id, columns=("reason",), now=now)
    rows = await db.scalars(
        select(LegalHold).where(visible_to(caller, LegalHold)).order_by(col(LegalHold.made_at).desc())
    )
    return [_view(row, caller, ring) for row in rows]


async def end_hold(db: AsyncSession, caller: Caller, *, hold_id: UUID, ring: Ring, now: datetime) -> HoldView:
    """From this moment what was held is purged when its time is over.

    Raises:
        NoSuchHold: none of that id stands that the caller could end.
        NotAllowed: not an administrator, or whoever runs Doorlight made it.
    """
    allow(caller, Act.hold)
    row = await db.scalar(
        select(LegalHold)
        .where(visible_to(caller, LegalHold), col(LegalHold.id) == hold_id, col(LegalHold.ended_at).is_(None))
        .with_for_update()
    )
    if row is None:
        raise NoSuchHold("Your agency has no hold of that id that stands.")
    if row.made_by is None and Role.system not in caller.roles:
        raise NotAllowed("Whoever runs Doorlight made this hold, and ends it: `doorlight hold end`.", act="hold")
    await audit.record(db, caller, act="write", table="legal_hold", row_id=row.id, columns=("reason",), now=now)
    row.ended_at = now
    return _view(row, caller, ring)


async def _check(db: AsyncSession, caller: Caller, agency_id: UUID | None, person_id: UUID | None) -> None:
    system = Role.system in caller.roles
    if agency_id is None and not (system and person_id is not None):
        raise NoSuchAgency("Say which agency, or which person.")
    if agency_id is not None and (
        (not system and agency_id != caller.agency_id) or await db.get(Agency, agency_id) is None
    ):
        raise NoSuchAgency("There is no agency of that id that you act for.")
    if person_id is None:
        return
    ever = select(col(Person.id)).where(col(Person.id) == person_id)
    if agency_id is not None:
        ever = ever.join(Membership, col(Membership.person_id) == col(Person.id)).where(
            col(Membership.agency_id) == agency_id
        )
    if await db.scalar(ever.limit(1)) is None:
        raise NoSuchPerson("Nobody of that id is or was in your agency.")


def _view(row: LegalHold, caller: Caller, ring: Ring) -> HoldView:
    column = "legal_hold.reason"
    return HoldView(
        id=row.id, agency_id=row.agency_id, person_id=row.person_id, made_at=row.made_at, ended_at=row.ended_at,
        reason=shown(row.reason, to=caller, registry=COLUMNS, ring=ring, row=row.id, column=column),
    )  # fmt: skip
