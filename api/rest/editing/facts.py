"""`/api/v1/services/{id}/...`: what is said of a service."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints

import directory
from api.rest.editing.organizations import PhonesIn
from api.rest.editing.shape import CHANGING, Body, Changing
from core import clock
from directory.editing import (
    AccessPointSaid,
    ClosureSaid,
    DisclosureSaid,
    EditedView,
    LanguageSaid,
    ScheduleSaid,
    ServiceAreaSaid,
)

router = APIRouter(prefix="/services/{service_id}")
edit = directory.editing
Source = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class SchedulesIn(Body):
    """All hours there shall be: of the service, or of it at one place, or of one way in."""

    schedules: Annotated[tuple[ScheduleSaid, ...], Field(max_length=200)]
    service_at_location_id: UUID | None = None
    access_point_id: UUID | None = None


class LanguagesIn(Body):
    """All languages there shall be."""

    languages: Annotated[tuple[LanguageSaid, ...], Field(max_length=200)]


class AreasIn(Body):
    """All areas there shall be."""

    service_areas: Annotated[tuple[ServiceAreaSaid, ...], Field(max_length=200)]


class AccessPointsIn(Body):
    """All ways in there shall be. `source`: why a police level may fall by it, where one does."""

    access_points: Annotated[tuple[AccessPointSaid, ...], Field(max_length=200)]
    source: Source | None = None
    stated_on: date | None = None


@router.put("/schedules", summary="Set a service's hours", **CHANGING)
async def set_schedules(service_id: UUID, asked: SchedulesIn, change: Changing) -> EditedView:
    """None means that they are not stated."""
    edited = await edit.set_service_schedules(
        change.db,
        change.caller,
        service_id=service_id,
        schedules=asked.schedules,
        service_at_location_id=asked.service_at_location_id,
        access_point_id=asked.access_point_id,
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.put("/phones", summary="Set a service's phones", **CHANGING)
async def set_phones(service_id: UUID, asked: PhonesIn, change: Changing) -> EditedView:
    """One with an id stays the one it was; others are new; those that are left out go."""
    edited = await edit.set_service_phones(
        change.db, change.caller, service_id=service_id, phones=asked.phones, version=change.version, now=clock.now()
    )
    return change.answer(edited)


@router.put("/languages", summary="Set a service's languages", **CHANGING)
async def set_languages(service_id: UUID, asked: LanguagesIn, change: Changing) -> EditedView:
    """Those of the service as a whole; a way in may have its own."""
    edited = await edit.set_service_languages(
        change.db,
        change.caller,
        service_id=service_id,
        languages=asked.languages,
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.put("/service-areas", summary="Set a service's areas", **CHANGING)
async def set_areas(service_id: UUID, asked: AreasIn, change: Changing) -> EditedView:
    """None means that they are not stated."""
    edited = await edit.set_service_areas(
        change.db,
        change.caller,
        service_id=service_id,
        areas=asked.service_areas,
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.put("/access-points", summary="Set the ways in to a service", **CHANGING)
async def set_access_points(service_id: UUID, asked: AccessPointsIn, change: Changing) -> EditedView:
    """Each with its hours and what is known of police there. A level that would fall waits for a second person."""
    edited = await edit.set_service_access_points(
        change.db,
        change.caller,
        service_id=service_id,
        access_points=asked.access_points,
        source=asked.source,
        stated_on=asked.stated_on,
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.put("/disclosure", summary="Say what reaching a service may bring", **CHANGING)
async def disclose(service_id: UUID, asked: DisclosureSaid, change: Changing) -> EditedView:
    """Police, tracing, recording. A police level rises at once; one that would fall waits for a second person."""
    edited = await edit.disclose_service(
        change.db, change.caller, service_id=service_id, disclosure=asked, version=change.version, now=clock.now()
    )
    return change.answer(edited)


@router.post("/closures", summary="Close a service for a while", **CHANGING)
async def close(service_id: UUID, asked: ClosureSaid, change: Changing) -> EditedView:
    """Whatever its hours say."""
    edited = await edit.close_service(
        change.db, change.caller, service_id=service_id, closure=asked, version=change.version, now=clock.now()
    )
    return change.answer(edited)


@router.post("/closures/{closure_id}/end", summary="End a service's closure", **CHANGING)
async def end_closure(service_id: UUID, closure_id: UUID, change: Changing) -> EditedView:
    """Now; one that has not begun goes."""
    edited = await edit.end_service_closure(
        change.db, change.caller, service_id=service_id, closure_id=closure_id, version=change.version, now=clock.now()
    )
    return change.answer(edited)
