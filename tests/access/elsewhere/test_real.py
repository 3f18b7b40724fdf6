"""Against a real provider, whose own pages are gone through: oidc-provider from npm, on this machine."""

import html
import re
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from core import access, clock
from core.db import Database
from core.security import Caller, Role
from tests.access.builders import Member, a_member
from tests.access.elsewhere.going import a_provider, count, is_in
from tests.access.elsewhere.providers import SECRET, Real, a_real_provider

pytestmark = pytest.mark.security


@pytest.fixture(scope="module")
def real() -> Iterator[Real]:
    with a_real_provider() as made:
        yield made


@pytest.fixture
async def there() -> AsyncIterator[AsyncClient]:
    """The same browser on the provider's pages."""
    async with AsyncClient(timeout=10) as browser:
        yield browser


async def a_real_one(database: Database, agency: UUID, real: Real, client_id: str = "doorlight") -> UUID:
    secret = None if client_id.endswith("public") else SECRET
    return await a_provider(database, agency, real.issuer, client_id=client_id, client_secret=secret)


async def go(browser: AsyncClient, there: AsyncClient, provider: UUID, name: str, **given: str) -> str:
    """Through the provider's pages as that person; answers the address that it sends them back to."""
    page = await browser.post(f"/sign-in/with/{provider}", data=given)
    found = re.search(r'content="0;url=([^"]+)"', page.text)
    assert found is not None, page.text
    answer = await there.get(html.unescape(found[1]))
    for _ in range(12):
        if answer.is_redirect:
            url = urljoin(str(answer.url), answer.headers["location"])
            if url.startswith("https://doorlight.test/"):
                return url
            answer = await there.get(url)
        else:
            answer = await _fill_in(there, answer, name)
    raise AssertionError(answer.text)


async def _fill_in(there: AsyncClient, page: Response, name: str) -> Response:
    """Send the form of a page of the provider's: with a name, where it asks for one."""
    assert page.status_code == 200, page.text
    form = re.search(r'action="([^"]+)"', page.text)
    assert form is not None, page.text
    typed = {}
    for field in re.findall(r"<input ([^>]*)>", page.text):
        said = dict(re.findall(r'(\w+)="([^"]*)"', field))
        if "name" in said:
            typed[said["name"]] = html.unescape(said.get("value", ""))
    if "login" in typed:
        typed |= {"login": name, "password": "theirs"}
    return await there.post(urljoin(str(page.url), html.unescape(form[1])), data=typed)


async def back(browser: AsyncClient, url: str) -> Response:
    parts = urlsplit(url)
    return await browser.get(f"{parts.path}?{parts.query}", headers={"sec-fetch-site": "cross-site"})


@pytest.mark.parametrize("client_id", ["doorlight", "doorlight-public", "doorlight-es256", "doorlight-eddsa"])
async def test_somebody_signs_in_by_it(
    *, browser: AsyncClient, there: AsyncClient, database: Database, agency: UUID, ana: Member, real: Real,
    client_id: str,
) -> None:  # fmt: skip
    provider = await a_real_one(database, agency, real, client_id)
    answer = await back(browser, await go(browser, there, provider, "ana.responder"))
    assert is_in(answer), answer.text
    assert (await browser.get("/api/v1/me")).json()["person_id"] == str(ana.caller.id)


@pytest.mark.parametrize("name", ["unverified.ana.responder", "bob.responder", "nobody"])
async def test_somebody_whom_the_agency_did_not_invite_does_not(
    *, browser: AsyncClient, there: AsyncClient, database: Database, agency: UUID, ana: Member, real: Real, name: str
) -> None:
    provider = await a_real_one(database, agency, real)
    answer = await back(browser, await go(browser, there, provider, name))
    assert answer.status_code == 403
    assert "has not invited anybody" in answer.text
    assert await count(database, "linked_identity") == 0


async def test_a_code_is_good_once(
    *, browser: AsyncClient, there: AsyncClient, database: Database, agency: UUID, ana: Member, real: Real
) -> None:
    provider = await a_real_one(database, agency, real)
    url = await go(browser, there, provider, "ana.responder")
    assert is_in(await back(browser, url))
    assert (await back(browser, url)).status_code == 400
    code = re.search(r"code=([^&]+)", url)
    again = await go(browser, there, provider, "ana.responder")
    assert code is not None
    answer = await back(browser, re.sub(r"code=[^&]+", f"code={code[1]}", again))
    assert answer.status_code == 403, "the code of the first is not good for the second"


async def test_with_new_keys_it_still_lets_people_in(
    *, browser: AsyncClient, there: AsyncClient, database: Database, agency: UUID, ana: Member, real: Real,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    provider = await a_real_one(database, agency, real)
    assert is_in(await back(browser, await go(browser, there, provider, "ana.responder")))
    real.rotate()
    soon = clock.now() + access.AWAY / 5
    monkeypatch.setattr(clock, "now", lambda: soon)
    assert is_in(await back(browser, await go(browser, there, provider, "ana.responder")))


async def test_on_a_shared_computer_it_asks_who_is_there_though_it_knows_somebody(
    *, browser: AsyncClient, there: AsyncClient, database: Database, agency: UUID, ana: Member, real: Real
) -> None:
    provider = await a_real_one(database, agency, real)
    bea = await a_member(database, agency, name="Bea")
    assert is_in(await back(browser, await go(browser, there, provider, "ana.responder")))
    assert is_in(await back(browser, await go(browser, there, provider, "bea.responder", shared="on")))
    assert (await browser.get("/api/v1/me")).json()["person_id"] == str(bea.caller.id)


async def test_one_that_has_ended_lets_nobody_in_who_is_on_the_way(
    *, browser: AsyncClient, there: AsyncClient, database: Database, agency: UUID, ana: Member, real: Real
) -> None:
    provider = await a_real_one(database, agency, real)
    url = await go(browser, there, provider, "ana.responder")
    boss = Caller(agency_id=agency, roles=frozenset({Role.administrator}))
    async with database.transaction(boss) as db:
        await access.end_provider(db, boss, provider_id=provider, now=clock.now())
    assert (await back(browser, url)).status_code == 404


async def test_signing_out_there_is_offered_and_its_page_knows_us(
    *, browser: AsyncClient, there: AsyncClient, database: Database, agency: UUID, ana: Member, real: Real
) -> None:
    provider = await a_real_one(database, agency, real)
    assert is_in(await back(browser, await go(browser, there, provider, "ana.responder", shared="on")))
    out = await browser.post("/sign-out", data={})
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', out.text)
    assert found is not None, "on a shared computer at once"
    page = await there.get(html.unescape(found[1]))
    assert page.status_code == 200
    assert "sign-out" in page.text.lower()
