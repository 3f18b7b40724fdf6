"""What the clock asks for: hours worked out further ahead, and a mark on what nobody confirmed in time."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller
from directory.models import SearchRow, Service
from directory.rows.refresh import refresh
from directory.rules.hours import HORIZON


async def extend_hours(db: AsyncSession, caller: Caller, *, now: datetime, limit: int = 200) -> int:
    """Move the window of open intervals on for the services whose rows end soonest; harmless to repeat.

    Returns how many services were done; 0 when all reach far enough.
    """
    short = (
        select(col(SearchRow.service_id))
        .where(col(SearchRow.horizon) < now + HORIZON)
        .order_by(col(SearchRow.horizon), col(SearchRow.id))
        .limit(limit)
    )
    return await refresh(db, service_ids=set(await db.scalars(short)), now=now)


async def mark_overdue(db: AsyncSession, caller: Caller, *, now: datetime) -> int:
    """Mark services whose confirmation has run out, once each; how many are newly marked.

    What a searcher sees does not wait for this mark: an answer compares the date itself.
    """
    late = (
        update(Service)
        .where(col(Service.check_due) <= now, col(Service.overdue_since).is_(None))
        .values(overdue_since=now)
        .returning(col(Service.id))
    )
    return len((await db.execute(late)).all())
