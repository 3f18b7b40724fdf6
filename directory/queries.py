"""Reading what is not public of the directory: who answers for which listing."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import access
from core.security import Caller, Role
from directory.models import Claim, Organization
from directory.rules.claims import SEES, TRIES, State, Way, stands
from directory.views.claims import ClaimView


def visible_to(caller: Caller, of: type[Claim]) -> ColumnElement[bool]:
    """Which rows of these a caller may see: those of the agency they act for; a steward's are everybody's."""
    if caller.roles & {Role.system, Role.steward}:
        return true()
    return col(of.agency_id) == caller.agency_id if caller.agency_id else false()


def allow(caller: Caller, roles: Collection[Role]) -> None:
    """Raises NotAllowed where the caller has none of these roles."""
    if caller.roles.isdisjoint(roles):
        raise access.NotAllowed(f"For: {', '.join(sorted(role for role in roles if role is not Role.system))}.")


async def answers_for(db: AsyncSession, caller: Caller, organization_id: UUID) -> bool:
    """Whether the caller's agency has proven that this listing is its own."""
    if caller.agency_id is None:
        return False
    found = await db.scalar(
        select(col(Claim.id)).where(
            visible_to(caller, Claim),
            col(Claim.organization_id) == organization_id,
            col(Claim.agency_id) == caller.agency_id,
            col(Claim.state) == "proven",
        )
    )
    return found is not None


async def claims(db: AsyncSession, caller: Caller, *, now: datetime) -> list[ClaimView]:
    """The claims of the caller's agency, for a steward everybody's; what waits for a steward first, then the newest.

    Raises:
        NotAllowed: neither a manager, an administrator nor a steward.
    """
    allow(caller, SEES)
    wanted = select(Claim).where(visible_to(caller, Claim))
    rows = await db.scalars(wanted.order_by(col(Claim.state) != "held", col(Claim.asked_at).desc(), col(Claim.id)))
    return await claim_views(db, caller, rows.all(), now)


async def claim_views(db: AsyncSession, caller: Caller, rows: Sequence[Claim], now: datetime) -> list[ClaimView]:
    """The same, with the names of the agencies and of the listings."""
    agencies = await access.names_of(db, caller, agency_ids={row.agency_id for row in rows})
    of = col(Organization.id).in_({row.organization_id for row in rows})
    listings = {
        row.id: row.name for row in await db.execute(select(col(Organization.id), col(Organization.name)).where(of))
    }
    return [
        ClaimView(
            id=row.id, organization_id=row.organization_id, organization=listings.get(row.organization_id, ""),
            agency_id=row.agency_id, agency=agencies.get(row.agency_id, ""), way=Way(row.way),
            state=stands(State(row.state), row.ends_at, now), tries_left=max(TRIES - row.tries, 0),
            asked_at=row.asked_at, ends_at=row.ends_at, decided_at=row.decided_at, reason=row.reason,
        )
        for row in rows
    ]  # fmt: skip
