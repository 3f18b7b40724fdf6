"""Reference places, and the record of imports."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.geo import Point
from core.security import Caller
from core.zones import zone_at
from directory.models import ImportEntry, ImportRun, Location, Place, Service, ServiceAtLocation
from directory.rules.names import fold
from directory.service.system import system_only
from directory.views.inputs import ImportEntryIn, ImportRunIn, PlaceIn

_BATCH = 1_000
# Degrees: a hundred metres and more wherever somebody lives.
_BESIDE = 0.01
# ZIPs that services name, where their point was not known or has moved.
_ZIPS = text(
    """
    UPDATE area SET state = place.state, error_m = doorlight_zip_reach(latitude), geom = point
    FROM place, LATERAL (SELECT ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)) AS made(point)
    WHERE area.kind = 'zip' AND place.kind = 'zip' AND place.name = area.name
      AND (area.geom IS NULL OR NOT ST_Equals(area.geom, point))
    """
)


async def fill_places(db: AsyncSession, caller: Caller, *, places: Sequence[PlaceIn], now: datetime) -> int:
    """Add or update ZIPs and towns; how many were handed in. Safe to repeat."""
    system_only(caller)
    table = Place.__table__  # type: ignore[attr-defined]
    add = insert(table)
    moved = {name: add.excluded[name] for name in ("latitude", "longitude", "weight", "folded", "zone")}
    add = add.on_conflict_do_update(constraint="uq_place_kind", set_=moved)
    rows = [
        place.model_dump() | {"folded": fold(place.name), "zone": zone_at(Point(place.latitude, place.longitude))}
        for place in places
    ]
    for start in range(0, len(rows), _BATCH):
        await db.execute(add, rows[start : start + _BATCH])
    await db.execute(_ZIPS)
    return len(rows)


async def zip_centroids(db: AsyncSession, caller: Caller, *, around: Sequence[Point], now: datetime) -> list[Point]:
    """The middle of every ZIP area in the rectangle around these points; there is at least one of these."""
    system_only(caller)
    latitudes, longitudes = {one.latitude for one in around}, {one.longitude for one in around}
    wanted = select(col(Place.latitude), col(Place.longitude)).where(
        col(Place.kind) == "zip",
        col(Place.latitude).between(min(latitudes) - _BESIDE, max(latitudes) + _BESIDE),
        col(Place.longitude).between(min(longitudes) - _BESIDE, max(longitudes) + _BESIDE),
    )
    return [Point(row.latitude, row.longitude) for row in await db.execute(wanted)]


async def record_import(
    db: AsyncSession, caller: Caller, *, run: ImportRunIn, entries: Iterable[ImportEntryIn], now: datetime
) -> None:
    """Keep what a batch did, row by row, for whoever asks later where something came from.

    A source that calls a hidden place public does not bring its street back: what it said of it is not quoted.
    """
    system_only(caller)
    row = ImportRun(source=run.source, format=run.format, digest=run.digest, started_at=now, counts=run.counts)
    db.add(row)
    await db.flush()  # its id is the entries' owner
    hidden = await _hidden(db)
    rows = (
        entry.model_dump()
        | {"run_id": row.id, "object_ids": list(entry.object_ids)}
        | ({} if hidden.isdisjoint(entry.object_ids) else {"detail": None})
        for entry in entries
    )
    while some := [*islice(rows, _BATCH)]:
        await db.execute(insert(ImportEntry.__table__), some)  # type: ignore[attr-defined]


async def _hidden(db: AsyncSession) -> set[UUID]:
    """Every confidential place, and what is given there by whom."""
    given: Select[*tuple[Any, ...]] = (
        select(
            col(Location.id),
            col(ServiceAtLocation.id).label("at"),
            col(Service.id).label("service"),
            col(Service.organization_id),
        )
        .outerjoin(ServiceAtLocation, col(ServiceAtLocation.location_id) == col(Location.id))
        .outerjoin(Service, col(Service.id) == col(ServiceAtLocation.service_id))
        .where(col(Location.confidential))
    )
    return {each for row in await db.execute(given) for each in row if each is not None}
