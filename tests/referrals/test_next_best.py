"""Whoever refers is shown what might still be tried for somebody whom nobody could take: in order, and why no more."""

from datetime import time
from typing import Any

from httpx import AsyncClient

import referrals
from core.cluster import Database as Cluster
from core.db import Database
from core.security import Caller
from directory import Level
from referrals.rules.machines import Referral
from referrals.rules.reasons import Declined
from referrals.views import said
from tests.access.builders import RING
from tests.builders import daily, stated
from tests.referrals.builders import Provider, a_clock, a_provider, a_responder, agreed, answers, created, says
from tests.referrals.test_by_phone import _signed_in
from tests.referrals.test_candidates import HERE, OPEN, _hold

QUIET: dict[str, Any] = {"disclosure": stated(Level.P0)}


async def _unplaced(
    database: Database, *, consent: said.ConsentIn | None = None, **more: Any
) -> tuple[Caller, Provider, referrals.StepView]:
    """The one that fits is asked, and says no."""
    rosa, house = await a_responder(database), await a_provider(database, "Asked", attributes=_hold("I0"), **OPEN)
    made = await created(database, rosa, **HERE, **more)
    await says(database, rosa, made.id, consent or agreed())
    stands = await says(database, rosa, made.id, said.OfferIn())
    assert [one.service_id for one in stands.offers] == [house.service_id]
    after = await answers(database, house.staff, stands.offers[0].id, said.DeclineIn(reason=Declined.age))
    assert after.status is Referral.unplaced
    return rosa, house, after


async def _next(database: Database, caller: Caller, stands: referrals.StepView) -> dict[str, str | None]:
    async with database.transaction(caller) as db:
        whole = await referrals.referral(db, caller, referral_id=stands.id, ring=RING)
    return {one.service: one.reason for one in whole.next_best}


async def test_what_might_comes_first_then_what_opens_soonest_and_last_what_is_full(
    database: Database, clone: Cluster
) -> None:
    with a_clock(clone):
        await a_provider(database, "Full", places=0, **OPEN)
        await a_provider(database, "Unknown", **QUIET)
        await a_provider(database, "Opens late", schedules=[daily(time(20), 120)], **QUIET)
        await a_provider(database, "Opens early", schedules=[daily(time(1), 120)], **QUIET)
        rosa, _, stands = await _unplaced(database)
        await a_provider(database, "New", **OPEN)
        found = await _next(database, rosa, stands)
        async with database.transaction(rosa) as db:
            whole = await referrals.referral(db, rosa, referral_id=stands.id, ring=RING, labels="es")
    reasons = {"New": None, "Unknown": "hours_unknown", "Opens late": "closed", "Opens early": "closed", "Full": "full"}
    assert list(found.items()) == list(reasons.items()), "nor is who was asked among them"
    unknown = whole.next_best[1]
    assert unknown.ask
    assert all("¿" in one for one in unknown.ask)
    late, early = whole.next_best[2:4]
    assert late.opens_at is not None
    assert early.opens_at is not None
    assert late.opens_at < early.opens_at


async def test_what_the_person_refuses_is_not_among_them(database: Database, clone: Cluster) -> None:
    with a_clock(clone):
        await a_provider(database, "Free", attributes=_hold("I0"), **QUIET)
        for name, level, hold in (("Police", Level.P4, "I0"), ("May call", Level.P3, "I0"), ("Locked", Level.P0, "I3")):
            await a_provider(database, name, disclosure=stated(level), attributes=_hold(hold))
        await a_provider(database, "Police unknown", attributes=_hold("I0"))
        await a_provider(database, "Lock unknown", **QUIET)
        rosa, _, stands = await _unplaced(database, refuses=["police", "locked"])
        assert await _next(database, rosa, stands) == {"Free": "hours_unknown"}


async def test_whom_the_person_did_not_agree_to_they_are_asked_about_first(database: Database, clone: Cluster) -> None:
    with a_clock(clone):
        other = await a_provider(database, "Other", **QUIET)
        rosa, house, stands = await _unplaced(database)
        agreement = agreed(services=[house.service_id])
        await says(database, rosa, stands.id, agreement)
        assert await _next(database, rosa, stands) == {"Other": "no_consent"}
        await says(database, rosa, stands.id, agreed(services=[other.service_id]))
        assert await _next(database, rosa, stands) == {"Other": "hours_unknown"}


async def test_ten_at_most_and_for_one_that_nobody_could_take_alone(database: Database, clone: Cluster) -> None:
    with a_clock(clone):
        others = [await a_provider(database, f"Other {n}", **QUIET) for n in range(11)]
        rosa, _, stands = await _unplaced(database)
        assert len(await _next(database, rosa, stands)) == 10
        stands = await says(database, rosa, stands.id, said.OfferIn(service_ids=[others[0].service_id]))
        assert await _next(database, rosa, stands) == {}
        asked = next(one.id for one in stands.offers if one.status == "sent")
        await answers(database, others[0].staff, asked, said.WaitlistIn())
        assert len(await _next(database, rosa, stands)) == 10
        assert await _next(database, others[0].staff, stands) == {}, "who is on its list only waits"


async def test_both_doors_say_so(client: AsyncClient, database: Database, clone: Cluster) -> None:
    with a_clock(clone):
        await a_provider(database, "Unknown", **QUIET)
        rosa, _, stands = await _unplaced(database)
        headers = await _signed_in(database, rosa)
        rest = await client.get(f"/api/v1/referrals/{stands.id}", headers=headers)
        query = f'{{ referral(referralId: "{stands.id}") {{ nextBest {{ service reason ask }} }} }}'
        graphql = await client.post("/graphql", json={"query": query}, headers=headers)
    by_rest = [{name: one[name] for name in ("service", "reason", "ask")} for one in rest.json()["next_best"]]
    assert by_rest == graphql.json()["data"]["referral"]["nextBest"]
    assert [(one["service"], one["reason"]) for one in by_rest] == [("Unknown", "hours_unknown")]
