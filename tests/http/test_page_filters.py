"""What the page lets a person ask for, and what it says of it: who asks, police, ages, places, needs, hours, groups."""

import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

from api.web.asked import FREE, LASTING, Asked
from api.web.card import card
from api.web.needs import ATTRIBUTES, LIMITS
from api.web.say import ages, elsewhere, free_places, soon
from api.web.words import words
from core.db import Database
from directory import (
    AccessPointIn,
    Ages,
    AttributeIn,
    CapacityIn,
    FreePlaces,
    Level,
    ListingIn,
    Opening,
    OpenState,
    SearchInput,
    vocabulary,
)
from tests.builders import NOON, a_line, a_phone, a_site, daily, publish, publish_today, search, stated
from tests.http.test_pages import find, never, text

EN, ES = words("en"), words("es")
TODAY = datetime.now(UTC).date()


def said(code: str, answer: Any = "yes", **more: Any) -> AttributeIn:
    return AttributeIn(taxonomy="attribute", code=code, answer=answer, **more)


def open_site(name: str, *attributes: AttributeIn, level: Level = Level.P1, **more: Any) -> ListingIn:
    return a_site(name, schedules=[daily()], disclosure=stated(level, TODAY), attributes=attributes, **more)


def names(reply: Response) -> list[str]:
    return [unescape(name) for name in re.findall(r'class="name">([^<]+)<', reply.text)]


# The question


def test_the_form_comes_to_the_search_it_says() -> None:
    form = {
        "near": ["Denver, CO"], "who": ["community"], "arrive": ["van"], "police_max": ["P1"],
        "involuntary_max": ["I0"], "age": ["17"], "must": ["PETS", "WHEELCHAIR", "PETS"],
        "must_not": ["RESTRAINT"], "free": ["2"],
        "lasting": ["for_60"], "open": ["any"], "language": ["es"], "mode": ["text"], "hidden": ["police"],
        "within_m": ["8000"], "q": ["dog"], "kind": ["SITE.SOBER"],
    }  # fmt: skip
    asked = Asked.of(form)
    assert asked.search(20) == SearchInput(
        near="Denver, CO", from_="community", arrive="van", police_max="P1", involuntary_max="I0", age=17,
        must=["PETS", "WHEELCHAIR"], must_not=["RESTRAINT"],
        free=2, open="now", open_for_min=60, language="es", mode=["text"], hidden="police",
        within_m=8000, q="dog", kind=["SITE.SOBER"],
    )  # fmt: skip
    again: dict[str, list[str]] = {}
    for name, value in asked.said():
        again.setdefault(name, []).append(value)
    assert Asked.of(again) == asked


def test_the_page_asks_for_every_field_of_a_search() -> None:
    form = Asked.__dataclass_fields__.keys()
    elsewhere_asked = {"lat", "lon", "limit", "from_", "open_for_min", "opens_within_min"}
    assert SearchInput.model_fields.keys() - elsewhere_asked <= form
    assert {name for name, _ in LASTING.values()} == {"open_for_min", "opens_within_min"}
    assert set(ATTRIBUTES) | set(LIMITS) <= vocabulary("attribute").terms.keys()
    assert all(SearchInput(free=int(count)) for count in FREE)


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_every_choice_has_a_label_and_keeps_what_was_chosen(client: AsyncClient, lang: str) -> None:
    chosen = {"who": "warm", "arrive": "ems", "police_max": "P2", "involuntary_max": "I1", "lasting": "within_30"}
    page = (await find(client, lang, **chosen, free="3", age="41", must="QUIET_ROOM")).text
    for value in chosen.values():
        assert f'<option value="{value}" selected>' in page
    assert "<option selected>3</option>" in page
    assert 'name="age" value="41"' in page
    assert re.search(r'name="must" value="QUIET_ROOM" checked', page)
    for name in (*chosen, "age", "free"):
        assert f'<label for="{name}">' in page


async def test_a_link_never_says_who_a_person_is(client: AsyncClient) -> None:
    page = (await client.get("/", params={"police_max": "P1", "age": "17", "must": "TRANS_INCLUSIVE"})).text
    assert '<option value="P1" selected>' in page
    assert 'name="age" value=""' in page
    assert 'value="TRANS_INCLUSIVE" checked' not in page


