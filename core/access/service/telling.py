"""Letters to whoever holds a role: told of an act in its own transaction, and nobody learns their addresses."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit, letters, tenancy
from core.access.models import Agency, Membership, Person
from core.secrets import Ring, SealBroken
from core.security import Caller, Role

_log = structlog.get_logger()


async def tell(
    db: AsyncSession,
    caller: Caller,
    *,
    role: Role,
    agency_id: UUID | None,
    kind: letters.Kind,
    parts: Mapping[str, str],
    language: str,
    ring: Ring,
    now: datetime,
) -> int:
    """Write to everybody who holds that role in that agency, or in any (None); how many were written to.

    The caller may know neither them nor the agency: that an address was used is written into its audit.
    """
    async with tenancy.trusted(db):
        # each once, who serves several agencies too
        found = {row.id: row for row in await db.execute(_holding(role, agency_id))}
    written = 0
    for row in found.values():
        try:
            address = ring.open(row.email, row=row.id, column="person.email")
        except SealBroken:
            _log.exception("somebody was not told", person=str(row.id))  # and holds nobody else back
            continue
        await audit.record(
            db, caller, act="write_to", table="person", row_id=row.id, columns=("email",), agency_id=row.agency_id,
            now=now,
        )  # fmt: skip
        await letters.post(
            db, caller, kind=kind, to=address,
            channel=letters.Channel.mail, language=language, parts=parts, ring=ring, now=now,
        )  # fmt: skip
        written += 1
    return written


def _holding(role: Role, agency_id: UUID | None) -> Select[UUID, bytes, UUID]:
    wanted = (
        select(col(Person.id), col(Person.email), col(Membership.agency_id))
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .join(Agency, col(Agency.id) == col(Membership.agency_id))
        .where(
            col(Membership.role) == role,
            col(Membership.ended_at).is_(None),
            col(Person.ended_at).is_(None),
            col(Agency.ended_at).is_(None),
        )
        .order_by(col(Membership.made_at))
    )
    return wanted if agency_id is None else wanted.where(col(Membership.agency_id) == agency_id)
