"""How full a service is, as its search rows have it; written alone where nothing else of a service has changed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Json
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import driver_of

_COUNTED = "SELECT * FROM capacity WHERE service_id = %s ORDER BY id"
_ROWS = "SELECT id FROM search_row WHERE service_id = %s"
_WRITE = "UPDATE search_row SET capacity = %(capacity)s, load = %(load)s, load_until = %(load_until)s WHERE id = %(id)s"


def figures(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The counts, and how full they make it: from 0 to 1, and until when that may be believed."""
    if not rows:
        return {"capacity": None, "load": None, "load_until": None}
    counted = [
        {
            "unit": row["unit"], "free": row["free"], "total": row["total"], "source": row["source"],
            "as_of": row["as_of"].isoformat(), "expires_at": row["expires_at"].isoformat(),
        }
        for row in rows
    ]  # fmt: skip
    total = sum(row["total"] or row["free"] for row in rows)
    return {
        "capacity": counted,
        "load": 1 - sum(min(row["free"], row["total"] or row["free"]) for row in rows) / total if total else 1.0,
        "load_until": min(row["expires_at"] for row in rows),
    }


def at_place(rows: Iterable[Mapping[str, Any]], at: UUID | None) -> list[Mapping[str, Any]]:
    """Those that are counted at that place, or of the service as a whole."""
    return [row for row in rows if row["service_at_location_id"] in {None, at}]


async def rewrite_figures(db: AsyncSession, service_id: UUID) -> None:
    """Write the figures of a service's search rows anew, and nothing else of them. Under the service's lock."""
    driver = await driver_of(db)
    async with driver.pipeline():  # one way there and back for both
        counts = await driver.cursor(row_factory=dict_row).execute(_COUNTED, (service_id,))
        rows = await driver.execute(_ROWS, (service_id,))
    counted = await counts.fetchall()
    for (row_id,) in await rows.fetchall():
        said = figures(at_place(counted, row_id))
        shown = None if said["capacity"] is None else Json(said["capacity"])
        await driver.execute(_WRITE, said | {"id": row_id, "capacity": shown})
