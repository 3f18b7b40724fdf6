"""Keep search rows true: in the transaction of every change, and once a day as the window of hours moves on."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from holidays import country_holidays
from psycopg import AsyncConnection
from psycopg.types.json import Json
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from directory.models import Attribute, Taxonomy, TaxonomyTerm
from directory.rows.material import gather
from directory.rows.row import every_row
from directory.rows.ways import Window
from directory.rules.hours import HORIZON

# A day more than the horizon, so that the daily job has a day to be late in.
_AHEAD = HORIZON + timedelta(days=1)
_BATCH = 500
_JSON = ("address", "kinds", "police", "access", "languages", "notes")

_INSERT = """
INSERT INTO search_row (
    id, service_id, location_id, geom, geog, precision, rank, tags, nationwide, areas, area_unknown, zone,
    open, unknown, call_first, horizon, way_modes, way_open, way_unknown, way_call_first,
    confirmed_on, stale_at, level, name, organization_id, organization, invented, about,
    address, kinds, police, access, languages, notes, words)
VALUES (
    %(id)s, %(service_id)s, %(location_id)s,
    ST_SetSRID(ST_MakePoint(%(x)s::float8, %(y)s::float8), 3857),
    ST_SetSRID(ST_MakePoint(%(longitude)s::float8, %(latitude)s::float8), 4326)::geography,
    %(precision)s, %(rank)s, %(tags)s, %(nationwide)s, %(areas)s, %(area_unknown)s, %(zone)s,
    %(open)s::text::tstzmultirange, %(unknown)s::text::tstzmultirange, %(call_first)s::text::tstzmultirange,
    %(horizon)s, %(way_modes)s, %(way_open)s::text[]::tstzmultirange[], %(way_unknown)s::text[]::tstzmultirange[],
    %(way_call_first)s::text[]::tstzmultirange[],
    %(confirmed_on)s, %(stale_at)s, %(level)s, %(name)s, %(organization_id)s, %(organization)s, %(invented)s, %(about)s,
    %(address)s, %(kinds)s, %(police)s, %(access)s, %(languages)s, %(notes)s, doorlight_words(%(text)s))
"""


async def refresh(db: AsyncSession, *, service_ids: Collection[UUID], now: datetime) -> int:
    """Write the search rows of these services anew; how many there are now.

    The rows are deleted and inserted under the service's lock, so that two changes of one service come one after
    the other and the later sees the earlier.
    """
    ids = sorted(service_ids)
    for start in range(0, len(ids), _BATCH):
        await _rewrite(db, ids[start : start + _BATCH], now)
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


async def _rewrite(db: AsyncSession, ids: list[UUID], now: datetime) -> None:
    await db.flush()  # what follows reads the tables beside the session
    driver = await _driver(db)
    await driver.execute("SELECT FROM service WHERE id = ANY(%s) ORDER BY id FOR UPDATE", (ids,))
    material = await gather(driver, ids)
    rows = [_parameters(row) for row in every_row(material, window_from(now))]
    numbers = await _tag_numbers(driver, {tag for row in rows for tag in row["tags"]})
    for row in rows:
        row["tags"] = sorted({numbers[tag] for tag in row["tags"]})
    async with driver.cursor() as cursor:
        await cursor.execute("DELETE FROM search_row WHERE service_id = ANY(%s)", (ids,))
        await cursor.executemany(_INSERT, rows)


def window_from(at: datetime) -> Window:
    """What is worked out ahead: from a day back, so that an opening of last night is whole."""
    return Window(at - timedelta(days=1), at + _AHEAD, _holidays(at.year))


async def _tag_numbers(driver: AsyncConnection[Any], codes: Collection[str]) -> Mapping[str, int]:
    wanted = sorted(codes)
    await driver.execute(
        "INSERT INTO search_tag (code) SELECT unnest(%s::text[]) EXCEPT SELECT code FROM search_tag"
        " ORDER BY 1 ON CONFLICT DO NOTHING",
        (wanted,),
    )
    found = await driver.execute("SELECT code, id FROM search_tag WHERE code = ANY(%s)", (wanted,))
    return dict(await found.fetchall())


def _parameters(row: dict[str, Any]) -> dict[str, Any]:
    point = row.pop("point")
    x, y = point.mercator() if point else (None, None)
    shown = {name: Json(row[name]) for name in _JSON if row[name] is not None}
    return {
        **row,
        **shown,
        "x": x,
        "y": y,
        "latitude": point.latitude if point else None,
        "longitude": point.longitude if point else None,
    }


async def _driver(db: AsyncSession) -> AsyncConnection[Any]:
    """Psycopg's own connection under this session: same transaction, no ORM in between."""
    raw = await (await db.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, AsyncConnection)  # noqa: S101 - the engine is built on psycopg
    return driver


@lru_cache(maxsize=8)
def _holidays(year: int) -> Mapping[date, str]:
    """Public holidays of the United States for this year and its neighbours."""
    return {day: str(name) for day, name in country_holidays("US", years=(year - 1, year, year + 1)).items()}
