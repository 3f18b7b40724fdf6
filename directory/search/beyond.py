"""Times that the stored intervals do not reach: the same hours, worked out on the spot for the nearest candidates."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from psycopg import AsyncRawCursor

from core.db import Reader
from directory.rows.material import Material, gather
from directory.rows.refresh import parameters, window_from
from directory.rows.row import row_values
from directory.rows.shown import HOLE
from directory.search.ask import Question
from directory.search.sql import then
from directory.search.walk import Pick, Walk, walk


async def beyond(reader: Reader, asked: Question) -> Walk:
    """Sort the nearest candidates by their hours then; a page may be short of `limit` and still have a `next`."""
    found = await walk(reader, replace(asked, shape=replace(asked.shape, opens="", later=True)))
    candidates = [*found.fits, *found.might_fit, *found.ruled_out]
    material = await gather(reader, {pick.service_id for pick in candidates})
    kept: dict[str, list[Pick]] = {"fits": [], "might_fit": [], "ruled_out": []}
    closed = 0
    for pick in candidates:
        is_open, is_shut, now_shown = await _then(reader, asked, material, pick)
        if pick.list == "ruled_out":
            kept["ruled_out"].append(now_shown)
        elif is_shut:
            closed += 1
        elif is_open:
            kept[pick.list].append(now_shown)
        else:
            unsure = ["open", *(now_shown.unsure or ())]
            answered = sorted(asked.filters.asked) if now_shown.answered is None else now_shown.answered
            kept["might_fit"].append(now_shown._replace(list="might_fit", unsure=unsure, answered=answered))
    counts = found.counts | ({"closed": found.counts.get("closed", 0) + closed} if closed else {})
    return replace(found, fits=kept["fits"], might_fit=kept["might_fit"], ruled_out=kept["ruled_out"], counts=counts)


async def _then(reader: Reader, asked: Question, material: Material, pick: Pick) -> tuple[bool, bool, Pick]:
    """Whether it is open then, whether it is certainly not, and the same row with its hours at that time."""
    at = next((row for row in material.at.get(pick.service_id, ()) if str(row["id"]) == pick.id), None)
    window = window_from(asked.time + timedelta(hours=1))
    row = parameters(row_values(material, material.services[pick.service_id], at, window))
    told = then(asked.shape)
    async with AsyncRawCursor(reader) as cursor:
        await cursor.execute(told.query, told.values(asked.parameters | row))
        rows: list[tuple[Any, ...]] = await cursor.fetchall()
    is_open, is_shut, opening, by_way = rows[0]
    return is_open, is_shut, pick._replace(text=_filled(pick.text, opening, by_way))


def _filled(text: str, opening: str, by_way: list[str] | None) -> str:
    """The row's own hours stand first, then those of each way."""
    head, own, *pieces = text.split(HOLE)
    ways = (by_way or [opening] * len(pieces))[: len(pieces)]
    return "".join([head, opening, own, *(part for pair in zip(ways, pieces, strict=True) for part in pair)])
