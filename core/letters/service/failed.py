"""Letters that did not get through, for whoever has to do something else instead."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.letters.models import Letter
from core.letters.service.held import HELD


async def failed(db: AsyncSession, *, letter_ids: Collection[UUID]) -> set[UUID]:
    """Those of them that nobody tries to send any more. In a transaction of the system's own."""
    lost = select(col(Letter.id)).where(
        col(Letter.id).in_(letter_ids), col(Letter.failed).is_not(None), col(Letter.failed) != HELD
    )
    return set((await db.scalars(lost)).all())
