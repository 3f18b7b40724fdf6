"""The key of a request stands with what it did in the log, keyed by nothing that leads back to it, by either door."""

from hashlib import sha256
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from core.db import Database
from core.security import SYSTEM, Caller
from tests.referrals.builders import a_provider, a_responder, offered
from tests.referrals.test_by_phone import _signed_in

_CREATE = 'mutation { createReferral(input: {kinds: ["SITE.SOBER"]}) { id } }'
_SAYS = 'mutation { reassignReferral(referralId: "%s") { id } }'
_ANSWERS = 'mutation { seeOffer(offerId: "%s") { id } }'


async def _logged(database: Database) -> set[tuple[str, str | None]]:
    """What came with a key."""
    async with database.transaction(SYSTEM) as db:
        found = await db.execute(text("SELECT verb, once FROM referral_event WHERE once IS NOT NULL"))
        return {(verb, once) for verb, once in found}


@pytest.mark.parametrize("by", ["rest", "graphql"])
async def test_what_is_said_with_a_key_has_it_in_the_log(client: AsyncClient, database: Database, by: str) -> None:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    stands = await offered(database, rosa, house)
    referral_id, offer_id = stands.id, stands.offers[0].id
    asked: list[tuple[Caller, str, str, dict[str, Any], str]] = [
        (rosa, "create", "/referrals", {"kinds": ["SITE.SOBER"]}, _CREATE),
        (rosa, "reassign", f"/referrals/{referral_id}/reassign", {}, _SAYS % referral_id),
        (house.staff, "see", f"/offers/{offer_id}/see", {}, _ANSWERS % offer_id),
    ]
    for who, key, path, body, query in asked:
        headers = await _signed_in(database, who) | {"idempotency-key": key}
        if by == "rest":
            answer = await client.post(f"/api/v1{path}", json=body, headers=headers)
        else:
            answer = await client.post("/graphql", json={"query": query}, headers=headers)
        assert answer.status_code < 300, answer.text
        assert "errors" not in answer.json(), answer.text
    assert await _logged(database) == {(verb, sha256(verb.encode()).hexdigest()[:32]) for _, verb, *_ in asked}
