"""The page of an agency: what each may see and do there, and that nothing of another's is."""

import re

import pytest
from httpx import AsyncClient

from core import access
from core.db import Database, driver_of
from core.security import SYSTEM, Role
from tests.access.builders import PASSWORD, Member, a_member, an_agency
from tests.http.test_accounts import OURS

pytestmark = pytest.mark.security


@pytest.fixture
async def browser(client: AsyncClient) -> AsyncClient:
    client.base_url = "https://doorlight.test"
    client.headers.update(OURS)
    return client


async def _as(browser: AsyncClient, database: Database, role: Role, name: str = "Ana") -> Member:
    member = await a_member(database, await an_agency(database), role, name=name, password=PASSWORD)
    await browser.post("/sign-in", data={"email": member.email, "password": PASSWORD})
    return member


async def test_who_is_not_signed_in_is_asked_to(browser: AsyncClient) -> None:
    answer = await browser.get("/agency")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


async def test_an_administrator_invites_somebody_by_a_letter(browser: AsyncClient, database: Database) -> None:
    await _as(browser, database, Role.administrator)
    answer = await browser.post("/agency/invite", data={"email": "new@example.org", "role": "responder"})
    assert answer.status_code == 200
    assert "A letter is on its way to new@example.org" in answer.text
    assert "/invitation/" not in answer.text, "the link is in the letter and nowhere else"
    async with database.transaction(SYSTEM) as db:
        (count,) = await (await (await driver_of(db)).execute("SELECT count(*) FROM letter")).fetchone() or (0,)
    assert count == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [({"email": "nobody", "role": "responder"}, "Write an e-mail address"),
     ({"email": "new@example.org", "role": "king"}, "cannot be given that role"),
     ({"email": "ana.administrator@example.org", "role": "administrator"}, "They have this role already")],
)  # fmt: skip
async def test_what_cannot_be_offered_is_said_and_the_form_keeps_what_was_written(
    browser: AsyncClient, database: Database, given: dict[str, str], said: str
) -> None:
    await _as(browser, database, Role.administrator)
    answer = await browser.post("/agency/invite", data=given)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{given["email"]}"' in answer.text


async def test_a_role_is_taken_away(browser: AsyncClient, database: Database) -> None:
    boss = await _as(browser, database, Role.administrator)
    assert boss.caller.agency_id is not None
    other = await a_member(database, boss.caller.agency_id, Role.responder, name="Bo")
    assert "Bo" in (await browser.get("/agency")).text
    answer = await browser.post(f"/agency/people/{other.caller.id}/end", data={"role": "responder"})
    assert answer.status_code == 303
    assert ">Bo<" not in (await browser.get("/agency")).text


async def test_a_key_is_shown_once_followed_and_ended(browser: AsyncClient, database: Database) -> None:
    await _as(browser, database, Role.administrator)
    made = await browser.post("/agency/keys", data={"name": "Board", "scope_accounts.read": "on"})
    (secret,) = re.findall(r"dlk_[^<]+", made.text)
    assert (await browser.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})).status_code == 200
    shown = await browser.get("/agency")
    assert "Board" in shown.text
    assert secret not in shown.text
    (key_id,) = set(re.findall(r"/agency/keys/([0-9a-f-]+)/end", shown.text))
    followed = await browser.post(f"/agency/keys/{key_id}/rotate")
    assert re.findall(r"dlk_[^<]+", followed.text)
    assert (await browser.post(f"/agency/keys/{key_id}/end")).status_code == 303
    assert (await browser.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})).status_code == 401


async def test_a_key_without_anything_to_do_is_not_made(browser: AsyncClient, database: Database) -> None:
    await _as(browser, database, Role.administrator)
    answer = await browser.post("/agency/keys", data={"name": "Board"})
    assert answer.status_code == 422
    assert "choose what it may do" in answer.text


async def test_a_manager_sees_people_and_invites_staff_only(browser: AsyncClient, database: Database) -> None:
    await _as(browser, database, Role.provider_manager)
    shown = (await browser.get("/agency")).text
    assert re.findall(r'<option value="(\w+)"', shown) == ["provider_staff"]
    assert "Take away" not in shown
    assert "Keys for machines" not in shown


async def test_others_are_told_whom_to_ask(browser: AsyncClient, database: Database) -> None:
    await _as(browser, database, Role.responder)
    shown = (await browser.get("/agency")).text
    assert "An administrator of your agency" in shown
    assert "Invite somebody" not in shown


@pytest.mark.parametrize("path", ["invite", "keys", "people/{it}/end", "keys/{it}/end"])
async def test_what_another_site_sends_does_nothing(browser: AsyncClient, database: Database, path: str) -> None:
    boss = await _as(browser, database, Role.administrator)
    answer = await browser.post(
        f"/agency/{path.format(it=boss.caller.id)}",
        data={"email": "new@example.org", "role": "administrator", "name": "Board", "scope_accounts.read": "on"},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert answer.status_code == 403
    async with database.transaction(boss.caller) as db:
        assert await access.keys(db, boss.caller) == []
        assert (await access.me(db, boss.caller)).roles == [Role.administrator]
