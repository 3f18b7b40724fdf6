"""Let go of person data whose time is over, as the registry and each domain's rules say; a few rows at a time.

What a legal hold is on stays. That it was let go of is written into the audit, a line for each row.
"""

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.sql import SQL, Composable, Composed, Identifier
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.db import driver_of
from core.personal import Purge, Registry
from core.security import SYSTEM
from core.tables import Table

_HELD = SQL(
    "EXISTS (SELECT FROM legal_hold AS h WHERE h.ended_at IS NULL"
    " AND (h.person_id = ANY({people}) OR h.person_id IS NULL AND h.agency_id = ANY({agencies})))"
)
_DUE = SQL("({ended}) <= %(before)s{also}")
_PICK = SQL("SELECT t.{key} FROM {table} AS t WHERE {due} AND NOT {held} LIMIT %(limit)s FOR UPDATE OF t SKIP LOCKED")
_COUNT = SQL("SELECT count(*), count(*) FILTER (WHERE {held}) FROM {table} AS t WHERE {due}")
_BLANK = SQL("UPDATE {table} AS t SET {blank} WHERE t.{key} = ANY(%(keys)s) AND {due} AND NOT {held} RETURNING t.{key}")
_DELETE = SQL("DELETE FROM {table} AS t WHERE t.{key} = ANY(%(keys)s) AND {due} AND NOT {held} RETURNING t.{key}")


async def purge(db: AsyncSession, rule: Purge, registry: Registry, *, now: datetime, limit: int = 500) -> int:
    """Purge up to so many rows by that rule; how many. 0 once nothing is left to do. In the system's own transaction.

    Rows are locked first and looked at once more then: somebody who was given a role meanwhile has not left.
    """
    connection = await driver_of(db)
    parts = _parts(rule)
    values = {"before": now - rule.kept(registry), "now": now, "limit": limit}
    picked = await _keys(connection, _PICK.format(**parts), values)
    if not picked:
        return 0
    statement = _BLANK if rule.blank else _DELETE
    gone = await _keys(connection, statement.format(**parts), values | {"keys": picked})
    columns = [name.partition(".")[2] for name in rule.columns(registry)]
    for key in gone if columns else ():
        row_id = key if isinstance(key, UUID) else None
        await audit.record(db, SYSTEM, act="purge", table=rule.table, row_id=row_id, columns=columns, now=now)
    return len(gone)


async def due(db: AsyncSession, rule: Purge, registry: Registry, *, now: datetime) -> tuple[int, int]:
    """How many rows that rule is about to purge, and how many more are kept by a legal hold."""
    values = {"before": now - rule.kept(registry), "now": now}
    counted = await (await driver_of(db)).execute(_COUNT.format(**_parts(rule)), values)
    every, held = await counted.fetchone() or (0, 0)
    return every - held, held


def _parts(rule: Purge) -> dict[str, Composable]:
    (key,) = Table.metadata.tables[rule.table].primary_key.columns
    personal = [SQL("t.{column} IS DISTINCT FROM {value}").format(column=Identifier(column), value=SQL(value))
                for column, value in rule.blank.items() if "%(now)s" not in value]  # fmt: skip
    also: Composable = SQL(" AND ({})").format(SQL(" OR ").join(personal)) if personal else SQL("")
    return {
        "table": Identifier(rule.table),
        "key": Identifier(key.name),
        "due": _DUE.format(ended=SQL(rule.ended), also=also),
        "held": _HELD.format(people=SQL(rule.people), agencies=SQL(rule.agencies)),
        "blank": _assignments(rule),
    }


def _assignments(rule: Purge) -> Composed:
    each: list[Composed] = [
        SQL("{} = {}").format(Identifier(column), SQL(value)) for column, value in rule.blank.items()
    ]
    return SQL(", ").join(each)


async def _keys(
    connection: AsyncConnection[Any], statement: Composed, values: dict[LiteralString, object]
) -> list[UUID | int]:
    return [row[0] for row in await (await connection.execute(statement, values)).fetchall()]
