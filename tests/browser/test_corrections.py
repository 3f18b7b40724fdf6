"""The page on which anybody corrects a service, in a real browser: for everybody, with keys alone too."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_page import SIDEWAYS, TARGETS, TOO_SMALL, search, violations


async def _form(page: Page) -> None:
    """From a card of the town, as somebody comes to it."""
    await search(page)
    card = page.locator(".card").first
    await card.locator("summary").click()
    async with page.expect_navigation():
        await card.locator("form button").click()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
async def test_axe_finds_nothing_from_the_card_to_the_thanks(
    visit: Visit, width: int, scheme: str, language: str
) -> None:
    page = await visit(f"/?lang={language}", width=width, color_scheme=scheme)
    await _form(page)
    assert await violations(page) == []
    assert not await page.evaluate(SIDEWAYS)
    assert await page.evaluate(TOO_SMALL, [TARGETS, 47.5]) == []
    async with page.expect_navigation():  # the other language, and back
        await page.locator(".top form button").click()
    async with page.expect_navigation():
        await page.locator(".top form button").click()
    await page.locator("label", has=page.locator("[value=website]")).click()
    await page.locator("#says").fill("example.org")
    async with page.expect_navigation():
        await page.locator("[name=send]").click()
    await expect(page.locator("#says-error")).to_be_visible()
    assert await violations(page) == []
    await page.locator("#says").fill("https://example.org")
    async with page.expect_navigation():
        await page.locator("[name=send]").click()
    await expect(page.locator("h1")).to_have_text({"en": "Thank you", "es": "Gracias"}[language])
    assert await violations(page) == []


async def test_it_is_filled_in_with_keys_alone(visit: Visit) -> None:
    page = await visit("/")
    await _form(page)
    await page.locator("[name=part]").first.focus()
    for key in ("ArrowRight", "Space", "Tab"):
        await page.keyboard.press(key)
    await expect(page.locator("#says")).to_be_focused()
    await page.keyboard.type("303-555-0199")
    for _ in range(3):
        await page.keyboard.press("Tab")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Thank you")
