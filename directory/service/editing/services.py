"""Services: registered, corrected, paused, resumed and retired; put at places and taken away from them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from core.security import Caller
from directory.errors import NoSuchRow
from directory.models import Attribute, Location, Organization, Service, ServiceAtLocation
from directory.service.editing import said
from directory.service.editing.edit import Act, Make, as_written, edit, register
from directory.service.editing.rights import allow, allow_some, may
from directory.service.editing.whole import Root, Whole
from directory.service.flatten import Flat
from directory.views.editing import ServiceCorrection, ServiceNew
from directory.views.history import EditedView
from directory.views.inputs import ServiceAtLocationIn, ServiceIn
from directory.views.said import Status


async def register_service(db: AsyncSession, caller: Caller, *, service: ServiceNew, now: datetime) -> EditedView:
    """Add a service of an organization that the caller may change.

    Raises:
        NoSuchRow: there is no such organization. NotAllowed: not theirs.
    """
    allow_some(caller)
    await there(db, service.organization_id)
    await allow(db, caller, service.organization_id)
    said.dated(service, now=now)
    flat, own_id = Flat(), uuid4()
    flat.service(ServiceIn(id=own_id, **service.model_dump()))
    for row in flat.rows[Attribute]:
        row["stated_by"] = said.capacity(caller)
    return await register(db, caller, root=Root.service, row_id=own_id, act=Act("register_service"), flat=flat, now=now)


async def correct_service(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    correction: ServiceCorrection,
    clear: Collection[str] = (),
    version: str | None,
    now: datetime,
) -> EditedView:
    """Change the plain fields that are said, and empty those that are to be cleared."""

    async def make(whole: Whole) -> Flat:
        if correction.organization_id is not None:
            await there(db, correction.organization_id)
        return said.corrected(whole, correction, clear, needed=("name", "organization_id"), now=now)

    return await edit_service(
        db, caller, service_id=service_id, version=version, act=Act("correct_service"), make=make, now=now
    )


async def pause_service(
    db: AsyncSession, caller: Caller, *, service_id: UUID, version: str | None, now: datetime
) -> EditedView:
    """Close a service for the time being."""
    return await _turn(
        db,
        caller,
        service_id=service_id,
        version=version,
        act="pause_service",
        status=Status.temporarily_closed,
        now=now,
    )


async def resume_service(
    db: AsyncSession, caller: Caller, *, service_id: UUID, version: str | None, now: datetime
) -> EditedView:
    """Open it again, also one that was retired."""
    return await _turn(
        db, caller, service_id=service_id, version=version, act="resume_service", status=Status.active, now=now
    )


async def retire_service(
    db: AsyncSession, caller: Caller, *, service_id: UUID, version: str | None, now: datetime
) -> EditedView:
    """Take it out of every search, for good."""
    return await _turn(
        db, caller, service_id=service_id, version=version, act="retire_service", status=Status.defunct, now=now
    )


async def put_at_location(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    location_id: UUID,
    description: str | None,
    version: str | None,
    now: datetime,
) -> EditedView:
    """Say that a service is given at a place, for both of which the caller may speak.

    Raises:
        NoSuchRow: there is no such service or place, or the place is not for everybody to know.
    """
    allow_some(caller)

    async def make(whole: Whole) -> Flat:
        place = await db.get(Location, location_id)
        theirs = place is not None and await may(db, caller, place.organization_id)
        if place is None or (place.confidential and not theirs):
            raise NoSuchRow("location", location_id)
        await allow(db, caller, place.organization_id)
        stored = whole.of(ServiceAtLocation, location_id=location_id)
        flat = Flat()
        own_id = stored[0]["id"] if stored else uuid4()
        flat.add(
            ServiceAtLocation,
            ServiceAtLocationIn(id=own_id, service_id=service_id, location_id=location_id, description=description),
        )
        return flat

    act = Act("put_at_location", places={location_id})
    return await edit_service(db, caller, service_id=service_id, version=version, act=act, make=make, now=now)


async def take_from_location(
    db: AsyncSession, caller: Caller, *, service_id: UUID, location_id: UUID, version: str | None, now: datetime
) -> EditedView:
    """Say that a service is not given at a place any more.

    Raises:
        NoSuchRow: there is no such service, or it is not given there.
    """

    async def make(whole: Whole) -> Flat:
        stored = whole.of(ServiceAtLocation, location_id=location_id)
        if not stored:
            raise NoSuchRow("location", location_id)
        flat = Flat()
        flat.within[ServiceAtLocation]["id"] = {row["id"] for row in stored}
        return flat

    act = Act("take_from_location", places={location_id})
    return await edit_service(db, caller, service_id=service_id, version=version, act=act, make=make, now=now)


async def edit_service(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    version: str | None,
    act: Act,
    make: Make,
    now: datetime,
) -> EditedView:
    """Change a service and what hangs on it."""
    return await edit(db, caller, root=Root.service, row_id=service_id, version=version, act=act, make=make, now=now)


async def there(db: AsyncSession, organization_id: UUID) -> None:
    """Raises NoSuchRow where there is no such organization."""
    if await db.get(Organization, organization_id) is None:
        raise NoSuchRow("organization", organization_id)


async def _turn(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    version: str | None,
    act: str,
    status: Status,
    now: datetime,
) -> EditedView:
    async def make(whole: Whole) -> Flat:
        flat = Flat()
        flat.rows[Service].append(as_written(whole.row) | {"status": str(status)})
        return flat

    return await edit_service(db, caller, service_id=service_id, version=version, act=Act(act), make=make, now=now)
