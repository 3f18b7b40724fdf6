"""A defect: that it was sent is written down before it is."""

from typing import Any

from core import failpoints
from core.db import Database
from core.outgoing import Outgoing
from core.secrets import Keys
from core.security import SYSTEM
from referrals.service import delivering
from tests.faults.programs.quick import run

_ACCEPTED = 202


async def one(database: Database, taken: Any, keys: Keys, way: Outgoing, source: str) -> bool:
    async with database.transaction(SYSTEM) as db:
        await db.execute(delivering._SENT, {"id": taken.id, "tries": taken.tries, "status": _ACCEPTED})
    await failpoints.reach("outbox.delivered")
    await delivering._posted(taken, keys.ring, way, source)
    return True


if __name__ == "__main__":
    vars(delivering)["_one"] = one
    run()
