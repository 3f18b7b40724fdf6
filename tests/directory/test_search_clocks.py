"""Zones and clock changes: whose clock hours are kept by, and how long an hour is."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from core.db import Database
from directory import OpenState
from tests.builders import a_line, a_site, an_area, daily, hidden, names, publish, search

PINE_RIDGE, MISSION, MITCHELL = (43.0255, -102.5563), (43.3050, -100.6588), (43.7094, -98.0298)
WINTER = datetime(2027, 1, 17, 4, 10, tzinfo=UTC)
FAR = 250_000
FIRST_ONE_THIRTY = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)  # 01:30 in Denver, and an hour later again
SPRING = datetime(2027, 3, 14, 8, 30, tzinfo=UTC)  # 01:30 in Denver; half an hour later it is 03:00


async def test_asker_and_service_may_be_in_different_zones(database: Database) -> None:
    await publish(database, a_site("Mission", at=MISSION, schedules=[daily(time(8), 1320)]), now=WINTER)
    here: dict[str, Any] = {"lat": PINE_RIDGE[0], "lon": PINE_RIDGE[1], "within_m": FAR, "now": WINTER}
    answer = await search(database, **here, open="2027-01-16T20:30:00-07:00")
    opening = answer.fits[0].open
    assert answer.at is not None
    assert (answer.at.zone, opening.zone, opening.closes_in_min) == ("America/Denver", "America/Chicago", 30)
    assert hidden(await search(database, **here, open="2027-01-16T21:00:00-07:00")) == {"closed": 1}


@pytest.mark.parametrize(("at", "zone"), [(PINE_RIDGE, "America/Denver"), (MITCHELL, "America/Chicago")])
async def test_the_zone_of_the_asker_is_that_of_the_point(
    database: Database, at: tuple[float, float], zone: str
) -> None:
    answer = await search(database, lat=at[0], lon=at[1], now=WINTER)
    assert answer.at is not None
    assert answer.at.zone == zone


async def test_two_services_on_either_side_open_an_hour_apart(database: Database) -> None:
    west = a_site("West", at=PINE_RIDGE, schedules=[daily(time(8), 1020)])
    east = a_site("East", at=MISSION, schedules=[daily(time(8), 1020)])
    await publish(database, west, east, now=WINTER)
    asked: dict[str, Any] = {"lat": 43.1, "lon": -101.5, "within_m": FAR, "now": WINTER}
    assert names((await search(database, **asked, open="2027-01-19T14:00:00Z")).fits) == ["East"]
    assert sorted(names((await search(database, **asked, open="2027-01-19T15:00:00Z")).fits)) == ["East", "West"]
    assert names((await search(database, **asked, open="2027-01-19T23:30:00Z")).fits) == ["West"]


async def test_the_hour_that_comes_twice_counts_twice(database: Database) -> None:
    now = FIRST_ONE_THIRTY
    await publish(database, a_site("Until two", schedules=[daily(time(20), 120)]), now=now)
    opening = (await search(database, now=now, open="now")).fits[0].open
    assert opening.closes_in_min == 90
    later = (await search(database, now=now + timedelta(hours=1), open="now")).fits[0].open
    assert later.closes_in_min == 30
    assert hidden(await search(database, now=now + timedelta(minutes=90), open="now")) == {"closed": 1}


@pytest.mark.parametrize(("minutes", "fits"), [(89, True), (90, False)])
async def test_open_for_counts_minutes_that_pass_in_autumn(database: Database, minutes: int, fits: bool) -> None:
    await publish(database, a_site("Until two", schedules=[daily(time(20), 120)]), now=FIRST_ONE_THIRTY)
    answer = await search(database, now=FIRST_ONE_THIRTY, open_for_min=minutes)
    assert bool(answer.fits) is fits
    assert hidden(answer) == ({} if fits else {"closes_soon": 1})


@pytest.mark.parametrize(("minutes", "fits"), [(89, False), (90, True)])
async def test_opens_within_counts_minutes_that_pass_in_autumn(database: Database, minutes: int, fits: bool) -> None:
    await publish(database, a_site("From two", schedules=[daily(time(2), 720)]), now=FIRST_ONE_THIRTY)
    answer = await search(database, now=FIRST_ONE_THIRTY, opens_within_min=minutes)
    assert bool(answer.fits) is fits
    assert hidden(answer) == ({} if fits else {"closed": 1})


async def test_the_second_half_past_one_is_another_time_than_the_first(database: Database) -> None:
    await publish(database, a_site("From two", schedules=[daily(time(2), 720)]), now=FIRST_ONE_THIRTY)
    waits = [
        (await search(database, now=FIRST_ONE_THIRTY, open=at, hidden="closed")).ruled_out[0].open.opens_in_min
        for at in ("2026-11-01T01:30:00-06:00", "2026-11-01T01:30:00-07:00")
    ]
    assert waits == [90, 30]


@pytest.mark.parametrize(("minutes", "fits"), [(29, False), (30, True)])
async def test_the_hour_that_is_skipped_takes_no_time(database: Database, minutes: int, fits: bool) -> None:
    await publish(database, a_site("From three", schedules=[daily(time(3), 720)]), now=SPRING)
    assert bool((await search(database, now=SPRING, opens_within_min=minutes)).fits) is fits


@pytest.mark.parametrize(("minutes", "fits"), [(89, True), (90, False)])
async def test_open_for_goes_over_the_skipped_hour(database: Database, minutes: int, fits: bool) -> None:
    await publish(database, a_site("Until four", schedules=[daily(time(20), 240)]), now=SPRING)
    assert bool((await search(database, now=SPRING, open_for_min=minutes)).fits) is fits


@pytest.mark.parametrize("now", [FIRST_ONE_THIRTY, SPRING])
async def test_round_the_clock_stays_so_when_clocks_change(database: Database, now: datetime) -> None:
    await publish(database, a_site("Always", schedules=[daily(holidays="open")]), now=now)
    answer = await search(database, now=now, open_for_min=1440)
    assert names(answer.fits) == ["Always"]
    assert answer.fits[0].open.until is None


async def test_a_state_without_clock_changes_keeps_its_hours(database: Database) -> None:
    phoenix = (33.4484, -112.0740)
    await publish(database, a_site("Phoenix", at=phoenix, schedules=[daily(time(8), 1020)]), now=SPRING)
    asked: dict[str, Any] = {"lat": phoenix[0], "lon": phoenix[1], "now": SPRING}
    for at in ("2027-03-13T15:00:00Z", "2027-03-15T15:00:00Z"):
        assert names((await search(database, **asked, open=at)).fits) == ["Phoenix"]


async def test_a_line_says_its_hours_in_its_own_clock(database: Database) -> None:
    hours = daily(time(9), 1200, zone="America/New_York")
    await publish(
        database, a_line("Eastern", schedules=(hours,), service_areas=(an_area("country", "US"),)), now=WINTER
    )
    (found,) = (await search(database, now=WINTER, hidden="closed", open="now")).ruled_out
    assert (found.open.state, found.open.zone) == (OpenState.closed, "America/New_York")
