"""Events that came into sight since: in one statement with what can be seen now, which is where to go on."""

from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection

from referrals.rows.seen_by import AGENCIES, COLUMNS, EVENTS, told
from referrals.rules.cursor import Cursor, Seen
from referrals.rules.webhooks import Told

_NOW: LiteralString = "SELECT pg_current_snapshot()::text"
# Not visible in a snapshot is what began after it, or was under way then: said so, an index finds it, however long some
# transaction has been going on.
_FEED: LiteralString = f"""
SELECT n.snapshot, f.* FROM (SELECT pg_current_snapshot()::text AS snapshot) AS n LEFT JOIN LATERAL (
    SELECT {COLUMNS}, e.xid, array_remove({AGENCIES}, NULL) AS agencies FROM {EVENTS}
    WHERE (e.xid >= %(high)s OR e.xid = ANY(%(under_way)s::bigint[]))
        AND (%(to)s::text IS NULL OR pg_visible_in_snapshot(e.xid::text::xid8, %(to)s::pg_snapshot))
        AND e.id > %(after)s AND (%(agency)s::uuid IS NULL OR %(agency)s = ANY({AGENCIES}))
    ORDER BY e.id LIMIT %(limit)s
) AS f ON true
"""


@dataclass(frozen=True, slots=True)
class Line:
    """An event, the transaction that it is of, and the agencies that it concerns."""

    told: Told
    xid: int
    agencies: frozenset[UUID]


async def snapshot(connection: AsyncConnection[Any]) -> Seen:
    """What can be seen now."""
    found = await (await connection.execute(_NOW)).fetchone()
    assert found is not None  # noqa: S101 - it has one row
    return Seen.of(found[0])


async def since(
    connection: AsyncConnection[Any], cursor: Cursor, *, agency: UUID | None = None, limit: int | None = None
) -> tuple[list[Line], Seen]:
    """What has come into sight since the cursor, by id, and what can be seen now. In the system's own name.

    `agency`: of that agency alone.
    """
    values = {
        "high": cursor.since.high, "under_way": list(cursor.since.under_way),
        "to": None if cursor.to is None else str(cursor.to), "after": cursor.after, "agency": agency, "limit": limit,
    }  # fmt: skip
    rows = await (await connection.execute(_FEED, values)).fetchall()
    lines = [Line(told(row[1:]), row[8], frozenset(row[9])) for row in rows if row[1] is not None]
    return lines, Seen.of(rows[0][0])
