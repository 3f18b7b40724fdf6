"""Add an entry: beside what it speaks of, in the same transaction, without waiting for anybody."""

from collections.abc import Iterable
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.db import driver_of
from core.security import Caller

# Not through the session's own rows: an entry is not read back, for who writes it may not see it.
_ADD: LiteralString = """
INSERT INTO audit_entry (at, act, "table", row_id, columns, person_id, key_id, agency_id, reason)
VALUES (%(at)s, %(act)s, %(table)s, %(row_id)s, %(columns)s, %(person_id)s, %(key_id)s, %(agency_id)s, %(reason)s)
"""


async def record(
    db: AsyncSession,
    caller: Caller,
    *,
    act: LiteralString,
    table: LiteralString,
    row_id: UUID | None,
    columns: Iterable[str] = (),
    agency_id: UUID | None = None,
    reason: str | None = None,
    now: datetime,
) -> None:
    """Say that this caller did so with that row; `columns`: which person data was shown or written, never what.

    `agency_id`: whose row it is, where that is not the caller's own agency.
    """
    await (await driver_of(db)).execute(
        _ADD,
        {
            "at": now, "act": act, "table": table, "row_id": row_id, "columns": list(columns), "person_id": caller.id,
            "key_id": caller.key_id, "agency_id": agency_id or caller.agency_id, "reason": reason,
        },
    )  # fmt: skip
