"""Breaking the glass: an agency's people are shown to somebody of another, for a reason, for a while, and it is told.

What else may be looked at so asks `standing_glass` first, and then looks inside `tenancy.looking_into`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit, letters, tenancy
from core.access.errors import BadGlass, GlassOver, NobodyToTell, NoSuchAgency, NoSuchGlass, NotAllowed
from core.access.models import Agency, BreakGlass
from core.access.queries import allow, by_name, glass_views, member_ids, members, noted, visible_to
from core.access.rules.glass import LONGEST, LONGEST_REASON, SHORTEST_REASON, ends_at, is_over, reason_of
from core.access.rules.roles import Act
from core.access.service.telling import tell
from core.access.views import GlassView, MemberView
from core.secrets import Ring
from core.security import Caller, Role


@dataclass(frozen=True, slots=True)
class Glass:
    """One that is broken and stands."""

    id: UUID
    target_id: UUID
    reason: str


async def break_glass(
    db: AsyncSession,
    caller: Caller,
    *,
    agency_id: UUID,
    reason: str,
    minutes: int,
    link: str,
    until: str,
    language: str,
    ring: Ring,
    now: datetime,
) -> GlassView:
    """Open an agency's people to this caller alone. Its administrators are written to in the same transaction.

    `link`, `until`: where they look at it, and its end as a person reads it.

    Raises:
        NotAllowed: neither administrator nor steward, or not a person. NoSuchAgency: no other agency of that id.
        BadGlass: no reason, or too long. NobodyToTell: it has no administrator, so it cannot be told.
    """
    allow(caller, Act.break_glass)
    if caller.id is None or caller.agency_id is None:
        raise NotAllowed("Only a person breaks the glass, and for an agency.", act=Act.break_glass.value)
    why, ends = reason_of(reason), ends_at(minutes, now)
    if why is None:
        raise BadGlass(f"Say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters.", where="reason")
    if ends is None:
        raise BadGlass(f"For at most {LONGEST.total_seconds() // 60:.0f} minutes.", where="minutes")
    await _another(db, caller, agency_id)
    row = BreakGlass(
        id=uuid4(), person_id=caller.id, agency_id=caller.agency_id, target_id=agency_id, reason=why, made_at=now,
        ends_at=ends, told_at=now,
    )  # fmt: skip
    db.add(row)
    await db.flush()
    await audit.record(
        db, caller, act="break_glass", table="break_glass", row_id=row.id, agency_id=agency_id, reason=why, now=now
    )
    (shown,) = await glass_views(db, [row])
    told = await tell(
        db, caller, role=Role.administrator, agency_id=agency_id, kind=letters.Kind.break_glass,
        parts={"agency": shown.agency, "until": until, "link": link}, language=language, ring=ring, now=now,
    )  # fmt: skip
    if not told:
        raise NobodyToTell("That agency has no administrator. Ask whoever runs Doorlight.")
    return shown


async def glass_people(
    db: AsyncSession, caller: Caller, *, break_glass_id: UUID, ring: Ring, now: datetime
) -> list[MemberView]:
    """Everybody in the agency whose glass was broken; each is written into that agency's audit, with the reason, first.

    Raises:
        NotAllowed, NoSuchGlass, GlassOver: as `standing_glass` says.
    """
    glass = await standing_glass(db, caller, break_glass_id=break_glass_id, now=now)
    async with tenancy.looking_into(db, glass.id, now=now):
        theirs = Caller(id=caller.id, agency_id=glass.target_id)
        shown = await member_ids(db, theirs)
        await noted(db, caller, shown, agency_id=glass.target_id, reason=glass.reason, now=now)
        return by_name(await members(db, theirs, shown), caller, ring)


async def standing_glass(db: AsyncSession, caller: Caller, *, break_glass_id: UUID, now: datetime) -> Glass:
    """One that this very person broke, for the agency that they act for now.

    Raises:
        NotAllowed: neither administrator nor steward. NoSuchGlass: they broke none of that id. GlassOver: it has ended.
    """
    allow(caller, Act.break_glass)
    row = await _own(db, caller, break_glass_id)
    if row.person_id != caller.id or row.agency_id != caller.agency_id:
        raise NoSuchGlass
    if is_over(ends_at=row.ends_at, ended_at=row.ended_at, now=now):
        raise GlassOver("It ended by itself, or was ended. Whoever still has to look gives a reason anew.")
    return Glass(row.id, row.target_id, row.reason)


async def end_glass(db: AsyncSession, caller: Caller, *, break_glass_id: UUID, now: datetime) -> GlassView:
    """From this moment it opens nothing. Either agency may end it; one that is over stays as it was.

    Raises:
        NotAllowed: neither administrator nor steward. NoSuchGlass: none of or into the caller's agency.
    """
    allow(caller, Act.break_glass)
    row = await _own(db, caller, break_glass_id)
    if not is_over(ends_at=row.ends_at, ended_at=row.ended_at, now=now):
        mine = (visible_to(caller, BreakGlass), col(BreakGlass.id) == row.id, col(BreakGlass.ended_at).is_(None))
        await db.execute(update(BreakGlass).where(*mine).values(ended_at=now))
        await db.refresh(row)
    await audit.record(
        db, caller, act="end", table="break_glass", row_id=row.id, agency_id=row.target_id, reason=row.reason, now=now
    )
    (shown,) = await glass_views(db, [row])
    return shown


async def _own(db: AsyncSession, caller: Caller, break_glass_id: UUID) -> BreakGlass:
    row = await db.scalar(
        select(BreakGlass).where(visible_to(caller, BreakGlass), col(BreakGlass.id) == break_glass_id)
    )
    if row is None:
        raise NoSuchGlass
    return row


async def _another(db: AsyncSession, caller: Caller, agency_id: UUID) -> None:
    standing = select(col(Agency.id)).where(col(Agency.id) == agency_id, col(Agency.ended_at).is_(None))
    async with tenancy.trusted(db):
        found = await db.scalar(standing)
    if found is None or agency_id == caller.agency_id:
        raise NoSuchAgency("There is no other agency of that id.")
