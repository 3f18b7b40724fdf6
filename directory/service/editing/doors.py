"""What becomes of services when a place is hidden by an edit of something else: it stands in their own history."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller
from core.tenancy import trusted
from directory.models import AccessPoint, Service, ServiceAtLocation
from directory.service.editing import history
from directory.service.editing.whole import Root, Whole, load, parts
from directory.service.wording import DOOR_KINDS


async def at_doors(db: AsyncSession, before: Whole, coming: Collection[UUID]) -> list[Whole]:
    """The services, other than what is edited, that may lose a way in through a door, as they are before.

    All that are given at a place of what is edited, or at one to which it comes, whoever runs them.
    """
    own = col(ServiceAtLocation.service_id).in_(before.ids(Service))
    at = or_(own, col(ServiceAtLocation.location_id).in_(before.ids(ServiceAtLocation, "location_id")))
    places = select(col(ServiceAtLocation.location_id)).where(at)
    at_one = or_(col(ServiceAtLocation.location_id).in_(places), col(ServiceAtLocation.location_id).in_(coming))
    there = select(col(ServiceAtLocation.service_id)).where(at_one)
    door = or_(col(AccessPoint.kind).in_(DOOR_KINDS), col(AccessPoint.modes).contains(["door"]))
    others = col(AccessPoint.service_id) != before.id
    theirs = select(col(AccessPoint.service_id)).where(col(AccessPoint.service_id).in_(there), door, others).distinct()
    found = [await load(db, Root.service, service_id) for service_id in sorted(await db.scalars(theirs))]
    return [one for one in found if one is not None]


async def record_carried(db: AsyncSession, caller: Caller, *, act: str, doors: Iterable[Whole], now: datetime) -> None:
    """Say in the history of these which ways in went, and which level is said of the service instead."""
    async with trusted(db):  # whoever hides the place need not be one who may change every service there
        for before in doors:
            after = await load(db, Root.service, before.id)
            changed = [] if after is None else parts(before, after)
            if after is not None and changed:
                await history.record(db, caller, act=act, whole=after, parts=changed, hides=True, now=now)
