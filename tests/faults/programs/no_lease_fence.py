"""A defect: what a worker decided while a referral was its own it writes down later, whoever had it meanwhile."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

import referrals
from core import failpoints
from core.security import SYSTEM
from core.tenancy import act_for
from referrals.rows.load import locked, looked_at
from referrals.rows.save import Speaker
from referrals.rules.acts import time
from referrals.rules.machines import Actor
from referrals.service.act import keep
from tests.faults.programs.quick import run

_DUE = text("SELECT id FROM referral WHERE due_at <= doorlight_now() AND id > :after ORDER BY id LIMIT 1")


async def next_due(db: AsyncSession, *, after: UUID) -> UUID | None:
    found: UUID | None = await db.scalar(_DUE, {"after": after})
    return found


async def tick(db: AsyncSession, *, referral_id: UUID) -> None:
    held = await looked_at(db, referral_id)
    turn = held.turn(Actor.system)
    time.tick(turn)
    await db.execute(text("COMMIT"))  # its lease is over here
    await failpoints.reach("timer.fired")
    await act_for(db, SYSTEM)
    later = (await locked(db, referral_id)).case.version - held.case.version
    turn.events = [replace(one, version=one.version + later) for one in turn.events]
    turn.case = replace(turn.case, version=turn.case.version + later)
    await keep(db, held, turn, Speaker(SYSTEM, channel="rule"))


if __name__ == "__main__":
    vars(referrals).update(next_due=next_due, tick=tick)
    run()
