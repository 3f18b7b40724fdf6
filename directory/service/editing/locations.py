"""Places: registered, corrected, closed for a while, made confidential, and retired."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.geo import Point
from core.security import Caller
from core.zones import zone_at
from directory.errors import BadEdit
from directory.models import Address, Location, Service, ServiceAtLocation
from directory.service.editing import said
from directory.service.editing.edit import Act, Make, as_written, edit, register
from directory.service.editing.facts import closed, ended
from directory.service.editing.rights import allow, allow_some
from directory.service.editing.services import there
from directory.service.editing.whole import Root, Whole
from directory.service.flatten import Flat
from directory.views.editing import AddressSaid, ClosureSaid, LocationCorrection, LocationNew, PhoneSaid, ScheduleSaid
from directory.views.history import EditedView
from directory.views.inputs import LocationIn


async def register_location(db: AsyncSession, caller: Caller, *, location: LocationNew, now: datetime) -> EditedView:
    """Add a place of an organization that the caller may change. A confidential one keeps no point, street or ZIP.

    Raises:
        NoSuchRow: there is no such organization. NotAllowed: not theirs.
    """
    allow_some(caller)
    await there(db, location.organization_id)
    await allow(db, caller, location.organization_id)
    flat, own_id = Flat(), uuid4()
    addresses = said.addresses(location.addresses)
    flat.location(LocationIn(id=own_id, addresses=tuple(addresses), **location.model_dump(exclude={"addresses"})))
    return await register(
        db, caller, root=Root.location, row_id=own_id, act=Act("register_location"), flat=flat, now=now
    )


async def correct_location(
    db: AsyncSession,
    caller: Caller,
    *,
    location_id: UUID,
    correction: LocationCorrection,
    clear: Collection[str] = (),
    version: str | None,
    now: datetime,
) -> EditedView:
    """Change the plain fields that are said, and empty those that are to be cleared. A new point has its own zone."""

    async def make(whole: Whole) -> Flat:
        if correction.organization_id is not None:
            await there(db, correction.organization_id)
        flat = said.corrected(whole, correction, clear, needed=("organization_id",), now=now)
        row = flat.rows[Location][0]
        if (row["latitude"] is None) is not (row["longitude"] is None):
            raise BadEdit("A point has a latitude and a longitude.")
        moved = correction.latitude is not None or correction.longitude is not None
        if moved and correction.zone is None and not row["confidential"]:
            row["zone"] = zone_at(Point(row["latitude"], row["longitude"]))
        return flat

    return await _edit(
        db, caller, location_id=location_id, version=version, act=Act("correct_location"), make=make, now=now
    )


async def set_location_addresses(
    db: AsyncSession,
    caller: Caller,
    *,
    location_id: UUID,
    addresses: Sequence[AddressSaid],
    version: str | None,
    now: datetime,
) -> EditedView:
    """Make these the addresses of a place."""

    async def make(whole: Whole) -> Flat:
        said.known(whole, addresses, now=now)
        flat = Flat()
        flat.own(Address, location_id=location_id)
        for one in said.addresses(addresses):
            flat.add(Address, one, location_id=location_id)
        return flat

    return await _edit(
        db, caller, location_id=location_id, version=version, act=Act("set_location_addresses"), make=make, now=now
    )


async def set_location_phones(
    db: AsyncSession,
    caller: Caller,
    *,
    location_id: UUID,
    phones: Sequence[PhoneSaid],
    version: str | None,
    now: datetime,
) -> EditedView:
    """Make these the phones of a place."""

    async def make(whole: Whole) -> Flat:
        said.known(whole, phones, now=now)
        flat = Flat()
        flat.phones(said.phones(phones), location_id=location_id)
        return flat

    return await _edit(
        db, caller, location_id=location_id, version=version, act=Act("set_location_phones"), make=make, now=now
    )


async def set_location_schedules(
    db: AsyncSession,
    caller: Caller,
    *,
    location_id: UUID,
    schedules: Sequence[ScheduleSaid],
    version: str | None,
    now: datetime,
) -> EditedView:
    """Make these the hours of a place; none means not stated."""

    async def make(whole: Whole) -> Flat:
        said.known(whole, schedules, now=now)
        flat = Flat()
        flat.schedules(said.schedules(schedules), zone=whole.row["zone"], location_id=location_id)
        return flat

    return await _edit(
        db, caller, location_id=location_id, version=version, act=Act("set_location_schedules"), make=make, now=now
    )


async def close_location(
    db: AsyncSession,
    caller: Caller,
    *,
    location_id: UUID,
    closure: ClosureSaid,
    version: str | None,
    now: datetime,
) -> EditedView:
    """Pause a place: closed for a while, with every service there."""

    async def make(_: Whole) -> Flat:
        if closure.service_at_location_id is not None:
            raise BadEdit("Close one service at a place at that service.")
        return closed(closure, location_id=location_id)

    return await _edit(
        db, caller, location_id=location_id, version=version, act=Act("close_location"), make=make, now=now
    )


async def end_location_closure(
    db: AsyncSession, caller: Caller, *, location_id: UUID, closure_id: UUID, version: str | None, now: datetime
) -> EditedView:
    """Resume a place: end a closure now; one that has not begun goes."""

    async def make(whole: Whole) -> Flat:
        return ended(whole, closure_id, now=now)

    return await _edit(
        db, caller, location_id=location_id, version=version, act=Act("end_location_closure"), make=make, now=now
    )


async def retire_location(
    db: AsyncSession, caller: Caller, *, location_id: UUID, version: str | None, now: datetime
) -> EditedView:
    """Nothing is given at this place any more.

    Raises:
        NotAllowed: a service of somebody else is given there: whoever runs it takes it away first.
    """

    async def make(whole: Whole) -> Flat:
        given = {at["service_id"] for at in whole.rows.get(ServiceAtLocation, {}).values()}
        theirs = select(col(Service.organization_id)).where(col(Service.id).in_(given)).distinct()
        for organization_id in (await db.scalars(theirs)).all():
            await allow(db, caller, organization_id)
        flat = Flat()
        flat.within[ServiceAtLocation]["id"] = whole.ids(ServiceAtLocation)
        return flat

    return await _edit(
        db, caller, location_id=location_id, version=version, act=Act("retire_location"), make=make, now=now
    )


async def hide_location(
    db: AsyncSession, caller: Caller, *, location_id: UUID, version: str | None, now: datetime
) -> EditedView:
    """From now on this place has no point, street or ZIP, and nothing of ours remembers them."""

    async def make(whole: Whole) -> Flat:
        flat = Flat()
        flat.rows[Location].append(as_written(whole.row) | {"confidential": True})
        return flat

    return await _edit(
        db, caller, location_id=location_id, version=version, act=Act("hide_location"), make=make, now=now
    )


async def _edit(
    db: AsyncSession,
    caller: Caller,
    *,
    location_id: UUID,
    version: str | None,
    act: Act,
    make: Make,
    now: datetime,
) -> EditedView:
    return await edit(db, caller, root=Root.location, row_id=location_id, version=version, act=act, make=make, now=now)
