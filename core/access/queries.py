"""Reading accounts. What may be seen starts from `visible_to`; what is shown of a person is written into the audit."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit, tenancy
from core.access.errors import NotAllowed
from core.access.models import (
    Agency,
    ApiKey,
    BreakGlass,
    Client,
    IdentityProvider,
    Invitation,
    LegalHold,
    LinkedIdentity,
    Membership,
    Person,
)
from core.access.personal import COLUMNS
from core.access.rules.roles import Act, may
from core.access.views import AgencyView, GlassView, KeyView, MemberView, MeView
from core.personal import shown
from core.secrets import Ring, SealBroken
from core.security import Caller, Role, within_scope

Private = Membership | ApiKey | Invitation | Client | IdentityProvider | LegalHold | LinkedIdentity | BreakGlass


def visible_to(caller: Caller, of: type[Private]) -> ColumnElement[bool]:
    """Which rows of these a caller may see: those of the agency they act for. The only place that says so."""
    if Role.system in caller.roles:
        return true()
    if issubclass(of, BreakGlass):
        mine = or_(col(of.agency_id) == caller.agency_id, col(of.target_id) == caller.agency_id)
        return mine if caller.agency_id else false()
    return col(of.agency_id) == caller.agency_id if caller.agency_id else false()


def own(caller: Caller) -> ColumnElement[bool]:
    """The caller's memberships: in whichever agency, or in that of the provider which vouched for them."""
    if caller.id is None:
        return false()
    mine = col(Membership.person_id) == caller.id
    return mine if caller.provider_id is None else and_(mine, col(Membership.agency_id) == caller.agency_id)


def allow(caller: Caller, act: Act) -> None:
    """Raises NotAllowed where no role of this caller allows that."""
    if not may(caller.roles, act):
        raise NotAllowed("Ask an administrator of your agency.", act=act.value)


async def people(db: AsyncSession, caller: Caller, *, ring: Ring, now: datetime) -> list[MemberView]:
    """Everybody in the caller's agency, by name."""
    allow(caller, Act.see_people)
    found = await member_ids(db, caller)
    await noted(db, caller, found, now=now)
    return by_name(await members(db, caller, found), caller, ring)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in an agency, sealed: shown once it was written down that they are."""

    person_id: UUID
    name: bytes
    email: bytes
    roles: tuple[Role, ...]

    def shown(self, caller: Caller, ring: Ring) -> MemberView:
        """The same, readable."""

        def opened(what: bytes, column: str) -> str:
            own_id = self.person_id
            return shown(what, to=caller, registry=COLUMNS, ring=ring, row=own_id, column=column, about=own_id)

        return MemberView(
            person_id=self.person_id,
            name=opened(self.name, "person.name"),
            email=opened(self.email, "person.email"),
            roles=list(self.roles),
        )


def by_name(found: Iterable[Member], caller: Caller, ring: Ring) -> list[MemberView]:
    """They as they are shown to this caller."""
    return sorted((one.shown(caller, ring) for one in found), key=lambda one: one.name.casefold())


async def member_ids(db: AsyncSession, caller: Caller) -> list[UUID]:
    """Who is in the agency that this caller acts for."""
    standing = (visible_to(caller, Membership), col(Membership.ended_at).is_(None))
    return list((await db.scalars(select(col(Membership.person_id)).where(*standing).distinct())).all())


async def belongs(db: AsyncSession, caller: Caller, *, person_id: UUID) -> bool:
    """Whether somebody holds a role in the agency that this caller acts for."""
    mine = (visible_to(caller, Membership), col(Membership.ended_at).is_(None))
    wanted = select(col(Membership.id)).where(
        *mine, col(Membership.person_id) == person_id, col(Membership.agency_id) == caller.agency_id
    )
    return await db.scalar(wanted.limit(1)) is not None


async def members(db: AsyncSession, caller: Caller, shown: Collection[UUID]) -> list[Member]:
    """They, as they came: nobody is shown who was not written down before, whoever joined meanwhile."""
    standing = (
        select(col(Person.id), col(Person.name), col(Person.email), col(Membership.role))
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(visible_to(caller, Membership), col(Membership.ended_at).is_(None), col(Person.id).in_(shown))
        .order_by(col(Membership.made_at))
    )
    found: dict[UUID, Member] = {}
    for row in await db.execute(standing):
        before = found[row.id].roles if row.id in found else ()
        found[row.id] = Member(row.id, row.name, row.email, (*before, Role(row.role)))
    return list(found.values())


async def noted(
    db: AsyncSession,
    caller: Caller,
    shown: Iterable[UUID],
    *,
    agency_id: UUID | None = None,
    reason: str | None = None,
    now: datetime,
) -> None:
    """Write into the audit that these people are shown. `agency_id`: whose they are, where not the caller's own."""
    for person_id in shown:
        await audit.record(
            db, caller, act="read", table="person", row_id=person_id, columns=("name", "email"),
            agency_id=agency_id, reason=reason, now=now,
        )  # fmt: skip


