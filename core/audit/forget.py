"""Let the oldest entries go once their time is over. The chain holds: it begins anew from the hash of the last of them.

Only its oldest part can go, so an entry that a legal hold is on keeps all that were sealed after it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection

from core.audit.chain import Head, checkpoint, links
from core.errors import Conflict

_HOLDS: LiteralString = "SELECT agency_id, person_id FROM legal_hold WHERE ended_at IS NULL"
_FORGET: LiteralString = "SELECT doorlight_forget_audit(%s, %s)"
# Where each stands in an entry as it is sealed: `chain` selects them so.
_AT, _ROW, _PERSON, _AGENCY = 1, 4, 6, 8


class ChainBroken(Conflict):
    """The audit's chain does not hold, so nothing of it is purged."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many entries went, or are about to; `held`: a legal hold keeps the next, and what follows it."""

    gone: int
    held: bool


async def forget(
    connection: AsyncConnection[Any], *, before: datetime, limit: int = 10_000, dry: bool = False
) -> Forgotten:
    """Purge entries from before that instant, oldest first; each is checked against the chain before it goes.

    The connection is in a transaction of the system's own.

    Raises:
        ChainBroken: `doorlight audit verify` says where.
    """
    agencies, people = await _held(connection)
    last: Head | None = None
    gone, held = 0, False
    async for link in links(connection, await checkpoint(connection)):
        if link.broken is not None:
            raise ChainBroken(f"At place {link.position}: {link.broken}.", position=link.position)
        if link.entry[_AT] >= before or gone == limit:
            break
        held = link.entry[_AGENCY] in agencies or bool({link.entry[_PERSON], link.entry[_ROW]} & people)
        if held:
            break
        last, gone = Head(link.position, link.hash), gone + 1
    if last is not None and not dry:
        await connection.execute(_FORGET, (last.position, last.hash))
    return Forgotten(gone, held)


async def _held(connection: AsyncConnection[Any]) -> tuple[set[UUID], set[UUID]]:
    rows = await (await connection.execute(_HOLDS)).fetchall()
    return {agency for agency, person in rows if person is None}, {person for _, person in rows if person is not None}
