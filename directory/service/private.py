"""Making a place confidential, also long after it was public."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller
from directory.models import Location, Service, ServiceAtLocation
from directory.rows.refresh import refresh
from directory.service.facts import get
from directory.service.scrub import scrub
from directory.service.system import system_only


async def make_confidential(db: AsyncSession, caller: Caller, *, location_id: UUID, now: datetime) -> None:
    """From now on this place has no point, street or ZIP, and nothing of ours remembers them.

    Raises:
        NoSuchRow: there is no such place.
    """
    system_only(caller)
    given = select(col(ServiceAtLocation.service_id)).where(col(ServiceAtLocation.location_id) == location_id)
    # services before places, as every writer locks them
    services_there = select(col(Service.id)).where(col(Service.id).in_(given)).order_by(col(Service.id))
    await db.execute(services_there.with_for_update())
    place = await get(db, Location, location_id)
    services = await scrub(db, [location_id], now=now)
    await db.refresh(place)
    await refresh(db, service_ids=services, now=now)
