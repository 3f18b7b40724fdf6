"""Times that the stored intervals do not reach: the same hours, worked out on the spot for the nearest candidates."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
from psycopg import AsyncRawCursor

from core.db import Reader
from directory.rows.material import Material, gather
from directory.rows.refresh import parameters, window_from
from directory.rows.row import row_values
from directory.search.ask import Question
from directory.search.sql import then
from directory.search.walk import Pick, Walk, walk

# Where in what is shown of a row its notes, its hours, its ways' hours, and what is unsure stand.
_NOTES, _HOURS, _WAYS, _UNSURE = 12, slice(13, 17), 17, 18


async def beyond(reader: Reader, asked: Question) -> Walk:
    """Sort the nearest candidates by their hours then; a page may be short of `limit` and still have a `next`."""
    found = await walk(reader, replace(asked, shape=replace(asked.shape, opens="")))
    candidates = [*found.fits, *found.might_fit, *found.ruled_out]
    material = await gather(reader, {_service_of(pick) for pick in candidates})
    kept: dict[str, list[Pick]] = {"fits": [], "might_fit": [], "ruled_out": found.ruled_out}
    closed = 0
    for pick in candidates:
        if pick.list == "ruled_out":
            continue
        is_open, is_shut, now_shown = await _then(reader, asked, material, pick)
        if is_shut:
            closed += 1
        elif is_open:
            kept[pick.list].append(now_shown)
        else:
            unsure = [*(now_shown.shown[_UNSURE] or ()), "open"]
            shown = (*now_shown.shown[:_UNSURE], unsure, now_shown.shown[-1] or sorted(asked.filters.asked))
            kept["might_fit"].append(replace(now_shown, list="might_fit", shown=shown))
    counts = found.counts | ({"closed": found.counts.get("closed", 0) + closed} if closed else {})
    return replace(found, fits=kept["fits"], might_fit=kept["might_fit"], counts=counts)


def _service_of(pick: Pick) -> Any:
    return orjson.loads("{" + str(pick.shown[2]).partition(',"location_id"')[0] + "}")["service_id"]


async def _then(reader: Reader, asked: Question, material: Material, pick: Pick) -> tuple[bool, bool, Pick]:
    """Whether it is open then, whether it is certainly not, and the same row with its hours at that time."""
    service_id = next(one for one in material.services if str(one) == _service_of(pick))
    at = next((row for row in material.at.get(service_id, ()) if str(row["id"]) == pick.id), None)
    window = window_from(asked.time + timedelta(hours=1))
    row = parameters(row_values(material, material.services[service_id], at, window))
    told = then(asked.shape)
    async with AsyncRawCursor(reader) as cursor:
        await cursor.execute(told.query, told.values(asked.parameters | row))
        rows: list[tuple[Any, ...]] = await cursor.fetchall()
    is_open, is_shut, *hours, ways = rows[0]
    notes = None if row["notes"] is None else orjson.dumps(row["notes"].obj).decode()
    shown = list(pick.shown)
    shown[_NOTES], shown[_HOURS], shown[_WAYS] = notes, hours, ways
    return is_open, is_shut, replace(pick, shown=tuple(shown))
