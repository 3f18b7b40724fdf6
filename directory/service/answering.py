"""Who answers for services, for whoever refers somebody to them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core import tenancy
from core.security import Caller
from directory.rows.facets import hold_tag
from directory.rules.police import MAY_CALL
from directory.views.answering import Answering

_HELD = ("I1", "I2", "I3")
# A service is given at several places: what counts is the highest level of any, and the least that is promised of all.
_ASKED = text(
    """
    SELECT s.id, s.name, o.name AS organization, c.agency_id, coalesce(r.police, 0) AS police,
        coalesce(r.sure, false) AS sure, coalesce(r.free, false) AS free, coalesce(r.held, false) AS held
    FROM service AS s JOIN organization AS o ON o.id = s.organization_id
    LEFT JOIN LATERAL (
        SELECT c.agency_id FROM claim AS c JOIN agency AS a ON a.id = c.agency_id AND a.ended_at IS NULL
        WHERE c.organization_id = o.id AND c.state = 'proven' ORDER BY c.decided_at, c.id LIMIT 1
    ) AS c ON true
    LEFT JOIN LATERAL (
        SELECT max(police) AS police, bool_and(coalesce(police_sure >= :today, false)) AS sure,
            bool_and(tags @> ARRAY[CAST(:free AS integer)]) AS free, bool_or(tags && CAST(:held AS integer[])) AS held
        FROM search_row WHERE service_id = s.id
    ) AS r ON true
    WHERE s.id = ANY(:ids)
    """
)


async def answering(
    db: AsyncSession,
    caller: Caller,  # what it says is public, but for which agency answers; whoever refers may ask
    *,
    service_ids: Collection[UUID],
    now: datetime,
) -> dict[UUID, Answering]:
    """Those of the services that there are, by id."""
    async with tenancy.trusted(db):
        rows = await db.execute(
            _ASKED,
            {
                "ids": list(service_ids), "today": now.date(), "free": hold_tag("I0"),
                "held": [hold_tag(one) for one in _HELD],
            },
        )  # fmt: skip
        return {
            row.id: Answering(
                id=row.id, name=row.name, organization=row.organization, agency_id=row.agency_id,
                police=row.police if row.sure else max(row.police, MAY_CALL), police_stated=row.sure,
                voluntary=False if row.held else True if row.free else None,
            )
            for row in rows
        }  # fmt: skip
