"""The page in the hands of a person: at phone width, with and without scripts, by keyboard, in every size and light."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import AXE, Visit

TOWN = "Lamplight, CO"
LEAST = 47.5  # CSS pixels of a target, rounding allowed
TARGETS = (
    "button, summary, select, input:not([type=radio]):not([type=hidden]),"
    " .switch span, .picks span, .act, .bar a, .chip, .brand, .plain"
)
TOO_SMALL = """([selector, least]) => [...document.querySelectorAll(selector)]
    .filter((one) => one.checkVisibility())
    .map((one) => [one.getBoundingClientRect(), one.outerHTML.slice(0, 90)])
    .filter(([box]) => box.height < least || box.width < least)
    .map(([box, html]) => `${box.width}x${box.height} ${html}`)"""
SIDEWAYS = "document.documentElement.scrollWidth > window.innerWidth"


async def search(page: Page, need: str = "any", near: str = TOWN) -> None:
    await page.locator("#near").fill(near)
    async with page.expect_navigation():  # a script that is run next belongs to the answer
        await page.locator(f"button.tile[value={need}]").click()


async def violations(page: Page) -> list[str]:
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = await page.evaluate("axe.run()")
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_two_taps_lead_to_somebody_to_call(visit: Visit, site: str, scripts: bool) -> None:
    page = await visit(java_script_enabled=scripts, is_mobile=True, has_touch=True)
    await page.locator("#near").fill(TOWN)
    await page.locator("button.tile[value=place]").tap()
    card = page.locator("article", has_text="Prairie Rest Sobering Centre")
    await expect(card.locator(".state")).to_contain_text("Open day and night")
    await expect(card.locator("a.act").first).to_have_attribute("href", "tel:+17195550101")
    await expect(card.locator(".badge")).to_have_text("Invented, for trying out")
    assert page.url == f"{site}/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
async def test_axe_finds_nothing(visit: Visit, width: int, scheme: str) -> None:
    for language, need in (("en", "any" if width == 320 else "place"), ("es", "team")):
        page = await visit(f"/?lang={language}", width=width, color_scheme=scheme)
        assert await violations(page) == []
        await page.locator(".finer summary").click()
        await page.locator(".picks label").first.click()  # a choice that is made looks different
        assert await violations(page) == []
        assert not await page.evaluate(SIDEWAYS)
        await page.locator(".picks label").first.click()
        assert not await page.evaluate(SIDEWAYS)
        await search(page, need)
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert await violations(page) == []
        assert not await page.evaluate(SIDEWAYS)
        await page.goto(f"/?lang={language}")
        await page.locator(".finer summary").click()
        await page.select_option("#police_max", "P0")
        await page.locator(".picks input[value=PETS]").check()
        await search(page, need)
        assert await violations(page) == []  # what to ask, and what was left out
        async with page.expect_navigation():
            await page.locator(".out button").last.click()
        await expect(page.locator(".left h2")).to_be_visible()
        assert await violations(page) == []
        assert not await page.evaluate(SIDEWAYS)
        await page.goto(f"/?lang={language}")
        await search(page, near="Springfield")
        assert await page.locator("#near-error").is_visible()
        assert await violations(page) == []


async def test_every_target_is_large_enough_for_gloves(visit: Visit) -> None:
    page = await visit(width=320)
    await page.locator(".finer summary").click()
    assert await page.evaluate(TOO_SMALL, [TARGETS, LEAST]) == []
    await search(page)
    assert await page.evaluate(TOO_SMALL, [TARGETS, LEAST]) == []


# Words of a button that stand on two lines: one box for each line of a word.
BROKEN = """() => [...document.querySelectorAll('.tile b, .tools summary, .bar b')]
    .filter((one) => one.checkVisibility()).flatMap((one) => {
    const text = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), broken = [];
    for (let node; node = text.nextNode();)
        for (const word of node.data.matchAll(/\\S+/g)) {
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (range.getClientRects().length > 1) broken.push(word[0]);
        }
    return broken;
})"""


@pytest.mark.parametrize("language", ["en", "es"])
async def test_no_word_of_a_button_is_broken_on_a_small_phone(visit: Visit, language: str) -> None:
    page = await visit(f"/?lang={language}", width=320)
    assert await page.evaluate(BROKEN) == []
    await search(page, "place")
    assert await page.evaluate(BROKEN) == []


async def test_text_at_twice_the_size_still_fits(visit: Visit) -> None:
    page = await visit(width=360)
    twice = "document.documentElement.style.fontSize = '200%'"
    await page.evaluate(twice)
    assert not await page.evaluate(SIDEWAYS)
    await search(page)
    await page.evaluate(twice)
    assert not await page.evaluate(SIDEWAYS)


async def test_by_keyboard_alone(visit: Visit) -> None:
    page = await visit(width=1280, height=800)
    steps = 0
    while await page.evaluate("document.activeElement.id") != "near":
        await page.keyboard.press("Tab")
        steps += 1
        assert steps < 10
    await page.keyboard.type(TOWN)
    while await page.evaluate("document.activeElement.value") != "bed":
        await page.keyboard.press("Tab")
        outline = await page.evaluate(
            "(one => getComputedStyle(one.type === 'radio' ? one.nextElementSibling : one).outlineStyle)"
            "(document.activeElement)"
        )
        assert outline != "none"
        steps += 1
        assert steps < 30
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="A bed")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # the skip link
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.getElementById('results').contains(document.activeElement)")


REFUSED = {
    "near": "95, 10", "open": "2099-12-01T20:00:00-07:00", "kind": "SITE.NONE", "mode": "pigeon",
    "language": "Spanish!", "within_m": "far", "q": "x" * 201, "who": "nobody", "arrive": "by sea", "police_max": "P9",
    "involuntary_max": "I9", "must": "WINGS", "must_not": "WINGS", "age": "seven", "free": "many", "lasting": "forever",
}  # fmt: skip
SEND = """async ([action, name, value]) => {
    const form = Object.assign(document.createElement('form'), {method: 'post', action});
    form.append(Object.assign(document.createElement('input'), {type: 'hidden', name, value}));
    document.body.append(form);
    form.submit();
}"""


@pytest.mark.parametrize("field", sorted(REFUSED))
async def test_an_error_is_heard_at_its_control(visit: Visit, field: str) -> None:
    page = await visit("/?lang=es" if field in {"open", "must"} else "/", width=320)
    async with page.expect_navigation():
        await page.evaluate(SEND, [page.url, field, REFUSED[field]])
    error = page.locator(f"#{field}-error")
    await expect(error).to_be_visible()
    said = await error.inner_text()
    control = page.locator("[aria-invalid]")
    await expect(control).to_have_count(1)
    await expect(control).to_have_accessible_description(re.compile(re.escape(said)))
    assert await violations(page) == []
    assert not await page.evaluate(SIDEWAYS)


async def test_enter_in_the_field_searches(visit: Visit) -> None:
    page = await visit()
    await page.locator("#near").fill("80202")
    await page.locator("#near").press("Enter")
    await expect(page.locator("article", has_text="988 Lifeline").first).to_be_visible()


async def test_an_ambiguous_town_is_one_press_to_settle(visit: Visit) -> None:
    page = await visit(java_script_enabled=False)
    await search(page, "talk", near="Springfield")
    await expect(page.locator("#near-error")).to_contain_text("There is more than one Springfield")
    await page.get_by_role("button", name="Springfield, IL").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Talk to someone")
    await expect(page.locator(".lead")).to_contain_text("near Springfield, IL")


async def test_the_language_changes_without_losing_the_search(visit: Visit) -> None:
    page = await visit()
    await search(page, "place")
    await page.get_by_role("button", name="Español").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Un lugar adonde ir ya")
    await expect(page.locator(".lead")).to_contain_text("cerca de Lamplight, CO")
    await expect(page.locator("html")).to_have_attribute("lang", "es")


async def test_what_is_hidden_is_one_tap_away(visit: Visit, site: str) -> None:
    page = await visit(java_script_enabled=False)
    await page.locator(".finer summary").click()
    await page.select_option("#police_max", "P1")
    await page.get_by_label("Any time").check()
    await search(page, "place")
    assert await page.locator("article", has_text="Lamplight Walk-In").count() == 0
    await page.locator(".out button", has_text="police may be involved").click()
    card = page.locator("article", has_text="Lamplight Walk-In")
    await expect(card.locator("> :first-child")).to_contain_text("Police: may call police")
    assert page.url == f"{site}/"
    await page.get_by_role("button", name="Back to what fits").click()
    await expect(page.locator("article", has_text="La Plaza")).to_be_visible()
    await expect(page.locator("#police_max option[selected]")).to_have_text("Only with consent")


async def test_more_choices_work_without_scripts_and_by_touch(visit: Visit, site: str) -> None:
    page = await visit(java_script_enabled=False, is_mobile=True, has_touch=True)
    await page.locator("#near").fill(TOWN)
    await page.get_by_label("Any time").tap()
    await page.locator(".finer summary").tap()
    await page.select_option("#who", "community")
    await page.select_option("#arrive", "van")
    await page.locator("#age").fill("30")
    await page.get_by_label("Takes people who are intoxicated").tap()
    await page.locator(".finer .go").tap()
    first = page.locator("section", has_text="Places to go").locator("article").first
    await expect(first.locator(".name")).to_have_text("Prairie Rest Sobering Centre (invented)")
    await expect(first).to_contain_text("Takes people who are intoxicated · self-stated")
    await expect(page.locator(".lead")).to_contain_text("A community responder · In a team's van · 30 years")
    assert page.url == f"{site}/"


async def test_each_group_without_a_result_has_a_way_on(visit: Visit) -> None:
    page = await visit()
    await page.locator(".finer summary").click()
    await page.select_option("#kind", "SITE.SOBER")
    await page.locator("#near").fill(TOWN)
    await page.locator("#near").press("Enter")
    groups = page.locator(".bare li")
    await expect(groups).to_have_count(2)
    for n in range(2):
        await expect(groups.nth(n).locator("a, button")).to_have_count(1)


async def test_ones_own_position_is_typed_in_and_no_more(visit: Visit) -> None:
    page = await visit(geolocation={"latitude": 38.60012345, "longitude": -103.2}, permissions=["geolocation"])
    await page.get_by_role("button", name="Use my location").click()
    await expect(page.locator("#near")).to_have_value("38.6001, -103.2000")
    await page.locator("button.tile[value=place]").click()
    await expect(page.locator(".lead")).to_contain_text("near your point 38.60, -103.20")


async def test_without_scripts_nothing_is_offered_that_needs_one(visit: Visit) -> None:
    page = await visit(java_script_enabled=False)
    await expect(page.locator("#locate")).to_be_hidden()


async def test_hours_are_also_said_in_the_readers_own_clock(visit: Visit) -> None:
    page = await visit(timezone_id="Asia/Tokyo")
    await page.get_by_label("Any time").check()
    await search(page)
    await expect(page.locator("time[data-yours]").first).to_contain_text("your time")
    home = await visit(timezone_id="America/Denver")
    await home.get_by_label("Any time").check()
    await search(home, "everyday")
    assert "your time" not in await home.locator("main").inner_text()


async def test_leaving_leaves_nothing_to_go_back_to(visit: Visit, site: str) -> None:
    page = await visit("about:blank", elsewhere=True)
    await page.route("https://www.weather.gov/**", lambda route: route.fulfill(body="weather"))
    await page.goto(f"{site}/")
    await page.locator("#leave").click()
    await page.wait_for_url("https://www.weather.gov/")
    await page.go_back()
    assert page.url == "about:blank"
