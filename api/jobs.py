"""Which jobs there are and how often: wiring without logic. Each opens its own transactions."""

from datetime import datetime, timedelta
from uuid import UUID

import directory
from core import clock
from core.db import Database
from core.security import SYSTEM


async def extend_hours(database: Database, _slot: datetime) -> int:
    """Work out hours further ahead, a batch a transaction, until all reach far enough."""
    total = 0
    skip: set[UUID] = set()
    while True:
        async with database.transaction() as db:
            done = await directory.extend_hours(db, SYSTEM, now=clock.now(), skip=skip)
        total += done
        if done == 0:
            return total


async def mark_overdue(database: Database, _slot: datetime) -> int:
    """Mark what nobody confirmed in time."""
    async with database.transaction() as db:
        return await directory.mark_overdue(db, SYSTEM, now=clock.now())


JOBS = {"extend_hours": extend_hours, "mark_overdue": mark_overdue}
EVERY = {"extend_hours": timedelta(hours=1), "mark_overdue": timedelta(minutes=15)}
