"""Reference places, and the record of imports."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.security import Caller
from directory.models import ImportEntry, ImportRun, Place
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
    """Keep what a batch did, row by row, for whoever asks later where something came from."""
    row = ImportRun(source=run.source, format=run.format, digest=run.digest, started_at=now, counts=run.counts)
    db.add(row)
    await db.flush()  # its id is the entries' owner
    entries = [entry.model_dump() | {"run_id": row.id, "object_ids": list(entry.object_ids)} for entry in run.entries]
    for start in range(0, len(entries), _BATCH):
        await db.execute(insert(ImportEntry.__table__), entries[start : start + _BATCH])  # type: ignore[attr-defined]
