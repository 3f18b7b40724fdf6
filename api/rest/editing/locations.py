"""`/api/v1/locations`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

import directory
from api.deps import Acting, Asker, Known, Looking
from api.rest.editing.organizations import PhonesIn
from api.rest.editing.shape import CHANGING, READING, REGISTERING, Body, Changing, emptied, registered, shown
from core import clock
from directory.editing import (
    AddressSaid,
    ClosureSaid,
    EditedView,
    LocationCorrection,
    LocationNew,
    LocationView,
    ScheduleSaid,
)

router = APIRouter(prefix="/locations")
edit = directory.editing


class AddressesIn(Body):
    """All addresses there shall be."""

    addresses: Annotated[tuple[AddressSaid, ...], Field(max_length=20)]


class HoursIn(Body):
    """All hours there shall be."""

    schedules: Annotated[tuple[ScheduleSaid, ...], Field(max_length=200)]


@router.get("/{location_id}", summary="A place", **READING)
async def location(location_id: UUID, asker: Asker, db: Looking, response: Response) -> LocationView:
    """As it is stored, with the version that a change must name. A confidential one is for who may change it."""
    found = await edit.location(db, asker, location_id=location_id)
    shown(response, found.version)
    return found


@router.post("", summary="Register a place", **REGISTERING)
async def register(asked: LocationNew, asker: Known, db: Acting, response: Response) -> EditedView:
    """Of an organization that you may change. A confidential one keeps no point, street or ZIP."""
    edited = await edit.register_location(db, asker, location=asked, now=clock.now())
    return registered(response, edited, "locations")


@router.patch("/{location_id}", summary="Correct a place", **CHANGING)
async def correct(location_id: UUID, asked: LocationCorrection, change: Changing) -> EditedView:
    """What is not in the body stays as it is; what is null is emptied."""
    edited = await edit.correct_location(
        change.db,
        change.caller,
        location_id=location_id,
        correction=asked,
        clear=emptied(asked),
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.put("/{location_id}/addresses", summary="Set a place's addresses", **CHANGING)
async def set_addresses(location_id: UUID, asked: AddressesIn, change: Changing) -> EditedView:
    """One with an id stays the one it was; others are new; those that are left out go."""
    edited = await edit.set_location_addresses(
        change.db,
        change.caller,
        location_id=location_id,
        addresses=asked.addresses,
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.put("/{location_id}/phones", summary="Set a place's phones", **CHANGING)
async def set_phones(location_id: UUID, asked: PhonesIn, change: Changing) -> EditedView:
    """One with an id stays the one it was; others are new; those that are left out go."""
    edited = await edit.set_location_phones(
        change.db, change.caller, location_id=location_id, phones=asked.phones, version=change.version, now=clock.now()
    )
    return change.answer(edited)


@router.put("/{location_id}/schedules", summary="Set a place's hours", **CHANGING)
async def set_schedules(location_id: UUID, asked: HoursIn, change: Changing) -> EditedView:
    """None means that they are not stated."""
    edited = await edit.set_location_schedules(
        change.db,
        change.caller,
        location_id=location_id,
        schedules=asked.schedules,
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.post("/{location_id}/closures", summary="Close a place for a while", **CHANGING)
async def close(location_id: UUID, asked: ClosureSaid, change: Changing) -> EditedView:
    """With every service there, whatever the hours say."""
    edited = await edit.close_location(
        change.db, change.caller, location_id=location_id, closure=asked, version=change.version, now=clock.now()
    )
    return change.answer(edited)


@router.post("/{location_id}/closures/{closure_id}/end", summary="End a place's closure", **CHANGING)
async def end_closure(location_id: UUID, closure_id: UUID, change: Changing) -> EditedView:
    """Now; one that has not begun goes."""
    edited = await edit.end_location_closure(
        change.db,
        change.caller,
        location_id=location_id,
        closure_id=closure_id,
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.post("/{location_id}/retire", summary="Retire a place", **CHANGING)
async def retire(location_id: UUID, change: Changing) -> EditedView:
    """Nothing is given there any more."""
    edited = await edit.retire_location(
        change.db, change.caller, location_id=location_id, version=change.version, now=clock.now()
    )
    return change.answer(edited)


@router.post("/{location_id}/hide", summary="Make a place confidential", **CHANGING)
async def hide(location_id: UUID, change: Changing) -> EditedView:
    """From now on it has no point, street or ZIP, and nothing of ours remembers them. There is no way back."""
    edited = await edit.hide_location(
        change.db, change.caller, location_id=location_id, version=change.version, now=clock.now()
    )
    return change.answer(edited)
