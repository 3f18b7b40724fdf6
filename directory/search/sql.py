"""The search statement, put together from fixed parts. Nothing a caller wrote ever becomes part of it.

One walk in order of distance finds what fits; a second, bounded one looks at the nearest rows whatever their state,
for what might fit and for what is ruled out. Rows without a point are found by coverage, in an order of their own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import LiteralString

from directory.search.ask import Shape

# How many of the nearest rows are looked at for what might fit and what is hidden; how many are counted where
# nothing bounds them.
_PLACE_FOR = re.compile(r"%\((\w+)\)s")
LOOK = 80
COUNT = 100

_HERE: LiteralString = """here AS MATERIALIZED (
    SELECT ST_SetSRID(ST_MakePoint(%(x)s, %(y)s), 3857) AS p,
           ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography AS g,
           ST_MakeEnvelope(%(x1)s, %(y1)s, %(x2)s, %(y2)s, 3857) AS box,
           (SELECT coalesce(array_agg(number::int), '{}') FROM service_area
             WHERE ST_Covers(geom, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326))) AS areas"""
_NOWHERE: LiteralString = "here AS MATERIALIZED (\n    SELECT '{}'::int[] AS areas"
# Looked up once: a call costs as much as a walk.
_TAGS: LiteralString = ",\n           doorlight_tags(%(must)s) AS must, doorlight_tags(%(relaxed)s) AS relaxed"


def _state_of(o: LiteralString, u: LiteralString, c: LiteralString) -> LiteralString:
    """Unknown where the stored intervals do not reach: never closed by silence."""
    return (
        "CASE WHEN " + o + " @> %(t)s::timestamptz THEN 'open' WHEN " + c + " @> %(t)s::timestamptz THEN 'call_first'"
        " WHEN " + u + " @> %(t)s::timestamptz OR r.horizon <= %(t)s THEN 'unknown' ELSE 'closed' END"
    )


def hours_of(o: LiteralString, u: LiteralString, c: LiteralString) -> LiteralString:
    """[state, until, opens_at, far] at the time asked about.

    `until` is null where no end is known; `far`: that is a week or more from the end of what was worked out.
    """
    until = (
        "(SELECT nullif(least(upper(x), r.horizon), r.horizon) FROM unnest(CASE WHEN "
        + o
        + " @> %(t)s::timestamptz THEN "
        + o
        + " ELSE "
        + c
        + " END) AS x WHERE x @> %(t)s::timestamptz)"
    )
    opens_at = (
        "CASE WHEN NOT " + o + " @> %(t)s::timestamptz THEN"
        " (SELECT min(lower(x)) FROM unnest(" + o + ") AS x WHERE lower(x) > %(t)s) END"
    )
    far: LiteralString = "r.horizon >= %(t)s::timestamptz + interval '7 days'"
    return "json_build_array(" + _state_of(o, u, c) + ", " + until + ", " + opens_at + ", " + far + ")"


_STATE: LiteralString = _state_of("r.open", "r.unknown", "r.call_first")
# Several ways in may have the mode: the best of them counts.
_WAY_STATE: LiteralString = (
    "CASE WHEN cardinality(r.way_open) = 0 THEN " + _STATE + " ELSE (SELECT coalesce((array_agg(s ORDER BY"
    " array_position('{open,call_first,unknown,closed}', s)))[1], 'unknown') FROM (SELECT "
    + _state_of("w.o", "w.u", "w.c")
    + " AS s FROM unnest(r.way_modes, r.way_open, r.way_unknown, r.way_call_first) AS w(m, o, u, c)"
    " WHERE (w.m & %(bit)s) <> 0) AS each_way) END"
)
_OPEN: LiteralString = "r.open @> %(t)s::timestamptz"

_PLACE_COVERED: LiteralString = (
    "(r.nationwide OR r.areas && (SELECT areas FROM here) OR (NOT r.area_unknown AND r.areas = '{}'))"
)
_LINE_COVERED: LiteralString = "((r.nationwide AND %(nationwide)s) OR r.areas && (SELECT areas FROM here))"

_PLACE: LiteralString = """
    SELECT r.id, %(place_stage)s::int AS stage, ST_Distance(r.geog, (SELECT g FROM here)) AS key,
           r.geom <-> (SELECT p FROM here) AS walked"""
_PLACES: LiteralString = """
    FROM search_row AS r
    WHERE r.geom && (SELECT box FROM here) AND ST_Distance(r.geog, (SELECT g FROM here)) <= %(within)s
      AND (ST_Distance(r.geog, (SELECT g FROM here)), r.id) > (%(place_key)s::float8, %(place_id)s::uuid)"""
_BY_DISTANCE: LiteralString = " ORDER BY r.geom <-> (SELECT p FROM here) LIMIT "

_LINE: LiteralString = """
    SELECT r.id, %(line_stage)s::int AS stage, r.rank::float8 AS key, NULL::float8 AS walked"""
_LINES: LiteralString = """
    FROM search_row AS r
    WHERE r.geom IS NULL AND (r.rank, r.id) > (%(line_key)s::float8, %(line_id)s::uuid)"""
_BY_RANK: LiteralString = " ORDER BY r.rank, r.id LIMIT "

_SHOWN: LiteralString = (
    """
    r.id, r.service_id, r.location_id, r.name, r.organization, r.organization_id, r.invented, r.about,
    r.address::text, r.kinds::text, r.level, r.police::text, r.access, r.languages::text, r.zone, r.precision,
    r.confirmed_on,
    CASE WHEN r.stale_at IS NULL THEN 'not_confirmed' WHEN r.stale_at <= %(now)s THEN 'stale' ELSE 'fresh' END,
    nullif(r.notes::text, '[]'), """
    + hours_of("r.open", "r.unknown", "r.call_first")
    + """,
    CASE WHEN cardinality(r.way_open) > 0 THEN
        (SELECT json_agg("""
    + hours_of("w.o", "w.u", "w.c")
    + """ ORDER BY w.n)
         FROM unnest(r.way_open, r.way_unknown, r.way_call_first) WITH ORDINALITY AS w(o, u, c, n)) END"""
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with numbered places, and the names of what goes there, in order."""

    query: bytes
    names: tuple[str, ...]

    def values(self, parameters: Mapping[str, object]) -> list[object]:
        """The parameters in the statement's order."""
        return [parameters[name] for name in self.names]


