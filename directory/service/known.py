"""What is stored of places and of the points they stand at, for whoever judges how exact a point can be."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.geo import Point
from core.security import Caller
from directory.models import Location, ServiceAtLocation
from directory.rows.refresh import refresh
from directory.service.system import system_only
from directory.service.touched import lock

# A confidential place has no point, so none is ever found. Of several organizations at a place the same one counts each
# time, and so does an address.
_KNOWN = text(
    """
    SELECT location.id, latitude, longitude, precision, said.address_1, said.postal_code,
           coalesce(given.family, location.id) AS family, given.name
    FROM location
    LEFT JOIN LATERAL (
        SELECT address_1, postal_code FROM address
        WHERE location_id = location.id AND address_type = 'physical' ORDER BY id LIMIT 1
    ) AS said ON true
    LEFT JOIN LATERAL (
        SELECT coalesce(parent_organization_id, organization.id) AS family, organization.name
        FROM (
            SELECT location.organization_id AS id
            UNION
            SELECT organization_id FROM service JOIN service_at_location ON service_id = service.id
            WHERE location_id = location.id
        ) AS own JOIN organization USING (id)
        ORDER BY 1, 2 LIMIT 1
    ) AS given ON true
    WHERE latitude IS NOT NULL AND longitude IS NOT NULL AND NOT confidential AND location.id IN (
        SELECT unnest(CAST(:ids AS uuid[]))
        UNION
        SELECT id FROM location JOIN unnest(CAST(:latitudes AS float8[]), CAST(:longitudes AS float8[])) AS at(y, x)
            ON latitude = y AND longitude = x)
    """
)


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A stored place that is not confidential. `family` is its organization, or the one above that."""

    id: UUID
    point: Point
    precision: str
    street: str | None
    postal_code: str | None
    family: UUID
    organization: str | None


async def known_places(
    db: AsyncSession, caller: Caller, *, ids: Collection[UUID], points: Collection[Point], now: datetime
) -> list[KnownPlace]:
    """The stored places with one of these ids or at exactly one of these points."""
    system_only(caller)
    asked = {
        "ids": list(ids),
        "latitudes": [point.latitude for point in points],
        "longitudes": [point.longitude for point in points],
    }
    return [
        KnownPlace(
            id=row.id,
            point=Point(row.latitude, row.longitude),
            precision=row.precision,
            street=row.address_1,
            postal_code=row.postal_code,
            family=row.family,
            organization=row.name,
        )
        for row in await db.execute(_KNOWN, asked)
    ]


async def limit_precision(db: AsyncSession, caller: Caller, *, limits: Mapping[UUID, str], now: datetime) -> int:
    """Stored places are known no more exactly than that, by place; their search rows follow. How many were named."""
    system_only(caller)
    if not limits:
        return 0
    here = select(col(ServiceAtLocation.service_id)).where(col(ServiceAtLocation.location_id).in_(limits))
    services = set(await db.scalars(here))
    await lock(db, services=services, places=limits)
    for precision in sorted(set(limits.values())):
        ids = [place for place, limit in limits.items() if limit == precision]
        # one that was hidden meanwhile has no point to be exact about
        public = col(Location.id).in_(ids), col(Location.confidential).is_(False)
        await db.execute(update(Location).where(*public).values(precision=precision, changed_at=now))
    await refresh(db, service_ids=services, now=now)
    return len(limits)