async def keys(db: AsyncSession, caller: Caller) -> list[KeyView]:
    """The keys of the caller's agency, newest first; ended ones too."""
    allow(caller, Act.see_keys)
    rows = await db.scalars(select(ApiKey).where(visible_to(caller, ApiKey)).order_by(col(ApiKey.made_at).desc()))
    return [KeyView.model_validate(row, from_attributes=True) for row in rows]


async def opens(db: AsyncSession, caller: Caller, *, ring: Ring) -> bool:
    """Whether the ring opens what is stored, tried at one person; for whoever runs Doorlight."""
    if Role.system not in caller.roles:
        raise NotAllowed("Only whoever runs Doorlight looks after its keys.")
    person = await db.scalar(select(Person).where(func.length(col(Person.name)) > 0).limit(1))
    if person is None:
        return True
    try:
        ring.open(person.name, row=person.id, column="person.name")
    except SealBroken:
        return False
    return True


async def me(db: AsyncSession, caller: Caller) -> MeView:
    """Who the caller is, and for which agencies they could act.

    Raises:
        LacksScope: a machine whose key is not for reading accounts.
    """
    within_scope(caller, "accounts.read")
    agencies = [AgencyView.model_validate(row, from_attributes=True) for row in await _agencies(db, caller)]
    return MeView(
        person_id=caller.id,
        key_id=caller.key_id,
        agency=next((one for one in agencies if one.id == caller.agency_id), None),
        roles=sorted(caller.roles),
        scopes=sorted(caller.scopes),
        agencies=agencies,
    )


async def openings(db: AsyncSession, caller: Caller, *, since: datetime | None = None) -> list[GlassView]:
    """Whenever somebody of the caller's agency looked into another, or somebody into this one, newest first.

    Raises:
        NotAllowed: neither administrator nor steward.
    """
    allow(caller, Act.break_glass)
    wanted = select(BreakGlass).where(visible_to(caller, BreakGlass)).order_by(col(BreakGlass.made_at).desc())
    if since is not None:
        wanted = wanted.where(col(BreakGlass.made_at) >= since)
    return await glass_views(db, (await db.scalars(wanted)).all())


async def glass_views(db: AsyncSession, rows: Sequence[BreakGlass]) -> list[GlassView]:
    """The same, with what both agencies are called: each may know whom it has to do with."""
    ids = {one for row in rows for one in (row.agency_id, row.target_id)}
    async with tenancy.trusted(db):
        named = select(col(Agency.id), col(Agency.name)).where(col(Agency.id).in_(ids))
        names = {row.id: row.name for row in await db.execute(named)}
    return [
        GlassView(
            id=row.id, agency_id=row.agency_id, agency=names.get(row.agency_id, ""), target_id=row.target_id,
            target=names.get(row.target_id, ""), reason=row.reason, made_at=row.made_at, ends_at=row.ends_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]  # fmt: skip


async def names_of(
    db: AsyncSession, caller: Caller, *, agency_ids: Collection[UUID], standing: bool = False
) -> dict[UUID, str]:
    """What these agencies are called: of the caller's own, for a steward of any. `standing`: of none that has ended."""
    wanted = select(col(Agency.id), col(Agency.name)).where(col(Agency.id).in_(agency_ids))
    if standing:
        wanted = wanted.where(col(Agency.ended_at).is_(None))
    if caller.roles.isdisjoint({Role.steward, Role.system}):
        wanted = wanted.where(col(Agency.id) == caller.agency_id)
    async with tenancy.trusted(db):
        return {row.id: row.name for row in await db.execute(wanted)}


async def _agencies(db: AsyncSession, caller: Caller) -> Sequence[Agency]:
    if caller.id is None:
        return (await db.scalars(select(Agency).where(col(Agency.id) == caller.agency_id))).all()
    mine = select(col(Membership.agency_id)).where(own(caller), col(Membership.ended_at).is_(None))
    standing = select(Agency).where(col(Agency.id).in_(mine), col(Agency.ended_at).is_(None))
    return (await db.scalars(standing.order_by(col(Agency.name)))).all()
