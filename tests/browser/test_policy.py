"""No page asks a browser for more than its policy allows: watched on every page, while one does things there."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.security

WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.broken.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


async def _nothing(_: Page) -> None:
    pass


async def _search(page: Page) -> None:
    await page.locator("button.tile, .tiles button, button.go").first.click()
    await page.wait_for_load_state()


async def _rest(page: Page) -> None:
    await page.locator("#operations-search-search_by_post_api_v1_search_post button").first.click()
    await page.get_by_role("button", name="Execute").click()
    await expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    operations = page.locator(".opblock-summary-control")
    for nth in range(0, await operations.count(), 20):  # all of them, drawn together, take minutes
        await operations.nth(nth).click()
    await page.get_by_role("button", name="Schema").first.click()


async def _graphql(page: Page) -> None:
    await page.get_by_label("Execute query").click()
    await expect(page.locator(".result-window")).to_contain_text("988 Lifeline")
    editor = page.locator(".graphiql-query-editor .CodeMirror textarea, .graphiql-query-editor textarea").first
    await editor.focus()
    await page.keyboard.type("{ sea", delay=20)
    await page.keyboard.press("Control+Space")
    for label in ("Show Documentation Explorer", "Show History", "Prettify query", "Open settings dialog"):
        found = page.get_by_label(label)
        if await found.count():
            await found.first.click()


PAGES: dict[str, Callable[[Page], Awaitable[None]]] = {
    "/": _search,
    "/?lang=es": _nothing,
    "/sign-in": _nothing,
    "/docs": _rest,
    "/graphql": _graphql,
}


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_breaks_its_policy(visit: Visit, path: str) -> None:
    page = await visit(path, width=1280, height=900, watch=WATCH)
    await PAGES[path](page)
    assert await page.evaluate("window.broken") == []


async def test_what_would_break_it_would_be_seen(visit: Visit) -> None:
    page = await visit("/", watch=WATCH, silent=False)
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    await page.evaluate(
        "(() => { const one = document.createElement('script'); one.textContent = 'window.ran = 1';"
        " document.body.append(one); })()"
    )
    seen = await page.evaluate("window.broken")
    assert [one.split()[0] for one in seen] == ["style-src-attr", "script-src-elem"]
    assert await page.evaluate("window.ran") is None
