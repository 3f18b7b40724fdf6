"""Reading accounts. What may be seen starts from `visible_to`; what is shown of a person is written into the audit."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit, tenancy
from core.access.errors import NotAllowed
from core.access.models import Agency, ApiKey, Invitation, Membership, Person
from core.access.rules.roles import Act, may
from core.access.views import AgencyView, KeyView, MemberView, MeView
from core.secrets import Ring
from core.security import Caller, Role


def visible_to(caller: Caller, of: type[Membership | ApiKey | Invitation]) -> ColumnElement[bool]:
    """Which rows of these a caller may see: those of the agency they act for. The only place that says so."""
    if Role.system in caller.roles:
        return true()
    return col(of.agency_id) == caller.agency_id if caller.agency_id else false()


def own(caller: Caller) -> ColumnElement[bool]:
    """The caller's memberships, in whichever agency."""
    return col(Membership.person_id) == caller.id if caller.id else false()


def allow(caller: Caller, act: Act) -> None:
    """Raises NotAllowed where no role of this caller allows that."""
    if not may(caller.roles, act):
        raise NotAllowed("Ask an administrator of your agency.", act=act.value)


async def people(db: AsyncSession, caller: Caller, *, ring: Ring, now: datetime) -> list[MemberView]:
    """Everybody in the caller's agency, by name."""
    allow(caller, Act.see_people)
    standing = (
        select(Person, col(Membership.role))
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(visible_to(caller, Membership), col(Membership.ended_at).is_(None))
        .order_by(col(Membership.made_at))
    )
    found: dict[UUID, tuple[Person, list[Role]]] = {}
    for person, role in await db.execute(standing):
        found.setdefault(person.id, (person, []))[1].append(Role(role))
    for person_id in found:
        await audit.record(db, caller, act="read", table="person", row_id=person_id, columns=("name", "email"), now=now)
    return sorted(
        (_member(person, roles, ring) for person, roles in found.values()), key=lambda one: one.name.casefold()
    )


async def keys(db: AsyncSession, caller: Caller) -> list[KeyView]:
    """The keys of the caller's agency, newest first; ended ones too."""
    allow(caller, Act.see_keys)
    rows = await db.scalars(select(ApiKey).where(visible_to(caller, ApiKey)).order_by(col(ApiKey.made_at).desc()))
    return [KeyView.model_validate(row, from_attributes=True) for row in rows]


async def me(db: AsyncSession, caller: Caller) -> MeView:
    """Who the caller is, and for which agencies they could act."""
    agencies = [AgencyView.model_validate(row, from_attributes=True) for row in await _agencies(db, caller)]
    return MeView(
        person_id=caller.id,
        key_id=caller.key_id,
        agency=next((one for one in agencies if one.id == caller.agency_id), None),
        roles=sorted(caller.roles),
        scopes=sorted(caller.scopes),
        agencies=agencies,
    )


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


def _member(person: Person, roles: list[Role], ring: Ring) -> MemberView:
    return MemberView(
        person_id=person.id,
        name=ring.open(person.name, row=person.id, column="person.name"),
        email=ring.open(person.email, row=person.id, column="person.email"),
        roles=roles,
    )
