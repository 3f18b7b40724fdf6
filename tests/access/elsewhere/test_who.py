"""Signing in at an agency's own provider: who is let in, and for whom they act."""

import hashlib
import html
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from api.who import COOKIE
from core import access, clock
from core.access.errors import NoSuchAgency
from core.db import Database
from core.security import SYSTEM, Caller, Role
from tests.access.builders import PASSWORD, Member, a_member, an_agency
from tests.access.elsewhere.going import back, came, count, is_in, leave
from tests.access.elsewhere.providers import Liar
from tests.access.forging import b64

pytestmark = pytest.mark.security

STRANGERS: dict[str, dict[str, Any]] = {
    "nobody": {"email": "nobody@example.org"},
    "unverified": {"email_verified": False},
    "not said to be verified": {"email_verified": None},
    "verified in words": {"email_verified": "true"},
    "verified as 1": {"email_verified": 1},
    "no address": {"email": None},
    "another domain": {"email": "ana.responder@example.com"},
    "a list": {"email": ["ana.responder@example.org"]},
    "two": {"email": "ana.responder@example.org,bob@example.org"},
    "lookalike": {"email": "\u0430na.responder@example.org"},
    "folded": {"email": "ana.re\u017fponder@example.org"},  # its small s is an s once case is folded
}


async def test_who_was_invited_signs_in_and_acts_for_that_agency(
    browser: AsyncClient, liar: Liar, provider: UUID, ana: Member
) -> None:
    answer = await came(browser, provider, liar)
    assert is_in(answer), answer.text
    assert answer.headers["location"] == "/account"
    me = (await browser.get("/api/v1/me")).json()
    assert (me["person_id"], me["agency"]["name"], me["roles"]) == (
        str(ana.caller.id), "Lamplight Responders", ["responder"],
    )  # fmt: skip


async def test_what_goes_along_is_pkce_state_and_nonce_and_no_secret(
    browser: AsyncClient, liar: Liar, provider: UUID, ana: Member
) -> None:
    asked = await leave(browser, provider)
    assert asked.keys() == {
        "client_id", "response_type", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method",
    }  # fmt: skip
    assert (asked["code_challenge_method"], asked["redirect_uri"]) == (
        "S256", f"https://doorlight.test/sign-in/back/{provider}",
    )  # fmt: skip
    liar.means("s1", ana.email, asked["nonce"])
    assert is_in(await back(browser, provider, liar, asked))
    ((_, form, headers),) = [one for one in liar.asked if one[0] == "/token"]
    assert b64(hashlib.sha256(form["code_verifier"].encode()).digest()) == asked["code_challenge"]
    assert headers["authorization"] == "Basic " + "ZG9vcmxpZ2h0OnNlJTIwY3JldCUyRiUyQg=="
    assert "client_secret" not in form


async def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(
    browser: AsyncClient, liar: Liar, provider: UUID, ana: Member
) -> None:
    liar.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert is_in(await came(browser, provider, liar))
    ((_, form, headers),) = [one for one in liar.asked if one[0] == "/token"]
    assert (form["client_id"], form["client_secret"], "authorization" in headers) == ("doorlight", "se cret/+", False)


async def test_the_second_time_the_subject_counts_and_not_the_address(
    browser: AsyncClient, database: Database, liar: Liar, provider: UUID, ana: Member
) -> None:
    assert is_in(await came(browser, provider, liar))
    assert is_in(await came(browser, provider, liar, email=None))
    assert is_in(await came(browser, provider, liar, email="married@example.org"))
    assert await count(database, "linked_identity") == 1


async def test_who_takes_an_address_over_is_somebody_else(
    browser: AsyncClient, liar: Liar, provider: UUID, ana: Member
) -> None:
    assert is_in(await came(browser, provider, liar))
    assert (await came(browser, provider, liar, subject="s2")).status_code == 403
    assert (await came(browser, provider, liar, subject="S1")).status_code == 403, "case counts in a subject"


@pytest.mark.parametrize("who", STRANGERS)
async def test_whom_the_agency_has_not_invited_gets_a_page_and_nothing_else(
    *, browser: AsyncClient, database: Database, liar: Liar, provider: UUID, ana: Member, who: str
) -> None:
    answer = await came(browser, provider, liar, **STRANGERS[who])
    assert answer.status_code == 403
    assert "has not invited anybody" in answer.text
    assert COOKIE not in browser.cookies
    assert await count(database, "person") == 1
    assert await count(database, "linked_identity") + await count(database, "sign_in") == 0


async def test_a_provider_opens_nobody_of_another_agency(
    browser: AsyncClient, database: Database, liar: Liar, provider: UUID
) -> None:
    foreign = await an_agency(database, "Foreign")
    bob = await a_member(database, foreign, name="Bob")
    assert (await came(browser, provider, liar, email=bob.email)).status_code == 403


async def test_of_two_agencies_a_person_acts_for_the_providers_alone(
    browser: AsyncClient, database: Database, liar: Liar, provider: UUID, ana: Member
) -> None:
    """And learns nothing of the other: whoever runs the provider could be anybody in their agency."""
    other = await an_agency(database, "The other agency")
    ana_there = await a_member(database, other)
    assert ana_there.caller.id == ana.caller.id
    assert is_in(await came(browser, provider, liar))
    me = (await browser.get("/api/v1/me")).json()
    assert [one["name"] for one in me["agencies"]] == ["Lamplight Responders"]
    switched = await browser.post("/account/agency", data={"agency": str(other)})
    assert switched.status_code == 404
    assert "The other agency" not in (await browser.get("/account")).text
    bound = Caller(ana.caller.id, ana.caller.agency_id, ana.caller.roles, provider_id=provider)
    async with database.transaction(bound) as db:
        seen = await db.scalars(text("SELECT name FROM agency"))
        assert list(seen) == ["Lamplight Responders"]
        with pytest.raises(NoSuchAgency):
            await access.act_for_agency(db, bound, token="", agency_id=other)


