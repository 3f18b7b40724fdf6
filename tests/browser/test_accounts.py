"""The pages of an account, in a real browser: readable by everybody, on any width, in both languages."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_page import SIDEWAYS, TARGETS, TOO_SMALL, violations


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "dark")])
async def test_axe_finds_nothing_on_the_pages_of_an_account(
    visit: Visit, width: int, scheme: str, language: str
) -> None:
    page = await visit(f"/sign-in?lang={language}", width=width, color_scheme=scheme)
    assert await violations(page) == []
    assert not await page.evaluate(SIDEWAYS)
    assert await page.evaluate(TOO_SMALL, [TARGETS, 47.5]) == []
    await page.locator("#email").fill("nobody@example.org")
    await page.locator("#password").fill("not this one at all")
    narrow = await page.locator("#password").bounding_box()
    assert narrow is not None
    assert narrow["width"] > 250, "one field below the other, each as wide as the form"


async def test_a_link_that_leads_nowhere_says_whom_to_ask(visit: Visit) -> None:
    page = await visit("/sign-in")
    refused = await page.request.get("/invitation/nothing")
    assert refused.status == 404
    await expect(page.locator("h1")).to_have_text("Sign in")
    assert "Ask whoever sent it" in await refused.text()
