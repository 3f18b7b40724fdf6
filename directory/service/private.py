"""Making a place confidential, also long after it was public."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, delete, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller
from directory.models import Address, ImportEntry, Location, Phone, ServiceAtLocation
from directory.rows.refresh import refresh
from directory.service.facts import get
from directory.service.flatten import WHERE


async def make_confidential(db: AsyncSession, caller: Caller, *, location_id: UUID, now: datetime) -> None:
    """From now on this place has no point, street or ZIP, and nothing of ours remembers them.

    Scrubbed with it: its addresses, what was kept of it, its search rows, and what reports of imports quoted.
    Queued work carries ids only, so there is nothing in it to scrub. Its published area and its lines stay.

    Raises:
        NoSuchRow: there is no such place.
    """
    place = await get(db, Location, location_id)
    address_ids = list(
        (await db.execute(select(col(Address.id)).where(col(Address.location_id) == location_id))).scalars()
    )
    await db.execute(delete(Address).where(col(Address.location_id) == location_id))
    for column in WHERE:
        setattr(place, column, None)
    place.precision, place.confidential, place.changed_at = "confidential", True, now
    at = (
        (await db.execute(select(ServiceAtLocation).where(col(ServiceAtLocation.location_id) == location_id)))
        .scalars()
        .all()
    )
    for row in at:
        row.kept, row.description, row.changed_at = None, None, now
    phones = update(Phone).where(col(Phone.location_id) == location_id).values(kept=None, description=None)
    await db.execute(phones)
    touched = literal([location_id, *address_ids, *(row.id for row in at)], ARRAY(Uuid))
    await db.execute(update(ImportEntry).where(col(ImportEntry.object_ids).op("&&")(touched)).values(detail=None))
    await db.flush()  # the search row is read back from the table
    await refresh(db, service_ids={row.service_id for row in at}, now=now)
