"""What a provider that lies, fails or is slow cannot do, nor anybody between it and us."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from joserfc.jwk import RSAKey
from sqlalchemy import text

from api.web.elsewhere import AWAY
from api.who import COOKIE
from core import access, clock
from core.db import Database
from core.outgoing import LOOPBACK, Outgoing
from tests.access.builders import Member
from tests.access.elsewhere.going import a_provider, back, came, count, is_in, leave
from tests.access.elsewhere.providers import KEY, Liar
from tests.access.forging import b64, hs256, nothing, rsa
from tests.conftest import Counted

pytestmark = pytest.mark.security

OTHER_KEY = RSAKey.generate_key(2048, parameters={"kid": "second", "alg": "RS256", "use": "sig"})


Lie = Callable[[Liar], None]


def _claims(**other: Any) -> Lie:
    def lie(liar: Liar) -> None:
        liar.claims |= other
        for name in [name for name, value in other.items() if value is None]:
            del liar.claims[name]

    return lie


def _signed(alg: str, signer: Any, **header: Any) -> Lie:
    def lie(liar: Liar) -> None:
        liar.header = {"alg": alg} | header
        liar.signer = signer

    return lie


def _timed(claim: str, seconds: int) -> Lie:
    """So long before or after the lie is told, not after this file was read."""
    return lambda liar: liar.claims.update({claim: int(clock.now().timestamp()) + seconds})


LIES: dict[str, Lie] = {
    "another nonce": _claims(nonce="another"),
    "no nonce": _claims(nonce=None),
    "nonce a list": lambda liar: _claims(nonce=[liar.claims["nonce"]])(liar),
    "another issuer": _claims(iss="https://evil.example.org"),
    "issuer with a slash": lambda liar: _claims(iss=liar.issuer + "/")(liar),
    "another audience": _claims(aud="another"),
    "audience of several, for another party": _claims(aud=["doorlight", "another"], azp="another"),
    "audience of several, for nobody in particular": _claims(aud=["doorlight", "another"]),
    "for another party": _claims(azp="another"),
    "no audience": _claims(aud=None),
    "no subject": _claims(sub=None),
    "subject empty": _claims(sub=""),
    "subject a number": _claims(sub=1),
    "expired": _timed("exp", -61),
    "never expires": _claims(exp=None),
    "exp in words": _claims(exp="tomorrow"),
    "made long ago": _timed("iat", -3600),
    "made in the future": _timed("iat", 120),
    "no iat": _claims(iat=None),
    "not yet valid": _timed("nbf", 120),
    "of another access token": _claims(at_hash=b64(bytes(16))),
    "alg none": _signed("none", nothing),
    "HS256 with the client secret": _signed("HS256", hs256(b"se cret/+")),
    "HS256 with the public key": _signed("HS256", hs256(KEY.as_pem(private=False))),
    "RS512": _signed("RS512", rsa(KEY, "512")),
    "by an unknown key": _signed("RS256", rsa(OTHER_KEY, "256"), kid="second"),
    "by an unknown key under a known kid": _signed("RS256", rsa(OTHER_KEY, "256")),
    "with its own key in it": _signed("RS256", rsa(OTHER_KEY, "256"), jwk=OTHER_KEY.as_dict(private=False)),
    "signature of zeros": _signed("RS256", lambda _: bytes(256)),
    "crit": _signed("RS256", rsa(KEY, "256"), crit=["exp"]),
    "no ID token": lambda liar: liar.more.update(id_token=None),
    "no token at all": lambda liar: liar.more.update(id_token="not.a.token"),
    "huge": _claims(more="x" * 20_000),
    "a list in its place": lambda liar: liar.pages.update({"/token": lambda _: (200, [])}),
    "the code is refused": lambda liar: liar.pages.update({"/token": lambda _: (400, {"error": "invalid_grant"})}),
}


DOWN: dict[str, Lie] = {
    "says 500": lambda liar: liar.pages.update({"/token": lambda _: (500, {})}),
    "says no JSON": lambda liar: liar.pages.update({"/token": lambda _: (200, b"<html>")}),
    "says too much": lambda liar: liar.pages.update({"/token": lambda _: (200, b" " * 300_000)}),
    "leads elsewhere": lambda liar: liar.pages.update({"/token": lambda _: (302, b"http://127.0.0.1:1/")}),
    "no keys": lambda liar: liar.pages.update({"/jwks": lambda _: (503, {})}),
}


async def test_there_and_back_counts_once(browser: AsyncClient, liar: Liar, provider: UUID, ana: Member) -> None:
    asked = await leave(browser, provider)
    kept = browser.cookies[AWAY]
    liar.means("s1", ana.email, asked["nonce"])
    assert is_in(await back(browser, provider, liar, asked))
    browser.cookies.set(AWAY, kept, domain="doorlight.test")
    assert (await back(browser, provider, liar, asked)).status_code == 400
    assert liar.paths().count("/token") == 1, "and the provider is not asked again"


async def test_of_two_that_come_back_at_once_one_is_in(
    browser: AsyncClient, liar: Liar, provider: UUID, ana: Member
) -> None:
    asked = await leave(browser, provider)
    liar.means("s1", ana.email, asked["nonce"])
    answers = await asyncio.gather(*(back(browser, provider, liar, asked) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [303, 400, 400, 400, 400]


@pytest.mark.parametrize("what", ["state", "browser", "no browser", "provider", "later", "twice"])
async def test_who_did_not_leave_so_does_not_come_back(
    *, browser: AsyncClient, database: Database, agency: UUID, liar: Liar, provider: UUID, ana: Member, what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    other = await a_provider(database, agency, "https://login.example.org")
    asked = await leave(browser, provider)
    liar.means("s1", ana.email, asked["nonce"])
    came_by = provider
    match what:
        case "state":
            asked["state"] = asked["state"][:-1] + ("A" if asked["state"][-1] != "A" else "E")
        case "browser":
            browser.cookies.set(AWAY, "another browser's", domain="doorlight.test")
        case "no browser":
            browser.cookies.clear()
        case "provider":
            came_by = other
        case "later":
            later = clock.now() + timedelta(minutes=10)
            monkeypatch.setattr(clock, "now", lambda: later)
        case _:
            path = f"/sign-in/back/{provider}?state={asked['state']}&code=a&code=b&iss={liar.issuer}"
            assert (await browser.get(path)).status_code == 400
            return
    answer = await back(browser, came_by, liar, asked)
    assert answer.status_code == 400
    assert "did not begin in this browser" in answer.text
    assert "/token" not in liar.paths()
    assert COOKIE not in browser.cookies


async def test_another_browser_uses_nothing_up(browser: AsyncClient, liar: Liar, provider: UUID, ana: Member) -> None:
    asked = await leave(browser, provider)
    liar.means("s1", ana.email, asked["nonce"])
    kept = browser.cookies[AWAY]
    browser.cookies.set(AWAY, "another", domain="doorlight.test")
    assert (await back(browser, provider, liar, asked)).status_code == 400
    browser.cookies.clear()
    browser.cookies.set(AWAY, kept, domain="doorlight.test")
    assert is_in(await back(browser, provider, liar, asked))


@pytest.mark.parametrize(
    "other", [{"iss": "https://evil.example.org"}, {"iss": ""}, {"error": "access_denied"}, {"code": ""}]
)
async def test_an_answer_of_another_provider_or_without_a_code_is_none(
    browser: AsyncClient, liar: Liar, provider: UUID, ana: Member, other: dict[str, str]
) -> None:
    asked = await leave(browser, provider)
    liar.means("s1", ana.email, asked["nonce"])
    answer = await back(browser, provider, liar, asked, **other)
    assert answer.status_code == 403
    assert "/token" not in liar.paths(), "the code goes to nobody"


async def test_no_lie_of_a_provider_lets_anybody_in(  # noqa: PLR0917 - fixtures
    browser: AsyncClient, database: Database, liar: Liar, provider: UUID, ana: Member, counted: Counted
) -> None:
    let_in = []
    for name, lie in LIES.items():
        asked = await leave(browser, provider)
        liar.means("s1", ana.email, asked["nonce"])
        lie(liar)
        answer = await back(browser, provider, liar, asked)
        if answer.status_code != 403 or "not signed in there" not in answer.text or COOKIE in browser.cookies:
            let_in.append((name, answer.status_code))
        liar.header, liar.signer, liar.more, liar.pages = {}, rsa(KEY, "256"), {}, {}
    assert let_in == []
    assert await count(database, "linked_identity") + await count(database, "sign_in") == 0
    assert is_in(await came(browser, provider, liar)), "and the truth still does"
    counted("lies of a provider that let nobody in", len(LIES))


@pytest.mark.parametrize("how", DOWN)
async def test_a_provider_that_does_not_answer_gets_a_clear_page_and_leaves_nothing_half_written(
    *, browser: AsyncClient, database: Database, liar: Liar, provider: UUID, ana: Member, how: str
) -> None:
    DOWN[how](liar)
    answer = await came(browser, provider, liar)
    assert answer.status_code == 503
    assert "does not answer as it should" in answer.text
    for table in ("linked_identity", "sign_in", "oidc_flow"):
        assert await count(database, table) == 0
    liar.pages.clear()


async def test_one_that_is_slow_holds_no_connection_of_the_database(
    browser: AsyncClient, database: Database, liar: Liar, provider: UUID, ana: Member
) -> None:
    """More of them than the pool has, and the page is still served."""
    asked = await leave(browser, provider)
    liar.means("s1", ana.email, asked["nonce"])
    liar.silent = asyncio.Event()
    waiting = asyncio.create_task(back(browser, provider, liar, asked))
    await liar.heard.wait()
    idle = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in %'")
    async with database.transaction() as db:
        assert await db.scalar(idle) == 0
    liar.silent.set()
    assert is_in(await waiting)


WRONG: tuple[dict[str, Any], ...] = (
    {"issuer": "https://evil.example.org"},
    {"token_endpoint": "http://evil.example.org/token"},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"jwks_uri": None},
    {"response_types_supported": ["token"]},
    {"code_challenge_methods_supported": ["plain"]},
)


async def test_a_provider_that_describes_another_is_not_gone_to(
    browser: AsyncClient, liar: Liar, provider: UUID, ana: Member
) -> None:
    for document in WRONG:
        liar.document = document
        browser._transport.app.state.published = access.Published(access.ToProviders(Outgoing(also=LOOPBACK)))  # type: ignore[attr-defined]
        page = await browser.post(f"/sign-in/with/{provider}", data={})
        assert page.status_code == 503, document
        assert AWAY not in browser.cookies


async def test_new_keys_are_found_and_not_looked_for_over_and_over(
    browser: AsyncClient, liar: Liar, provider: UUID, ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_in(await came(browser, provider, liar))
    liar.keys, liar.signer, liar.header = [OTHER_KEY], rsa(OTHER_KEY, "256"), {"kid": "second"}
    assert (await came(browser, provider, liar)).status_code == 403
    assert liar.paths().count("/jwks") == 1, "it was looked at less than a minute ago"
    soon = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(clock, "now", lambda: soon)
    assert is_in(await came(browser, provider, liar))
    for _ in range(3):
        liar.header = {"kid": "third"}
        assert (await came(browser, provider, liar)).status_code == 403
    assert liar.paths().count("/jwks") == 2
