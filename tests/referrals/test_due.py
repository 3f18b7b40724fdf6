"""When time has something to do with a referral next: what was done is not due again."""

from datetime import timedelta

from sqlalchemy import text

from api.jobs import referral_timers
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM
from tests.builders import NOON
from tests.referrals.builders import a_clock, a_provider, a_responder, created, offered, ticked


async def test_offers_that_wait_their_turn_are_not_due_while_the_first_may_still_be_answered(
    database: Database, clone: Cluster
) -> None:
    rosa = await a_responder(database)
    providers = [await a_provider(database, f"House {n}") for n in range(3)]
    with a_clock(clone) as clock:
        await offered(database, rosa, *providers, pattern="cascade", urgency="urgent")
        clock.stands_at(NOON + timedelta(minutes=16))  # half of the time in which the first may answer
        assert await ticked(database) == 1
        assert await ticked(database) == 0
        clock.stands_at(NOON + timedelta(minutes=31))
        assert await ticked(database) == 1
        assert await ticked(database) == 0


async def test_one_whose_clock_cannot_be_read_holds_up_no_other(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    with a_clock(clone) as clock:
        made = [await created(database, rosa) for _ in range(3)]
        spoilt, *others = sorted(one.id for one in made)
        async with database.transaction(SYSTEM) as db:
            await db.execute(text("UPDATE referral SET stage = 'none' WHERE id = :id"), {"id": spoilt})
        clock.stands_at(NOON + timedelta(hours=25))
        assert await referral_timers(database, NOON) == 2
    async with database.transaction(SYSTEM) as db:
        ended = await db.scalars(text("SELECT id FROM referral WHERE status = 'cancelled' ORDER BY id"))
        assert list(ended) == others
