"""Times that the stored intervals do not reach: the same hours, worked out on the spot for the nearest candidates."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
from psycopg.sql import SQL

from core.db import Reader
from directory.rows.material import Material, gather
from directory.rows.refresh import window_from
from directory.rows.row import MODES, row_values
from directory.search.ask import Question
from directory.search.sql import hours_of
from directory.search.walk import Pick, Walk, walk

_HOURS = SQL(
    "SELECT " + hours_of("r.open", "r.unknown", "r.call_first") + ", CASE WHEN cardinality(r.way_open) > 0 THEN"
    " (SELECT json_agg(" + hours_of("w.o", "w.u", "w.c") + " ORDER BY w.n) FROM unnest(r.way_open, r.way_unknown,"
    " r.way_call_first) WITH ORDINALITY AS w(o, u, c, n)) END"
    " FROM (SELECT %(open)s::text::tstzmultirange, %(unknown)s::text::tstzmultirange,"
    " %(call_first)s::text::tstzmultirange,"
    " %(horizon)s::timestamptz, %(way_open)s::text[]::tstzmultirange[], %(way_unknown)s::text[]::tstzmultirange[],"
    " %(way_call_first)s::text[]::tstzmultirange[])"
    " AS r(open, unknown, call_first, horizon, way_open, way_unknown, way_call_first)"
).as_bytes(None)
_BEST = ("open", "call_first", "unknown", "closed")


async def beyond(reader: Reader, asked: Question) -> Walk:
    """Sort the nearest candidates by their hours then; a page may be short of `limit` and still have a `next`."""
    anyhow = replace(
        asked,
        shape=replace(asked.shape, asks_open=False),
    )
    found = await walk(reader, anyhow)
    candidates = [*found.fits, *found.might_fit]
    material = await gather(reader, {pick.shown[1] for pick in candidates})
    fits, might, closed = [], [], 0
    for pick in candidates:
        then, state = await _then(reader, asked, material, pick)
        if state == "closed":
            closed += 1
        elif state == "open" and pick.list == "fits":
            fits.append(then)
        else:
            might.append(replace(then, list="might_fit"))
    ruled_out = found.ruled_out | ({"closed": closed} if closed else {})
    might.sort(key=lambda pick: (pick.stage, pick.key))
    return replace(found, fits=fits, might_fit=might, ruled_out=ruled_out)


async def _then(reader: Reader, asked: Question, material: Material, pick: Pick) -> tuple[Pick, str]:
    """The same row with its hours at that time, and the state that the filter goes by."""
    row_id, service_id = pick.shown[0], pick.shown[1]
    at = next((row for row in material.at.get(service_id, ()) if row["id"] == row_id), None)
    window = window_from(asked.time + timedelta(hours=1))
    row = row_values(material, material.services[service_id], at, window)
    found = await reader.execute(_HOURS, {**row, "t": asked.time})
    hours, ways = (await found.fetchall())[0]
    state = _state(asked, row, hours, ways)
    return replace(pick, shown=(*pick.shown[:-4], orjson.dumps(row["notes"]).decode(), hours, ways, state)), state


def _state(asked: Question, row: dict[str, Any], hours: Any, ways: Any) -> str:
    if asked.ask.mode is None or ways is None:
        return str(hours[0])
    bit = MODES[asked.ask.mode]
    states = [way[0] for way, modes in zip(ways, row["way_modes"], strict=True) if modes & bit]
    return min(states, key=_BEST.index, default="unknown")