async def test_choices_filter(client: AsyncClient, database: Database) -> None:
    await publish_today(
        database,
        open_site(
            "Pet house",
            said("PETS"),
            said("FROM.COMMUNITY"),
            said("SOBRIETY_REQUIRED", "no"),
            minimum_age=12,
            maximum_age=17,
        ),
        open_site(
            "No pets", said("PETS", "no"), said("FROM.COMMUNITY", "no"), said("SOBRIETY_REQUIRED"), minimum_age=18
        ),
        open_site("Court house", level=Level.P4),
    )
    for asked in ({"must": "PETS"}, {"must_not": "SOBRIETY_REQUIRED"}, {"who": "community"}, {"age": "15"}):
        reply = await find(client, **asked)
        assert "Pet house" in names(reply)
        assert "No pets" not in names(reply)
        assert "Left out" in text(reply)
    reply = await find(client, police_max="P1")
    assert set(names(reply)) == {"Pet house", "No pets"}
    assert "police at most: Only with consent" in text(reply)


async def test_a_time_that_a_link_asks_for_is_kept_on_every_way_on(client: AsyncClient, database: Database) -> None:
    then = datetime.now(UTC).replace(hour=20, minute=0, second=0, microsecond=0) + timedelta(days=3)
    sites = (open_site(f"Open {n:02}", minimum_age=12) for n in range(21))
    await publish_today(database, *sites, a_site("Shut house", schedules=[never()]))
    asked = then.isoformat()
    held = f'name="open" value="{asked}"'
    page = (await client.get("/", params={"open": asked, "kind": "SITE.SOBER"}, headers={"Accept-Language": "en"})).text
    assert f"{held} checked" in page
    assert re.search(rf"<span>Open \w{{3}} {then.day}\W\w{{3}}\W{then.year}, \S+\W[ap]m UTC</span>", page)
    assert 'value="now" checked' not in page
    switch = re.search(r'class="plain" href="([^"]+)" lang="es"', page)
    assert switch is not None
    spanish = (await client.get(unescape(switch[1]))).text
    assert f"{held} checked" in spanish
    assert '<option value="SITE.SOBER" selected>' in spanish

    answered = await find(client, open=asked, kind="SITE.SOBER")
    assert text(answered).count("UTC") == 0  # in the clock of the place, once that is known
    assert "Open now" not in re.findall(r'class="lead">(.*?)</p>', answered.text, re.DOTALL)[0]
    every = re.findall(r"<form.*?</form>", answered.text, re.DOTALL)
    forms = [form for form in every if 'action="/correction' not in form]  # that one leaves the search
    assert len(forms) > 3
    for form in forms:
        assert held in form
    for way_on in ("More that fit", "closed at that time", "Español"):
        assert any(way_on in unescape(form) for form in forms), way_on


async def test_open_for_an_hour_means_from_that_time_where_one_is_chosen() -> None:
    asked = Asked.of({"open": ["2026-12-01T20:00:00-07:00"], "lasting": ["for_60"]})
    assert asked.search(20).open == "2026-12-01T20:00:00-07:00"
    assert asked.search(20).open_for_min == 60


async def test_open_for_an_hour_means_from_now(client: AsyncClient, database: Database) -> None:
    await publish_today(database, open_site("Open house"), a_site("Shut house", schedules=[never()]))
    reply = await find(client, open="any", lasting="for_60")
    assert names(reply) == ["Open house"]
    assert "Open for an hour or more · near" in text(reply)


# The answer in its groups


async def test_groups_stand_apart_and_each_has_a_next_step(client: AsyncClient, database: Database) -> None:
    await publish_today(
        database, open_site("Night house"), a_line("Night line", schedules=(daily(),)), a_site("Quiet house")
    )
    reply = await find(client, open="now")
    said_ = text(reply)
    assert re.search(r"Places to go Fits .*Night house.* Might fit .*Quiet house.* Lines to call or text Fits", said_)
    assert "Teams that come Look farther away" in said_


@pytest.mark.parametrize(
    ("asked", "step"),
    [
        ({"kind": "SITE.URGENT"}, "Places to go Look farther away"),
        ({"kind": "SITE.URGENT", "within_m": "500000"}, "Call 988"),
        ({"near": "", "kind": "SITE.URGENT"}, "Call 988"),
        ({"kind": "SITE.SOBER", "police_max": "P0"}, "Places to go See what was left out, and why"),
    ],
)
async def test_where_nothing_is_found_there_is_something_to_do(
    client: AsyncClient, database: Database, asked: dict[str, str], step: str
) -> None:
    await publish_today(database, open_site("Court house", level=Level.P4))
    reply = await find(client, **asked)
    assert names(reply) == []
    assert step in text(reply)
    assert 'href="tel:988"' in reply.text


