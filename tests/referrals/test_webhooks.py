"""Agencies' systems on this machine are told: each what concerns it, signed, until it answers."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

import referrals
from core import failpoints
from core.cluster import Database as Cluster
from core.db import Database
from core.failpoints import FailpointReached
from core.security import SYSTEM
from referrals.rules.webhooks import LEASE, OVERLAP, signature
from referrals.views import said
from tests.access.builders import RING
from tests.builders import NOON
from tests.referrals.builders import DatabaseClock, a_clock, a_provider, a_responder, answers, created, offered
from tests.referrals.receivers import a_receiver, boss_of, delivered, handed_on, hooked, stored

_LATER = timedelta(seconds=10)


@pytest.fixture
def clock(clone: Cluster) -> Iterator[DatabaseClock]:
    with a_clock(clone) as one:
        yield one


def _failing(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """As the environment of a process of its own would say it."""
    monkeypatch.setattr(failpoints, "_HERE", failpoints.read(where))


async def test_each_agency_is_told_of_what_concerns_it_and_no_other(database: Database, clock: DatabaseClock) -> None:
    rosa, other = await a_responder(database), await a_responder(database, "Otto")
    haven, harbor = await a_provider(database, "Haven"), await a_provider(database, "Harbor")
    async with a_receiver() as hers, a_receiver() as theirs, a_receiver() as nobodys, a_receiver() as unasked:
        for caller, receiver in (
            (rosa, hers), (haven.staff, theirs), (other, nobodys), (harbor.staff, unasked),
        ):  # fmt: skip
            await hooked(database, caller, receiver)
        step = await offered(database, rosa, haven)
        await answers(database, haven.staff, step.offers[0].id, said.AcceptIn())
        await handed_on(database)
        await delivered(database)
    assert [one["data"]["version"] for one in hers.said] == list(range(1, len(hers.said) + 1))
    assert {one["subject"] for one in hers.said} == {str(step.id)}
    # their own offer; and once they have the person, what is of the referral
    assert {one["data"]["of"] for one in theirs.said} >= {"offer", "referral"}
    assert {one["data"]["of"] for one in theirs.said} & {"consent"} == set()
    assert nobodys.said == unasked.said == []


async def test_what_is_sent_is_signed_with_the_secret_that_was_shown(database: Database, clock: DatabaseClock) -> None:
    rosa = await a_responder(database)
    async with a_receiver() as receiver:
        made = await hooked(database, rosa, receiver)
        await created(database, rosa)
        await handed_on(database)
        assert await delivered(database) == len(receiver.bodies)
    head, body = receiver.heads[0], receiver.bodies[0]
    at = int(head["webhook-timestamp"])
    assert at == int(NOON.timestamp())
    assert head["webhook-signature"] == signature(made.secret, head["webhook-id"], at, body)
    assert head["content-type"] == "application/cloudevents+json"


async def test_after_a_rotation_both_secrets_sign_for_a_day(database: Database, clock: DatabaseClock) -> None:
    rosa = await a_responder(database)
    boss = boss_of(rosa)
    async with a_receiver() as receiver:
        first = await hooked(database, rosa, receiver)
        async with database.transaction(boss) as db:
            second = await referrals.rotate_webhook(db, boss, webhook_id=first.id, ring=RING)
        counts = []
        for now in (NOON, NOON + OVERLAP):
            clock.stands_at(now)
            await created(database, rosa)
            await handed_on(database)
            await delivered(database)
            head, body = receiver.heads[-1], receiver.bodies[-1]
            signed = [
                signature(one.secret, head["webhook-id"], int(now.timestamp()), body) for one in (second, first)
            ]  # fmt: skip
            found = head["webhook-signature"].split()
            assert found == signed[: len(found)]
            counts.append(len(found))
    assert counts == [2, 1]


@pytest.mark.parametrize("status", [500, 503, 429, 404, 302])
async def test_what_is_not_taken_is_tried_again_under_the_same_id(
    database: Database, clock: DatabaseClock, status: int
) -> None:
    rosa = await a_responder(database)
    async with a_receiver(status) as receiver:
        made = await hooked(database, rosa, receiver)
        await created(database, rosa)
        await handed_on(database)
        assert await delivered(database) == 0
        (row,) = await stored(database, made.id)
        assert (row["tries"], row["status"], row["sent_at"]) == (1, status, None)
        assert timedelta(seconds=4) <= row["due_at"] - NOON <= timedelta(seconds=6)
        assert await delivered(database) == 0
        clock.stands_at(NOON + _LATER)
        assert await delivered(database) == 1
    assert receiver.ids == [receiver.ids[0]] * 2
    assert receiver.bodies[0] == receiver.bodies[1]


async def test_410_switches_the_address_off_at_once(database: Database, clock: DatabaseClock) -> None:
    rosa = await a_responder(database)
    boss = boss_of(rosa)
    async with a_receiver(410) as receiver:
        made = await hooked(database, rosa, receiver)
        await created(database, rosa)
        await handed_on(database)
        await delivered(database)
        await created(database, rosa)
        await handed_on(database)
        clock.stands_at(NOON + timedelta(days=1))
        assert await delivered(database) == 0
        assert len(receiver.ids) == 1
        async with database.transaction(boss) as db:
            (shown,) = await referrals.webhooks(db, boss)
            assert (shown.state, shown.why) == ("off", "gone")
            await referrals.enable_webhook(db, boss, webhook_id=made.id)
        await created(database, rosa)
        await handed_on(database)
        assert await delivered(database) == 1


async def test_after_ten_tries_it_is_given_up(database: Database, clock: DatabaseClock) -> None:
    rosa = await a_responder(database)
    async with a_receiver(*[500] * 20) as receiver:
        made = await hooked(database, rosa, receiver)
        await created(database, rosa)
        await handed_on(database)
        for day in range(15):
            clock.stands_at(NOON + timedelta(days=3 * day))
            await delivered(database)
    assert len(receiver.ids) == 10
    (row,) = await stored(database, made.id)
    assert row["failed"] == "gave_up"


async def test_a_slow_receiver_holds_up_nobody_else(database: Database, clock: DatabaseClock) -> None:
    rosa, otto = await a_responder(database), await a_responder(database, "Otto")
    async with a_receiver(slow=True) as slow, a_receiver() as quick:
        await hooked(database, rosa, slow)
        await hooked(database, otto, quick)
        for _ in range(9):
            await created(database, rosa)
            await created(database, otto)
        await handed_on(database)
        running = asyncio.create_task(delivered(database, total_s=20))
        async with asyncio.timeout(10):
            while len(quick.ids) < 9:
                await quick.asked.wait()
                quick.asked.clear()
        assert not running.done()
        assert 0 < len(slow.ids) <= 4
        slow.open.set()
        assert await running == 18


async def test_who_dies_after_the_answer_sends_it_again_under_the_same_id(
    database: Database, clock: DatabaseClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa = await a_responder(database)
    async with a_receiver() as receiver:
        await hooked(database, rosa, receiver)
        await created(database, rosa)
        await handed_on(database)
        _failing(monkeypatch, "outbox.delivered=raise@1")
        with pytest.raises(FailpointReached):
            await delivered(database)
        assert await delivered(database) == 0, "it is still with who died, as far as anybody knows"
        clock.stands_at(NOON + LEASE)
        assert await delivered(database) == 1
        assert await delivered(database) == 0
    assert receiver.ids == [receiver.ids[0]] * 2


async def test_who_dies_with_the_outbox_in_hand_has_handed_on_nothing(
    database: Database, clock: DatabaseClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rosa = await a_responder(database)
    async with a_receiver() as receiver:
        made = await hooked(database, rosa, receiver)
        await created(database, rosa)
        _failing(monkeypatch, "outbox.picked_up=raise@1")
        with pytest.raises(FailpointReached):
            await handed_on(database)
        assert await stored(database, made.id) == []
        assert await handed_on(database) == 1
        assert await handed_on(database) == 0
        assert await delivered(database) == 1


async def test_who_was_stopped_past_the_lease_marks_nothing_of_a_later_try(
    database: Database, clock: DatabaseClock
) -> None:
    rosa = await a_responder(database)
    async with a_receiver(503, slow=True) as receiver:
        made = await hooked(database, rosa, receiver)
        await created(database, rosa)
        await handed_on(database)
        stopped = asyncio.create_task(delivered(database))
        await receiver.asked.wait()
        # meanwhile another has taken it up, and has it
        async with database.transaction(SYSTEM) as db:
            await db.execute(
                text("UPDATE webhook_delivery SET tries = 2, due_at = :until"), {"until": NOON + 2 * LEASE}
            )
        receiver.open.set()
        assert await stopped == 0
    (row,) = await stored(database, made.id)
    assert (row["due_at"], row["failed"], row["status"]) == (NOON + 2 * LEASE, None, None)


async def test_two_workers_send_each_event_once(database: Database, clock: DatabaseClock) -> None:
    rosa = await a_responder(database)
    async with a_receiver() as receiver:
        await hooked(database, rosa, receiver)
        for _ in range(10):
            await created(database, rosa)
        await asyncio.gather(handed_on(database), handed_on(database))
        assert sum(await asyncio.gather(delivered(database), delivered(database))) == 10
    assert len(set(receiver.ids)) == len(receiver.ids) == 10


async def test_a_replay_sends_what_came_after_the_cursor_under_the_same_ids(
    database: Database, clock: DatabaseClock
) -> None:
    rosa = await a_responder(database)
    boss = boss_of(rosa)
    async with a_receiver() as receiver:
        made = await hooked(database, rosa, receiver)
        await created(database, rosa)
        async with database.transaction(boss) as db:
            cursor = (await referrals.feed(db, boss)).cursor
        later = await created(database, rosa)
        await handed_on(database)
        await delivered(database)
        before = list(receiver.ids)
        async with database.transaction(boss) as db:
            again = await referrals.replay_webhook(db, boss, webhook_id=made.id, after=cursor)
        assert again.many == 1
        await delivered(database)
    assert receiver.ids == [*before, before[-1]]
    assert receiver.said[-1]["subject"] == str(later.id)
