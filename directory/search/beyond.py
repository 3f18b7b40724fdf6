"""Times that the stored intervals do not reach: the same hours, worked out on the spot for the nearest candidates."""

from collections import Counter
from dataclasses import dataclass, replace
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

# What is known only once the hours are.
_BY_HOURS = frozenset({"closed", "closes_soon", "police"})


async def beyond(reader: Reader, asked: Question) -> Walk:
    """Sort the nearest candidates by their hours then; a page may be short of `limit` and still have a `next`."""
    shut = asked.ask.hidden in _BY_HOURS
    found = await walk(reader, replace(asked, shape=replace(asked.shape, opens="", later=True, shut=shut)))
    candidates = [*found.fits, *found.might_fit, *found.ruled_out]
    material = await gather(reader, {pick.service_id for pick in candidates})
    kept: dict[str, list[Pick]] = {"fits": [], "might_fit": [], "ruled_out": []}
    out: list[tuple[str, str]] = []
    for pick in candidates:
        if pick.service_id not in material.services:
            continue  # gone since it was found
        at_time = await _then(reader, asked, material, pick)
        if pick.list == "ruled_out":
            kept["ruled_out"] += [at_time.pick] if not shut or at_time.out == asked.ask.hidden else []
        elif at_time.out is not None:
            out.append((pick.group, at_time.out))
        elif pick.list == "fits" and at_time.fits:
            kept["fits"].append(at_time.pick)
        else:
            others = list(pick.unsure or ())
            # one way is open and another keeps to the level: the question is of the one that keeps to it
            apart = at_time.open and not at_time.fits and "police" not in others and asked.shape.police != ""
            unsure = ["open", *others] if apart or not at_time.open else others
            answered = sorted(asked.filters.asked) if pick.answered is None else pick.answered
            kept["might_fit"].append(at_time.pick._replace(list="might_fit", unsure=unsure, answered=answered))
    counts = Counter(found.counts) + Counter(out)
    return replace(found, fits=kept["fits"], might_fit=kept["might_fit"], ruled_out=kept["ruled_out"], counts=counts)


@dataclass(frozen=True, slots=True)
class _Then:
    """A row at that time: whether it is open, whether it is so on a way that suits, and why it is certainly not."""

    open: bool
    fits: bool
    out: str | None
    pick: Pick


async def _then(reader: Reader, asked: Question, material: Material, pick: Pick) -> _Then:
    at = next((row for row in material.at.get(pick.service_id, ()) if str(row["id"]) == pick.id), None)
    window = window_from(asked.time + timedelta(hours=1))
    row = parameters(row_values(material, material.services[pick.service_id], at, window))
    told = then(asked.shape)
    async with AsyncRawCursor(reader) as cursor:
        values = asked.parameters | {f"row_{name}": value for name, value in row.items()}
        await cursor.execute(told.query, told.values(values))
        rows: list[tuple[Any, ...]] = await cursor.fetchall()
    is_open, fits, out, opening, by_way = rows[0]
    text = pick.text.replace(HOLE, opening) + _filled(row[asked.shape.labels], opening, by_way)
    return _Then(is_open, fits, out, pick._replace(text=text))


def _filled(shown: str, opening: str, by_way: list[str] | None) -> str:
    """What is shown of the row then, with the hours of each way."""
    head, *pieces = shown.split(HOLE)
    ways = (by_way or [opening] * len(pieces))[: len(pieces)]
    return "".join([head, *(part for pair in zip(ways, pieces, strict=True) for part in pair)])
