"""What corrections say of a place that becomes confidential is forgotten with it."""

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import tenancy
from directory.models import Correction
from directory.service.wording import Scope

_WORDS = ("says", "note", "source_url", "reason")


async def forget_proposals(db: AsyncSession, scope: Scope) -> None:
    """Those about the places go; of those about what is given there, the words that would give a place away.

    Whoever hides a place sees no corrections, and need not.
    """
    columns = [getattr(Correction, name) for name in ("id", *_WORDS)]
    near = or_(col(Correction.service_id).in_(scope.services), col(Correction.organization_id).in_(scope.organizations))
    async with tenancy.trusted(db):
        await db.execute(delete(Correction).where(col(Correction.location_id).in_(scope.places)))
        for row in (await db.execute(select(*columns).where(near))).mappings().all():
            cut = {
                name: scope.traces.cut(row[name]) for name in _WORDS if row[name] and scope.traces.found_in(row[name])
            }
            if cut:
                await db.execute(update(Correction).where(col(Correction.id) == row["id"]).values(**cut))
