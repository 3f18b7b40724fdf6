"""Places are never promised twice, are free again with whatever ends the offer, and the directory says how many."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

import referrals
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Caller, Role
from referrals.errors import NoPlace, NoSuchPool, TooLate
from referrals.rules.machines import Offer, Referral
from referrals.rules.reasons import Asks, Declined, Returned
from referrals.views import said
from tests.access.builders import RING
from tests.bench.handoffs.whole import accepted, asked
from tests.builders import NOON, search
from tests.referrals.builders import Provider, a_clock, a_provider, a_responder, answers, offered, says, ticked


async def _free(database: Database, provider: Provider) -> int:
    async with database.transaction(provider.staff) as db:
        return (await referrals.places(db, provider.staff, service_id=provider.service_id)).free


async def _shown(database: Database, name: str) -> int | None:
    found = await search(database, kind=["SITE.SOBER"])
    (one,) = [each for each in [*found.fits, *found.might_fit, *found.ruled_out] if each.name == name]
    return one.capacity[0].free


async def test_so_many_are_taken_as_there_are_and_not_one_more(database: Database) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=3)
    asked = [await offered(database, rosa, house) for _ in range(8)]

    async def taken(one: referrals.StepView) -> bool:
        try:
            await answers(database, house.staff, one.offers[0].id, said.AcceptIn())
        except NoPlace:
            return False
        return True

    assert sum(await asyncio.gather(*(taken(one) for one in asked))) == 3
    assert await _free(database, house) == 0


async def test_of_very_many_at_once_none_waits_for_another_for_ever(database: Database) -> None:
    """Far fewer places than takers, and a connection for every third of them."""
    rosa = await a_responder(database)
    many = Database(database.dsn, pool_size=32)
    await many.open()
    try:
        for places in (90, 4, 5, 6, 7, 8):  # the first warms every connection
            house = await a_provider(database, f"House {places}", places=places)
            _, done = await accepted(many, await asked(database, rosa, [house], 100), 100)
            assert done == places
    finally:
        await many.close()


async def test_a_place_that_was_given_back_this_moment_is_found(database: Database) -> None:
    """Six who come and go, and six places: each finds one, every time."""
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=6)

    async def come_and_go() -> None:
        for _ in range(6):
            asked = await offered(database, rosa, house)
            await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())
            await says(database, house.staff, asked.id, said.ReturnIn(reason=Returned.other))

    await asyncio.gather(*(come_and_go() for _ in range(6)))
    assert await _free(database, house) == 6


async def test_the_directory_shows_what_is_left_in_the_same_moment(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    with a_clock(clone):
        house = await a_provider(database, "House", places=3)
        assert await _shown(database, "House") == 3
        asked = await offered(database, rosa, house)
        await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())
        assert await _shown(database, "House") == 2
        await says(database, house.staff, asked.id, said.ReturnIn(reason=Returned.not_eligible))
        assert await _shown(database, "House") == 3


async def test_who_is_taken_in_keeps_their_place_until_they_leave(database: Database) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=1)
    asked = await offered(database, rosa, house, mode="cold")
    await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())
    await says(database, house.staff, asked.id, said.HandOffIn(person_present=True))
    await says(database, house.staff, asked.id, said.EngageIn())
    await says(database, house.staff, asked.id, said.CloseIn(outcome=referrals.Outcome.served))
    assert await _free(database, house) == 0
    await answers(database, house.staff, asked.offers[0].id, said.ReleaseIn())
    assert await _free(database, house) == 1


async def test_a_place_that_was_kept_is_free_the_moment_its_time_is_over(database: Database, clone: Cluster) -> None:
    """Nobody has to look for that: the database's clock says so."""
    rosa = await a_responder(database)
    with a_clock(clone) as clock:
        house = await a_provider(database, "House", places=1)
        one = await offered(database, rosa, house, pattern="choice")
        await answers(database, house.staff, one.offers[0].id, said.AcceptIn())
        assert await _free(database, house) == 0
        clock.stands_at(NOON + timedelta(hours=1))
        assert await _free(database, house) == 1
        with pytest.raises(NoPlace):
            await says(database, rosa, one.id, said.ChooseIn(offer_id=one.offers[0].id))
        two = await offered(database, rosa, house)
        await answers(database, house.staff, two.offers[0].id, said.AcceptIn())
        assert await ticked(database) == 1
        assert await _free(database, house) == 0, "what is tidied up takes nobody's place away"


async def test_a_place_may_be_kept_while_they_decide_and_is_nobody_elses(database: Database) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=1)
    one, two = await offered(database, rosa, house), await offered(database, rosa, house)
    kept = await answers(database, house.staff, one.offers[0].id, said.HoldIn())
    assert kept.offers[0].status is Offer.seen
    assert (await _free(database, house), await _shown(database, "House")) == (0, 0)
    with pytest.raises(NoPlace):
        await answers(database, house.staff, two.offers[0].id, said.AcceptIn())
    taken = await answers(database, house.staff, one.offers[0].id, said.AcceptIn())
    assert taken.status is Referral.matched
    assert await _free(database, house) == 0


