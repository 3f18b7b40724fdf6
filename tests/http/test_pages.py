"""The pages, as any browser gets them: what they say, what they never say, and what they weigh."""

import re
from datetime import UTC, datetime, time
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient, Response

import api.web
import directory
from api.app import create_app
from api.web.asked import Asked
from api.web.card import card
from api.web.needs import NEEDS
from api.web.say import clock, dialled, distance, from_clock, link
from api.web.words import words
from core.db import Database
from core.security import SYSTEM
from core.settings import Settings
from directory import AccessPointIn, Distance, Level, PlaceIn, ScheduleIn, SearchAnswer
from tests.builders import (
    DENVER,
    EVERY_DAY,
    NOON,
    a_line,
    a_phone,
    a_site,
    daily,
    nationwide,
    publish,
    publish_today,
    search,
    speaks,
    stated,
)

HERE = f"{DENVER[0]}, {DENVER[1]}"
PAGES = Path(api.web.__file__).parent
EN, ES = words("en"), words("es")
NIGHT = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)  # Friday, 23:40 in Denver
DENVER_ZONE = "America/Denver"


async def find(client: AsyncClient, lang: str | None = None, **asked: str) -> Response:
    return await client.post("/", params={"lang": lang} if lang else {}, data={"near": HERE, "open": "any"} | asked)


