"""Nation, states and counties: filled once from the file that ships, and again when a version ships another."""

import json
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.security import Caller
from directory.outlines import VERSION, Outline, outlines
from directory.rules.hours import HORIZON
from directory.rules.names import fold

_SAME = text("SELECT source = :version FROM area WHERE key = 'US'")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('doorlight: outlines'))")
_FILL = text(
    """
    INSERT INTO area (key, kind, name, folded, state, zone, source, error_m, geom)
    SELECT said.key, said.kind, said.name, said.folded, said.state, said.zone, :version, said.error_m,
           ST_Collect(ST_CollectionExtract(shape, 1), ST_CollectionExtract(valid, 3))
    FROM json_to_recordset(CAST(:rows AS json))
        AS said(key text, kind text, name text, folded text, state text, zone text, error_m int, geojson json),
        LATERAL (SELECT ST_SetSRID(ST_GeomFromGeoJSON(said.geojson), 4326)) AS read(shape),
        LATERAL (SELECT ST_MakeValid(ST_CollectionExtract(shape, 3))) AS mended(valid)
    ORDER BY said.key
    ON CONFLICT (key) DO UPDATE SET name = excluded.name, folded = excluded.folded, state = excluded.state,
        zone = excluded.zone, source = excluded.source, error_m = excluded.error_m, geom = excluded.geom
    """
)
# A county is found by its name too; the point lies in it even where its middle does not.
_PLACES = text(
    """
    INSERT INTO place (kind, name, folded, state, latitude, longitude, weight, zone)
    SELECT 'county', area.name, said.folded, area.state, ST_Y(point), ST_X(point), 0, area.zone
    FROM json_to_recordset(CAST(:rows AS json)) AS said(key text, folded text) JOIN area USING (key),
         LATERAL (SELECT ST_PointOnSurface(ST_CollectionExtract(area.geom, 3))) AS inner_point(point)
    WHERE NOT ST_IsEmpty(point)
    ON CONFLICT (kind, name, state) DO UPDATE SET folded = excluded.folded, latitude = excluded.latitude,
        longitude = excluded.longitude, zone = excluded.zone
    """
)
# As if their hours ended soonest: who extends hours works them out first, and their areas with them.
_AGAIN = text("UPDATE search_row SET horizon = :soon WHERE (area_unknown OR nationwide) AND horizon > :soon")


async def fill_outlines(db: AsyncSession, caller: Caller, *, now: datetime) -> int:
    """Bring nation, states and counties up to the outlines that this version ships; how many were written.

    Nothing is read or written where they are there already, so every start may call it. Services whose area could
    not be placed before are tried again by `extend_hours`.
    """
    if await db.scalar(_SAME, {"version": VERSION}):
        return 0
    await db.execute(_ALONE)
    if await db.scalar(_SAME, {"version": VERSION}):
        return 0
    made = list(outlines())
    await db.execute(_FILL, {"version": VERSION, "rows": json.dumps([_row(one) for one in made])})
    counties = [{"key": one.key, "folded": fold(one.name)} for one in made if one.kind == "county"]
    await db.execute(_PLACES, {"rows": json.dumps(counties)})
    await db.execute(_AGAIN, {"soon": now + HORIZON})
    return len(made)


def _row(one: Outline) -> dict[str, object]:
    return {
        "key": one.key,
        "kind": one.kind,
        "name": one.name,
        "folded": one.folded,
        "state": one.state,
        "zone": one.zone,
        "error_m": one.error_m,
        "geojson": one.geojson,
    }
