"""Reading what is not public of the directory: who answers for which listing."""

from uuid import UUID

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller, Role
from directory.models import Claim


def visible_to(caller: Caller, of: type[Claim]) -> ColumnElement[bool]:
    """Which rows of these a caller may see: those of the agency they act for; a steward's are everybody's."""
    if caller.roles & {Role.system, Role.steward}:
        return true()
    return col(of.agency_id) == caller.agency_id if caller.agency_id else false()


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
