"""The explorers work from our own files alone, under the policy they are sent with."""

from playwright.async_api import expect

from tests.browser.conftest import Visit


async def test_the_rest_explorer_lists_operations_and_tries_one(visit: Visit) -> None:
    page = await visit("/docs", width=1280, height=900)
    await page.locator("#operations-search-search_by_post_api_v1_search_post button").first.click()
    await page.get_by_role("button", name="Execute").click()
    await expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")


async def test_the_graphql_explorer_answers_its_example(visit: Visit) -> None:
    page = await visit("/graphql", width=1280, height=900)
    await page.get_by_label("Execute query").click()
    await expect(page.locator(".result-window")).to_contain_text("988 Lifeline")
    assert await page.evaluate("localStorage.length") == 0
