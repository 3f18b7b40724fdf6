"""What the ground around a point is called, and its time; for whoever is told no more than that."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.geo import Point
from core.security import Caller

_AROUND = text(
    "SELECT a.name, a.state, p.zone FROM area_part AS p JOIN area AS a ON a.id = p.area_id"
    " WHERE p.kind = 'county' AND p.within_m IS NULL AND p.box && ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)"
    " AND ST_Covers(p.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)) LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Ground:
    """A county, as "Denver County, CO". `zone`: None where it has more than one."""

    name: str
    zone: str | None


async def ground_at(
    db: AsyncSession,
    caller: Caller,
    *,
    at: Point,
) -> Ground | None:
    """The county there; None beyond all of them."""
    row = (await db.execute(_AROUND, {"lat": at.latitude, "lon": at.longitude})).first()
    return None if row is None else Ground(f"{row.name}, {row.state}", row.zone)
