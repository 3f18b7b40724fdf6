"""Hours of HSDS files: what can be trusted is read, what cannot is a day on which nothing is known."""

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import ScheduleIn
from directory.errors import BadSchedule
from directory.rows.hours import hours
from importers.report import Outcome
from tests.importers.documents import Made, a_schedule, a_service, an_organization, made

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def saying(**said: Any) -> Made:
    return made(an_organization(a_service(schedules=[a_schedule(**said)])))


def schedule(**said: Any) -> ScheduleIn:
    (one,) = saying(**said).listing.services[0].schedules
    return one


def is_unknown(one: ScheduleIn) -> bool:
    return one.opens_at is None and one.closes_at is None and one.freq == "WEEKLY"


@pytest.mark.parametrize(
    ("opens", "closes", "read"),
    [
        ("09:00", "17:00", (time(9), 17 * 60)),
        ("9:00", "24:00", (time(9), 1440)),
        ("20:00:00", "08:00:00", (time(20), 480)),
        ("00:00", "23:59:59", (time(0), 1439)),
        ("9:00 am", "5:30 p.m.", (time(9), 17 * 60 + 30)),
        ("12:00 AM", "12:00 PM", (time(0), 720)),
    ],
)
def test_times_of_day(opens: str, closes: str, read: tuple[time, int]) -> None:
    one = schedule(opens_at=opens, closes_at=closes)
    assert (one.opens_at, one.closes_at) == read


@pytest.mark.parametrize("offset", ["Z", "-07:00", "+0300", "+01"])
def test_an_offset_is_set_aside_and_that_is_reported(offset: str) -> None:
    read = saying(opens_at=f"09:00:00{offset}")
    assert read.listing.services[0].schedules[0].opens_at == time(9)
    assert [path.rpartition(".")[2] for path in read.paths()] == ["opens_at"]


def test_a_numeric_timezone_is_no_zone_and_is_kept() -> None:
    one = schedule(timezone=3)
    assert (one.zone, one.kept) == (None, {"timezone": 3})


def test_a_zone_of_the_map_is_taken_and_another_word_is_not() -> None:
    assert schedule(zone="America/Denver").zone == "America/Denver"
    read = saying(zone="Mountain")
    assert read.listing.services[0].schedules[0].zone is None
    assert len(read.findings()) == 1


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({"opens_at": "25:00"}, ("MO", "TU")),
        ({"opens_at": "13:00 pm"}, ("MO", "TU")),
        ({"opens_at": "noonish"}, ("MO", "TU")),
        ({"opens_at": "24:00"}, ("MO", "TU")),
        ({"closes_at": 17}, ("MO", "TU")),
        ({"opens_at": "09:00", "closes_at": "09:00"}, ("MO", "TU")),
        ({"byday": "MO,Holidays"}, ("MO",)),
        ({"byday": "whenever"}, WEEK),
        ({"byday": "2MO"}, ("MO",)),
        ({"byday": ""}, WEEK),
        ({"freq": "YEARLY"}, ("MO", "TU")),
        ({"count": 3}, ("MO", "TU")),
        ({"count": 3, "until": "2027-01-01", "dtstart": "2026-01-01"}, ("MO", "TU")),
        ({"interval": 2}, ("MO", "TU")),
        ({"interval": "often"}, ("MO", "TU")),
        ({"bymonthday": "2,3"}, ("MO", "TU")),
        ({"freq": "MONTHLY", "bymonthday": "32"}, ("MO", "TU")),
        ({"dtstart": "2026-05-01", "until": "2026-04-01"}, ("MO", "TU")),
        ({"valid_from": "2026-05-01", "valid_to": "2026-04-01"}, ("MO", "TU")),
        ({"valid_to": "next summer"}, ("MO", "TU")),
        ({"applies_to": "laundry"}, ("MO", "TU")),
    ],
)
def test_hours_that_cannot_be_trusted_are_unknown_on_their_days(said: dict[str, Any], days: tuple[str, ...]) -> None:
    read = saying(**said)
    (one,) = read.listing.services[0].schedules
    assert is_unknown(one)
    assert one.byday == days
    assert one.kept is not None
    assert {"opens_at", "closes_at"} - {name for name, value in said.items() if value == ""} <= one.kept.keys()
    assert any("cannot be used" in finding.why for finding in read.findings())


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ({"freq": "DAILY", "byday": None}, ("WEEKLY", WEEK)),
        ({"freq": None}, ("WEEKLY", ("MO", "TU"))),
        ({"freq": None, "byday": "-1FR"}, ("MONTHLY", ("-1FR",))),
        ({"freq": "monthly", "byday": ["+2mo"]}, ("MONTHLY", ("2MO",))),
        ({"byday": "Monday, Friday"}, ("WEEKLY", ("MO", "FR"))),
    ],
)
def test_recurrences_that_can_only_mean_one_thing_are_read(said: dict[str, Any], read: tuple[str, Any]) -> None:
    one = schedule(**said)
    assert (one.freq, one.byday) == read
    assert one.opens_at == time(9)


