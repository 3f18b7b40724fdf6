"""Of a survivor nothing is left soon after the end but that somebody was there; and nobody's place is lost by it."""

from datetime import timedelta

from sqlalchemy import text

import referrals
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM
from referrals.views import said
from tests.builders import NOON
from tests.referrals.builders import a_clock, a_provider, a_responder, answers, created, offered, says

_LEFT = (
    "referral", "offer", "referral_event", "referral_consent", "capacity_hold", "referral_passed_over",
    "referral_outbox", "mandated_report",
)  # fmt: skip


async def _forgotten(database: Database) -> int:
    async with database.transaction(SYSTEM) as db:
        return await referrals.forget_survivors(db)


async def _counts(database: Database) -> list[tuple[object, ...]]:
    async with database.transaction(SYSTEM) as db:
        found = await db.execute(text("SELECT month::text, urgency, ended, many FROM survivor_count ORDER BY ended"))
        return [tuple(row) for row in found]


async def test_two_days_after_the_end_they_are_counted_and_gone(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    with a_clock(clone) as clock:
        for _ in range(2):
            made = await created(database, rosa, survivor=True)
            await says(database, rosa, made.id, said.WithdrawIn())
        clock.stands_at(NOON + timedelta(hours=47))
        assert await _forgotten(database) == 0
        clock.stands_at(NOON + timedelta(hours=48))
        assert await _forgotten(database) == 2
    assert await _counts(database) == [("2026-11-01", "urgent", "withdrawn not_said", 2)]
    async with database.transaction(SYSTEM) as db:
        left = {table: await db.scalar(text(f"SELECT count(*) FROM {table}")) for table in _LEFT}  # noqa: S608
    assert set(left.values()) == {0}


async def test_others_stay(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    with a_clock(clone) as clock:
        made = await created(database, rosa)
        await says(database, rosa, made.id, said.WithdrawIn())
        clock.stands_at(NOON + timedelta(days=30))
        assert await _forgotten(database) == 0


async def test_who_still_has_a_bed_keeps_it_until_the_provider_says_they_left(
    database: Database, clone: Cluster
) -> None:
    rosa = await a_responder(database)
    with a_clock(clone) as clock:
        house = await a_provider(database, "House", places=2)
        asked = await offered(database, rosa, house, survivor=True, mode="cold")
        await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())
        await says(database, house.staff, asked.id, said.HandOffIn(person_present=True))
        await says(database, house.staff, asked.id, said.EngageIn())
        await says(database, house.staff, asked.id, said.CloseIn(outcome=referrals.Outcome.served))
        clock.stands_at(NOON + timedelta(hours=48))
        assert await _forgotten(database) == 1
        for taken, free in ((None, 1), (1, 1), (0, 2)):
            pool = referrals.PoolIn(capacity=2, taken=taken)
            async with database.transaction(house.staff) as db:
                now = await referrals.set_places(db, house.staff, service_id=house.service_id, pool=pool)
            assert now.free == free
