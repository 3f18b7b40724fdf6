"""The passage itself, where it is easily told wrong: what counts as live, who differs from whom, who sees it still."""

from datetime import timedelta
from typing import Any

import pytest

import referrals
from core import clock
from core.cluster import Database as Cluster
from core.db import Database
from core.security import Caller, Role
from referrals.errors import BadReferral, IllegalMove, NoSuchReferral
from referrals.rules.case import Mode
from referrals.rules.machines import Offer, Referral
from referrals.rules.reasons import Declined, Live, Returned
from referrals.views import said
from tests.access.builders import RING, a_member
from tests.builders import NOON
from tests.referrals.builders import (
    Provider,
    a_clock,
    a_provider,
    a_responder,
    agreed,
    answers,
    created,
    offered,
    says,
    ticked,
)

HANDED = said.HandOffIn(person_present=True)


async def _matched(database: Database, rosa: Caller, house: Provider, **more: Any) -> referrals.StepView:
    asked = await offered(database, rosa, house, **more)
    return await answers(database, house.staff, asked.offers[-1].id, said.AcceptIn())


async def _whole(database: Database, caller: Caller, step: Any) -> referrals.ReferralWhole:
    async with database.transaction(caller) as db:
        return await referrals.referral(db, caller, referral_id=step.id, ring=RING)


@pytest.mark.parametrize(("present", "mode"), [(True, Mode.warm), (False, Mode.cold)])
async def test_without_the_person_it_was_no_warm_one(database: Database, *, present: bool, mode: Mode) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await _matched(database, rosa, house)
    await says(database, rosa, made.id, said.ConnectIn(how=Live.in_person))
    await says(database, house.staff, made.id, said.HandOffIn(person_present=present))
    whole = await _whole(database, rosa, made)
    assert whole.handoff is mode
    assert [one.reason for one in whole.history if one.verb == "connect"] == ["in_person"]


@pytest.mark.parametrize(("who", "disputed"), [("house", False), ("rosa", True)])
async def test_who_differs_from_whom_is_marked_whoever_spoke_first(
    database: Database, *, who: str, disputed: bool
) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await _matched(database, rosa, house, mode="cold")
    await says(database, house.staff, made.id, HANDED)
    await says(database, rosa, made.id, said.DepartIn(eta=clock.now() + timedelta(minutes=20)))
    await says(database, house.staff, made.id, said.MissIn())
    await says(database, house.staff if who == "house" else rosa, made.id, said.ArriveIn(for_person=who == "rosa"))
    assert (await _whole(database, rosa, made)).disputed is disputed


async def test_who_did_not_come_to_one_place_may_come_to_another(database: Database) -> None:
    rosa = await a_responder(database)
    house, kite = [await a_provider(database, name) for name in ("House", "Kite")]
    made = await _matched(database, rosa, house, mode="cold")
    await says(database, house.staff, made.id, HANDED)
    await says(database, rosa, made.id, said.DepartIn(eta=clock.now() + timedelta(minutes=20)))
    for one in (said.MissIn(), said.ReturnIn(reason=Returned.did_not_arrive)):
        await says(database, house.staff, made.id, one)
    asked = await says(database, rosa, made.id, said.OfferIn(service_ids=[kite.service_id]))
    await answers(database, kite.staff, asked.offers[-1].id, said.AcceptIn())
    await says(database, kite.staff, made.id, HANDED)
    await says(database, rosa, made.id, said.ArriveIn(for_person=True))
    assert not (await _whole(database, rosa, made)).disputed


