"""Whoever has left an agency is nobody to its provider; invited again, they are found by their address anew."""

from uuid import UUID

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import tenancy
from core.access.models import LegalHold, LinkedIdentity, Membership
from core.access.queries import visible_to
from core.security import Caller


async def unlink(db: AsyncSession, caller: Caller, *, person_id: UUID) -> None:
    """Forget what the providers of the caller's agency call that person, unless a role is left to them there."""
    left = select(col(Membership.agency_id)).where(
        visible_to(caller, Membership), col(Membership.person_id) == person_id, col(Membership.ended_at).is_(None)
    )
    held = exists().where(
        col(LegalHold.ended_at).is_(None),
        or_(
            col(LegalHold.person_id) == person_id,
            and_(col(LegalHold.person_id).is_(None), col(LegalHold.agency_id) == col(LinkedIdentity.agency_id)),
        ),
    )
    forgotten = delete(LinkedIdentity).where(
        visible_to(caller, LinkedIdentity),
        col(LinkedIdentity.person_id) == person_id,
        col(LinkedIdentity.agency_id).not_in(left),
        ~held,  # then it opens nothing either, and goes when the hold does
    )
    async with tenancy.trusted(db):  # whoever holds what is of no agency, this one does not see
        await db.execute(forgotten)