@pytest.mark.parametrize("goes", [said.DeclineIn(reason=Declined.age), said.WaitlistIn()])
async def test_a_place_that_was_kept_is_free_with_their_no(database: Database, goes: said.Said) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=1)
    asked = await offered(database, rosa, house)
    await answers(database, house.staff, asked.offers[0].id, said.HoldIn())
    await answers(database, house.staff, asked.offers[0].id, goes)
    assert await _free(database, house) == 1


async def test_a_place_is_kept_for_one_offer_once_and_only_where_they_are_counted(database: Database) -> None:
    rosa = await a_responder(database)
    house, other = await a_provider(database, "House", places=2), await a_provider(database, "Other", places=None)
    asked = await offered(database, rosa, house)
    await answers(database, house.staff, asked.offers[0].id, said.HoldIn())
    with pytest.raises(NoPlace, match="once"):
        await answers(database, house.staff, asked.offers[0].id, said.HoldIn())
    uncounted = await offered(database, rosa, other)
    with pytest.raises(NoPlace, match="counts"):
        await answers(database, other.staff, uncounted.offers[0].id, said.HoldIn())


@pytest.mark.parametrize("goes", [said.AcceptIn(), said.AcceptIfIn(asks=[referrals.Asks.id])])
async def test_who_says_yes_to_what_they_kept_a_place_for_keeps_it_as_long_as_any(
    database: Database, clone: Cluster, goes: said.Said
) -> None:
    rosa = await a_responder(database)
    with a_clock(clone) as clock:
        house = await a_provider(database, "House", places=1)
        asked = await offered(database, rosa, house, pattern="choice", urgency="emergent")
        offer_id = asked.offers[0].id
        await answers(database, house.staff, offer_id, said.HoldIn())
        clock.stands_at(NOON + timedelta(minutes=14))
        yes = await answers(database, house.staff, offer_id, goes)
        clock.stands_at(NOON + timedelta(minutes=16))
        await ticked(database)
        assert await _free(database, house) == 0
        async with database.transaction(rosa) as db:
            stands = await referrals.referral(db, rosa, referral_id=asked.id, ring=RING)
        assert stands.offers[0].status is yes.offers[0].status


@pytest.mark.parametrize("tidied", [False, True])
async def test_who_decides_after_their_place_is_free_again_has_another_if_there_is_one(
    database: Database, clone: Cluster, *, tidied: bool
) -> None:
    rosa = await a_responder(database)
    boss = Caller(id=rosa.id, agency_id=rosa.agency_id, roles=frozenset({Role.administrator}))
    brief = referrals.ClockIn(clock=referrals.Clock.hold, urgency=referrals.Urgency.routine, lasts_s=900)
    async with database.transaction(boss) as db:
        await referrals.set_clocks(db, boss, given=[brief])
    with a_clock(clone) as clock:
        house = await a_provider(database, "House", places=1)
        one, two = [await offered(database, rosa, house, urgency="routine") for _ in range(2)]
        await answers(database, house.staff, one.offers[0].id, said.HoldIn())
        clock.stands_at(NOON + timedelta(hours=1))
        if tidied:
            assert await ticked(database) == 1
        taken = await answers(database, house.staff, one.offers[0].id, said.AcceptIn())
        assert taken.status is Referral.matched
        assert await _free(database, house) == 0
        with pytest.raises(NoPlace):
            await answers(database, house.staff, two.offers[0].id, said.AcceptIn())


async def test_more_than_there_are_only_by_the_providers_own_word(database: Database) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=0)
    asked = await offered(database, rosa, house)
    with pytest.raises(NoPlace):
        await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())
    pool = referrals.PoolIn(capacity=0, surge=1)
    with pytest.raises(NoSuchPool):
        async with database.transaction(rosa) as db:
            await referrals.set_places(
                db, (await a_provider(database, "Another")).staff, service_id=house.service_id, pool=pool
            )
    async with database.transaction(house.staff) as db:
        await referrals.set_places(db, house.staff, service_id=house.service_id, pool=pool)
    taken = await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())
    assert taken.status is Referral.matched


async def test_fewer_than_are_taken_takes_nobodys_place(database: Database) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=2)
    for _ in range(2):
        asked = await offered(database, rosa, house)
        await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())
    async with database.transaction(house.staff) as db:
        now = await referrals.set_places(
            db, house.staff, service_id=house.service_id, pool=referrals.PoolIn(capacity=1)
        )
    assert (now.capacity, now.taken, now.free, now.over) == (1, 2, 0, 1)


