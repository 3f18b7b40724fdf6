"""Which stored rows a change concerns: whose search rows follow it, what is locked for it, what it leaves alone."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from directory.models import AccessPoint, Attribute, Location, Organization, Service, ServiceAtLocation
from directory.service.flatten import Flat


async def concerned(db: AsyncSession, flat: Flat) -> set[UUID]:
    """Services whose search rows may change, or have changed: of what is handed in, and of what is stored by now."""
    services = flat.ids(Service) | flat.owners("service_id") | flat.owners("link_id")
    at = flat.ids(ServiceAtLocation) | flat.owners("service_at_location_id")
    places = flat.ids(Location) | flat.owners("location_id")
    if at or places:
        given = or_(col(ServiceAtLocation.id).in_(at), col(ServiceAtLocation.location_id).in_(places))
        services |= set(await db.scalars(select(col(ServiceAtLocation.service_id)).where(given)))
    points = flat.owners("access_point_id")
    if points:
        services |= set(await db.scalars(select(col(AccessPoint.service_id)).where(col(AccessPoint.id).in_(points))))
    organizations = flat.ids(Organization)
    if organizations:
        theirs = col(Service.organization_id).in_(organizations)
        services |= set(await db.scalars(select(col(Service.id)).where(theirs)))
    return services


async def lock(db: AsyncSession, *, services: Collection[UUID], places: Collection[UUID]) -> None:
    """Services before places, each in the order of their ids, as every writer does.

    Who places a service here at the same time waits, and then sees what was decided about the place.
    """
    for model, ids in ((Service, services), (Location, places)):
        if ids:
            wanted = select(col(model.id)).where(col(model.id).in_(ids)).order_by(col(model.id))
            await db.execute(wanted.with_for_update())


async def leave_stated(db: AsyncSession, flat: Flat) -> None:
    """A listing changes and removes only what a listing said: attributes that a person stated or confirmed stay."""
    services = flat.owners("link_id")
    if not services:
        return
    found = await db.execute(
        select(col(Attribute.id), col(Attribute.stated_by), col(Attribute.confirmed_by)).where(
            col(Attribute.link_id).in_(services)
        )
    )
    stored = {row.id: row.stated_by or row.confirmed_by for row in found}
    flat.rows[Attribute] = [row for row in flat.rows[Attribute] if stored.get(row["id"]) is None]
    flat.within[Attribute] = {"id": {row_id for row_id, by in stored.items() if by is None}}
