"""Accounts over HTTP: who is let in, what each may see, and what nobody can make a browser do."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

from core import access, clock
from core.db import Database, driver_of
from core.security import SYSTEM, Role
from tests.access.builders import PASSWORD, RING, Member, a_member, an_agency, invited

pytestmark = pytest.mark.security

OURS = {"sec-fetch-site": "same-origin"}
COOKIE = "__Host-doorlight"


@pytest.fixture
async def browser(client: AsyncClient) -> AsyncClient:
    """The same caller over TLS, as a browser that is on a page of ours; it keeps cookies."""
    client.base_url = "https://doorlight.test"
    client.headers.update(OURS)
    return client


async def _sign_in(browser: AsyncClient, email: str, **more: str) -> Response:
    return await browser.post("/sign-in", data={"email": email, "password": PASSWORD} | more)


@pytest.fixture
async def ana(database: Database) -> Member:
    return await a_member(database, await an_agency(database), Role.administrator, password=PASSWORD)


async def test_signing_in_leads_to_the_account(browser: AsyncClient, ana: Member) -> None:
    answer = await _sign_in(browser, ana.email)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    shown = await browser.get("/account")
    assert "Lamplight Responders" in shown.text
    assert "Administrator" in shown.text
    me = (await browser.get("/api/v1/me")).json()
    assert (me["person_id"], me["roles"]) == (str(ana.caller.id), ["administrator"])


async def test_the_cookie_is_for_this_host_over_tls_and_no_script(browser: AsyncClient, ana: Member) -> None:
    (said,) = (await _sign_in(browser, ana.email)).headers.get_list("set-cookie")
    parts = {part.strip().lower() for part in said.split(";")[1:]}
    assert said.startswith(f"{COOKIE}=")
    assert parts >= {"path=/", "secure", "httponly", "samesite=lax"}
    assert not any(part.startswith("domain") for part in parts)
    assert any(part.startswith("expires") for part in parts)
    (shared,) = (await _sign_in(browser, ana.email, shared="on")).headers.get_list("set-cookie")
    assert "expires" not in shared.lower()


@pytest.mark.parametrize("given", [{"password": "not this one at all"}, {"email": "nobody@example.org"}, {"email": ""}])
async def test_wrong_ones_are_told_nothing_more(browser: AsyncClient, ana: Member, given: dict[str, str]) -> None:
    said = {"email": ana.email, "password": PASSWORD} | given
    answer = await browser.post("/sign-in", data=said)
    assert answer.status_code == 401
    assert "Address, password or code are not right." in answer.text
    assert said["password"] not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"},
     {"origin": "https://evil.test"}, {"origin": "null"}, {}],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-out", "/account/codes", "/account/agency", "/account/password", "/account/sign-ins/end"]
)
async def test_what_another_site_sends_does_nothing(
    browser: AsyncClient, ana: Member, path: str, headers: dict[str, str]
) -> None:
    await _sign_in(browser, ana.email)
    del browser.headers["sec-fetch-site"]
    answer = await browser.post(path, data={"email": ana.email, "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert (await browser.get("/api/v1/me")).status_code == 200, "and ends nothing"


async def test_an_old_browser_says_only_where_it_comes_from(browser: AsyncClient, ana: Member) -> None:
    del browser.headers["sec-fetch-site"]
    answer = await browser.post(
        "/sign-in", data={"email": ana.email, "password": PASSWORD}, headers={"origin": "https://doorlight.test"}
    )
    assert answer.status_code == 303


async def test_a_cookie_that_another_site_makes_a_browser_send_acts_for_nobody(
    browser: AsyncClient, ana: Member
) -> None:
    await _sign_in(browser, ana.email)
    body = {"name": "Board", "scopes": ["directory.read"]}
    foreign = await browser.post("/api/v1/keys", json=body, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 401
    assert (await browser.post("/api/v1/keys", json=body)).status_code == 201


async def test_signing_out_here_and_everywhere(browser: AsyncClient, ana: Member) -> None:
    await _sign_in(browser, ana.email)
    first = browser.cookies[COOKIE]
    browser.cookies.clear()  # a second browser
    await _sign_in(browser, ana.email)
    out = await browser.post("/sign-out", data={})
    assert (out.status_code, COOKIE in browser.cookies) == (303, False)
    browser.cookies.set(COOKIE, first, domain="doorlight.test")
    assert (await browser.get("/api/v1/me")).status_code == 200
    await browser.post("/sign-out", data={"everywhere": "yes"})
    browser.cookies.set(COOKIE, first, domain="doorlight.test")
    assert (await browser.get("/api/v1/me")).status_code == 401


async def test_a_link_shows_and_only_the_form_takes_the_role_on(browser: AsyncClient, database: Database) -> None:
    token = await invited(database, await an_agency(database), "ana@example.org", Role.responder, now=clock.now())
    for _ in range(3):  # a mail scanner looks, too
        shown = await browser.get(f"/invitation/{token}")
        assert shown.status_code == 200
        assert "ana@example.org" in shown.text
    taken = await browser.post(f"/invitation/{token}", data={"name": "Ana", "password": PASSWORD})
    assert (taken.status_code, taken.headers["location"]) == (303, "/account")
    assert (await browser.get("/api/v1/me")).json()["roles"] == ["responder"]
    for again in (await browser.get(f"/invitation/{token}"), await browser.post(f"/invitation/{token}", data={})):
        assert again.status_code == 404
        assert "This link leads nowhere any more" in again.text


@pytest.mark.parametrize(
    ("given", "said"),
    [({"name": "Ana", "password": "short"}, "Use more characters."),
     ({"name": " ", "password": PASSWORD}, "Say what you"),
     ({}, "Say what you"), ({"name": "Ana", "password": "ana@example.org"}, "It holds your own")],
)  # fmt: skip
async def test_what_is_wrong_with_the_form_uses_nothing_up(
    browser: AsyncClient, database: Database, given: dict[str, str], said: str
) -> None:
    token = await invited(database, await an_agency(database), "ana@example.org", Role.responder, now=clock.now())
    answer = await browser.post(f"/invitation/{token}", data=given)
    assert answer.status_code == 422
    assert said in answer.text
    taken = await browser.post(f"/invitation/{token}", data={"name": "Ana", "password": PASSWORD})
    assert taken.status_code == 303


async def test_who_has_a_password_shows_that_they_know_it(
    browser: AsyncClient, database: Database, ana: Member
) -> None:
    other = await an_agency(database, "Second")
    token = await invited(database, other, ana.email, Role.responder, now=clock.now())
    assert 'name="password"' not in (await browser.get(f"/invitation/{token}")).text
    taken = await browser.post(f"/invitation/{token}", data={})
    assert (taken.headers["location"], COOKIE in browser.cookies) == ("/sign-in", False)
    await _sign_in(browser, ana.email)
    switched = await browser.post("/account/agency", data={"agency": str(other)})
    assert switched.status_code == 303
    me = (await browser.get("/api/v1/me")).json()
    assert (me["agency"]["name"], me["roles"]) == ("Second", ["responder"])
    assert "Lamplight Responders" in (await browser.get("/account")).text


@pytest.mark.parametrize("agency", ["", "x", "0f4b1c6e-0000-4000-8000-000000000000"])
async def test_nobody_goes_on_for_an_agency_that_is_not_theirs(browser: AsyncClient, ana: Member, agency: str) -> None:
    await _sign_in(browser, ana.email)
    answer = await browser.post("/account/agency", data={"agency": agency})
    assert answer.status_code in {200, 404}
    assert (await browser.get("/api/v1/me")).json()["agency"]["name"] == "Lamplight Responders"


@pytest.mark.parametrize(
    ("shown", "reason"),
    [(None, "missing"), ("Basic YTpi", "malformed"), ("Bearer", "malformed"), ("Bearer x", "invalid"),
     ("Bearer dlk_" + "0" * 32 + "_" + "A" * 43, "invalid")],
)  # fmt: skip
async def test_no_key_or_a_wrong_one_is_told_a_class_of_reason(
    client: AsyncClient, shown: str | None, reason: str
) -> None:
    answer = await client.get("/api/v1/me", headers={} if shown is None else {"authorization": shown})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json() == {
        "type": "not-signed-in", "title": "You are not signed in.", "status": 401,
        "detail": "Sign in, or send a key that is valid.", "reason": reason,
    } | {"type": answer.json()["type"]}  # fmt: skip
    assert answer.json()["type"].endswith("not-signed-in")


async def test_a_machine_is_its_agencys(client: AsyncClient, database: Database, ana: Member) -> None:
    async with database.transaction(ana.caller) as db:
        made = await access.make_key(
            db,
            ana.caller,
            name="Board",
            scopes=["accounts.read", "directory.read"],
            lasts=timedelta(days=30),
            now=clock.now(),
        )
    bearer = {"authorization": f"Bearer {made.secret}"}
    me = (await client.get("/api/v1/me", headers=bearer)).json()
    assert (me["key_id"], me["scopes"], me["agency"]["name"]) == (
        str(made.key.id), ["accounts.read", "directory.read"], "Lamplight Responders",
    )  # fmt: skip
    search = await client.post("/api/v1/search", json={"lat": 39.7392, "lon": -104.9848}, headers=bearer)
    assert search.status_code == 200
    assert (await client.get("/api/v1/people", headers=bearer)).status_code == 403
    refused = await client.post("/api/v1/search", json={}, headers={"authorization": bearer["authorization"] + "x"})
    assert refused.status_code == 401, "a key that opens nothing is an error, also where none is needed"


async def test_keys_over_http(browser: AsyncClient, ana: Member) -> None:
    await _sign_in(browser, ana.email)
    made = (await browser.post("/api/v1/keys", json={"name": "Board", "scopes": ["directory.read"]})).json()
    key_id = made["key"]["id"]
    following = await browser.post(f"/api/v1/keys/{key_id}/rotate")
    assert (following.status_code, following.json()["key"]["replaces"]) == (201, key_id)
    ended = await browser.post(f"/api/v1/keys/{key_id}/end")
    assert ended.json()["ended_at"] is not None
    listed = await browser.get("/api/v1/keys")
    assert len(listed.json()) == 2
    assert made["secret"].rpartition("_")[2] not in listed.text
    assert listed.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "status"),
    [({"name": "B", "scopes": []}, 422), ({"name": "B", "scopes": ["all"]}, 422),
     ({"name": "", "scopes": ["directory.read"]}, 422),
     ({"name": "B", "scopes": ["directory.read"], "days": 9999}, 422),
     ({"name": "B", "scopes": ["directory.read"], "agency_id": "0f4b1c6e-0000-4000-8000-000000000000"}, 422)],
)  # fmt: skip
async def test_a_key_that_cannot_be_made_is_refused(
    browser: AsyncClient, ana: Member, body: dict[str, Any], status: int
) -> None:
    await _sign_in(browser, ana.email)
    assert (await browser.post("/api/v1/keys", json=body)).status_code == status


async def test_people_of_ones_agency(browser: AsyncClient, database: Database, ana: Member) -> None:
    agency = ana.caller.agency_id
    assert agency is not None
    bob = await a_member(database, agency, name="Bob")
    await _sign_in(browser, ana.email)
    listed = (await browser.get("/api/v1/people")).json()
    assert [one["name"] for one in listed] == ["Ana", "Bob"]
    assert (await browser.post(f"/api/v1/people/{bob.caller.id}/end", json={})).status_code == 204
    assert [one["name"] for one in (await browser.get("/api/v1/people")).json()] == ["Ana"]
    foreign = await a_member(database, await an_agency(database, "Other"), name="Cleo")
    missing, other = [await browser.post(f"/api/v1/people/{one}/end", json={}) for one in (uuid4(), foreign.caller.id)]
    assert (missing.status_code, missing.content) == (other.status_code, other.content) == (404, other.content)


async def test_an_invitation_is_a_letter_and_its_link_is_nowhere_else(
    browser: AsyncClient, database: Database, ana: Member
) -> None:
    await _sign_in(browser, ana.email)
    made = await browser.post(
        "/api/v1/invitations",
        json={"email": "bob@example.org", "role": "responder"},
        headers={"accept-language": "es"},
    )
    assert made.status_code == 201, made.text
    (letter,) = await _letters(database)
    link = re.search(r"http://127\.0\.0\.1:8000(/invitation/\S+)", letter)
    assert link is not None
    assert "Lamplight Responders" in letter
    assert "Personal de respuesta" in letter
    assert link[1].rpartition("/")[2] not in made.text
    shown = await browser.get(link[1])
    assert "bob@example.org" in shown.text


async def test_an_invitation_that_is_refused_writes_no_letter(
    browser: AsyncClient, database: Database, ana: Member
) -> None:
    await _sign_in(browser, ana.email)
    for body in ({"email": ana.email, "role": "administrator"}, {"email": "bob", "role": "responder"}):
        answer = await browser.post("/api/v1/invitations", json=body)
        assert answer.status_code in {409, 422}
    assert await _letters(database) == []


async def _letters(database: Database) -> list[str]:
    async with database.transaction(SYSTEM) as db:
        rows = await (await driver_of(db)).execute("SELECT id, body FROM letter")
        return [RING.open(body, row=own_id, column="letter.body") for own_id, body in await rows.fetchall()]
