"""Who was told what: an agency can say it of everybody whom it refers, as often as it is asked, and of nobody else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

import referrals
from api.who import COOKIE
from core import access
from core.clock import now
from core.cluster import Database as Cluster
from core.db import Database
from core.paging import BadCursor, pack
from core.security import SYSTEM, Caller, Role
from referrals.views import said
from tests.access.builders import RING, a_member
from tests.builders import NOON
from tests.referrals.builders import (
    DatabaseClock,
    Provider,
    a_clock,
    a_provider,
    a_responder,
    agreed,
    answers,
    created,
    says,
)

_HOUR = timedelta(hours=1)


async def _told(database: Database, rosa: Caller, house: Provider, *fields: str) -> referrals.Made:
    """Somebody whom that house has, and of whom it was shown what they agreed to."""
    made = await created(database, rosa, person={"name": "Alex Doe", "contact": "555-0100"})
    await says(database, rosa, made.id, agreed(*fields, purpose="treatment", services=[house.service_id]))
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
    await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())
    async with database.transaction(house.staff) as db:
        await referrals.referral(db, house.staff, referral_id=made.id, ring=RING)
    return made


async def _boss(database: Database, whose: Caller, role: Role = Role.administrator) -> Caller:
    assert whose.agency_id is not None
    return (await a_member(database, whose.agency_id, role, name=f"Boss{role}{whose.agency_id.hex[:6]}")).caller


async def _signed_in(database: Database, caller: Caller) -> dict[str, str]:
    assert caller.id is not None
    async with database.transaction(SYSTEM) as db:
        signed = await access.open_for(db, person_id=caller.id, agency_id=caller.agency_id, shared=False, now=now())
    return {"cookie": f"{COOKIE}={signed.token}", "sec-fetch-site": "same-origin"}


async def _asks(database: Database, caller: Caller, **asked: Any) -> referrals.DisclosedPage:
    async with database.transaction(caller) as db:
        return await referrals.disclosed(db, caller, asked=referrals.DisclosedIn(**asked))


async def _three(database: Database, clock: DatabaseClock) -> tuple[Caller, list[referrals.Made], Provider]:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    every = []
    for hours in range(3):
        clock.stands_at(NOON + hours * _HOUR)
        every.append(await _told(database, rosa, house, "name"))
    return rosa, every, house


async def test_it_says_when_to_whom_which_fields_and_under_which_word(database: Database, clone: Cluster) -> None:
    with a_clock(clone):
        rosa, house = await a_responder(database), await a_provider(database, "House")
        made = await _told(database, rosa, house, "name", "contact")
        page = await _asks(database, await _boss(database, rosa, Role.provider_manager))
    (one,) = page.disclosures
    assert page.next is None
    assert (one.referral_id, one.at, one.to_service_id, one.to_service) == (made.id, NOON, house.service_id, "House")
    assert (one.to_agency_id, one.fields, one.basis) == (house.staff.agency_id, ["name", "contact"], "consent")
    given = one.consent
    assert (given.how, given.purpose, given.fields, given.status) == (
        "written", "treatment", ["contact", "name"], "active",
    )  # fmt: skip
    assert (given.services, given.made_at) == ([house.service_id], NOON)
    assert "Alex" not in page.model_dump_json()


async def test_what_is_taken_back_stays_in_the_list(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await _told(database, rosa, house, "name")
    await says(database, rosa, made.id, said.RevokeIn())
    (one,) = (await _asks(database, await _boss(database, rosa))).disclosures
    assert one.consent.status == "revoked"


async def test_it_goes_page_by_page_oldest_first_and_within_the_time_asked_for(
    database: Database, clone: Cluster
) -> None:
    with a_clock(clone) as clock:
        rosa, every, _ = await _three(database, clock)
        boss = await _boss(database, rosa)
        found, cursor = [], None
        for _ in range(4):
            page = await _asks(database, boss, limit=1, cursor=cursor)
            found += [one.referral_id for one in page.disclosures]
            cursor = page.next
            if cursor is None:
                break
        between = await _asks(database, boss, since=NOON + _HOUR, until=NOON + 2 * _HOUR)
    assert found == [one.id for one in every]
    assert [one.referral_id for one in between.disclosures] == [every[1].id]


@pytest.mark.parametrize("role", [Role.responder, Role.call_taker, Role.provider_staff, Role.steward, Role.evaluator])
async def test_it_is_for_who_leads(database: Database, role: Role) -> None:
    rosa = await a_responder(database)
    with pytest.raises(access.NotAllowed):
        await _asks(database, await _boss(database, rosa, role))


async def test_who_was_told_lists_nothing_of_others(database: Database) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    await _told(database, rosa, house, "name")
    assert (await _asks(database, await _boss(database, house.staff))).disclosures == []


@pytest.mark.parametrize(
    "cursor",
    ["x", pack("fits", 1.0), pack("disclosures", "now", "x"), pack("disclosures", NOON.isoformat(), "x"),
     pack("disclosures", NOON.replace(tzinfo=None).isoformat(), "00000000-0000-0000-0000-000000000000")],
)  # fmt: skip
async def test_a_cursor_of_somebody_elses_is_none(database: Database, cursor: str) -> None:
    rosa = await a_responder(database)
    boss = await _boss(database, rosa)
    with pytest.raises(BadCursor):
        await _asks(database, boss, cursor=cursor)


async def test_rest_and_graphql_say_the_same(client: AsyncClient, database: Database, clone: Cluster) -> None:
    with a_clock(clone) as clock:
        rosa, every, _ = await _three(database, clock)
        headers = await _signed_in(database, await _boss(database, rosa))
        since = (NOON + _HOUR).isoformat()
        rest = await client.get("/api/v1/referrals/disclosures", params={"since": since, "limit": 1}, headers=headers)
        query = f'{{ disclosures(input: {{since: "{since}", limit: 1}}) {{ next disclosures {{ id at }} }} }}'
        graphql = (await client.post("/graphql", json={"query": query}, headers=headers)).json()["data"]["disclosures"]
        wrong = await client.get("/api/v1/referrals/disclosures", params={"since": "noon"}, headers=headers)
    body = rest.json()
    assert [one["referral_id"] for one in body["disclosures"]] == [str(every[1].id)]
    assert graphql["next"] == body["next"]
    assert [one["id"] for one in graphql["disclosures"]] == [one["id"] for one in body["disclosures"]]
    assert datetime.fromisoformat(body["disclosures"][0]["at"]) == NOON + _HOUR
    assert rest.headers["cache-control"] == "no-store"
    assert wrong.status_code == 422
