"""Facts of a service, one at a time: hours, closures, access points, areas, attributes, police, capacity."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.security import Caller
from directory.errors import NoSuchRow
from directory.models import (
    AccessPoint,
    Attribute,
    Closure,
    Disclosure,
    Location,
    Row,
    Service,
    ServiceAtLocation,
)
from directory.rows.refresh import kinds_of, refresh
from directory.rules.freshness import check_every
from directory.service.flatten import Flat
from directory.service.listing import write
from directory.service.sync import Change
from directory.service.system import system_only
from directory.views.inputs import (
    AttributeIn,
    CapacityIn,
    ClosureIn,
    DisclosureIn,
    ScheduleIn,
    ServiceAreaIn,
)


class Owner(StrEnum):
    """What hours may hang on; the nearest to the asker wins."""

    service = "service"
    location = "location"
    service_at_location = "service_at_location"
    access_point = "access_point"


_OWNERS: dict[Owner, type[Row]] = {
    Owner.service: Service,
    Owner.location: Location,
    Owner.service_at_location: ServiceAtLocation,
    Owner.access_point: AccessPoint,
}


async def set_schedules(
    db: AsyncSession,
    caller: Caller,
    *,
    owner: Owner,
    owner_id: UUID,
    schedules: Sequence[ScheduleIn],
    now: datetime,
) -> list[Change]:
    """Make these the hours of a service, a place, a service at a place or an access point; () means not stated.

    Raises:
        NoSuchRow: no such owner.
        BadSchedule: hours that contradict themselves.
    """
    system_only(caller)
    row = await get(db, _OWNERS[owner], owner_id)
    flat = Flat()
    flat.schedules(schedules, zone=getattr(row, "zone", None), **{f"{owner}_id": owner_id})
    return await write(db, flat, now=now)


async def close(
    db: AsyncSession, caller: Caller, *, owner: Owner, owner_id: UUID, closure: ClosureIn, now: datetime
) -> list[Change]:
    """Close a service, a place, or a service at a place for a while, whatever its hours say.

    Raises:
        NoSuchRow: no such owner.
    """
    system_only(caller)
    await get(db, _OWNERS[owner], owner_id)
    flat = Flat()
    owners = {
        "service_id": None,
        "location_id": None,
        "service_at_location_id": None,
        f"{owner}_id": owner_id,
    }
    flat.add(Closure, closure, **owners)
    return await write(db, flat, now=now)


async def set_areas(
    db: AsyncSession, caller: Caller, *, service_id: UUID, areas: Sequence[ServiceAreaIn], now: datetime
) -> list[Change]:
    """Make these the areas a service covers; () means not stated.

    Raises:
        BadArea: an extent that says it is GeoJSON and is not.
    """
    system_only(caller)
    await get(db, Service, service_id)
    flat = Flat()
    flat.areas(areas, service_id=service_id)
    return await write(db, flat, now=now)


async def state_attributes(
    db: AsyncSession, caller: Caller, *, service_id: UUID, attributes: Sequence[AttributeIn], now: datetime
) -> list[Change]:
    """Say yes or no to terms of ours or of a foreign taxonomy; what was said of other terms stays.

    Raises:
        UnknownCode: a code of ours that does not exist.
    """
    system_only(caller)
    await get(db, Service, service_id)
    flat = Flat()
    flat.attributes(attributes, link_id=service_id, stated_by=min(caller.roles))
    flat.within.pop(Attribute)  # others stay
    return await write(db, flat, now=now)


async def disclose(
    db: AsyncSession, caller: Caller, *, service_id: UUID, disclosure: DisclosureIn, now: datetime
) -> list[Change]:
    """Say what reaching this service may bring: police, tracing, recording; with source and date."""
    system_only(caller)
    await get(db, Service, service_id)
    flat = Flat()
    flat.own(Disclosure, service_id=service_id)
    flat.add(Disclosure, disclosure, service_id=service_id)
    return await write(db, flat, now=now)


async def report_capacity(
    db: AsyncSession, caller: Caller, *, service_id: UUID, capacities: Sequence[CapacityIn], now: datetime
) -> list[Change]:
    """Say how many places are free, as of when; past its clock the figure says nothing."""
    system_only(caller)
    await get(db, Service, service_id)
    flat = Flat()
    flat.capacities(capacities, service_id=service_id)
    return await write(db, flat, now=now)


async def confirm(db: AsyncSession, caller: Caller, *, service_id: UUID, now: datetime) -> None:
    """A person has confirmed what we say of this service. Nothing else moves its date."""
    system_only(caller)
    service = await get(db, Service, service_id)
    every: timedelta = check_every(await kinds_of(db, service_id))
    service.confirmed_at, service.check_due, service.overdue_since = now, now + every, None
    await db.flush()  # the search row is read back from the table
    await refresh(db, service_ids={service_id}, now=now)


R = TypeVar("R", bound=Row)  # 3.11 is the floor: no type parameters yet


async def get(db: AsyncSession, model: type[R], row_id: UUID) -> R:
    """The row, locked until the transaction ends.

    Raises:
        NoSuchRow: there is none.
    """
    row = await db.get(model, row_id, with_for_update=True)
    if row is None:
        raise NoSuchRow(str(model.__tablename__), row_id)
    return row