def numbered(text: LiteralString) -> Statement:
    """Number the named places once: the driver would look for them in ten thousand letters at every call."""
    names = tuple(dict.fromkeys(_PLACE_FOR.findall(text)))
    return Statement(_PLACE_FOR.sub(lambda found: f"${names.index(found[1]) + 1}", text).encode(), names)


@lru_cache(maxsize=128)
def statement(shape: Shape) -> Statement:
    """The whole search in one statement: a row for each result, and in every row the summary of the walk."""
    parts: list[LiteralString] = [(_HERE if shape.at_point else _NOWHERE) + (_TAGS if shape.tagged else "") + ")"]
    picks: list[LiteralString] = []
    if shape.fits:
        parts += _fits(shape)
        picks.append(_pick("'fits'", "fits", "true"))
    if shape.might:
        parts += _looked(shape)
        picks.append(_pick("'might_fit'", "looked", "NOT fit AND reason IS NULL"))
    parts.append("picked AS MATERIALIZED (" + " UNION ALL ".join(picks) + ")")
    return numbered(
        "WITH "
        + ",\n".join(parts)
        + "\nSELECT "
        + _summary(shape)
        + ",\n    picked.list, picked.covered, picked.stage,"
        " picked.key, picked.walked," + _SHOWN + ", " + _state(shape) + "\nFROM (SELECT) AS always"
        " LEFT JOIN picked ON true LEFT JOIN search_row AS r ON r.id = picked.id"
        "\nORDER BY picked.list, picked.stage, picked.key, picked.id"
    )


def _pick(named: LiteralString, source: LiteralString, where: LiteralString) -> LiteralString:
    return (
        "(SELECT "
        + named
        + " AS list, covered, id, stage, key, walked FROM "
        + source
        + " WHERE "
        + where
        + " ORDER BY stage, key, id LIMIT %(limit)s)"
    )


def _fits(shape: Shape) -> list[LiteralString]:
    conditions = _filters(shape, "must") + (" AND " + _is_open(shape) if shape.asks_open else "")
    places = (
        "fit_places AS MATERIALIZED ("
        + _PLACE
        + ", true AS covered"
        + _PLACES
        + conditions
        + " AND "
        + _PLACE_COVERED
        + _BY_DISTANCE
        + "%(walk)s::int)"
    )
    lines = (
        "fit_lines AS MATERIALIZED ("
        + _LINE
        + ", true AS covered"
        + _LINES
        + conditions
        + " AND "
        + _line_covered(shape)
        + _BY_RANK
        + "%(limit)s)"
    )
    both = "fits AS MATERIALIZED (" + _either(shape, "fit_places", "fit_lines") + ")"
    return [*([places] if shape.at_point else []), lines, both]


