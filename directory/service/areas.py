"""Areas that services drew: stored once however many drew the same, and gone with the last of them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from directory.service.sync import Change

# The key is what `directory.rules.coverage.drawn_key` says; worked out here, megabytes of corners stay where they are.
_KEY = "'drawn:' || encode(sha256(convert_to(extent, 'UTF8')), 'hex')"
_DRAW = text(
    f"""
    INSERT INTO area (key, kind, geom)
    SELECT key, 'drawn', ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_GeomFromGeoJSON(extent)), 3))
    FROM (SELECT DISTINCT ON (key) {_KEY} AS key, extent FROM service_area
          WHERE id = ANY(:changed) AND extent_type = 'geojson' AND extent <> '' ORDER BY key) AS said
    WHERE NOT EXISTS (SELECT FROM area WHERE area.key = said.key)
    ORDER BY key ON CONFLICT (key) DO NOTHING
    """  # noqa: S608 - one constant in another
)
_LINK = text(
    f"""
    UPDATE service_area SET drawn_id = (
        SELECT area.id FROM area WHERE extent_type = 'geojson' AND area.key = {_KEY} FOR KEY SHARE
    ) WHERE id = ANY(:changed)
    """  # noqa: S608 - one constant in another
)
_FORGET = text(
    """
    DELETE FROM area WHERE id IN (
        SELECT id FROM area
        WHERE kind = 'drawn' AND NOT EXISTS (SELECT FROM service_area WHERE drawn_id = area.id)
        FOR UPDATE SKIP LOCKED)
    """
)


async def draw(db: AsyncSession, changes: Iterable[Change]) -> set[UUID]:
    """Turn GeoJSON extents into areas, in the database that will be asked about them; which service areas changed."""
    changed = {c.id for c in changes if c.table == "service_area" and c.kind in {"created", "changed"}}
    if changed:
        await db.execute(_DRAW, {"changed": list(changed)})
        await db.execute(_LINK, {"changed": list(changed)})
    return changed


async def forget_unused(db: AsyncSession) -> None:
    """Remove drawn areas that no service has any more: one around a hidden house must not outlive its service.

    One that another writer holds is about to be used.
    """
    await db.execute(_FORGET)
