"""When time has something to do with a referral next: what was done is not due again."""

from datetime import timedelta

from core.cluster import Database as Cluster
from core.db import Database
from tests.builders import NOON
from tests.referrals.builders import a_clock, a_provider, a_responder, offered, ticked


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
