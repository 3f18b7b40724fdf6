"""A defect: letters are written down before it is that their event was handed on, and the event is taken up again."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

import referrals
from core import failpoints
from core.secrets import Ring
from core.security import SYSTEM
from core.tenancy import act_for
from referrals.rows.seen_by import told
from referrals.service import outbox
from referrals.service.notices import tell
from tests.faults.programs.quick import run


async def fan_out(db: AsyncSession, *, ring: Ring, public_url: str) -> int:
    ids = list((await db.scalars(outbox._TAKE, {"many": outbox.BATCH})).all())
    if not ids:
        return 0
    events = [told(row) for row in await db.execute(text(outbox._SHOW), {"ids": ids})]
    await tell(db, events, ring=ring, public_url=public_url)
    await db.execute(text("COMMIT"))  # whoever dies here has written them, and nobody knows
    await failpoints.reach("outbox.picked_up")
    await act_for(db, SYSTEM)
    await db.execute(text(outbox._WEBHOOKS), {"ids": ids})
    await db.execute(outbox._LET_GO, {"ids": ids})
    return len(ids)


if __name__ == "__main__":
    vars(referrals)["fan_out"] = fan_out
    run()
