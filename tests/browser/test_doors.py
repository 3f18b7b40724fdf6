"""The person's page by their code, and an offer by its link, in a real browser: for everybody, in both languages."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

import referrals
from core import cluster
from core.db import Database
from referrals.views import said
from tests.access.builders import RING
from tests.browser.conftest import Visit
from tests.browser.test_page import SIDEWAYS, TARGETS, TOO_SMALL, violations
from tests.builders import a_site, publish
from tests.referrals.builders import a_provider, a_responder, agreed, answers, created, says

Doors = tuple[str, str]
_SHOWN = os.environ.get("DOORLIGHT_PICTURES")


@pytest.fixture
async def doors(filled: cluster.Database) -> Doors:
    """The code of a person whom a place has, by which police were asked for; and the link of an offer that waits."""
    database = Database(filled.service_dsn, pool_size=2)
    rosa = await a_responder(database, f"Rosa{os.urandom(4).hex()}")
    house = await a_provider(database, f"Harbor House {os.urandom(4).hex()}")
    group = a_site(f"Kitchen Circle {os.urandom(4).hex()}")  # has no account, and answers by the link
    await publish(database, group)
    links = []
    for accepted, asked in ((True, house.service_id), (False, group.services[0].id)):
        made = await created(
            database, rosa, mode="cold", person={"name": "Alex Quill", "contact": "555-0101"}, age_band="adult",
            latitude=39.74, longitude=-104.99, languages=["es"], access=["WALK_IN"],
        )  # fmt: skip
        await says(database, rosa, made.id, agreed("name", "contact"))
        stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[asked]))
        offer_id = stands.offers[0].id
        async with database.transaction(rosa) as db:
            links.append((await referrals.make_link(db, rosa, offer_id=offer_id, ring=RING)).path)
        if accepted:
            code = made.code
            await answers(database, house.staff, offer_id, said.AcceptIn())
            async with database.transaction(house.staff) as db:
                await referrals.referral(db, house.staff, referral_id=made.id, ring=RING)
            async with database.transaction(rosa) as db:
                told = referrals.PoliceIn.model_validate({"ground": "medical", "tried": ["talked"], "told": "yes"})
                await referrals.ask_police(db, rosa, referral_id=made.id, said=told)
                report = {"recipient": "adult_protection", "duty": "adult_neglect", "facts": ["name"], "told": "yes"}
                bidden = referrals.MandatedIn.model_validate(report)
                await referrals.record_mandated(db, rosa, referral_id=made.id, said=bidden)
    await database.close()
    return code, links[1]


async def _fine(page: Page, called: str) -> None:
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    if _SHOWN:
        await page.screenshot(path=Path(_SHOWN) / f"{called}.png", full_page=True)
    assert await violations(page) == []
    assert not await page.evaluate(SIDEWAYS)
    assert await page.evaluate(TOO_SMALL, [TARGETS, 47.5]) == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark")])
async def test_the_persons_page_from_the_code_to_the_end(
    visit: Visit, doors: Doors, width: int, *, scheme: str, language: str
) -> None:
    page = await visit(f"/mine?lang={language}", width=width, color_scheme=scheme, java_script_enabled=True)
    await _fine(page, f"ask-{language}-{width}-{scheme}")
    await page.locator("#code").fill(doors[0])
    async with page.expect_navigation():
        await page.locator("main .go").click()
    await expect(page.locator("h1")).to_have_text({"en": "A place says yes", "es": "Un lugar dice que sí"}[language])
    assert doors[0] not in page.url
    await _fine(page, f"mine-{language}-{width}-{scheme}")
    async with page.expect_navigation():
        await page.locator("[value=withdraw]").click()
    await expect(page.locator("h1")).to_have_text({"en": "You stopped it", "es": "Usted lo detuvo"}[language])
    await expect(page.locator("main [name=do]")).to_have_count(0)
    await _fine(page, f"stopped-{language}-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme", "language"), [(320, "light", "es"), (768, "dark", "en")])
async def test_the_person_chooses_among_the_places_that_said_yes(
    visit: Visit, filled: cluster.Database, width: int, *, scheme: str, language: str
) -> None:
    database = Database(filled.service_dsn, pool_size=2)
    rosa = await a_responder(database, f"Rosa{os.urandom(4).hex()}")
    houses = [await a_provider(database, f"{name} House {os.urandom(4).hex()}", places=1) for name in ("Kite", "Pine")]
    made = await created(database, rosa, pattern="choice", width=2)
    await says(database, rosa, made.id, agreed())
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[one.service_id for one in houses]))
    for house, offer in zip(houses, stands.offers, strict=True):
        await answers(database, house.staff, offer.id, said.AcceptIn())
    await database.close()
    page = await visit(f"/mine?lang={language}", width=width, color_scheme=scheme)
    await page.locator("#code").fill(made.code)
    async with page.expect_navigation():
        await page.locator("main .go").click()
    await _fine(page, f"choice-{language}-{width}-{scheme}")
    await page.locator(f"label:has([value='{stands.offers[1].id}'])").click()
    async with page.expect_navigation():
        await page.locator("[value=choose]").click()
    await expect(page.locator("h1")).to_have_text({"en": "A place says yes", "es": "Un lugar dice que sí"}[language])
    await _fine(page, f"chosen-{language}-{width}-{scheme}")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark")])
async def test_an_offer_from_the_link_to_whom_it_is(
    visit: Visit, doors: Doors, width: int, *, scheme: str, language: str
) -> None:
    page = await visit(f"{doors[1]}?lang={language}", width=width, color_scheme=scheme)
    await _fine(page, f"offer-{language}-{width}-{scheme}")
    async with page.expect_navigation():
        await page.locator("[value=accept]").click()
    await expect(page.locator("main")).to_contain_text("Alex Quill")
    await _fine(page, f"accepted-{language}-{width}-{scheme}")
    await page.goto(f"{doors[1]}?lang={language}")
    await expect(page.locator("main")).not_to_contain_text("Alex Quill")


async def test_without_scripts_the_person_stops_everything(visit: Visit, doors: Doors) -> None:
    page = await visit("/mine", java_script_enabled=False, is_mobile=True, has_touch=True)
    await page.locator("#code").fill(doors[0])
    await page.locator("main .go").tap()
    await expect(page.locator("h1")).to_have_text("Un lugar dice que sí")  # their language
    await page.locator("[value=withdraw]").tap()
    await expect(page.locator("h1")).to_have_text("Usted lo detuvo")