async def test_nobody_is_on_their_way_for_years(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await _matched(database, rosa, house, mode="cold")
    await says(database, house.staff, made.id, HANDED)
    for eta in ("9999-12-31T23:59:59Z", "2062-01-01T00:00:00Z"):
        with pytest.raises(BadReferral, match="within two days"):
            await says(database, rosa, made.id, said.DepartIn.model_validate({"eta": eta}))


async def test_who_gave_somebody_back_sees_them_no_more(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await _matched(database, rosa, house, mode="cold")
    for one in (HANDED, said.EngageIn(), said.ReturnIn(reason=Returned.not_eligible)):
        await says(database, house.staff, made.id, one)
    with pytest.raises(NoSuchReferral):
        await _whole(database, house.staff, made)


async def test_who_has_them_in_hand_is_not_who_had_them_there(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await _matched(database, rosa, house, mode="cold")
    for one in (HANDED, said.ReassignIn(), said.ReturnIn(reason=Returned.not_eligible)):
        await says(database, house.staff, made.id, one)
    assert (await _whole(database, rosa, made)).on_duty is None


async def test_who_has_no_place_any_more_still_answers_for_them(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House", places=1)
    made = await _matched(database, rosa, house, mode="cold")
    for one in (HANDED, said.EngageIn()):
        await says(database, house.staff, made.id, one)
    offer = made.offers[0].id
    await answers(database, house.staff, offer, said.ReleaseIn())
    async with database.transaction(house.staff) as db:
        assert (await referrals.places(db, house.staff, service_id=house.service_id)).free == 1
    with pytest.raises(IllegalMove):
        await answers(database, house.staff, offer, said.ReleaseIn())
    freed = [one for one in (await _whole(database, rosa, made)).history if one.verb == "release"]
    assert [(one.of, one.by, one.channel) for one in freed] == [("hold", "receiver", "account")]
    closed = await says(database, house.staff, made.id, said.CloseIn(outcome=referrals.Outcome("served")))
    assert closed.status is Referral.closed


async def test_a_reminder_does_not_change_why(database: Database, clone: Cluster) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    with a_clock(clone) as database_clock:
        made = await _matched(database, rosa, house, mode="cold")
        await says(database, house.staff, made.id, said.ReturnIn(reason=Returned.acuity_too_high))
        database_clock.stands_at(NOON + timedelta(minutes=4))
        await ticked(database)
        whole = await _whole(database, rosa, made)
    assert (whole.stage, whole.reason) == ("next_channel", "acuity_too_high")


async def test_the_persons_clock_runs_once_somebody_said_yes_and_no_more_are_asked(
    database: Database, clone: Cluster
) -> None:
    rosa = await a_responder(database)
    houses = [await a_provider(database, name) for name in ("House", "Respite", "Kite")]
    with a_clock(clone):
        asked = await offered(database, rosa, *houses, pattern="choice", width=2, urgency="urgent")
        now = await answers(database, houses[0].staff, asked.offers[0].id, said.AcceptIn())
        assert now.timer is not None
        assert (now.timer.clock, now.timer.until - now.timer.since) == ("choose", timedelta(minutes=15))
        now = await answers(database, houses[1].staff, asked.offers[1].id, said.DeclineIn(reason=Declined.age))
    whole = await _whole(database, rosa, asked)
    assert [one.status for one in whole.offers] == [Offer.accepted, Offer.declined, Offer.queued]


async def test_who_still_decides_is_waited_for_again_when_the_only_yes_is_gone(
    database: Database, clone: Cluster
) -> None:
    rosa = await a_responder(database)
    houses = [await a_provider(database, name) for name in ("House", "Respite")]
    with a_clock(clone):
        asked = await offered(database, rosa, *houses, pattern="choice", width=2)
        await answers(database, houses[0].staff, asked.offers[0].id, said.AcceptIn())
        await answers(database, houses[0].staff, asked.offers[0].id, said.ReleaseIn())
    timer = (await _whole(database, rosa, asked)).timer
    assert timer is not None
    assert timer.clock == "answer"


async def test_a_late_yes_of_a_waiting_list_may_be_chosen(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    asked = await offered(database, rosa, house, pattern="choice")
    offer = asked.offers[0].id
    assert (await answers(database, house.staff, offer, said.WaitlistIn())).status is Referral.unplaced
    assert (await answers(database, house.staff, offer, said.AcceptIn())).status is Referral.offering
    chosen = await says(database, rosa, asked.id, said.ChooseIn(offer_id=offer))
    assert chosen.status is Referral.matched


async def test_each_gives_reasons_of_their_own(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    asked = await offered(database, rosa, house)
    offer = asked.offers[0].id
    with pytest.raises(BadReferral, match="not a reason of a provider"):
        await answers(database, house.staff, offer, said.DeclineIn(reason=Declined.person_declined))
    with pytest.raises(BadReferral, match="not a reason of a person"):
        await answers(database, rosa, offer, said.DeclineIn(reason=Declined.age, for_person=True))


async def _boss(database: Database, caller: Caller) -> Caller:
    assert caller.agency_id is not None
    return (await a_member(database, caller.agency_id, Role.provider_manager, name="Bo")).caller


async def test_what_somebody_did_once_is_for_a_manager_to_say_and_to_read(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    asked = await offered(database, rosa, house)
    no = said.DeclineIn(reason=Declined.behaviour_history, note="Threw a chair in May")
    with pytest.raises(BadReferral, match="one of your managers"):
        await answers(database, house.staff, asked.offers[0].id, no)
    boss = await _boss(database, house.staff)
    with pytest.raises(BadReferral, match="Say in a few words"):
        await answers(database, boss, asked.offers[0].id, no.model_copy(update={"note": None}))
    assert (await answers(database, boss, asked.offers[0].id, no)).status is Referral.unplaced
    assert [one.note for one in (await _whole(database, rosa, asked)).offers] == [None]
    theirs = await _boss(database, rosa)
    assert [one.note for one in (await _whole(database, theirs, asked)).offers] == ["Threw a chair in May"]


@pytest.mark.parametrize(("reason", "survivor"), [(Declined.age, False), (Declined.behaviour_history, True)])
async def test_nothing_is_kept_in_words_where_a_code_is_enough_or_of_a_survivor(
    database: Database, *, reason: Declined, survivor: bool
) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await created(database, rosa, survivor=survivor)
    await says(database, rosa, made.id, agreed())
    asked = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
    boss = await _boss(database, house.staff)
    with pytest.raises(BadReferral, match="nothing is kept in words"):
        await answers(database, boss, asked.offers[0].id, said.DeclineIn(reason=reason, note="Al"))
    assert (
        await answers(database, boss, asked.offers[0].id, said.DeclineIn(reason=reason))
    ).status is Referral.unplaced


async def test_one_that_ended_not_long_ago_may_be_taken_up_again(database: Database, clone: Cluster) -> None:
    rosa, other = await a_responder(database), await a_responder(database, "Ota")
    with a_clock(clone) as database_clock:
        made = await created(database, rosa)
        with pytest.raises(BadReferral, match="30 days"):
            await created(database, rosa, follows=str(made.id))
        await says(database, rosa, made.id, said.CancelIn(reason=referrals.Ended("need_over")))
        again = await created(database, rosa, follows=str(made.id))
        assert (await _whole(database, rosa, again)).follows == made.id
        with pytest.raises(BadReferral):
            await created(database, other, follows=str(made.id))
        database_clock.stands_at(NOON + timedelta(days=31))
        with pytest.raises(BadReferral):
            await created(database, rosa, follows=str(made.id))
