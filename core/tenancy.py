"""For whom a transaction is: told to the database, whose own rules then hold whatever a statement forgets.

The setting belongs to the transaction, so a connection that goes back to the pool takes nothing along.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.driver import driver_of
from core.security import Caller, Role

_SET = text(
    "SELECT set_config('doorlight.agency', :agency, true), set_config('doorlight.person', :person, true),"
    " set_config('doorlight.actor', :actor, true), set_config('doorlight.key', :key, true),"
    " set_config('doorlight.trusted', :trusted, true),"
    " set_config('doorlight.roles', :roles, true)"
)
_TRUST: LiteralString = "SELECT set_config('doorlight.trusted', %s, true)"
_TOLD = "doorlight.trusted"  # what was last said of it, as the session remembers

_LOOK = text("SELECT set_config('doorlight.glass', :glass, true), set_config('doorlight.glass_at', :at, true)")


@asynccontextmanager
async def trusted(db: AsyncSession) -> AsyncIterator[None]:
    """What happens in this block is the system's own act, for whomever the transaction is.

    For a question whose answer no caller may work out from rows: whether somebody else has claimed a listing, whom a
    letter goes to. What is read inside is columns, never rows of the session, which would stay. And for what nobody may
    write of themselves, such as that a letter proved their claim: flushed inside, and nothing else with it.
    """
    before: str = db.info.get(_TOLD, "")
    if before != "on":
        await _trust(db, "on")
    try:
        yield
    except BaseException:
        db.info[_TOLD] = before  # an error ends the transaction, or what it was rolled back to, and the setting with it
        raise
    if before != "on":
        await _trust(db, before)


async def _trust(db: AsyncSession, trusted: str) -> None:
    await (await driver_of(db)).execute(_TRUST, (trusted,))
    db.info[_TOLD] = trusted


async def act_for(db: AsyncSession, caller: Caller) -> None:
    """From here to its end the transaction sees what this caller may see."""
    await db.execute(_SET, _told(caller))
    remember(db, caller)


def remember(db: AsyncSession, caller: Caller) -> None:
    """That the transaction is this caller's, as the database has it already."""
    db.info[_TOLD] = _told(caller)["trusted"]


def _told(caller: Caller) -> dict[str, str]:
    return {
        "agency": str(caller.agency_id or ""),
        # an agency's provider vouches for nobody's rows in other agencies
        "person": "" if caller.provider_id else str(caller.id or ""),
        # but what somebody whom it vouches for does in their own agency is theirs
        "actor": str(caller.id or ""),
        "key": str(caller.key_id or ""),
        "roles": " ".join(sorted(caller.roles)),
        "trusted": "on" if Role.system in caller.roles else "",
    }


@asynccontextmanager
async def looking_into(db: AsyncSession, break_glass_id: UUID, *, now: datetime) -> AsyncIterator[None]:
    """For the statements inside, what the broken glass shows is seen too, and nobody in it can be changed.

    The database asks for itself whether it stands at that time, and was broken by this person for this agency.
    """
    await db.execute(_LOOK, {"glass": str(break_glass_id), "at": now.isoformat()})
    try:
        yield
    finally:
        await db.execute(_LOOK, {"glass": "", "at": ""})
