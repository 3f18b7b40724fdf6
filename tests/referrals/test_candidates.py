"""Who is asked: what search finds and the person does not refuse; of each other one it is known why not."""

from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest

import referrals
from core.cluster import Database as Cluster
from core.db import Database
from core.security import Caller
from directory import AttributeIn, Level
from referrals.errors import BadReferral, NoConsent
from referrals.rules.machines import Offer, Referral
from referrals.rules.ranking import Found, fairly
from referrals.rules.reasons import Declined
from referrals.views import said
from tests.access.builders import RING
from tests.builders import DENVER, NOON, daily, stated
from tests.referrals.builders import a_clock, a_provider, a_responder, agreed, answers, created, offered, says

HERE: dict[str, Any] = {"latitude": DENVER[0], "longitude": DENVER[1]}
OPEN: dict[str, Any] = {"schedules": [daily()], "disclosure": stated(Level.P0)}


def _hold(policy: str) -> tuple[AttributeIn, ...]:
    said_ = {"taxonomy": "involuntary", "code": policy, "source": "https://example.org", "stated_on": "2026-10-01"}
    return (AttributeIn.model_validate(said_),)


async def _passed_over(database: Database, caller: Caller, step: referrals.StepView) -> dict[str, str]:
    async with database.transaction(caller) as db:
        whole = await referrals.referral(db, caller, referral_id=step.id, ring=RING)
    return {one.service: one.reason for one in whole.passed_over}


async def _asked(database: Database, caller: Caller, consent: said.ConsentIn | None = None, **more: Any) -> Any:
    made = await created(database, caller, **HERE, **more)
    await says(database, caller, made.id, consent or agreed())
    return await says(database, caller, made.id, said.OfferIn())


async def test_what_is_open_and_near_is_asked_and_of_the_others_it_is_said_why_not(
    database: Database, clone: Cluster
) -> None:
    rosa = await a_responder(database)
    with a_clock(clone):
        house = await a_provider(database, "House", **OPEN)
        await a_provider(database, "Closed", schedules=[daily(time(1), 60 * 2)])
        await a_provider(database, "Unknown")
        await a_provider(database, "Full", places=0, **OPEN)
        asked = await _asked(database, rosa)
    assert [one.service_id for one in asked.offers] == [house.service_id]
    assert await _passed_over(database, rosa, asked) == {
        "Closed": "closed", "Unknown": "hours_unknown", "Full": "full",
    }  # fmt: skip


@pytest.mark.parametrize(("policy", "reason"), [("I3", "locked"), (None, "not_stated"), ("I0", None)])
async def test_who_refuses_a_locked_place_is_sent_to_none_that_could_be(
    database: Database, clone: Cluster, policy: str | None, reason: str | None
) -> None:
    rosa = await a_responder(database)
    with a_clock(clone):
        house = await a_provider(database, "House", attributes=_hold(policy) if policy else (), **OPEN)
        asked = await _asked(database, rosa, refuses=["locked"])
        assert [one.service_id for one in asked.offers] == ([] if reason else [house.service_id])
        assert await _passed_over(database, rosa, asked) == ({"House": reason} if reason else {})
        if reason:
            with pytest.raises(BadReferral, match="would not have that"):
                await says(database, rosa, asked.id, said.OfferIn(service_ids=[house.service_id]))


@pytest.mark.parametrize("level", [Level.P3, Level.P4, None])
async def test_who_refuses_police_is_sent_nowhere_that_may_bring_them(
    database: Database, clone: Cluster, level: Level | None
) -> None:
    rosa = await a_responder(database)
    with a_clock(clone):
        said_: dict[str, Any] = {"disclosure": stated(level)} if level else {}
        house = await a_provider(database, "House", schedules=[daily()], **said_)
        asked = await _asked(database, rosa, refuses=["police"])
        assert asked.status is Referral.unplaced
        assert asked.offers == []
        assert len(await _passed_over(database, rosa, asked)) == 1
        with pytest.raises(BadReferral):
            await says(database, rosa, asked.id, said.OfferIn(service_ids=[house.service_id]))