def _looked(shape: Shape) -> list[LiteralString]:
    conditions = _filters(shape, "relaxed")
    must = "r.tags @@ (SELECT must FROM here)" if shape.tagged else "true"
    fit = must + (" AND " + _is_open(shape) if shape.asks_open else "")
    closed: LiteralString = " WHEN (" + _state(shape) + ") = 'closed' THEN 'closed'" if shape.asks_open else ""
    places = (
        "look_places AS MATERIALIZED ("
        + _PLACE
        + ", "
        + _PLACE_COVERED
        + " AS covered, ("
        + fit
        + " AND "
        + _PLACE_COVERED
        + ") AS fit, CASE WHEN NOT "
        + _PLACE_COVERED
        + " AND NOT r.area_unknown THEN 'not_covering'"
        + closed
        + " END AS reason"
        + _PLACES
        + conditions
        + _BY_DISTANCE
        + "%(look)s::int)"
    )
    covered = _line_covered(shape)
    # outside the United States nothing of ours may be guessed to serve the place
    may_cover = "(" + covered + " OR (r.area_unknown AND %(nationwide)s))" if shape.at_point else "true"
    lines = (
        "look_lines AS MATERIALIZED ("
        + _LINE
        + ", "
        + covered
        + " AS covered, ("
        + fit
        + " AND "
        + covered
        + ") AS fit, CASE WHEN false THEN ''"
        + closed
        + " END AS reason"
        + _LINES
        + conditions
        + " AND "
        + may_cover
        + _BY_RANK
        + "%(look)s::int)"
    )
    elsewhere = (
        "elsewhere AS MATERIALIZED (SELECT count(*) AS n FROM (SELECT FROM search_row AS r WHERE "
        + ("r.geom IS NULL AND NOT " + may_cover if shape.at_point else "r.geom IS NOT NULL")
        + conditions
        + " LIMIT %(count)s) AS ruled_out)"
    )
    both = "looked AS MATERIALIZED (" + _either(shape, "look_places", "look_lines") + ")"
    return [*([places] if shape.at_point else []), lines, elsewhere, both]


def _either(shape: Shape, places: LiteralString, lines: LiteralString) -> LiteralString:
    return (
        "SELECT * FROM " + places + " UNION ALL SELECT * FROM " + lines if shape.at_point else "SELECT * FROM " + lines
    )


def _summary(shape: Shape) -> LiteralString:
    """Six columns: how far the two walks came, and what the second ruled out."""
    walk: LiteralString = "NULL::bigint, NULL::float8"
    if shape.fits and shape.at_point:
        walk = "(SELECT count(*) FROM fit_places), (SELECT max(walked) FROM fit_places)"
    look: LiteralString = "NULL::bigint, NULL::float8"
    if shape.might and shape.at_point:
        look = "(SELECT count(*) FROM look_places), (SELECT max(walked) FROM look_places)"
    if not shape.might:
        return walk + ", " + look + ", NULL::json, NULL::json, NULL::bigint"
    return (
        walk + ", " + look + ", (SELECT json_object_agg(reason, n) FROM (SELECT reason, count(*) AS n FROM looked"
        " WHERE reason IS NOT NULL GROUP BY reason) AS counted), (SELECT CASE WHEN count(*) >= %(look)s THEN"
        " (array_agg(json_build_array(key, id) ORDER BY key DESC, id DESC))[1] END FROM look_lines),"
        " (SELECT n FROM elsewhere)"
    )


def _filters(shape: Shape, tags: LiteralString) -> LiteralString:
    tagged: LiteralString = " AND r.tags @@ (SELECT " + tags + " FROM here)" if shape.tagged else ""
    return tagged + (" AND r.words @@ (SELECT doorlight_query(%(q)s))" if shape.worded else "")


def _line_covered(shape: Shape) -> LiteralString:
    return _LINE_COVERED if shape.at_point else "r.nationwide"


def _state(shape: Shape) -> LiteralString:
    return _WAY_STATE if shape.by_mode else _STATE


def _is_open(shape: Shape) -> LiteralString:
    return "(" + _WAY_STATE + ") = 'open'" if shape.by_mode else _OPEN