def test_certain_weeks_of_the_year_mean_call_first() -> None:
    one = schedule(byweekno="41,42")
    assert one.condition == "only in certain weeks of the year"
    assert (one.opens_at, one.kept) == (time(9), {"byweekno": "41,42"})


def test_old_dates_stay_what_they_are() -> None:
    one = schedule(valid_from="2005-01-01", valid_to="2005-06-30")
    assert (one.valid_from, one.valid_to) == (date(2005, 1, 1), date(2005, 6, 30))


def test_words_alone_name_no_day() -> None:
    read = made(an_organization(a_service(schedules=[{"id": a_schedule()["id"], "description": "Evenings"}])))
    (one,) = read.listing.services[0].schedules
    assert (one.byday, one.description, one.opens_at) == (WEEK, "Evenings", None)
    assert read.rows[1].findings[0].outcome is Outcome.altered


DAYS = st.sampled_from(["MO", "TU", "2MO", "-1FR", "+1SU", "XX", "", "Monday"])
CLOCKS = st.sampled_from(["09:00", "17:30", "00:00", "24:00", "23:59:00Z", "9", "", "5:00 pm", None, 9])
DATES = st.sampled_from(
    ["2026-01-01", "2026-12-31", "2005-01-01", "1066-10-14", "soon", "", None, "2026-06-01T00:00:00Z"]
)
NUMBERS: st.SearchStrategy[Any] = st.sampled_from([None, 1, 2, 0, -1, 3.5, "2", "x", 10**12, True, [], {}])


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "freq": st.sampled_from(["WEEKLY", "MONTHLY", "DAILY", "weekly", "", None, 7, []]),
            "byday": st.one_of(st.lists(DAYS).map(",".join), st.lists(DAYS), st.none(), st.integers(-9, 99)),
            "bymonthday": st.sampled_from([None, "1,15", "-1", "40", 3, [1, 2], {}, "x"]),
            "interval": NUMBERS,
            "count": NUMBERS,
            "wkst": st.sampled_from(["MO", "su", "x", None, 3]),
            "opens_at": CLOCKS,
            "closes_at": CLOCKS,
            **dict.fromkeys(("dtstart", "until", "valid_from", "valid_to"), DATES),
            "zone": st.sampled_from(["America/Denver", "Mars/Base", "", 3]),
            "applies_to": st.sampled_from(["door", "phone", "laundry", None]),
            "holidays": st.sampled_from(["open", "closed", "maybe", 0]),
            "byweekno": st.sampled_from(["1", None]),
        },
    )
)
def test_the_directory_takes_whatever_the_importer_hands_in(said: dict[str, Any]) -> None:
    one = schedule(**said)
    try:
        hours(one.model_dump() | {"byday": list(one.byday)}, zone=one.zone or "UTC")
    except BadSchedule as error:
        raise AssertionError(f"{said} -> {one}") from error
