"""How many places are free, said one unit at a time by whoever counts them; what is said of others stays."""

from datetime import datetime
from typing import LiteralString
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.db import driver_of
from core.security import Caller
from directory.errors import NoSuchRow
from directory.models import Capacity, Service
from directory.rows.figures import rewrite_figures
from directory.rules.freshness import capacity_expires
from directory.service.facts import get
from directory.service.system import system_only

_ALONE: LiteralString = "SELECT id FROM service WHERE id = %(service_id)s FOR UPDATE"
_COUNT: LiteralString = """
WITH counted AS (
    UPDATE capacity SET free = %(free)s, total = %(total)s, as_of = %(now)s, expires_at = %(expires_at)s,
        source = 'provider', changed_at = %(now)s
    WHERE service_id = %(service_id)s AND unit = %(unit)s AND service_at_location_id IS NULL RETURNING id
)
INSERT INTO capacity (id, service_id, unit, free, total, as_of, expires_at, source, changed_at)
SELECT %(id)s, s.id, %(unit)s, %(free)s, %(total)s, %(now)s, %(expires_at)s, 'provider', %(now)s
FROM service AS s WHERE s.id = %(service_id)s AND NOT EXISTS (SELECT FROM counted)
"""


async def count_free(
    db: AsyncSession, caller: Caller, *, service_id: UUID, unit: str, free: int, total: int | None, now: datetime
) -> None:
    """So many places of that unit are free at this moment, of so many; None where that is not known.

    Raises:
        NoSuchRow: there is no such service.
    """
    system_only(caller)
    driver = await driver_of(db)
    values = {
        "id": uuid4(), "service_id": service_id, "unit": unit, "free": free, "total": total, "now": now,
        "expires_at": capacity_expires(now),
    }  # fmt: skip
    async with driver.pipeline():  # one way there and back for both
        known = await driver.execute(_ALONE, values)
        await driver.execute(_COUNT, values)
    if await known.fetchone() is None:
        raise NoSuchRow("service", service_id)
    await rewrite_figures(db, service_id)


async def say_full(db: AsyncSession, caller: Caller, *, service_id: UUID, unit: str, now: datetime) -> None:
    """Nothing is free there, whatever is counted; of a service that has said no figure, of that unit.

    Raises:
        NoSuchRow: there is no such service.
    """
    system_only(caller)
    await get(db, Service, service_id)
    counted = list(await db.scalars(select(Capacity).where(col(Capacity.service_id) == service_id)))
    for row in counted:
        row.free, row.as_of, row.expires_at, row.changed_at = 0, now, capacity_expires(now), now
    await db.flush()
    if counted:
        await rewrite_figures(db, service_id)
    else:
        await count_free(db, caller, service_id=service_id, unit=unit, free=0, total=None, now=now)
