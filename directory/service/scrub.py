"""Forget where places are: their points and streets, and everything of ours that quoted them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, delete, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from directory.models import Address, ImportEntry, Location, Phone, ServiceAtLocation
from directory.service.flatten import WHERE


async def scrub(db: AsyncSession, places: Collection[UUID], *, now: datetime) -> set[UUID]:
    """Make these places confidential in every table but the search rows; the services that are given there.

    Gone with their points and addresses: what was kept of them, and what reports of imports quoted. Queued work
    carries ids only, so there is nothing in it to forget. Published areas and lines stay.
    """
    addresses = await db.scalars(delete(Address).where(col(Address.location_id).in_(places)).returning(col(Address.id)))
    hidden = {"confidential": True, "precision": "confidential", "changed_at": now}
    await db.execute(update(Location).where(col(Location.id).in_(places)).values(**dict.fromkeys(WHERE), **hidden))
    bare = {"kept": None, "description": None}
    await db.execute(update(Phone).where(col(Phone.location_id).in_(places)).values(**bare))
    given = select(col(ServiceAtLocation.id), col(ServiceAtLocation.service_id))
    given_there = (await db.execute(given.where(col(ServiceAtLocation.location_id).in_(places)))).all()
    await db.execute(update(ServiceAtLocation).where(col(ServiceAtLocation.location_id).in_(places)).values(**bare))
    touched = literal([*places, *addresses, *(row.id for row in given_there)], ARRAY(Uuid))
    await db.execute(update(ImportEntry).where(col(ImportEntry.object_ids).op("&&")(touched)).values(detail=None))
    return {row.service_id for row in given_there}
