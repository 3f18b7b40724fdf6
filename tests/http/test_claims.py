"""The page that a claim's letter leads to, and the code over REST: what is wrong is counted, though it is refused."""

from typing import Any

import pytest
from httpx import AsyncClient

from core import access, clock
from core.db import Database
from core.security import SYSTEM, Caller
from tests.directory.claimants import a_listing, a_manager, arrived, asked
from tests.http.test_accounts import COOKIE, OURS, browser

__all__ = ["browser"]
pytestmark = pytest.mark.security


async def _signed_in(database: Database, caller: Caller) -> dict[str, str]:
    assert caller.id is not None
    async with database.transaction(SYSTEM) as db:
        signed = await access.open_for(db, person_id=caller.id, agency_id=None, shared=False, now=clock.now())
    return {"cookie": f"{COOKIE}={signed.token}", **OURS}


async def _state(client: AsyncClient, headers: dict[str, str]) -> Any:
    (claim,) = (await client.get("/api/v1/claims", headers=headers)).json()
    return claim["state"], claim["tries_left"]


async def test_the_link_only_shows_and_the_button_says_yes_once(browser: AsyncClient, database: Database) -> None:
    ana = await a_manager(database)
    headers = await _signed_in(database, ana)
    await asked(database, ana, await a_listing(database), now=clock.now())
    (got,) = await arrived(database, clock.now())
    for _ in range(3):  # a mail scanner looks, too
        shown = await browser.get(f"/claim/{got.token}")
        assert shown.status_code == 200
        assert "Does Harbor House answer for Harbor organization?" in shown.text
        assert "front@example.org" not in shown.text
    assert await _state(browser, headers) == ("asked", 5)
    foreign = await browser.post(f"/claim/{got.token}", headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    assert await _state(browser, headers) == ("asked", 5)
    done = await browser.post(f"/claim/{got.token}")
    assert (done.status_code, "Thank you" in done.text) == (200, True)
    assert await _state(browser, headers) == ("proven", 5)
    for again in (await browser.get(f"/claim/{got.token}"), await browser.post(f"/claim/{got.token}")):
        assert again.status_code == 404
        assert "This link leads nowhere any more" in again.text


async def test_the_page_speaks_spanish(browser: AsyncClient, database: Database) -> None:
    await asked(database, await a_manager(database), await a_listing(database), now=clock.now())
    (got,) = await arrived(database, clock.now())
    shown = await browser.get(f"/claim/{got.token}?lang=es")
    assert "¿Responde Harbor House por Harbor organization?" in shown.text
    done = await browser.post(f"/claim/{got.token}?lang=es")
    assert "puede corregir la ficha" in done.text


@pytest.mark.parametrize("skin", ["rest", "graphql"])
async def test_a_wrong_code_is_refused_and_counted(client: AsyncClient, database: Database, skin: str) -> None:
    ana = await a_manager(database)
    headers = await _signed_in(database, ana)
    claim = await asked(database, ana, await a_listing(database), now=clock.now())
    for left in (4, 3, 2, 1):
        if skin == "rest":
            answer = await client.post(f"/api/v1/claims/{claim.id}/prove", json={"code": "1"}, headers=headers)
            assert answer.status_code == 422
        else:
            query = f'mutation {{ proveClaim(claimId: "{claim.id}", code: "1") {{ id }} }}'
            answer = await client.post("/graphql", json={"query": query}, headers=headers)
        assert "wrong-code" in answer.text
        assert await _state(client, headers) == ("asked", left)
