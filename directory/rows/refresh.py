"""Keep search rows true: in the transaction of every change, and once a day as the window of hours moves on."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from holidays import country_holidays
from psycopg.types.json import Json
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.db import driver_of
from core.geo import box
from directory.models import Attribute, Taxonomy, TaxonomyTerm
from directory.rows.material import gather
from directory.rows.row import every_row
from directory.rows.shown import written
from directory.rows.ways import Window
from directory.rows.words import remember
from directory.rules.hours import HORIZON

# A day more than the horizon, so that the daily job has a day to be late in.
_AHEAD = HORIZON + timedelta(days=1)
_BATCH = 500
_JSON = ("address", "capacity", "notes")

_INSERT = """
INSERT INTO search_row (
    id, service_id, location_id, geom, geog, reach, step, rank, team, "group", nationwide, area_unknown, radius_m,
    police, police_sure, police_stated,
    age_stated, min_age, max_age, load, load_until, confirmed_on, stale_at,
    horizon, precision, zone, tags, areas, open, unknown, call_first, way_modes, way_languages,
    way_open, way_unknown, way_call_first, way_police, way_police_sure, address, capacity, notes, stems)
VALUES (
    %(id)s, %(service_id)s, %(location_id)s,
    ST_SetSRID(ST_MakePoint(%(x)s::float8, %(y)s::float8), 3857),
    ST_SetSRID(ST_MakePoint(%(longitude)s::float8, %(latitude)s::float8), 4326)::geography,
    ST_MakeEnvelope(%(x1)s::float8, %(y1)s::float8, %(x2)s::float8, %(y2)s::float8, 3857),
    %(step)s, %(rank)s, %(team)s, %(group)s, %(nationwide)s, %(area_unknown)s, %(radius_m)s,
    %(police)s, %(police_sure)s, %(police_stated)s,
    %(age_stated)s, %(min_age)s, %(max_age)s,
    %(load)s, %(load_until)s, %(confirmed_on)s, %(stale_at)s,
    %(horizon)s, %(precision)s, %(zone)s, %(tags)s::int[], %(areas)s::int[],
    %(open)s::text::tstzmultirange, %(unknown)s::text::tstzmultirange, %(call_first)s::text::tstzmultirange,
    %(way_modes)s::int[], %(way_languages)s::text[],
    %(way_open)s::text[]::tstzmultirange[], %(way_unknown)s::text[]::tstzmultirange[],
    %(way_call_first)s::text[]::tstzmultirange[], %(way_police)s::smallint[], %(way_police_sure)s::date[],
    %(address)s, %(capacity)s, %(notes)s, doorlight_stems(doorlight_words(%(text)s)))
"""
_SHOWN = "INSERT INTO search_shown (id, en, es) VALUES (%(id)s, %(en)s, %(es)s)"
_TEXT = "INSERT INTO search_text (id, words) VALUES (%(id)s, doorlight_words(%(text)s))"
# How the parameters of all are read from JSON.
_MADE = """
json_to_recordset(%s) AS made(
    id uuid, service_id uuid, location_id uuid, x float8, y float8, longitude float8, latitude float8,
    x1 float8, y1 float8, x2 float8, y2 float8,
    step int, rank smallint, team bool, "group" text, nationwide bool, area_unknown bool, radius_m int,
    police smallint, police_sure date, police_stated smallint, age_stated bool,
    min_age float8, max_age float8,
    load float8, load_until timestamptz, confirmed_on date, stale_at timestamptz,
    horizon timestamptz, precision text, zone text, tags int[], areas int[], open text, unknown text, call_first text,
    way_modes int[], way_languages text[], way_open text[], way_unknown text[], way_call_first text[],
    way_police smallint[], way_police_sure date[], address json, capacity json, notes json, text text,
    en text, es text)