def text(reply: Response) -> str:
    """What a person reads: no tags, single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", reply.text)).split())


async def places(database: Database, *named: tuple[str, str]) -> None:
    found = [PlaceIn(kind="city", name=name, state=state, latitude=40, longitude=-90) for name, state in named]
    async with database.transaction() as db:
        await directory.fill_places(db, SYSTEM, places=found, now=NOON)


# What a card says


async def test_a_card_says_what_a_responder_must_know_without_opening_it(
    client: AsyncClient, database: Database
) -> None:
    await publish_today(
        database,
        a_site("Night House", schedules=[daily()], disclosure=stated(Level.P3), languages=speaks("es")),
    )
    said = text(await find(client, open="now"))
    for part in (
        "Night House",
        "Night House organization · Sobering centre",
        "Open day and night",
        "about 10 m / 0.1 mi",
        "12 Canary Street, Denver, CO 80202",
        "Police: may call police · stated by example.org · 1\u00a0Oct\u00a02026",
        "Not confirmed yet",
        "Call 303-555-0101",
    ):
        assert " ".join(part.split()) in said


async def test_police_that_nothing_is_stated_of_is_never_shown_as_anything_else(
    client: AsyncClient, database: Database
) -> None:
    await publish_today(database, a_site())
    said = text(await find(client))
    assert "Police: not stated" in said
    assert "Nothing is stated. Treat it as: may call police." in said
    assert "Police: never" not in said


async def test_unknown_hours_are_said_and_asked_about(client: AsyncClient, database: Database) -> None:
    await publish_today(database, a_site("Quiet House"))
    said = text(await find(client, open="now"))
    assert "Might fit — ask first" in said
    assert "Hours unknown — ask" in said
    assert "Ask “Are you open right now, and until when?”" in said


async def test_what_is_ruled_out_is_counted_and_one_press_away(client: AsyncClient, database: Database) -> None:
    await publish_today(database, a_site("Open House", schedules=[daily()]), a_site("Shut House", schedules=[never()]))
    reply = await find(client, open="now")
    assert "Left out 1: closed at that time Show" in text(reply)
    assert "Shut House" not in text(reply)
    left_out = text(await find(client, open="now", hidden="closed"))
    assert "Left out: closed at that time" in left_out
    assert "Shut House" in left_out
    assert "Open House" not in left_out


def never() -> ScheduleIn:
    """Stated hours that are not now: one minute of a day that is three days off."""
    day = list(EVERY_DAY)[(datetime.now(UTC).weekday() + 3) % 7]
    return ScheduleIn(id=uuid4(), freq="WEEKLY", byday=(day,), opens_at=time(12), closes_at=721)


async def test_a_confidential_place_shows_no_distance_and_no_address(client: AsyncClient, database: Database) -> None:
    hidden = {"confidential": True, "latitude": None, "longitude": None, "addresses": (), "precision": "confidential"}
    await publish_today(
        database,
        a_site("Safe House", kinds=("DV.SHELTER",), location=hidden, service_areas=(nationwide(),)),
    )
    said = text(await find(client))
    assert "Its address is never shown" in said
    assert "Canary" not in said
    assert " mi " not in said.partition("Safe House")[2].partition("Details")[0]


async def test_invented_services_are_called_so(client: AsyncClient, database: Database) -> None:
    listing = a_site("Lamplight House")
    invented = listing.organization.model_copy(update={"invented": True})
    await publish_today(database, listing.model_copy(update={"organization": invented}))
    assert "Invented, for trying out" in text(await find(client))


async def test_whatever_a_listing_holds_is_text(client: AsyncClient, database: Database) -> None:
    bad = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    await publish_today(
        database,
        a_site(bad, description=bad, access_points=(a_phone(bad, menu_path={"en": bad}, answered_by=bad),)),
        a_line(
            "Odd link",
            access_points=(AccessPointIn(id=uuid4(), kind="AP.CHAT", modes=("chat",), url="javascript:alert(1)"),),
        ),
    )
    reply = await find(client, q="alert")
    page = reply.text + (await find(client)).text + (await find(client, near=bad)).text
    assert bad in unescape(page)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page


# Ways in


async def test_ways_in_are_links_a_phone_understands(client: AsyncClient, database: Database) -> None:
    ways = (
        a_phone("1-800-555-0101 ext. 7"),
        AccessPointIn(id=uuid4(), kind="AP.TEXT", modes=("text",), number="741741", menu_path={"en": "text HOME"}),
        AccessPointIn(id=uuid4(), kind="AP.CHAT", modes=("chat",), url="https://chat.example.org/"),
    )
    await publish_today(database, a_line(schedules=(daily(),), access_points=ways))
    page = (await find(client)).text
    for href in ("tel:+18005550101;ext=7", "sms:741741", "https://chat.example.org/"):
        assert f'href="{href}"' in page
    assert "text HOME" in page


async def test_the_line_in_ones_own_language_comes_first(client: AsyncClient, database: Database) -> None:
    ways = (
        a_phone("988", languages=("en",), menu_path={"en": "stay on the line", "es": "espere en la línea"}),
        a_phone("988", languages=("es",), menu_path={"en": "press 2", "es": "marque 2"}),
    )
    await publish_today(database, a_line(schedules=(daily(),), access_points=ways))
    english, spanish = text(await find(client)), text(await find(client, "es"))
    assert "Call 988 stay on the line" in english
    assert "Llamar 988 marque 2" in spanish
    assert "Call 988 press 2" in text(await find(client, language="es"))


async def test_a_number_on_an_app_is_no_number_to_dial(client: AsyncClient, database: Database) -> None:
    way = AccessPointIn(
        id=uuid4(), kind="AP.APP", modes=("app",), number="719-555-0112", menu_path={"en": "write on Signal"}
    )
    await publish_today(database, a_line("Neighbours", schedules=(daily(),), access_points=(way,)))
    page = (await find(client)).text
    assert "write on Signal" in page
    assert "719-555-0112" in page
    assert "5550112" not in page


# The question


async def test_a_position_never_stands_in_a_url(client: AsyncClient, database: Database) -> None:
    await publish_today(database, a_site())
    asked = await client.get("/", params={"near": HERE, "lat": 39.7, "lon": -104.9, "q": "my words", "need": "bed"})
    assert asked.status_code == 200
    assert str(DENVER[0]) not in asked.text
    assert "my words" not in asked.text
    answered = await find(client, q="site")
    assert not re.findall(r'(?:href|action)="[^"]*(?:39\.7|near|q=)', answered.text)
    assert 'method="get"' not in asked.text + answered.text


async def test_a_link_may_say_what_is_needed(client: AsyncClient) -> None:
    page = (await client.get("/", params={"kind": "SITE.SOBER", "open": "any", "mode": "phone"})).text
    assert '<option value="SITE.SOBER" selected>' in page
    assert '<option value="phone" selected>' in page


async def test_a_pressed_need_is_wider_than_the_kind_chosen_before(client: AsyncClient, database: Database) -> None:
    await publish_today(database, a_site("Sober House"), a_site("Walk House", kinds=("SITE.WALKIN",)))
    assert "Walk House" not in text(await find(client, kind="SITE.SOBER"))
    both = text(await find(client, kind="SITE.SOBER", need="place"))
    assert "Sober House" in both
    assert "Walk House" in both
    assert "Walk House" in text(await find(client, was="place"))
    assert "Walk House" not in text(await find(client, was="bed"))


async def test_an_ambiguous_town_is_chosen_by_a_button(client: AsyncClient, database: Database) -> None:
    await places(database, ("Springfield", "IL"), ("Springfield", "MA"))
    reply = await find(client, near="springfield", need="bed")
    assert reply.status_code == 422
    assert "There is more than one springfield." in text(reply)
    assert '<button class="chip" name="near" value="Springfield, IL">' in reply.text
    # the button's value comes after the field's, and what was needed before is kept
    chosen = await client.post("/", content=f"was=bed&near=springfield&near={quote('Springfield, IL')}")
    assert "A bed" in text(chosen)
    assert "near Springfield, IL" in text(chosen)


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({"near": "Nowhere, ZZ"}, "near", "We know no place called Nowhere, ZZ."),
        ({"near": "x" * 101}, "near", "Write at most 100 letters"),
        ({"near": "95, 10"}, "near", "not a point on Earth"),
        ({"kind": "SITE.NONE"}, "kind", "Choose one of the kinds"),
        ({"mode": "pigeon"}, "mode", "Choose one of the ways"),
        ({"language": "Spanish!"}, "language", "Choose one of the languages"),
        ({"within_m": "far"}, "within_m", "Choose one of the distances"),
        ({"q": "x" * 201}, "q", "Use at most 200 letters"),
        ({"open": "tonight"}, "open", "Choose open now"),
        ({"open": "2099-12-01T20:00:00-07:00"}, "open", "That time is too far away."),
        ({"who": "nobody"}, "who", "Choose one on the list."),
        ({"arrive": "by sea"}, "arrive", "Choose one on the list."),
        ({"police_max": "P9"}, "police_max", "Choose one on the list."),
        ({"police_max": "P1", "arrive": "police"}, "police_max", "Who comes with police meets police"),
        ({"involuntary_max": "I9"}, "involuntary_max", "Choose one on the list."),
        ({"must": "WINGS"}, "must", "Choose from the list"),
        ({"must_not": "WINGS"}, "must_not", "Choose from the list"),
        ({"age": "seven"}, "age", "Write an age in years"),
        ({"age": "131"}, "age", "Write an age in years"),
        ({"free": "many"}, "free", "Choose one of the numbers"),
        ({"lasting": "forever"}, "lasting", "Choose one on the list."),
    ],
)
async def test_trouble_is_said_at_its_field(client: AsyncClient, asked: dict[str, str], field: str, said: str) -> None:
    reply = await find(client, **asked)
    assert reply.status_code == 422
    assert said in text(reply)
    assert f'id="{field}-error"' in reply.text
    control = re.findall(r"<(?:input|select|fieldset)[^>]*aria-invalid=\"true\"[^>]*>", reply.text)
    assert len(control) == 1
    assert re.search(rf'aria-describedby="(?:\S+ )?{field}-error"', control[0])
    assert 'href="tel:911"' in reply.text


async def test_where_too_much_was_chosen_all_of_it_is_wrong(client: AsyncClient) -> None:
    codes = list(directory.vocabulary("attribute").terms)[:16]
    reply = await client.post("/", data={"must": codes, "must_not": ["PETS"]})
    wrong = re.findall(r'name="must" value="([^"]+)" checked aria-invalid="true"', reply.text)
    assert sorted(wrong) == sorted(codes)
    assert reply.text.count("aria-invalid") == 16


async def test_a_form_too_large_or_odd_is_refused_calmly(client: AsyncClient) -> None:
    assert (await find(client, q="x" * 30_000)).status_code == 413
    many = "&".join(f"a{n}=1" for n in range(200))
    assert (await client.post("/", content=many)).status_code == 413
    assert (await client.post("/", content=b"\xff\xfe=%ff&near=%00")).status_code in {200, 422}


async def test_a_cursor_leads_on_and_a_broken_one_to_the_start(client: AsyncClient, database: Database) -> None:
    await publish_today(database, *(a_site(f"House {n:02}") for n in range(23)))
    first = await find(client, kind="SITE.SOBER")
    cursor = re.search(r'name="cursor" value="([^"]+)"', first.text)
    assert cursor is not None
    shown = set(re.findall(r">(House \d\d)</h4>", first.text))
    second = await find(client, kind="SITE.SOBER", cursor=unescape(cursor[1]))
    more = set(re.findall(r">(House \d\d)</h4>", second.text))
    assert (len(shown), len(more), shown & more) == (20, 3, set())
    broken = await find(client, cursor="nonsense")
    assert broken.status_code == 200
    assert "That list has changed since" in text(broken)


async def test_there_is_always_a_next_step(client: AsyncClient, database: Database) -> None:
    for reply in (await client.get("/"), await find(client), await find(client, near="Nowhere, ZZ")):
        for href in ("tel:911", "tel:988"):
            assert f'href="{href}"' in reply.text
        assert 'id="leave"' in reply.text
        assert "danger to life" in text(reply)
    nothing = text(await find(client))
    assert "Nothing we know of fits that." in nothing
    assert "Call 211" in nothing


async def test_without_a_database_the_numbers_stay() -> None:
    app = create_app(Settings(service_dsn="postgresql://nobody@127.0.0.1:1/none"))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://doorlight.test") as lost:
        asked, answered = await lost.get("/"), await find(lost)
    await app.state.database.engine.dispose()
    assert (asked.status_code, answered.status_code) == (200, 503)
    assert "We cannot search just now." in text(answered)
    assert "sms:988" in answered.text


# Languages


def test_both_languages_say_the_same_things() -> None:
    assert EN.said.keys() == ES.said.keys()
    for key, sentence in EN.said.items():
        assert re.findall(r"{\w+}", sentence) == re.findall(r"{\w+}", ES.said[key]), key
        assert ES.said[key] == "" or sentence != "", key


def test_nothing_is_written_that_no_page_says() -> None:
    files = [*PAGES.rglob("*.py"), *PAGES.rglob("*.html"), *(PAGES.parent / "cli").glob("*.py")]
    written = "".join(file.read_text() for file in files)
    built = (
        "_eg",
        "error_",
        "within_",
        "more_fits",
        "more_might_fit",
        "more_ruled_out",
        "said_",
        "role_",
        "scope_",
        "wrong_",
        "too_",
        "cli_",
        "claim_",
        "correction_",
        "mine_",
        "field_",
        "gateway_",
        "offer_",
        "urgency_",
        "age_band_",
        "refuses_",
        "person_",
        "given_",
        "purpose_",
        "mandated_",
        "declined_",
        "returned_",
        *NEEDS,
        "any",
    )
    unused = [
        key for key in EN.said if not re.search(f"[\"']{key}[\"']", written) and not any(part in key for part in built)
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("header", "lang", "shown"), [("es-MX,es;q=0.9", None, "es"), ("es", "en", "en"), ("fr", None, "en")]
)
async def test_the_language_is_the_browsers_unless_chosen(
    client: AsyncClient, header: str, lang: str | None, shown: str
) -> None:
    reply = await client.get("/", params={"lang": lang} if lang else {}, headers={"Accept-Language": header})
    assert f'<html lang="{shown}">' in reply.text
    assert reply.headers["content-language"] == shown


async def test_spanish_results_are_spanish_throughout(client: AsyncClient, database: Database) -> None:
    await publish_today(database, a_site("Casa", schedules=[daily()], disclosure=stated(Level.P1)))
    said = text(await find(client, "es", open="now"))
    assert "Abierto día y noche" in said
    assert "Policía: solo con consentimiento" in said
    assert "Sin confirmar todavía" in said
    for english in ("Open", "Police", "Call ", "about ", "Not confirmed", "Fits"):
        assert english not in said


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ("confirmed by Consejo de La Loma", "nobody else has confirmed it", "Confirmed by a person on")),
        ("es", ("confirmado por Consejo de La Loma", "nadie más lo ha confirmado", "Confirmado por una persona el")),
    ],
)
async def test_who_confirmed_a_listing_and_when_is_said_in_both_languages(
    client: AsyncClient, database: Database, lang: str, said: tuple[str, str, str]
) -> None:
    by_others, by_nobody, when = said
    alone = stated(Level.P1)
    checked = alone.model_copy(update={"id": uuid4(), "confirmed_by": "Consejo de La Loma"})
    known = a_site("Casa", disclosure=checked)
    await publish_today(database, known, a_site("Duda", disclosure=alone), a_site("Silencio", disclosure=None))
    async with database.transaction() as db:
        await directory.confirm(db, SYSTEM, service_id=known.services[0].id, now=datetime.now(UTC))
    cards = {
        name: " ".join(unescape(re.sub(r"<[^>]+>", " ", card)).split())
        for card in (await find(client, lang)).text.split("<article")[1:]
        for name in ("Casa", "Duda", "Silencio")
        if f">{name}<" in card
    }
    assert by_others in cards["Casa"]
    assert when in cards["Casa"]
    assert by_nobody in cards["Duda"]
    assert by_nobody not in cards["Silencio"]
    assert when not in cards["Duda"]


def test_every_kind_belongs_to_one_need() -> None:
    offered = [kind for kinds in NEEDS.values() for kind in kinds]
    assert sorted(offered) == sorted(directory.vocabulary("kind").terms)


# Headers and weight


async def test_a_page_may_load_from_here_alone_and_tells_nobody(client: AsyncClient) -> None:
    for reply in (await client.get("/"), await find(client)):
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cache-control"] == "no-store"
        assert "accept-language" in reply.headers["vary"].lower()
        assert "<title>Doorlight</title>" in reply.text
        assert not re.search(r"\son\w+=|\sstyle=|<style|<script(?! src)", reply.text)


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_the_first_load_is_light(client: AsyncClient, lang: str) -> None:
    page = await client.get("/", params={"lang": lang})
    weight = len(page.content)
    for asset in set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text)):
        reply = await client.get(asset)
        assert reply.status_code == 200, asset
        weight += len(reply.content)
    assert weight < 50_000


async def test_symbols_that_pages_use_are_drawn(client: AsyncClient, database: Database) -> None:
    await publish_today(database, a_site(schedules=[daily()]), a_line())
    drawn = set(re.findall(r'id="(\w+)"', (PAGES / "static" / "icons.svg").read_text()))
    used = set(re.findall(r"icons\.svg#(\w+)", (await client.get("/")).text + (await find(client)).text))
    levels, states = directory.vocabulary("police").terms, directory.vocabulary("open").terms
    assert used | levels.keys() | states.keys() <= drawn


# Explorers


async def test_explorers_are_served_whole_from_here(client: AsyncClient) -> None:
    for path in ("/docs", "/graphql"):
        page = await client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        assets = re.findall(r'(?:href|src)="([^"]+\.(?:js|css|svg))"', page.text)
        assert all(asset.startswith("/static/") for asset in assets)
        for asset in assets:
            assert (await client.get(asset)).status_code == 200, asset


async def test_a_browser_without_a_query_is_shown_the_graphql_explorer(client: AsyncClient) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    assert "graphiql" in (await client.get("/graphql", headers=accept)).text
    asked = await client.get("/graphql", params={"query": "{__typename}"}, headers=accept)
    assert asked.json() == {"data": {"__typename": "Query"}}


def test_vendored_programs_name_their_version_and_licence() -> None:
    vendor = PAGES / "static" / "vendor"
    note = (vendor / "README.md").read_text()
    for folder in (path for path in vendor.iterdir() if path.is_dir()):
        assert f"| {folder.name} |" in note
        assert list(folder.glob("LICENSE*"))
        for file in folder.iterdir():
            assert file.name in note or file.name.startswith(("LICENSE", "NOTICE")), file


# How times, distances and numbers are said


@pytest.mark.parametrize(
    ("when", "en", "es"),
    [
        ("2026-11-21T08:00:00-07:00", "8:00 am MST", "las 8:00 a. m. MST"),
        ("2026-11-21T13:05:00-07:00", "Sat 1:05 pm MST", "el sáb a la 1:05 p. m. MST"),
        ("2026-11-21T00:00:00-07:00", "midnight MST", "medianoche MST"),
        ("2026-11-24T12:00:00-07:00", "Tue noon MST", "el mar a mediodía MST"),
        ("2026-12-24T18:30:00-07:00", "24 Dec 2026, 6:30 pm MST", "el 24 dic 2026 a las 6:30 p. m. MST"),
    ],
)
def test_a_time_names_its_zone_and_the_day_where_the_clock_could_mislead(when: str, en: str, es: str) -> None:
    at = datetime.fromisoformat(when)
    for say, expected in ((EN, en), (ES, es)):
        assert clock(at, now=NIGHT, zone=DENVER_ZONE, say=say).replace("\u00a0", " ") == expected


def test_opening_at_a_time_reads_well_in_both_languages() -> None:
    eight = datetime.fromisoformat("2026-11-21T08:00:00-07:00")
    said = [from_clock(eight, now=NIGHT, zone=DENVER_ZONE, say=say).replace("\u00a0", " ") for say in (EN, ES)]
    assert said == ["8:00 am MST", "a las 8:00 a. m. MST"]


def test_a_zone_without_letters_is_called_by_its_offset() -> None:
    said = clock(NIGHT, now=NIGHT, zone="America/Sao_Paulo", say=EN)
    assert said.endswith("UTC-0300")


async def test_distances_are_no_finer_than_what_is_known(database: Database) -> None:
    await publish_today(database, a_site())
    result = (await search(database)).fits[0]

    def said(metres: int | None, precision: str, **other: Any) -> str:
        far = Distance(metres=metres, precision=precision)
        return distance(result.model_copy(update={"distance": far, **other}), EN)

    assert said(1_240, "rooftop") == "about 1.2 km / 0.8 mi"
    assert said(230, "rooftop") == "about 230 m / 0.1 mi"
    assert said(24_000, "postcode") == "about 24 km / 15 mi · measured to its ZIP"
    assert said(5_000, "area") == "about 5.0 km / 3.1 mi · only its area is known"
    assert said(300, "not_stated") == "about 0.3 km / 0.2 mi · exact spot not stated"
    assert said(None, "confidential") == "Its address is never shown"
    assert said(None, "not_stated", kinds=["MOBILE.CLIN"], location_id=None) == "Comes to you"
    assert said(None, "not_stated", location_id=None) == "By phone or online, from anywhere it serves"


@pytest.mark.parametrize(
    ("number", "href"),
    [
        ("988", "988"),
        ("303-555-0101", "+13035550101"),
        ("1 (303) 555-0101", "+13035550101"),
        ("+44 20 7946 0000", "+442079460000"),
        ("303.555.0101 ext. 12", "+13035550101;ext=12"),
        ("call the office", None),
        ("1-800-HELP", None),
        ("", None),
    ],
)
def test_numbers_as_a_phone_dials_them(number: str, href: str | None) -> None:
    assert dialled(number) == href


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "chat", "", None])
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert link(url) is None


async def test_an_open_way_leads_where_the_phone_is_closed(database: Database) -> None:
    ways = (
        a_phone(schedules=(never(),)),
        AccessPointIn(id=uuid4(), kind="AP.APP", modes=("app",), number="719-555-0112", schedules=(daily(),)),
    )
    await publish(database, a_line(access_points=ways), now=NOON)
    shown: SearchAnswer = await search(database)
    buttons = card(shown.fits[0], Asked(), NOON, None, EN).buttons
    assert [(way.number, way.href is None) for way in buttons] == [("719-555-0112", True), ("303-555-0101", False)]
