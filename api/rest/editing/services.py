"""`/api/v1/services`: what a service is, and where it is given."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import StringConstraints

import directory
from api.deps import Acting, Asker, Known, Looking
from api.rest.editing.shape import CHANGING, READING, REGISTERING, Body, Changing, emptied, registered, shown
from core import clock
from directory.editing import EditedView, ServiceCorrection, ServiceNew, ServiceView

router = APIRouter(prefix="/services")
edit = directory.editing


class AtIn(Body):
    """How a service is given there."""

    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)] | None = None


@router.get("/{service_id}", summary="A service", **READING)
async def service(service_id: UUID, asker: Asker, db: Looking, response: Response) -> ServiceView:
    """As it is stored, with the version that a change must name."""
    found = await edit.service(db, asker, service_id=service_id)
    shown(response, found.version)
    return found


@router.post("", summary="Register a service", **REGISTERING)
async def register(asked: ServiceNew, asker: Known, db: Acting, response: Response) -> EditedView:
    """Of an organization that you may change. Its id is made here."""
    edited = await edit.register_service(db, asker, service=asked, now=clock.now())
    return registered(response, edited, "services")


@router.patch("/{service_id}", summary="Correct a service", **CHANGING)
async def correct(service_id: UUID, asked: ServiceCorrection, change: Changing) -> EditedView:
    """What is not in the body stays as it is; what is null is emptied."""
    edited = await edit.correct_service(
        change.db,
        change.caller,
        service_id=service_id,
        correction=asked,
        clear=emptied(asked),
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.post("/{service_id}/pause", summary="Pause a service", **CHANGING)
async def pause(service_id: UUID, change: Changing) -> EditedView:
    """It is closed for the time being."""
    edited = await edit.pause_service(
        change.db, change.caller, service_id=service_id, version=change.version, now=clock.now()
    )
    return change.answer(edited)


@router.post("/{service_id}/resume", summary="Resume a service", **CHANGING)
async def resume(service_id: UUID, change: Changing) -> EditedView:
    """It is given again, also where it was retired."""
    edited = await edit.resume_service(
        change.db, change.caller, service_id=service_id, version=change.version, now=clock.now()
    )
    return change.answer(edited)


@router.post("/{service_id}/retire", summary="Retire a service", **CHANGING)
async def retire(service_id: UUID, change: Changing) -> EditedView:
    """It leaves every search, for good."""
    edited = await edit.retire_service(
        change.db, change.caller, service_id=service_id, version=change.version, now=clock.now()
    )
    return change.answer(edited)


@router.put("/{service_id}/locations/{location_id}", summary="Give a service at a place", **CHANGING)
async def put_at_location(service_id: UUID, location_id: UUID, asked: AtIn, change: Changing) -> EditedView:
    """Both are yours to change."""
    edited = await edit.put_at_location(
        change.db,
        change.caller,
        service_id=service_id,
        location_id=location_id,
        description=asked.description,
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.delete("/{service_id}/locations/{location_id}", summary="Take a service from a place", **CHANGING)
async def take_from_location(service_id: UUID, location_id: UUID, change: Changing) -> EditedView:
    """It is not given there any more."""
    edited = await edit.take_from_location(
        change.db,
        change.caller,
        service_id=service_id,
        location_id=location_id,
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)
