"""What the person agreed to decides who may be asked, at every moment; and nobody else says it for them."""

from datetime import timedelta

import pytest

import referrals
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM
from referrals.errors import IllegalMove, NoConsent, NotYours
from referrals.rules.case import Mode
from referrals.rules.machines import Offer, Referral
from referrals.rules.reasons import Asks, Ended
from referrals.views import said
from tests.access.builders import RING
from tests.builders import NOON
from tests.referrals.builders import (
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


async def test_whom_they_do_not_agree_to_any_more_is_asked_no_longer(database: Database) -> None:
    rosa = await a_responder(database)
    house, respite = [await a_provider(database, name) for name in ("House", "Respite")]
    asked = await offered(database, rosa, house, respite)
    now = await says(database, rosa, asked.id, agreed(services=[str(respite.service_id)]))
    assert [one.status for one in now.offers] == [Offer.withdrawn, Offer.sent]


async def test_a_yes_that_waits_for_their_choice_goes_with_their_agreement(database: Database) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=1)
    asked = await offered(database, rosa, house, pattern="choice")
    await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())
    now = await says(database, rosa, asked.id, said.RevokeIn())
    assert (now.status, [one.status for one in now.offers]) == (Referral.unplaced, [Offer.released])
    async with database.transaction(house.staff) as db:
        assert (await referrals.places(db, house.staff, service_id=house.service_id)).free == 1


async def test_nobody_says_yes_to_what_they_agree_to_no_more(database: Database, clone: Cluster) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    with a_clock(clone) as clock:
        made = await created(database, rosa, urgency="routine")
        await says(database, rosa, made.id, agreed(lasts_days=1))
        clock.stands_at(NOON + timedelta(hours=23))
        asked = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
        clock.stands_at(NOON + timedelta(hours=25))  # and no tick has been
        with pytest.raises(NoConsent, match="does not agree to it any more"):
            await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())


async def test_the_next_is_not_asked_of_what_they_agree_to_no_more(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    houses = [await a_provider(database, name) for name in ("House", "Respite")]
    with a_clock(clone) as clock:
        made = await created(database, rosa, urgency="routine")
        await says(database, rosa, made.id, agreed(lasts_days=1))
        clock.stands_at(NOON + timedelta(hours=23))
        asked = await says(database, rosa, made.id, said.OfferIn(service_ids=[one.service_id for one in houses]))
        clock.stands_at(NOON + timedelta(hours=25))
        now = await answers(
            database, houses[0].staff, asked.offers[0].id, said.DeclineIn(reason=referrals.Declined.age)
        )
        assert now.status is Referral.offering
        await ticked(database)
        async with database.transaction(rosa) as db:
            whole = await referrals.referral(db, rosa, referral_id=asked.id, ring=RING)
    assert [one.status for one in whole.offers] == [Offer.declined, Offer.withdrawn]


async def test_they_may_go_on_without_a_name(database: Database) -> None:
    rosa = await a_responder(database)
    made = await created(database, rosa, person={"name": "Al"})
    await says(database, rosa, made.id, agreed("name"))
    await says(database, rosa, made.id, said.ConsentIn(how=said.How.anonymous, police_told=True))
    async with database.transaction(rosa) as db:
        whole = await referrals.referral(db, rosa, referral_id=made.id, ring=RING)
    assert [(one.status, one.fields) for one in whole.consents] == [("superseded", ["name"]), ("active", [])]


async def test_no_receiver_agrees_in_their_name_to_be_told_more(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    asked = await offered(database, rosa, house)
    await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())
    with pytest.raises(NotYours):
        await says(database, house.staff, asked.id, agreed("name"))


async def test_nothing_is_agreed_to_when_it_is_over(database: Database) -> None:
    rosa = await a_responder(database)
    made = await created(database, rosa)
    await says(database, rosa, made.id, said.CancelIn(reason=Ended.need_over))
    with pytest.raises(IllegalMove):
        await says(database, rosa, made.id, agreed())


@pytest.mark.parametrize("what", [said.AgreeIn(), said.WithdrawOfferIn()])
async def test_no_receiver_says_what_is_the_persons_unless_they_pass_it_on(database: Database, what: said.Said) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    asked = await offered(database, rosa, house)
    offer = asked.offers[0].id
    await answers(database, house.staff, offer, said.AcceptIfIn(asks=[Asks.id]))
    with pytest.raises(NotYours):
        await answers(database, house.staff, offer, what)
    await answers(database, house.staff, offer, what.model_copy(update={"for_person": True}))


@pytest.mark.parametrize(("may_contact", "status"), [(True, Referral.follow_up), (False, Referral.engaged)])
async def test_after_a_day_they_are_asked_how_it_went_where_they_agreed(
    database: Database, clone: Cluster, *, may_contact: bool, status: Referral
) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    with a_clock(clone) as clock:
        made = await created(database, rosa, mode=Mode.cold)
        await says(database, rosa, made.id, agreed(may_contact=may_contact))
        asked = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
        await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())
        await says(database, house.staff, made.id, said.HandOffIn(person_present=True))
        await says(database, house.staff, made.id, said.EngageIn())
        clock.stands_at(NOON + timedelta(hours=24))
        await ticked(database)
        async with database.transaction(SYSTEM) as db:
            whole = await referrals.referral(db, SYSTEM, referral_id=made.id, ring=RING)
    assert whole.status is status
