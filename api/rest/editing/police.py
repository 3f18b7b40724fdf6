"""`/police-falls`: police levels that would fall, and wait for a second person."""

from uuid import UUID

from fastapi import APIRouter, Response

import directory
from api.deps import Acting, Known
from api.rest.editing.shape import CHANGING, DECIDING, OF_HISTORY, Changing
from core import clock
from directory.editing import EditedView, PoliceFallView

router = APIRouter()
edit = directory.editing
_PRIVATE = {"Cache-Control": "no-store"}


@router.get("/services/{service_id}/police-falls", summary="Falls of a police level that were proposed", **OF_HISTORY)
async def police_falls(service_id: UUID, asker: Known, db: Acting, response: Response) -> list[PoliceFallView]:
    """Newest first, with what became of them."""
    response.headers.update(_PRIVATE)
    return await edit.police_falls(db, asker, service_id=service_id, now=clock.now())


@router.post("/police-falls/{fall_id}/confirm", summary="Confirm that a police level falls", **CHANGING)
async def confirm(fall_id: UUID, change: Changing) -> EditedView:
    """For a second person, of another account. `If-Match` is the version of the service."""
    edited = await edit.confirm_fall(change.db, change.caller, fall_id=fall_id, version=change.version, now=clock.now())
    return change.answer(edited)


@router.post("/police-falls/{fall_id}/reject", summary="Reject that a police level falls", **DECIDING)
async def reject(fall_id: UUID, asker: Known, db: Acting, response: Response) -> PoliceFallView:
    """It stays as it is published. Who proposed it may take it back so."""
    response.headers.update(_PRIVATE)
    return await edit.reject_fall(db, asker, fall_id=fall_id, now=clock.now())
