"""What is said of police on the way to services, for a person who decides whether to go that way."""

import json
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.security import Caller
from directory.rows.shown import HOLE
from directory.rules.police import MAY_CALL, highest
from directory.views.answering import PoliceSaid

_SHOWN = text(
    "SELECT r.service_id, s.en, r.police, coalesce(r.police_sure >= :today, false) AS sure FROM search_row AS r"
    " JOIN search_shown AS s ON s.id = r.id WHERE r.service_id = ANY(:ids) ORDER BY r.service_id, r.id"
)


async def police_said(
    db: AsyncSession,
    caller: Caller,
    *,
    service_ids: Collection[UUID],
    now: datetime,
) -> dict[UUID, PoliceSaid]:
    """The claim that is published of each, the highest of all its places. What is not listed has said nothing."""
    found: dict[UUID, PoliceSaid] = {}
    for row in await db.execute(_SHOWN, {"ids": list(service_ids), "today": now.date()}):
        # what an answer of the search fills in later stands there as control characters
        claim = json.loads(f"{{{row.en.replace(HOLE, 'null')}}}", strict=False)["police"]
        on = claim["stated_on"]
        one = PoliceSaid(
            level=claim["level"], counts_as=row.police if row.sure else max(row.police, MAY_CALL),
            source=claim["source"], stated_on=None if on is None else date.fromisoformat(on),
        )  # fmt: skip
        before = found.get(row.service_id)
        if before is None or highest([before.level, one.level]) != before.level:
            found[row.service_id] = one
    return found