async def test_a_long_list_of_doubts_is_folded(client: AsyncClient, database: Database) -> None:
    await publish_today(database, *(a_site(f"Doubt {n}") for n in range(6)))
    reply = await find(client, open="now")
    assert "2 more that might fit" in text(reply)
    assert len(names(reply)) == 6
    assert reply.text.index("Doubt") < reply.text.index('<details class="rest">')


async def test_what_is_left_out_is_shown_with_its_police_first(client: AsyncClient, database: Database) -> None:
    await publish_today(
        database,
        open_site("Kind house"),
        open_site("Court house", level=Level.P4),
        a_line("Line", schedules=(daily(),)),
    )
    asked = {"police_max": "P1", "open": "now"}
    reply = await find(client, **asked)
    button = re.search(r'<form[^>]*>((?:\s*<input[^>]*>)+)\s*<button class="chip"><span>1: police', reply.text)
    assert button is not None
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', button[1]))
    assert fields["hidden"] == "police"
    shown = await client.post("/", data=fields)
    assert names(shown) == ["Court house"]
    first = text(shown).partition("Places to go")[2]
    assert first.index("Police: police present · stated by example.org") < first.index("Court house")
    assert "Its police level is above the one asked for." in text(shown)
    assert "Back to what fits" in text(shown)
    assert 'name="hidden"' not in shown.text.partition("Back to what fits")[0].rpartition("<form")[2]


async def test_what_is_left_out_goes_on(client: AsyncClient, database: Database) -> None:
    await publish_today(database, *(open_site(f"Court {n:02}", level=Level.P4) for n in range(23)))
    first = await find(client, police_max="P1", hidden="police")
    more = re.search(r'<form[^>]*class="more">(.*?)</form>', first.text, re.DOTALL)
    assert more is not None
    second = await client.post("/", data=dict(re.findall(r'name="(\w+)" value="([^"]*)"', unescape(more[1]))))
    assert sorted(names(first) + names(second)) == [f"Court {n:02}" for n in range(23)]


async def test_without_a_place_what_lies_elsewhere_waits_for_one(client: AsyncClient, database: Database) -> None:
    no_pets = (said("PETS", "no"),)
    await publish_today(database, a_line("No pets", schedules=(daily(),), attributes=no_pets), open_site("Somewhere"))
    shown = text(await find(client, near="", must="PETS"))
    assert "1: does not fit a need Show" in shown
    assert "1: no place to measure from Say where to see them" in shown
    assert names(await find(client, near="", must="PETS", hidden="attribute")) == ["No pets"]


# What a card says


async def test_free_places_have_an_age_or_are_unknown(client: AsyncClient, database: Database) -> None:
    def counted(ago: timedelta) -> CapacityIn:
        return CapacityIn(id=uuid4(), unit="bed", free=2, total=9, as_of=datetime.now(UTC) - ago)

    await publish(
        database,
        open_site("New count", capacities=(counted(timedelta(minutes=12)),)),
        open_site("Old count", capacities=(counted(timedelta(hours=3)),)),
        now=datetime.now(UTC),
    )
    shown = text(await find(client))
    assert "Bed: 2 of 9 free, 12 min ago" in shown
    assert "Bed: free places unknown (the last count is 3 h old)" in shown
    assert names(await find(client, free="2")) == ["New count", "Old count"]
    assert "How many places are free right now?" in text(await find(client, free="2"))


def test_a_count_is_as_old_as_it_is() -> None:
    bed = FreePlaces(unit="bed", label="Bed", free=0, total=None, as_of=NOON, age_min=119, state="stated", source=None)
    assert free_places(bed, EN) == "Bed: 0 free, 119 min ago"
    old = bed.model_copy(update={"free": None, "age_min": 3 * 24 * 60, "state": "expired"})
    assert free_places(old, EN) == "Bed: free places unknown (the last count is 3 days old)"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(12, 17, "Ages 12 to 17"), (18, None, "Ages 18 and over"), (None, 5.5, "Up to age 5.5"), (None, None, "")],
)
def test_ages_are_said_where_they_are_stated(first: float | None, last: float | None, expected: str) -> None:
    assert ages(Ages(minimum=first, maximum=last), EN) == expected


