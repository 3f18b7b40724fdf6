"""`/history`: who changed what, and back."""

from uuid import UUID

from fastapi import APIRouter, Response

import directory
from api.deps import Acting, Known
from api.rest.editing.facts import Source
from api.rest.editing.shape import CHANGING, OF_HISTORY, Body, Changing
from core import clock
from directory.editing import ChangeView, EditedView, Root

router = APIRouter()
edit = directory.editing
_PRIVATE = {"Cache-Control": "no-store"}


class UndoIn(Body):
    """`source`: why a police level may fall by it, where one does."""

    source: Source | None = None


@router.get("/organizations/{organization_id}/history", summary="An organization's history", **OF_HISTORY)
async def of_organization(organization_id: UUID, asker: Known, db: Acting, response: Response) -> list[ChangeView]:
    """Newest first, for who may change it; that it was read is written into the audit."""
    response.headers.update(_PRIVATE)
    return await edit.history(db, asker, root=Root.organization, row_id=organization_id, now=clock.now())


@router.get("/services/{service_id}/history", summary="A service's history", **OF_HISTORY)
async def of_service(service_id: UUID, asker: Known, db: Acting, response: Response) -> list[ChangeView]:
    """Newest first, for who may change it; that it was read is written into the audit."""
    response.headers.update(_PRIVATE)
    return await edit.history(db, asker, root=Root.service, row_id=service_id, now=clock.now())


@router.get("/locations/{location_id}/history", summary="A place's history", **OF_HISTORY)
async def of_location(location_id: UUID, asker: Known, db: Acting, response: Response) -> list[ChangeView]:
    """Newest first, for who may change it; that it was read is written into the audit."""
    response.headers.update(_PRIVATE)
    return await edit.history(db, asker, root=Root.location, row_id=location_id, now=clock.now())


@router.post("/history/{change_id}/undo", summary="Undo a change", **CHANGING)
async def undo(change_id: UUID, asked: UndoIn, change: Changing) -> EditedView:
    """Puts back what it unless that has changed since. It is a change itself."""
    edited = await edit.undo(
        change.db, change.caller, change_id=change_id, source=asked.source, version=change.version, now=clock.now()
    )
    return change.answer(edited)
