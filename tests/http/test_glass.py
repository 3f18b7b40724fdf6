"""The page of an account shows its administrators who looked into the agency, and ends it."""

import pytest
from httpx import AsyncClient

from core import clock
from core.db import Database
from core.security import Role
from tests.access.builders import a_member, an_agency
from tests.access.test_glass import WHY, _break, _town
from tests.http.test_accounts import browser
from tests.http.test_claims import _signed_in

__all__ = ["browser"]
pytestmark = pytest.mark.security


async def test_the_owner_sees_why_and_ends_it(browser: AsyncClient, database: Database) -> None:
    ana, bea = await _town(database)
    broken = await _break(database, ana.caller, bea.caller.agency_id, now=clock.now())
    hers, ours = [await _signed_in(database, one.caller) for one in (bea, ana)]
    shown = await browser.get("/account", headers=hers)
    assert WHY in shown.text
    assert "Lamplight Responders" in shown.text
    people = f"/api/v1/break-glass/{broken.id}/people"
    assert (await browser.get(people, headers=ours)).json()[0]["email"] == bea.email
    foreign = {**hers, "sec-fetch-site": "cross-site"}
    assert (await browser.post("/account/glass", data={"glass": str(broken.id)}, headers=foreign)).status_code == 403
    assert (await browser.get(people, headers=ours)).status_code == 200
    done = await browser.post("/account/glass", data={"glass": str(broken.id)}, headers=hers)
    assert done.headers["location"] == "/account"
    assert (await browser.get(people, headers=ours)).status_code == 403
    assert 'name="glass"' not in (await browser.get("/account", headers=hers)).text


async def test_who_is_no_administrator_sees_nothing_of_it(browser: AsyncClient, database: Database) -> None:
    ana, bea = await _town(database)
    assert bea.caller.agency_id is not None
    await _break(database, ana.caller, bea.caller.agency_id, now=clock.now())
    dan = await a_member(database, bea.caller.agency_id, Role.responder, name="Dan")
    steward = await a_member(database, await an_agency(database, "Keepers"), Role.steward, name="Stu")
    for member in (dan, steward):
        shown = await browser.get("/account", headers=await _signed_in(database, member.caller))
        assert shown.status_code == 200
        assert WHY not in shown.text