async def test_nobody_is_asked_whom_the_person_did_not_agree_to(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    with a_clock(clone):
        await a_provider(database, "House", **OPEN)
        other = await a_provider(database, "Other", **OPEN)
        asked = await _asked(database, rosa, agreed(services=[other.service_id]))
        assert [one.service_id for one in asked.offers] == [other.service_id]
        assert await _passed_over(database, rosa, asked) == {"House": "no_consent"}


async def test_to_name_whom_they_did_not_agree_to_is_refused(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await created(database, rosa)
    await says(database, rosa, made.id, agreed(services=[uuid4()]))
    with pytest.raises((BadReferral, NoConsent)):
        await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))


async def test_who_fits_and_is_beyond_as_many_as_were_to_be_asked_is_said(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    with a_clock(clone):
        for name in ("House", "Kite"):
            await a_provider(database, name, **OPEN)
        made = await created(database, rosa, **HERE)
        await says(database, rosa, made.id, agreed())
        asked = await says(database, rosa, made.id, said.OfferIn(most=1))
    assert len(asked.offers) == 1
    assert list((await _passed_over(database, rosa, asked)).values()) == ["beyond_most"]


async def test_who_said_no_for_a_reason_that_passes_may_be_asked_again(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    with a_clock(clone):
        house = await a_provider(database, "House", **OPEN)
        asked = await _asked(database, rosa)
        await answers(database, house.staff, asked.offers[0].id, said.DeclineIn(reason=Declined.medical_clearance))
        again = await says(database, rosa, asked.id, said.OfferIn())
    assert [one.status for one in again.offers] == [Offer.declined, Offer.sent]


async def test_who_may_still_answer_is_not_asked_again(database: Database) -> None:
    rosa = await a_responder(database)
    csu = await a_provider(database, "CSU")
    made = await offered(database, rosa, csu)
    await answers(database, csu.staff, made.offers[0].id, said.WaitlistIn())
    with pytest.raises(BadReferral, match="may still answer") as refused:
        await says(database, rosa, made.id, said.OfferIn(service_ids=[csu.service_id]))
    assert refused.value.facts == {"passed_over": {str(csu.service_id): "already_asked"}}


async def test_nobody_could_take_them_is_an_outcome_with_what_to_try_next(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    with a_clock(clone) as clock:
        house = await a_provider(database, "House")
        asked = await offered(database, rosa, house)
        after = await answers(database, house.staff, asked.offers[0].id, said.DeclineIn(reason=Declined.age))
        assert after.status is Referral.unplaced
        clock.stands_at(NOON + timedelta(minutes=1))
        async with database.transaction(rosa) as db:
            (waiting,) = await referrals.outbox(db, rosa)
        assert waiting.timer is not None
        assert (waiting.timer.clock, waiting.may) == ("retry", sorted(waiting.may))
        assert {"offer", "close", "reassign"} <= set(waiting.may)
        assert [(one.status, one.reason) for one in waiting.offers] == [(Offer.declined, "age")]


async def test_of_two_alike_the_one_that_was_asked_less_comes_first(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    with a_clock(clone):
        one, two = [await a_provider(database, name, **OPEN) for name in ("One", "Two")]
        first = await _asked(database, rosa)
        second = await _asked(database, rosa)
    order = {step.offers[0].service_id for step in (first, second)}
    assert order == {one.service_id, two.service_id}


def test_load_decides_among_those_alike_and_nothing_else() -> None:
    near, also_near, far = [Found(uuid4(), "place", kilometre) for kilometre in (1, 1, 5)]
    load = {near.service_id: 9, also_near.service_id: 2}
    assert fairly([near, also_near, far], load) == [also_near, near, far]
