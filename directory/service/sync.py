"""Make what is stored equal to what was handed in, and say what that changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, insert, inspect, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from directory.models import Row

Values = dict[str, Any]
# One statement's worth: far below PostgreSQL's limit of parameters even for the widest table.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one row: created, changed, removed or unchanged."""

    table: str
    id: UUID
    kind: str


async def sync(
    db: AsyncSession,
    model: type[Row],
    rows: Sequence[Values],
    *,
    now: datetime,
    within: Mapping[str, Iterable[UUID]] | None = None,
) -> list[Change]:
    """Insert, update, or leave alone each row; rows of the owners in `within` that were not handed in go.

    `within` maps an owner column to the owners whose rows these are; a row of theirs that is missing from `rows`
    is removed. Without it nothing is removed. Repeating the call changes nothing.
    """
    table: Table = inspect(model).local_table
    wanted = {row["id"]: row for row in rows}
    stored = await _stored(db, table, list(wanted), within or {})
    gone = [row_id for row_id, row in stored.items() if row_id not in wanted and _owned(row, within or {})]
    if gone:  # first, for what takes its place may be the same to a unique constraint
        await db.execute(delete(table).where(table.c.id.in_(gone)))
    changes: list[Change] = []
    new: list[Values] = []
    for row in wanted.values():
        before = stored.get(row["id"])
        if before is None:
            new.append({**row, "changed_at": now})
            changes.append(Change(table.name, row["id"], "created"))
        elif any(before[name] != value for name, value in row.items()):
            # a changed row is rare in a batch: one statement each keeps its column list its own
            await db.execute(update(table).where(table.c.id == row["id"]).values(**row, changed_at=now))
            changes.append(Change(table.name, row["id"], "changed"))
        else:
            changes.append(Change(table.name, row["id"], "unchanged"))
    for start in range(0, len(new), _BATCH):
        await db.execute(insert(table), new[start : start + _BATCH])
    return changes + [Change(table.name, row_id, "removed") for row_id in gone]


async def _stored(
    db: AsyncSession, table: Table, ids: Sequence[UUID], within: Mapping[str, Iterable[UUID]]
) -> dict[UUID, Mapping[str, Any]]:
    owners: list[ColumnElement[bool]] = [
        table.c[column].in_(list(values)) for column, values in within.items() if values
    ]
    wanted = or_(table.c.id.in_(ids), *owners)
    columns = [column for column in table.c if column.name != "geom"]
    found = await db.execute(select(*columns).where(wanted))
    return {row["id"]: dict(row) for row in found.mappings()}


def _owned(row: Mapping[str, Any], within: Mapping[str, Iterable[UUID]]) -> bool:
    return any(row[column] in values for column, values in within.items())
