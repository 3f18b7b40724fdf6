"""An agency's inbox and outbox: what ends soonest first, and as many statements for many as for one."""

from datetime import timedelta

import referrals
from core.cluster import Database as Cluster
from core.db import Database
from core.security import Caller
from tests.builders import NOON
from tests.referrals.builders import a_clock, a_provider, a_responder, offered
from tests.statements import heard


async def _statements(database: Database, caller: Caller) -> int:
    async with database.transaction(caller) as db, heard(db) as said:
        await referrals.inbox(db, caller)
        await referrals.outbox(db, caller)
    return len(said)


async def test_what_ends_soonest_comes_first_on_both_sides(database: Database, clone: Cluster) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    with a_clock(clone) as clock:
        routine = await offered(database, rosa, house, urgency="routine")
        clock.stands_at(NOON + timedelta(minutes=1))
        emergent = await offered(database, rosa, house, urgency="emergent")
    async with database.transaction(house.staff) as db:
        assert [one.id for one in await referrals.inbox(db, house.staff)] == [emergent.id, routine.id]
    async with database.transaction(rosa) as db:
        assert [one.id for one in await referrals.outbox(db, rosa)] == [emergent.id, routine.id]


async def test_many_take_as_many_statements_as_one(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    await offered(database, rosa, house)
    one = [await _statements(database, caller) for caller in (rosa, house.staff)]
    for _ in range(4):
        await offered(database, rosa, house)
    assert [await _statements(database, caller) for caller in (rosa, house.staff)] == one
