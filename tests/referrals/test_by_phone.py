"""What a place says on the phone, entered by whoever called it; tried as agencies' own programs ask."""

from typing import Any

import pytest
from httpx import AsyncClient

import referrals
from api.who import COOKIE
from core import access, clock
from core.db import Database
from core.security import SYSTEM, Caller
from referrals.views import said
from tests.access.builders import RING
from tests.builders import a_site, publish
from tests.referrals.builders import a_provider, a_responder, agreed, answers, created, says

Headers = dict[str, str]


async def _signed_in(database: Database, caller: Caller) -> Headers:
    assert caller.id is not None
    async with database.transaction(SYSTEM) as db:
        signed = await access.open_for(
            db, person_id=caller.id, agency_id=caller.agency_id, shared=False, now=clock.now()
        )
    return {"cookie": f"{COOKIE}={signed.token}", "sec-fetch-site": "same-origin"}


async def _offered(client: AsyncClient, database: Database, *, account: bool) -> tuple[Headers, str, str]:
    """A place is asked: one that has an account, or a group that has none."""
    headers = await _signed_in(database, await a_responder(database))
    if account:
        service_id = (await a_provider(database, "Harbor House")).service_id
    else:
        listing = a_site("Kitchen Table Circle")
        await publish(database, listing)
        service_id = listing.services[0].id
    made = (
        await client.post("/api/v1/referrals", json={"kinds": ["SITE.SOBER"], "mode": "cold"}, headers=headers)
    ).json()
    at = f"/api/v1/referrals/{made['id']}"
    await client.post(f"{at}/consent", json={"how": "verbal", "police_told": True}, headers=headers)
    stands = await client.post(f"{at}/offer", json={"service_ids": [str(service_id)]}, headers=headers)
    return headers, made["id"], stands.json()["offers"][0]["id"]


async def _says(client: AsyncClient, headers: Headers, path: str, **said: Any) -> tuple[int, Any]:
    answer = await client.post(f"/api/v1/{path}", json={"by_phone": True} | said, headers=headers)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("account", [True, False])
async def test_a_yes_on_the_phone_counts_and_says_by_whom_it_was_entered(
    client: AsyncClient, database: Database, account: bool
) -> None:
    headers, referral_id, offer_id = await _offered(client, database, account=account)
    status, stands = await _says(client, headers, f"offers/{offer_id}/accept")
    assert (status, stands["status"]) == (200, "matched")
    history = (await client.get(f"/api/v1/referrals/{referral_id}", headers=headers)).json()["history"]
    assert [(one["by"], one["channel"]) for one in history if one["verb"] == "accept"] == [("receiver", "phone")]


async def test_a_no_on_the_phone_has_its_reason(client: AsyncClient, database: Database) -> None:
    headers, _, offer_id = await _offered(client, database, account=False)
    status, stands = await _says(client, headers, f"offers/{offer_id}/decline", reason="language")
    assert (status, stands["offers"][0]["reason"]) == (200, "language")


async def test_what_a_group_is_told_on_the_phone_is_recorded_as_told(database: Database) -> None:
    rosa = await a_responder(database)
    listing = a_site("Kitchen Table Circle")
    await publish(database, listing)
    made = await created(database, rosa, mode="cold", person={"name": "Al", "note": "Likes dogs"})
    await says(database, rosa, made.id, agreed("name", "contact"))
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[listing.services[0].id]))
    await answers(database, rosa, stands.offers[0].id, said.AcceptIn(by_phone=True))
    await says(database, rosa, made.id, said.HandOffIn(person_present=True, by_phone=True))
    async with database.transaction(rosa) as db:
        whole = await referrals.referral(db, rosa, referral_id=made.id, ring=RING)
    assert [(one.to_service, one.fields) for one in whole.disclosures] == [("Kitchen Table Circle", ["name"])]


async def test_who_has_an_account_takes_the_person_over_in_their_own_words(
    client: AsyncClient, database: Database
) -> None:
    headers, referral_id, offer_id = await _offered(client, database, account=True)
    await _says(client, headers, f"offers/{offer_id}/accept")
    status, said = await _says(client, headers, f"referrals/{referral_id}/hand_off", person_present=True)
    assert (status, said["type"]) == (403, "/problems/not-yours")


async def test_who_has_none_says_so_on_the_phone(client: AsyncClient, database: Database) -> None:
    headers, referral_id, offer_id = await _offered(client, database, account=False)
    await _says(client, headers, f"offers/{offer_id}/accept")
    status, stands = await _says(client, headers, f"referrals/{referral_id}/hand_off", person_present=True)
    assert (status, stands["status"]) == (200, "handed_off")