async def test_what_is_stated_is_told_apart_by_answer_and_by_who_said_it(
    client: AsyncClient, database: Database
) -> None:
    attributes = (said("PETS"), said("STAY_LIMIT", value="7 nights"), said("SMOKING", "no"))
    await publish_today(database, open_site("Night house", *attributes))
    shown = text(await find(client, must="PETS"))
    assert "Pets · self-stated" in shown.partition("Details")[0]
    assert re.search(r"Yes, self-stated (?=[^(]*Pets)(?=[^(]*Stay is limited: 7 nights)", shown)
    assert "No, self-stated Smoking allowed" in shown
    assert "confirmed by others" not in shown


async def test_an_old_promise_is_said_to_be_one(client: AsyncClient, database: Database) -> None:
    old = date(TODAY.year - 1, 1, 1)
    await publish_today(database, a_site(schedules=[daily()], disclosure=stated(Level.P0, old)))
    assert "Police: never · stated long ago, treat as: may call" in text(await find(client))


async def test_a_way_with_other_police_on_it_says_so(client: AsyncClient, database: Database) -> None:
    ways = (a_phone(), AccessPointIn(id=uuid4(), kind="AP.NONEMERG", modes=("phone",), number="303-555-0199"))
    await publish_today(database, a_site(schedules=[daily()], access_points=ways, disclosure=stated(Level.P0, TODAY)))
    shown = text(await find(client))
    assert "Police: police present" in shown
    assert re.search(r"Call 303-555-0101 [^·]* · Police: never", shown)


async def test_the_way_that_keeps_to_the_level_asked_for_is_offered_first(
    client: AsyncClient, database: Database
) -> None:
    ways = (
        a_phone("303-555-0101", disclosure=stated(Level.P3, TODAY)),
        a_phone("303-555-0102", disclosure=stated(Level.P1, TODAY)),
        AccessPointIn(id=uuid4(), kind="AP.911", modes=("phone",), number="911"),
    )
    await publish_today(database, a_site(schedules=[daily()], access_points=ways))
    shown = text(await find(client, police_max="P1"))
    assert re.search(r"Call 303-555-0102 [^·]* · Police: only with consent", shown)
    assert "Call 911" not in shown.partition("Details")[0]


async def test_closing_soon_is_said_in_minutes_and_in_both_clocks(database: Database) -> None:
    until = daily(time(0), 12 * 60 + 5, zone="America/Denver")
    await publish(database, a_line("Far line", schedules=(until,)))
    shown = await search(database, lat=40.7128, lon=-74.006, open="now")
    assert shown.at is not None
    hours = card(shown.fits[0], Asked(), NOON, shown.at.zone, EN).hours
    spoken = [part.replace("\u00a0", " ") for part in (hours.words, hours.soon, hours.elsewhere)]
    assert spoken == ["Open until 12:05 pm MST", "closes in 5 min", "2:05 pm EST where you asked"]
    spanish = card(shown.fits[0], Asked(), NOON, shown.at.zone, ES).hours
    assert spanish.soon == "cierra en 5 min"
    later = card(shown.fits[0], Asked(open="2026-11-20T12:00:00-07:00"), NOON, shown.at.zone, EN).hours
    assert later.soon == ""  # minutes after some other time are not minutes from now


def test_minutes_are_said_only_where_they_are_few() -> None:
    shut = Opening(
        state=OpenState.closed, label="", until=None, opens_at=None, zone=None, closes_in_min=None, opens_in_min=120,
        why="outside_hours", why_label="",
    )  # fmt: skip
    assert soon(shut, EN) == "opens in 120 min"
    assert soon(shut.model_copy(update={"opens_in_min": 121}), EN) == ""


def test_the_same_clock_is_not_said_twice() -> None:
    def there(zone: str | None) -> str:
        return elsewhere(NOON, now=NOON, zone="America/Denver", there=zone, say=EN)

    assert (there(None), there("America/Denver"), there("America/Phoenix")) == ("", "", "")
    assert there("America/Chicago").replace("\u00a0", " ") == "1:00 pm CST where you asked"


async def test_a_door_that_is_shut_is_said_beside_a_phone_that_is_answered(database: Database) -> None:
    phone = a_phone(schedules=(daily(zone="UTC"),))
    evenings = daily(time(18), 22 * 60)
    await publish(database, a_site("House", schedules=[evenings], access_points=(phone,)))
    await publish(database, a_site("Always", at=(39.75, -104.9848), schedules=[daily()]))
    house, always = [card(one, Asked(), NOON, None, EN) for one in (await search(database)).fits]
    assert house.door is not None
    assert (house.hours.state, house.door.state) == ("open", "closed")
    assert house.door.words.startswith("Closed · opens")
    assert always.door is None, "said once where it is the same"
