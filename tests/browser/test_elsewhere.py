"""Signing in at an agency's own provider, in a real browser and with a real provider: there, back, and out again."""

import re
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import pytest
from playwright.async_api import expect

from core import cluster
from core.db import Database
from core.security import Role
from tests.access.builders import a_member, an_agency
from tests.access.elsewhere.going import a_provider
from tests.access.elsewhere.providers import SECRET, Real, a_real_provider
from tests.browser.conftest import Visit
from tests.browser.test_page import SIDEWAYS, violations

pytestmark = pytest.mark.security


@pytest.fixture(scope="module")
def real() -> Iterator[Real]:
    with a_real_provider() as made:
        yield made


@pytest.fixture
async def agency(filled: cluster.Database, real: Real) -> AsyncIterator[UUID]:
    """One whose people sign in at the real provider: so does Ana, ana.responder@example.org."""
    database = Database(filled.service_dsn, pool_size=2)
    await database.open()
    made = await an_agency(database, "Lamplight Responders", Role.responder)
    await a_member(database, made)
    await a_provider(database, made, real.issuer, client_secret=SECRET)
    yield made
    await database.close()


async def test_somebody_goes_there_comes_back_signed_in_and_signs_out(visit: Visit, site: str, agency: UUID) -> None:
    page = await visit("/sign-in", elsewhere=True)
    await page.locator("#work").fill("ana.responder@example.org")
    await page.get_by_role("button", name="Find my agency").click()
    await expect(page.locator("h2")).to_have_text("Lamplight Responders")
    assert await violations(page) == []
    assert not await page.evaluate(SIDEWAYS)
    await page.get_by_role("button", name="Go on to sign in").click()
    await page.locator("input[name=login]").fill("ana.responder")
    await page.locator("input[name=password]").fill("theirs")
    await page.locator("button[type=submit]").click()
    await page.get_by_role("button", name="Continue").click()
    await expect(page).to_have_url(f"{site}/account")
    await expect(page.locator(".lead")).to_have_text("Lamplight Responders")
    await page.get_by_role("button", name="Here", exact=True).click()
    await expect(page.locator("h1")).to_have_text("You are signed out here")
    assert await violations(page) == []
    await expect(page.get_by_role("link", name="Sign out there, too")).to_have_attribute(
        "href", re.compile(r"/session/end\?client_id=doorlight&post_logout_redirect_uri=")
    )
    await page.goto(f"{site}/account")
    await expect(page).to_have_url(f"{site}/sign-in")


async def test_a_link_of_the_agency_leads_there_too(visit: Visit, agency: UUID) -> None:
    page = await visit(f"/sign-in/agency/{agency}?lang=es")
    await expect(page.locator("h1")).to_have_text("Entrar con su agencia")
    assert await violations(page) == []
