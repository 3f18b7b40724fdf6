"""`/api/v1/organizations`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

import directory
from api.deps import Acting, Asker, Known, Looking
from api.rest.editing.shape import CHANGING, READING, REGISTERING, Body, Changing, emptied, registered, shown
from core import clock
from directory.editing import EditedView, OrganizationCorrection, OrganizationNew, OrganizationView, PhoneSaid

router = APIRouter(prefix="/organizations")
edit = directory.editing


class PhonesIn(Body):
    """All phones there shall be."""

    phones: Annotated[tuple[PhoneSaid, ...], Field(max_length=200)]


@router.get("/{organization_id}", summary="An organization", **READING)
async def organization(organization_id: UUID, asker: Asker, db: Looking, response: Response) -> OrganizationView:
    """As it is stored, with the version that a change must name."""
    found = await edit.organization(db, asker, organization_id=organization_id)
    shown(response, found.version)
    return found


@router.post("", summary="Register an organization", **REGISTERING)
async def register(asked: OrganizationNew, asker: Known, db: Acting, response: Response) -> EditedView:
    """For stewards. Its id is made here."""
    edited = await edit.register_organization(db, asker, organization=asked, now=clock.now())
    return registered(response, edited, "organizations")


@router.patch("/{organization_id}", summary="Correct an organization", **CHANGING)
async def correct(
    organization_id: UUID,
    asked: OrganizationCorrection,
    change: Changing,
) -> EditedView:
    """What is not in the body stays as it is; what is null is emptied."""
    edited = await edit.correct_organization(
        change.db,
        change.caller,
        organization_id=organization_id,
        correction=asked,
        clear=emptied(asked),
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.put("/{organization_id}/phones", summary="Set an organization's phones", **CHANGING)
async def set_phones(organization_id: UUID, asked: PhonesIn, change: Changing) -> EditedView:
    """One with an id stays the one it was; others are new; those that are left out go."""
    edited = await edit.set_organization_phones(
        change.db,
        change.caller,
        organization_id=organization_id,
        phones=asked.phones,
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.post("/{organization_id}/pause", summary="Pause an organization", **CHANGING)
async def pause(organization_id: UUID, change: Changing) -> EditedView:
    """All its services are closed for the time being."""
    return change.answer(
        await edit.pause_organization(
            change.db, change.caller, organization_id=organization_id, version=change.version, now=clock.now()
        ),
    )


@router.post("/{organization_id}/resume", summary="Resume an organization", **CHANGING)
async def resume(organization_id: UUID, change: Changing) -> EditedView:
    """All its services are open again that were closed for the time being."""
    return change.answer(
        await edit.resume_organization(
            change.db, change.caller, organization_id=organization_id, version=change.version, now=clock.now()
        ),
    )


@router.post("/{organization_id}/retire", summary="Retire an organization", **CHANGING)
async def retire(organization_id: UUID, change: Changing) -> EditedView:
    """All its services leave every search, for good."""
    return change.answer(
        await edit.retire_organization(
            change.db, change.caller, organization_id=organization_id, version=change.version, now=clock.now()
        ),
    )
