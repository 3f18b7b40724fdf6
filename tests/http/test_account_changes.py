"""Changing how one signs in, on the page of one's account: proved anew, told by a letter."""

import pyotp
import pytest
from httpx import AsyncClient

from core import clock
from core.db import Database
from tests.access.builders import PASSWORD, Member
from tests.http.test_accounts import COOKIE, _letters, _sign_in, ana, browser

__all__ = ["ana", "browser"]  # fixtures
pytestmark = pytest.mark.security

NEW = "another lantern altogether"
ASKED = {"password": PASSWORD, "new": NEW}


async def test_a_password_is_changed_by_who_knows_it(browser: AsyncClient, database: Database, ana: Member) -> None:
    await _sign_in(browser, ana.email, shared="on")
    before = browser.cookies[COOKIE]
    assert 'action="/account/password"' in (await browser.get("/account")).text
    changed = await browser.post("/account/password", data=ASKED)
    assert (changed.status_code, changed.headers["location"]) == (303, "/account")
    (said,) = changed.headers.get_list("set-cookie")
    assert "expires" not in said.lower(), "the computer is as shared as before"
    assert browser.cookies[COOKIE] != before
    assert (await browser.get("/api/v1/me")).status_code == 200
    browser.cookies.set(COOKIE, before, domain="doorlight.test")
    assert (await browser.get("/api/v1/me")).status_code == 401
    (letter,) = await _letters(database)
    assert "your password or your codes" in letter
    assert "http://127.0.0.1:8000/account" in letter


@pytest.mark.parametrize(
    ("given", "said"),
    [({"password": "not this one at all", "new": NEW}, "Password or code are not right."),
     ({"password": PASSWORD, "new": "short"}, "Use more characters."),
     ({"password": PASSWORD, "new": "Password2026"}, "among the first to be guessed"),
     ({"password": PASSWORD, "new": "Ana.Administrator@example.org"}, "It holds your own"),
     ({}, "Password or code are not right.")],
)  # fmt: skip
async def test_anything_else_changes_nothing_and_writes_no_letter(
    browser: AsyncClient, database: Database, ana: Member, given: dict[str, str], said: str
) -> None:
    await _sign_in(browser, ana.email)
    answer = await browser.post("/account/password", data=given)
    assert answer.status_code == 422
    assert said in answer.text
    assert given.get("new", "nothing of the kind") not in answer.text
    assert await _letters(database) == []
    browser.cookies.clear()
    assert (await _sign_in(browser, ana.email)).status_code == 303


@pytest.mark.parametrize("path", ["/account/password", "/account/codes", "/account/codes/confirm"])
async def test_who_is_not_signed_in_changes_nothing(browser: AsyncClient, ana: Member, path: str) -> None:
    assert (await browser.post(path, data=ASKED)).status_code == 403


async def test_signing_in_again_ends_the_sign_in_before(browser: AsyncClient, ana: Member) -> None:
    await _sign_in(browser, ana.email)
    before = browser.cookies[COOKIE]
    await _sign_in(browser, ana.email)
    assert browser.cookies[COOKIE] != before
    browser.cookies.set(COOKIE, before, domain="doorlight.test")
    assert (await browser.get("/api/v1/me")).status_code == 401


async def test_codes_are_set_up_and_asked_for(browser: AsyncClient, database: Database, ana: Member) -> None:
    await _sign_in(browser, ana.email)
    assert (await browser.post("/account/codes", data={})).status_code == 422
    shown = await browser.post("/account/codes", data={"password": PASSWORD})
    secret = shown.text.split("<code>")[1].split("</code>")[0]
    sealed = shown.text.split('name="sealed" value="')[1].split('"')[0]
    wrong = await browser.post("/account/codes/confirm", data={"sealed": sealed, "code": "000000"})
    assert wrong.status_code == 422
    code = pyotp.TOTP(secret).at(clock.now())
    right = await browser.post("/account/codes/confirm", data={"sealed": sealed, "code": code})
    codes = [part.split("</code>")[0] for part in right.text.split("<code>")[1:]]
    assert len(codes) == 10
    assert len(await _letters(database)) == 1
    await browser.post("/sign-out", data={})
    assert (await _sign_in(browser, ana.email)).status_code == 401
    assert (await _sign_in(browser, ana.email, code=codes[0])).status_code == 303


async def test_passwords_are_masked_and_left_to_whatever_keeps_them(browser: AsyncClient, ana: Member) -> None:
    await _sign_in(browser, ana.email)
    page = (await browser.get("/account")).text
    assert "onpaste" not in page
    assert 'autocomplete="off"' not in page
    for field in ('name="password" type="password" autocomplete="current-password"',
                  'name="new" type="password" autocomplete="new-password"'):  # fmt: skip
        assert field in page
