"""Police involvement: said with source and date, never lower than what is known, never hidden by silence."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.db import Database
from directory import AccessPointIn, DisclosureIn, Level
from directory.rules.police import highest
from tests.builders import NOON, a_line, a_phone, a_site, publish, says, search, stated

LEVELS = st.sampled_from([level.value for level in Level])


def _claim(level: Level, **more: Any) -> DisclosureIn:
    return DisclosureIn(id=uuid4(), level=level, source="https://example.org/way", stated_on=NOON.date(), **more)


async def test_what_one_way_promises_says_nothing_of_another(database: Database) -> None:
    chat = AccessPointIn(
        id=uuid4(), kind="AP.CHAT", modes=("chat",), url="https://example.org", disclosure=_claim(Level.P0)
    )
    await publish(database, a_line(access_points=(chat, a_phone())))
    assert (await search(database)).fits[0].police.level == "PU"


async def test_what_all_ways_promise_is_no_promise_of_the_service_which_may_have_others_tomorrow(
    database: Database,
) -> None:
    """Otherwise a service would be better by losing the phone of which nothing is stated."""
    await publish(database, a_line(access_points=(a_phone(disclosure=_claim(Level.P0)),)))
    (found,) = (await search(database)).fits
    assert (found.police.level, found.access[0].police) == ("PU", "P0")


async def test_the_level_of_a_way_has_a_source_and_an_age_of_its_own(database: Database) -> None:
    old = _claim(Level.P0).model_copy(update={"stated_on": date(2026, 1, 5)})
    await publish(database, a_line(access_points=(a_phone(disclosure=old), a_phone("303-555-0102"))))
    aged, silent = sorted((await search(database)).fits[0].access, key=lambda way: way.police)
    assert (aged.police, aged.police_counts_as) == ("P0", "P3"), "a promise of long ago is none"
    assert (aged.police_source, aged.police_stated_on) == ("https://example.org/way", date(2026, 1, 5))
    assert (silent.police, silent.police_counts_as, silent.police_source) == ("PU", "P3", None)


async def test_a_level_holds_through_its_last_day(database: Database) -> None:
    await publish(database, a_line(disclosure=stated(Level.P1, NOON.date())))
    for days, counts in ((180, "P1"), (181, "P3")):
        shown = (await search(database, now=NOON + timedelta(days=days))).fits[0]
        assert (shown.police.counts_as, shown.access[0].police_counts_as) == (counts, counts)


async def test_a_door_of_which_nothing_is_said_is_not_stated(database: Database) -> None:
    await publish(database, a_site(access_points=(a_phone(disclosure=_claim(Level.P0)),)))
    assert (await search(database)).fits[0].police.level == "PU"


@pytest.mark.parametrize(("kind", "level"), [("AP.911", "P5"), ("AP.NONEMERG", "P4")])
async def test_an_emergency_number_brings_its_own_level(database: Database, kind: str, level: str) -> None:
    number = AccessPointIn(id=uuid4(), kind=kind, modes=("phone",), number="911")
    await publish(database, a_line(access_points=(number,), disclosure=stated(Level.P0)))
    police = (await search(database)).fits[0].police
    assert (police.level, police.source, police.stated_on) == (level, None, None)


async def test_co_response_does_not_borrow_a_source_that_said_something_else(database: Database) -> None:
    await publish(database, a_line(kinds=("MOBILE.CORESP",), disclosure=stated(Level.P0)))
    police = (await search(database)).fits[0].police
    assert (police.level, police.source) == ("P4", None)


async def test_tracing_on_one_way_is_tracing(database: Database) -> None:
    phone = a_phone(disclosure=_claim(Level.P1, tracing="does"))
    await publish(database, a_line(access_points=(phone,), disclosure=stated(Level.P3)))
    police = (await search(database)).fits[0].police
    assert (police.level, police.tracing) == ("P3", "does")


@given(st.lists(LEVELS, min_size=1))
def test_a_path_is_never_below_any_of_its_parts(levels: list[str]) -> None:
    order = ["P0", "P1", "P2", "P3", "PU", "P4", "P5"]
    assert order.index(highest(levels)) == max(order.index(level) for level in levels)


@pytest.mark.parametrize("level", [Level.P0, Level.P5, None])
async def test_who_is_brought_by_police_meets_police_whatever_the_place_claims(
    database: Database, level: Level | None
) -> None:
    claim = None if level is None else stated(level)
    await publish(database, a_site(disclosure=claim, attributes=says(["POLICE_DROPOFF"])))
    (place,) = (await search(database, arrive="police")).fits
    own = level is Level.P5
    assert (place.police.level, place.police.counts_as) == (("P5", "P5") if own else ("P4", "P4"))
    assert place.police.source == ("https://example.org/policy" if own else None), "the place never claimed that"
    (by_van,) = (await search(database)).fits
    assert by_van.police.level == (level or "PU")
