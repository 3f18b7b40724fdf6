"""What is said of a service: hours, phones, languages, ways in, areas, closures, police."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from core.security import Caller
from directory.errors import NoSuchRow
from directory.models import AccessPoint, Closure, Disclosure, ServiceAtLocation
from directory.service.editing import said
from directory.service.editing.edit import Act, as_written
from directory.service.editing.services import edit_service
from directory.service.editing.whole import Whole
from directory.service.flatten import Flat
from directory.views.editing import (
    AccessPointSaid,
    ClosureSaid,
    DisclosureSaid,
    LanguageSaid,
    PhoneSaid,
    ScheduleSaid,
    ServiceAreaSaid,
)
from directory.views.history import EditedView
from directory.views.inputs import ClosureIn


async def set_service_schedules(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    schedules: Sequence[ScheduleSaid],
    service_at_location_id: UUID | None = None,
    access_point_id: UUID | None = None,
    version: str | None,
    now: datetime,
) -> EditedView:
    """Make these the hours of a service, or of it at one place, or of one way in; none means not stated."""

    async def make(whole: Whole) -> Flat:
        said.known(whole, schedules, now=now)
        zone, owner = None, {"service_id": service_id}
        if access_point_id is not None:
            zone, owner = _part(whole, AccessPoint, access_point_id)["zone"], {"access_point_id": access_point_id}
        elif service_at_location_id is not None:
            _part(whole, ServiceAtLocation, service_at_location_id)
            owner = {"service_at_location_id": service_at_location_id}
        flat = Flat()
        flat.schedules(said.schedules(schedules), zone=zone, **owner)
        return flat

    return await edit_service(
        db, caller, service_id=service_id, version=version, act=Act("set_service_schedules"), make=make, now=now
    )


async def set_service_phones(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    phones: Sequence[PhoneSaid],
    version: str | None,
    now: datetime,
) -> EditedView:
    """Make these the phones of a service."""

    async def make(whole: Whole) -> Flat:
        said.known(whole, phones, now=now)
        flat = Flat()
        flat.phones(said.phones(phones), service_id=service_id)
        return flat

    return await edit_service(
        db, caller, service_id=service_id, version=version, act=Act("set_service_phones"), make=make, now=now
    )


async def set_service_languages(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    languages: Sequence[LanguageSaid],
    version: str | None,
    now: datetime,
) -> EditedView:
    """Make these the languages of a service."""

    async def make(whole: Whole) -> Flat:
        said.known(whole, languages, now=now)
        flat = Flat()
        flat.languages(said.languages(languages), service_id=service_id)
        return flat

    return await edit_service(
        db, caller, service_id=service_id, version=version, act=Act("set_service_languages"), make=make, now=now
    )


async def set_service_areas(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    areas: Sequence[ServiceAreaSaid],
    version: str | None,
    now: datetime,
) -> EditedView:
    """Make these the areas that a service covers; none means not stated."""

    async def make(whole: Whole) -> Flat:
        said.known(whole, areas, now=now)
        flat = Flat()
        flat.areas(said.areas(areas), service_id=service_id)
        return flat

    return await edit_service(
        db, caller, service_id=service_id, version=version, act=Act("set_service_areas"), make=make, now=now
    )


async def set_service_access_points(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    access_points: Sequence[AccessPointSaid],
    source: str | None = None,
    stated_on: date | None = None,
    version: str | None,
    now: datetime,
) -> EditedView:
    """Make these the ways in to a service, each with its hours and what is known of police there.

    `source`: why a police level may fall by it, where one does; the claims of the ways in bring their own.
    """
    claims = [one.disclosure for one in access_points if one.disclosure is not None]
    why = source or next((one.source for one in claims if one.source is not None), None)

    async def make(whole: Whole) -> Flat:
        said.known(whole, access_points, now=now)
        flat = Flat()
        flat.access_points(said.access_points(whole, access_points), service_id=service_id)
        # beside what is said of the service: at a hidden place it takes over what is claimed of the door
        flat.rows[Disclosure] += [as_written(row) for row in whole.of(Disclosure, service_id=service_id)]
        flat.own(Disclosure, service_id=service_id)
        return flat

    act = Act("set_service_access_points", source=why, stated_on=stated_on)
    return await edit_service(db, caller, service_id=service_id, version=version, act=act, make=make, now=now)


async def disclose_service(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    disclosure: DisclosureSaid,
    version: str | None,
    now: datetime,
) -> EditedView:
    """Say what reaching a service may bring. What is worse is published at once; what is better, once confirmed."""

    async def make(whole: Whole) -> Flat:
        said.dated(disclosure, now=now)
        stored = next(iter(whole.of(Disclosure, service_id=service_id)), None)
        flat = Flat()
        flat.disclosure(said.disclosure(stored, disclosure), service_id=service_id)
        return flat

    act = Act("disclose_service", source=disclosure.source, stated_on=disclosure.stated_on)
    return await edit_service(db, caller, service_id=service_id, version=version, act=act, make=make, now=now)


async def close_service(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    closure: ClosureSaid,
    version: str | None,
    now: datetime,
) -> EditedView:
    """Close a service, or it at one place, for a while, whatever the hours say."""

    async def make(whole: Whole) -> Flat:
        owner = {"service_id": service_id}
        if closure.service_at_location_id is not None:
            _part(whole, ServiceAtLocation, closure.service_at_location_id)
            owner = {"service_at_location_id": closure.service_at_location_id}
        return closed(closure, **owner)

    return await edit_service(
        db, caller, service_id=service_id, version=version, act=Act("close_service"), make=make, now=now
    )


async def end_service_closure(
    db: AsyncSession, caller: Caller, *, service_id: UUID, closure_id: UUID, version: str | None, now: datetime
) -> EditedView:
    """End a closure now; one that has not begun goes."""

    async def make(whole: Whole) -> Flat:
        return ended(whole, closure_id, now=now)

    return await edit_service(
        db, caller, service_id=service_id, version=version, act=Act("end_service_closure"), make=make, now=now
    )


def closed(closure: ClosureSaid, **owner: UUID) -> Flat:
    """A closure more."""
    flat = Flat()
    owners: dict[str, UUID | None] = {"service_id": None, "location_id": None, "service_at_location_id": None}
    said_ = closure.model_dump(exclude={"service_at_location_id"})
    flat.add(Closure, ClosureIn(id=uuid4(), **said_), **(owners | owner))
    return flat


def ended(whole: Whole, closure_id: UUID, *, now: datetime) -> Flat:
    """That closure ended now.

    Raises:
        NoSuchRow: there is none, or it is over.
    """
    row = _part(whole, Closure, closure_id)
    if row["ends_at"] <= now:
        raise NoSuchRow("closure", closure_id)
    flat = Flat()
    if row["starts_at"] >= now:
        flat.within[Closure]["id"] = {closure_id}
    else:
        flat.rows[Closure].append(as_written(row) | {"ends_at": now})
    return flat


def _part(whole: Whole, model: Any, row_id: UUID) -> dict[str, Any]:
    row = whole.rows.get(model, {}).get(row_id)
    if row is None:
        raise NoSuchRow(str(model.__tablename__), row_id)
    return dict(row)
