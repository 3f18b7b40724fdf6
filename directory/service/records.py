"""Reference places, and the record of imports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller
from directory.models import ImportEntry, ImportRun, Location, Place, Service, ServiceAtLocation
from directory.search.places import fold
from directory.views.inputs import ImportRunIn, PlaceIn

_BATCH = 1_000


async def fill_places(db: AsyncSession, caller: Caller, *, places: Sequence[PlaceIn], now: datetime) -> int:
    """Add or update ZIPs and towns; how many were handed in. Safe to repeat."""
    table = Place.__table__  # type: ignore[attr-defined]
    add = insert(table)
    moved = {name: add.excluded[name] for name in ("latitude", "longitude", "weight", "folded")}
    add = add.on_conflict_do_update(constraint="uq_place_kind", set_=moved)
    rows = [place.model_dump() | {"folded": fold(place.name)} for place in places]
    for start in range(0, len(rows), _BATCH):
        await db.execute(add, rows[start : start + _BATCH])
    return len(rows)


async def record_import(db: AsyncSession, caller: Caller, *, run: ImportRunIn, now: datetime) -> None:
    """Keep what a batch did, row by row, for whoever asks later where something came from.

    A source that calls a hidden place public does not bring its street back: what it said of it is not quoted.
    """
    row = ImportRun(source=run.source, format=run.format, digest=run.digest, started_at=now, counts=run.counts)
    db.add(row)
    await db.flush()  # its id is the entries' owner
    hidden = await _hidden(db)
    entries = [
        entry.model_dump()
        | {"run_id": row.id, "object_ids": list(entry.object_ids)}
        | ({} if hidden.isdisjoint(entry.object_ids) else {"detail": None})
        for entry in run.entries
    ]
    for start in range(0, len(entries), _BATCH):
        await db.execute(insert(ImportEntry.__table__), entries[start : start + _BATCH])  # type: ignore[attr-defined]


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