async def test_who_came_by_a_provider_changes_nothing_of_the_password(
    browser: AsyncClient, database: Database, agency: UUID, liar: Liar, provider: UUID
) -> None:
    await a_member(database, agency, name="Bea", password=PASSWORD)
    assert is_in(await came(browser, provider, liar, email="bea.responder@example.org"))
    assert (await browser.post("/account/codes", data={})).status_code == 403
    assert is_in(await browser.post("/sign-in", data={"email": "bea.responder@example.org", "password": PASSWORD}))


@pytest.mark.parametrize("act", ["membership", "provider", "agency"])
async def test_what_has_ended_lets_nobody_in_and_whoever_is_in_is_out(
    *, browser: AsyncClient, database: Database, agency: UUID, liar: Liar, provider: UUID, ana: Member, act: str
) -> None:
    boss = (await a_member(database, agency, Role.administrator, name="Bea")).caller
    assert is_in(await came(browser, provider, liar))
    asked = await leave(browser, provider)
    liar.means("s1", ana.email, asked["nonce"])
    assert ana.caller.id is not None
    async with database.transaction(SYSTEM if act == "agency" else boss) as db:
        match act:
            case "membership":
                await access.end_membership(db, boss, person_id=ana.caller.id, role=None, now=clock.now())
            case "provider":
                await access.end_provider(db, boss, provider_id=provider, now=clock.now())
            case _:
                await db.execute(text("UPDATE agency SET ended_at = now()"))
    me = await browser.get("/api/v1/me")
    assert me.status_code == 401 or me.json()["agency"] is None
    answer = await back(browser, provider, liar, asked)
    assert answer.status_code in {403, 404}
    assert "set-cookie" not in answer.headers or COOKIE + "=" not in answer.headers["set-cookie"]


async def test_invited_again_they_are_found_by_their_address_anew(
    *, browser: AsyncClient, database: Database, agency: UUID, liar: Liar, provider: UUID, ana: Member
) -> None:
    boss = (await a_member(database, agency, Role.administrator, name="Bea")).caller
    assert is_in(await came(browser, provider, liar))
    assert ana.caller.id is not None
    async with database.transaction(boss) as db:
        await access.end_membership(db, boss, person_id=ana.caller.id, role=None, now=clock.now())
    assert await count(database, "linked_identity") == 0
    await a_member(database, agency)
    assert is_in(await came(browser, provider, liar, subject="s7"))


async def test_an_address_that_only_userinfo_tells_counts_if_it_is_theirs(
    browser: AsyncClient, liar: Liar, provider: UUID, ana: Member
) -> None:
    liar.document = {"userinfo_endpoint": f"{liar.issuer}/me"}
    told = {"sub": "another", "email": ana.email, "email_verified": True}
    liar.pages["/me"] = lambda _: (200, told)
    assert (await came(browser, provider, liar, email=None)).status_code == 403
    told["sub"] = "s1"
    assert is_in(await came(browser, provider, liar, email=None))
    assert [headers["authorization"] for path, _, headers in liar.asked if path == "/me"] == ["Bearer at"] * 2


async def test_on_a_shared_computer_the_provider_asks_anew_and_the_cookie_goes_with_the_window(
    browser: AsyncClient, liar: Liar, provider: UUID, ana: Member
) -> None:
    asked = await leave(browser, provider, shared="on")
    assert asked["prompt"] == "login"
    liar.means("s1", ana.email, asked["nonce"])
    answer = await back(browser, provider, liar, asked)
    (said,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{COOKIE}=")]
    assert "expires" not in said.lower()


async def test_signing_out_leads_to_the_provider_too(
    browser: AsyncClient, liar: Liar, provider: UUID, ana: Member
) -> None:
    liar.document = {"end_session_endpoint": f"{liar.issuer}/out?x=1"}
    assert is_in(await came(browser, provider, liar))
    out = await browser.post("/sign-out", data={})
    assert out.status_code == 200
    assert out.headers["clear-site-data"] == '"cookies", "storage"'
    assert (
        html.escape(
            f"{liar.issuer}/out?x=1&client_id=doorlight&post_logout_redirect_uri=https%3A%2F%2Fdoorlight.test%2F"
        )
        in out.text
    )
    assert 'http-equiv="refresh"' not in out.text
    assert (await browser.get("/api/v1/me")).status_code == 401


async def test_what_links_a_person_is_sealed_or_hashed_and_written_into_the_audit(
    browser: AsyncClient, database: Database, liar: Liar, provider: UUID, ana: Member
) -> None:
    asked = await leave(browser, provider)
    async with database.transaction(SYSTEM) as db:
        (flow,) = (await db.scalars(text("SELECT oidc_flow::text FROM oidc_flow"))).all()
    liar.means("the subject", ana.email, asked["nonce"])
    assert is_in(await back(browser, provider, liar, asked))
    ((_, form, _),) = [one for one in liar.asked if one[0] == "/token"]
    assert not any(secret.encode().hex() in flow for secret in (asked["state"], asked["nonce"], form["code_verifier"]))
    async with database.transaction(SYSTEM) as db:
        (link,) = (await db.scalars(text("SELECT linked_identity::text FROM linked_identity"))).all()
        acts = (
            await db.execute(text('SELECT act, "table", person_id FROM audit_entry ORDER BY id DESC LIMIT 2'))
        ).all()
    assert b"the subject".hex() not in link
    assert [tuple(act) for act in acts] == [
        ("sign_in", "sign_in", ana.caller.id), ("write", "linked_identity", ana.caller.id),
    ]  # fmt: skip
