"""S8. Kansas City, Missouri: a teenager of sixteen wants help that brings no police."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from core.db import Database
from directory import Level, ListingIn, SearchAnswer
from tests.builders import a_line, a_site, an_area, daily, hidden, names, publish, search, stated

AFTERNOON = datetime(2026, 8, 11, 20, 20, tzinfo=UTC)
RECENT, OLD = date(2026, 7, 2), date(2023, 8, 11)  # 40 days and three years before
ASKED: dict[str, Any] = {"lat": 39.0997, "lon": -94.5786, "age": 16, "police_max": "P1", "open": "now"}
ACROSS = (39.1141, -94.6275)
POLICE = "Do you ever call the police, or have them sent, without the person's consent?"


def for_the_young(name: str, **more: Any) -> ListingIn:
    return a_line(name, minimum_age=13, maximum_age=24, schedules=(daily(),), **more)


@pytest.fixture
async def lines(database: Database) -> Database:
    await publish(
        database,
        for_the_young("J", disclosure=stated(Level.P0, RECENT)),
        for_the_young("K", disclosure=stated(Level.P0, OLD)),
        for_the_young("L"),
        for_the_young("M", disclosure=stated(Level.P3, RECENT)),
        for_the_young("N", kinds=("MOBILE.CORESP",), disclosure=stated(Level.P1, RECENT)),
        a_site(
            "O", at=ACROSS, kinds=("SITE.WALKIN",), schedules=[daily()], minimum_age=12,
            service_areas=(an_area("state", "MO"), an_area("state", "KS")),
            disclosure=stated(Level.P1, RECENT),
        ),
        a_line("Adults", disclosure=stated(Level.P0, RECENT), schedules=(daily(),), minimum_age=18),
        now=AFTERNOON,
    )  # fmt: skip
    return database


async def asked(database: Database, **more: Any) -> SearchAnswer:
    return await search(database, now=AFTERNOON, **(ASKED | more))


async def test_what_promised_lately_fits_also_across_the_river(lines: Database) -> None:
    answer = await asked(lines)
    assert sorted(names(answer.fits)) == ["J", "O"]
    levels = {one.name: (one.police.level, one.police.counts_as, one.police.stated_on) for one in answer.fits}
    assert levels == {"J": ("P0", "P0", RECENT), "O": ("P1", "P1", RECENT)}


async def test_what_is_not_stated_or_old_is_asked_about(lines: Database) -> None:
    answer = await asked(lines)
    assert sorted(names(answer.might_fit)) == ["K", "L"]
    assert all(one.ask == [POLICE] for one in answer.might_fit)
    assert {one.name: (one.police.level, one.police.counts_as) for one in answer.might_fit} == {
        "K": ("P0", "P3"),
        "L": ("PU", "P3"),
    }


async def test_what_may_bring_police_is_counted(lines: Database) -> None:
    assert hidden(await asked(lines)) == {"police": 2, "age": 1}


async def test_what_may_bring_police_can_be_seen_with_its_disclosure(lines: Database) -> None:
    shown = await asked(lines, hidden="police")
    assert (shown.fits, shown.might_fit) == ([], [])
    disclosed = {one.name: (one.police.level, one.police.label) for one in shown.ruled_out}
    assert disclosed == {"M": ("P3", "May call police"), "N": ("P4", "Police present")}


async def test_a_service_for_adults_is_never_shown_as_fitting(lines: Database) -> None:
    answer = await asked(lines)
    assert "Adults" not in names([*answer.fits, *answer.might_fit])
    assert names((await asked(lines, hidden="age")).ruled_out) == ["Adults"]


async def test_the_group_says_how_many_fit_and_what_to_do(lines: Database) -> None:
    place, team, line = (await asked(lines)).groups
    assert (place.code, place.fits, place.step) == ("place", 1, "reach")
    assert (team.code, team.fits, team.step) == ("team", 0, "show_hidden")
    assert (line.code, line.fits, line.might_fit, line.step) == ("line", 1, 2, "reach")


@pytest.mark.parametrize(("day", "fits"), [(date(2026, 12, 29), True), (date(2026, 12, 30), False)])
async def test_a_promise_holds_for_half_a_year(lines: Database, day: date, fits: bool) -> None:
    later = datetime.combine(day, AFTERNOON.time(), tzinfo=UTC)
    answer = await search(lines, now=later, **(ASKED | {"open": "any"}))
    assert ("J" in names(answer.fits)) is fits
    assert ("J" in names(answer.might_fit)) is not fits


@pytest.mark.parametrize(("age", "fits"), [(11, []), (12, ["O"]), (13, ["J", "O"]), (24, ["J", "O"]), (25, ["O"])])
async def test_limits_of_age_are_inclusive(lines: Database, age: int, fits: list[str]) -> None:
    found = set(names((await asked(lines, age=age)).fits)) - {"Adults"}
    assert sorted(found) == fits
