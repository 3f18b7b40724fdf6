"""Add an entry: beside what it speaks of, in the same transaction, without waiting for anybody."""

from collections.abc import Iterable
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.audit.models import AuditEntry
from core.security import Caller


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
    # Not through the session's own rows: an entry is not read back, for who writes it may not see it.
    await db.execute(
        insert(AuditEntry.__table__).inline(),  # type: ignore[attr-defined]
        {
            "at": now, "act": act, "table": table, "row_id": row_id, "columns": list(columns), "person_id": caller.id,
            "key_id": caller.key_id, "agency_id": agency_id or caller.agency_id, "reason": reason,
        },
    )  # fmt: skip
