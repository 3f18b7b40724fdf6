"""How many places are free, said one unit at a time by whoever counts them; what is said of others stays."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller
from directory.models import Capacity, Service
from directory.rows.figures import rewrite_figures
from directory.rules.freshness import capacity_expires
from directory.service.facts import get
from directory.service.system import system_only


async def count_free(
    db: AsyncSession, caller: Caller, *, service_id: UUID, unit: str, free: int, total: int | None, now: datetime
) -> None:
    """So many places of that unit are free at this moment, of so many; None where that is not known.

    Raises:
        NoSuchRow: there is no such service.
    """
    system_only(caller)
    await get(db, Service, service_id)
    said = {"free": free, "total": total, "as_of": now, "expires_at": capacity_expires(now), "source": "provider"}
    counted = (
        col(Capacity.service_id) == service_id,
        col(Capacity.unit) == unit,
        col(Capacity.service_at_location_id).is_(None),
    )
    found = await db.scalar(select(col(Capacity.id)).where(*counted))
    if found is None:
        table = Capacity.__table__  # type: ignore[attr-defined]
        new = {"id": uuid4(), "changed_at": now, "service_id": service_id, "unit": unit}
        await db.execute(insert(table).values(**new, **said))
    else:
        await db.execute(update(Capacity).where(*counted).values(changed_at=now, **said))
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