"""


def _of_all(statement: str) -> str:
    """The same statement for every row of a JSON array."""
    read = re.sub(r"%\((\w+)\)s", r'made."\1"', statement.replace("VALUES (", "SELECT ", 1))
    return f"{read.rstrip().removesuffix(')')} FROM {_MADE}"


# A whole batch as one parameter: some fifty of their own for each row cost more than the rows.
_INSERT_ALL, _SHOWN_ALL, _TEXT_ALL = map(_of_all, (_INSERT, _SHOWN, _TEXT))


async def refresh(db: AsyncSession, *, service_ids: Collection[UUID], now: datetime) -> int:
    """Write the search rows of these services anew; how many there are now.

    The rows are deleted and inserted under the service's lock, so that two changes of one service come one after
    the other and the later sees the earlier.
    """
    ids = sorted(service_ids)
    texts: set[str] = set()
    for start in range(0, len(ids), _BATCH):
        texts |= await _rewrite(db, ids[start : start + _BATCH], now)
    if texts:
        await remember(await driver_of(db), texts)
    return len(ids)


async def kinds_of(db: AsyncSession, service_id: UUID) -> list[str]:
    """The kinds a service is stated to be."""
    said = (
        select(col(TaxonomyTerm.code))
        .join(Attribute, col(Attribute.taxonomy_term_id) == col(TaxonomyTerm.id))
        .join(Taxonomy, col(Taxonomy.id) == col(TaxonomyTerm.taxonomy_id))
        .where(col(Attribute.link_id) == service_id, col(Attribute.answer) == "yes", col(Taxonomy.code) == "kind")
    )
    return list((await db.execute(said)).scalars())


async def _rewrite(db: AsyncSession, ids: list[UUID], now: datetime) -> set[str]:
    """The texts that the rows are found by."""
    await db.flush()  # what follows reads the tables beside the session
    driver = await driver_of(db)
    await driver.execute("SELECT FROM service WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (ids,))
    material = await gather(driver, ids)
    rows = [parameters(row) for row in every_row(material, window_from(now))]
    async with driver.cursor() as cursor:
        await cursor.execute("DELETE FROM search_row WHERE service_id = ANY(%s)", (ids,))
        if rows:
            await cursor.execute(_INSERT_ALL, (_written(rows, rows[0].keys() - {"en", "es"}),))
            await cursor.execute(_SHOWN_ALL, (_written(rows, {"id", "en", "es"}),))
            await cursor.execute(_TEXT_ALL, (_written(rows, {"id", "text"}),))
    return {row["text"] for row in rows}


def window_from(at: datetime) -> Window:
    """What is worked out ahead: from a day back, so that an opening of last night is whole.

    It begins with the hour, so that all that is written within one shares what is worked out.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    return Window(hour - timedelta(days=1), hour + _AHEAD, _holidays(hour.year))


def parameters(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the statements take it."""
    point, shown = row.pop("point"), row.pop("shown")
    x, y = point.mercator() if point else (None, None)
    comes = box(point, row["radius_m"] + row["step"]) if point and row["team"] and row["radius_m"] else (None,) * 4
    return {
        **row,
        **{name: Json(row[name]) for name in _JSON if row[name] is not None},
        **{language: written(shown, language) for language in ("en", "es")},
        "x": x,
        "y": y,
        **dict(zip(("x1", "y1", "x2", "y2"), comes, strict=True)),
        "latitude": point.latitude if point else None,
        "longitude": point.longitude if point else None,
    }


def _written(rows: Sequence[Mapping[str, Any]], names: Collection[str]) -> str:
    return orjson.dumps([{name: row.get(name) for name in names} for row in rows], default=_within).decode()


def _within(value: object) -> object:
    """What a parameter holds that is JSON by itself."""
    if isinstance(value, Json):
        return value.obj
    raise TypeError(type(value).__name__)


@lru_cache(maxsize=8)
def _holidays(year: int) -> Mapping[date, str]:
    """Public holidays of the United States for this year and its neighbours."""
    return {day: str(name) for day, name in country_holidays("US", years=(year - 1, year, year + 1)).items()}