async def _counts(database: Database, house: Provider, capacity: int) -> referrals.PoolView:
    async with database.transaction(house.staff) as db:
        pool = referrals.PoolIn(capacity=capacity)
        return await referrals.set_places(db, house.staff, service_id=house.service_id, pool=pool)


async def test_what_becomes_free_beyond_what_there_are_is_nobodys(database: Database) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=3)
    taken = []
    for _ in range(3):
        asked = await offered(database, rosa, house)
        taken.append(await answers(database, house.staff, asked.offers[0].id, said.AcceptIn()))
    assert (await _counts(database, house, 2)).over == 1
    free = []
    for one in taken:
        await says(database, house.staff, one.id, said.ReturnIn(reason=Returned.other))
        free.append(await _free(database, house))
    assert free == [0, 1, 2]


async def test_whichever_places_are_taken_no_more_are_free_than_there_are(database: Database) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=4)
    taken = []
    for _ in range(4):
        asked = await offered(database, rosa, house)
        taken.append(await answers(database, house.staff, asked.offers[0].id, said.AcceptIn()))
    for one in taken[:2]:
        await says(database, house.staff, one.id, said.ReturnIn(reason=Returned.other))
    now = await _counts(database, house, 3)
    assert (now.taken, now.free, now.over) == (2, 1, 0)
    assert (await _counts(database, house, 6)).free == 4
    assert (await _counts(database, house, 2)).free == 0


async def test_a_place_beyond_what_there_are_does_not_become_free_by_itself(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=2)
    with a_clock(clone) as clock:
        kept, taken = [await offered(database, rosa, house, urgency="urgent") for _ in range(2)]
        await answers(database, house.staff, kept.offers[0].id, said.AcceptIfIn(asks=[Asks.id]))
        await answers(database, house.staff, taken.offers[0].id, said.AcceptIn())
        assert (await _counts(database, house, 1)).over == 1
        clock.stands_at(NOON + timedelta(hours=1))
        assert await _free(database, house) == 0
        await ticked(database)
        now = await _free(database, house)
    assert now == 0, "one is taken, and one is all there is"


async def test_who_takes_another_place_gives_back_the_one_that_was_beyond_what_there_are(
    database: Database, clone: Cluster
) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=3)
    with a_clock(clone) as clock:
        kept = await offered(database, rosa, house, urgency="routine")
        await answers(database, house.staff, kept.offers[0].id, said.HoldIn())
        others = [await offered(database, rosa, house, urgency="routine") for _ in range(2)]
        for one in others:
            await answers(database, house.staff, one.offers[0].id, said.AcceptIn())
        await _counts(database, house, 2)
        for one in others:
            await says(database, house.staff, one.id, said.ReturnIn(reason=Returned.other))
        clock.stands_at(NOON + timedelta(hours=23))
        async with database.transaction(
            SYSTEM
        ) as db:  # a hold that ends before its offer does, as an agency may set it
            await db.execute(text("UPDATE capacity_hold SET timer_until = timer_until - interval '2 hours'"))
        await answers(database, house.staff, kept.offers[0].id, said.AcceptIn())
        assert await _free(database, house) == 1


async def test_who_was_asked_before_they_counted_takes_a_place_too(database: Database) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House")
    first, second = await offered(database, rosa, house), await offered(database, rosa, house)
    assert (await _counts(database, house, 1)).free == 1
    await answers(database, house.staff, first.offers[0].id, said.AcceptIn())
    with pytest.raises(NoPlace):
        await answers(database, house.staff, second.offers[0].id, said.AcceptIn())


async def test_of_two_asked_at_once_the_first_has_it_and_the_other_is_told(database: Database) -> None:
    rosa = await a_responder(database)
    first, second = [await a_provider(database, name, places=1) for name in ("First", "Second")]
    asked = await offered(database, rosa, first, second, pattern="parallel", width=2)

    async def taken(provider: Provider, offer: referrals.OfferStep) -> str:
        try:
            return (await answers(database, provider.staff, offer.id, said.AcceptIn())).status
        except TooLate as late:
            return str(late.facts["state"])

    came = await asyncio.gather(*(taken(*each) for each in zip((first, second), asked.offers, strict=True)))
    assert sorted(came) == [Referral.matched, Offer.superseded]
    assert await _free(database, first) + await _free(database, second) == 1


@pytest.mark.parametrize(("reason", "hides"), [(Declined.no_capacity, "full"), (Declined.closed, "closed")])
async def test_who_says_full_or_closed_is_shown_so_at_once(
    database: Database, clone: Cluster, reason: Declined, hides: str
) -> None:
    rosa = await a_responder(database)
    with a_clock(clone):
        house = await a_provider(database, "House", places=None)
        asked = await offered(database, rosa, house)
        await answers(database, house.staff, asked.offers[0].id, said.DeclineIn(reason=reason))
        found = await search(database, kind=["SITE.SOBER"], open="now", free=1)
        assert found.fits == []
        assert hides in {one.reason for one in found.hidden}
