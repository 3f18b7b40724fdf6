"""Which stretches follow from what is stated. 20 November 2026 is a Friday."""

from datetime import timedelta
from typing import Any

import pytest

from directory.rules.hours import Freq, Schedule, State, spans

from .hours_builders import DAYS, WORKDAYS, at, day, hours, over, state, walls


def test_a_night_belongs_to_the_day_it_starts() -> None:
    friday = [hours("22:00-06:00", "FR")]
    assert walls(over(friday, "2026-11-19", 4).open) == ["Fri 20 22:00 - Sat 21 06:00"]
    assert state(friday, "2026-11-20 05:00") is State.closed
    assert state(friday, "2026-11-21 05:00") is State.open


def test_a_night_that_began_before_the_window_is_seen() -> None:
    assert walls(over([hours("22:00-06:00", "FR")], "2026-11-21", 1).open) == ["Sat 21 00:00 - Sat 21 06:00"]


@pytest.mark.parametrize(
    "span", ["00:00-24:00", "00:00-23:59", "00:00-00:00", "23:00-22:59", "08:00-07:59", "08:00-32:00"]
)
def test_every_way_to_write_24_hours_leaves_no_seam(span: str) -> None:
    computed = over([hours(span)], "2026-11-16", 14)
    assert computed.open == ((computed.start, computed.end),)


@pytest.mark.parametrize(
    ("span", "wall"),
    [
        ("00:00-24:00", "Mon 16 00:00 - Tue 17 00:00"),
        ("00:00-23:59", "Mon 16 00:00 - Tue 17 00:00"),
        ("00:00-00:00", "Mon 16 00:00 - Tue 17 00:00"),
        ("23:00-22:59", "Mon 16 23:00 - Tue 17 23:00"),
        ("18:00-23:59", "Mon 16 18:00 - Tue 17 00:00"),
        ("18:00-00:00", "Mon 16 18:00 - Tue 17 00:00"),
        ("18:00-26:00", "Mon 16 18:00 - Tue 17 02:00"),
    ],
)
def test_on_one_day_a_full_turn_begins_when_it_says(span: str, wall: str) -> None:
    assert walls(over([hours(span, "MO")], "2026-11-15", 4).open) == [wall]


def test_every_day_a_full_turn_begins_at_midnight_however_it_is_written() -> None:
    computed = over([hours("23:00-22:59", valid_from=day("2026-11-18"))], "2026-11-17", 2)
    assert walls(computed.open) == ["Wed 18 00:00 - Thu 19 00:00"]


def test_closing_can_be_minutes_on_either_side_of_midnight() -> None:
    six_in_the_morning = [hours("22:00-06:00", "FR"), hours("22:00-30:00", "FR")]
    assert [walls(over([each], "2026-11-20", 2).open) for each in six_in_the_morning] == [
        ["Fri 20 22:00 - Sat 21 06:00"]
    ] * 2


def test_several_openings_a_day_are_several_lines() -> None:
    both = [hours("13:00-17:00", "FR"), hours("09:00-12:00", "FR")]
    assert walls(over(both, "2026-11-20").open) == [
        "Fri 20 09:00 - Fri 20 12:00",
        "Fri 20 13:00 - Fri 20 17:00",
    ]


def test_openings_that_touch_or_overlap_become_one() -> None:
    three = [hours("09:00-12:00", "FR"), hours("12:00-14:00", "FR"), hours("13:00-17:00", "FR")]
    assert walls(over(three, "2026-11-20").open) == ["Fri 20 09:00 - Fri 20 17:00"]


def test_the_window_cuts_what_reaches_over_it() -> None:
    start, end = at("2026-11-20 10:00"), at("2026-11-20 11:00")
    assert spans([hours("09:00-17:00", "FR")], start=start, end=end).open == ((start, end),)
    assert spans([hours("09:00-17:00", "FR")], start=start, end=start).open == ()


def test_a_window_must_have_offsets_and_run_forward() -> None:
    start = at("2026-11-20 10:00")
    with pytest.raises(ValueError, match="before the start"):
        spans([], start=start, end=start - timedelta(seconds=1))
    with pytest.raises(ValueError, match="no offset"):
        spans([], start=start.replace(tzinfo=None), end=start)


@pytest.mark.parametrize(
    ("byday", "opens_on"),
    [
        (("2MO",), ["Mon 09", "Mon 14"]),
        (("-1FR",), ["Fri 27", "Fri 25"]),
        (("1SU", "3SU"), ["Sun 01", "Sun 15", "Sun 06", "Sun 20"]),
        (("5MO",), ["Mon 30"]),
        (("-5TU",), ["Tue 01"]),
    ],
)
def test_the_nth_and_the_last_weekday_of_the_month(byday: tuple[str, ...], opens_on: list[str]) -> None:
    """November and December 2026."""
    computed = over([hours("10:00-12:00", *byday, freq=Freq.MONTHLY)], "2026-11-01", 61)
    assert [wall[:6] for wall in walls(computed.open)] == opens_on


def test_days_of_the_month_by_number_from_either_end() -> None:
    def opens_on(**values: Any) -> list[str]:
        line = hours("10:00-12:00", freq=Freq.MONTHLY, **values)
        return [wall[:6] for wall in walls(over([line], "2026-11-01", 61).open)]

    assert opens_on(bymonthday=(15, -1)) == ["Sun 15", "Mon 30", "Tue 15", "Thu 31"]
    assert opens_on(dtstart=day("2026-10-20")) == ["Fri 20", "Sun 20"]
    friday_13th = Schedule(
        zone="America/Denver",
        freq=Freq.MONTHLY,
        byday=("FR",),
        bymonthday=(13,),
        opens_at=at("2026-11-20 10:00").time(),
        closes_at=24 * 60,
    )
    assert [wall[:6] for wall in walls(over([friday_13th], "2026-11-01", 61).open)] == ["Fri 13"]


def test_every_other_friday_counts_from_its_first_one() -> None:
    line = hours("10:00-12:00", "FR", interval=2, dtstart=day("2026-11-06"))
    assert [w[:6] for w in walls(over([line], "2026-11-06", 40).open)] == ["Fri 06", "Fri 20", "Fri 04"]


def test_the_week_starts_where_it_says() -> None:
    """The example of RFC 5545: the same rule with another first day of the week names other days."""
    monday = hours("10:00-12:00", "TU", "SU", interval=2, dtstart=day("1997-08-05"), wkst="MO")
    sunday = hours("10:00-12:00", "TU", "SU", interval=2, dtstart=day("1997-08-05"), wkst="SU")
    assert [w[:6] for w in walls(over([monday], "1997-08-05", 21).open)] == [
        "Tue 05",
        "Sun 10",
        "Tue 19",
        "Sun 24",
    ]
    assert [w[:6] for w in walls(over([sunday], "1997-08-05", 21).open)] == ["Tue 05", "Sun 17", "Tue 19"]


def test_every_other_month() -> None:
    line = hours("10:00-12:00", "1MO", freq=Freq.MONTHLY, interval=2, dtstart=day("2026-09-01"))
    assert [w[:6] for w in walls(over([line], "2026-09-01", 100).open)] == ["Mon 07", "Mon 02"]


def test_weekly_without_days_takes_the_day_it_starts_on() -> None:
    line = hours("10:00-12:00", dtstart=day("2026-11-20"))
    assert [w[:6] for w in walls(over([line], "2026-11-20", 10).open)] == ["Fri 20", "Fri 27"]


def test_outside_what_is_known_is_unknown_not_closed() -> None:
    line = [hours("09:00-17:00", valid_from=day("2026-11-18"), valid_to=day("2026-11-20"))]
    computed = over(line, "2026-11-17", 6)
    assert walls(computed.unknown) == ["Tue 17 00:00 - Wed 18 00:00", "Sat 21 00:00 - Mon 23 00:00"]
    assert state(line, "2026-11-19 20:00") is State.closed


def test_the_night_before_knowledge_begins_may_reach_into_the_first_morning() -> None:
    night = hours("22:00-06:00", valid_from=day("2026-11-18"))
    assert walls(over([night], "2026-11-18", 1).unknown) == ["Wed 18 00:00 - Wed 18 06:00"]
    summer = hours("09:00-17:00", valid_to=day("2026-11-17"))
    assert over([summer, night], "2026-11-18", 1).unknown == (), "the day before is known from another line"


def test_the_last_night_in_force_still_ends_next_morning() -> None:
    night = hours("22:00-06:00", valid_to=day("2026-11-18"))
    computed = over([night], "2026-11-18", 2)
    assert walls(computed.open) == ["Wed 18 00:00 - Wed 18 06:00", "Wed 18 22:00 - Thu 19 06:00"]
    assert walls(computed.unknown) == ["Thu 19 06:00 - Fri 20 00:00"]


def test_a_recurrence_that_ended_is_unknown_alone_and_closed_beside_one_in_force() -> None:
    ended = hours("09:00-17:00", *WORKDAYS, until=day("2026-11-18"))
    assert state([ended], "2026-11-19 10:00") is State.unknown
    assert state([ended, hours("10:00-12:00", "SA")], "2026-11-19 10:00") is State.closed


def test_a_count_ends_after_so_many_openings() -> None:
    line = hours("09:00-17:00", "MO", "FR", dtstart=day("2026-11-17"), count=2)
    computed = over([line], "2026-11-16", 14)
    assert walls(computed.open) == ["Fri 20 09:00 - Fri 20 17:00", "Mon 23 09:00 - Mon 23 17:00"]
    assert walls(computed.unknown) == ["Mon 16 00:00 - Tue 17 00:00", "Tue 24 00:00 - Mon 30 00:00"]


def test_a_count_of_days_that_never_come_does_not_hang() -> None:
    never = hours("09:00-17:00", freq=Freq.MONTHLY, bymonthday=(31,), interval=12, dtstart=day("2026-02-01"), count=1)
    assert over([never], "2026-11-16", 14).open == ()


def test_past_dates_expire_into_unknown() -> None:
    camp = [hours("18:00-02:00", freq=None, dtstart=day("2026-11-18"), until=day("2026-11-19"))]
    computed = over(camp, "2026-11-18", 4)
    assert walls(computed.open) == ["Wed 18 18:00 - Thu 19 02:00", "Thu 19 18:00 - Fri 20 02:00"]
    assert walls(computed.unknown) == ["Fri 20 02:00 - Sun 22 00:00"]


def test_one_dated_day_adds_to_the_usual_week() -> None:
    usual, extra = hours("09:00-17:00", *WORKDAYS), hours("10:00-12:00", freq=None, dtstart=day("2026-11-21"))
    computed = over([usual, extra], "2026-11-21", 2)
    assert (walls(computed.open), computed.unknown) == (["Sat 21 10:00 - Sat 21 12:00"], ())


def test_without_any_hours_everything_is_unknown() -> None:
    computed = over([], "2026-11-20")
    assert computed.unknown == ((computed.start, computed.end),)


def test_a_day_without_times_is_unknown_and_other_days_stay_as_stated() -> None:
    lines = [hours("09:00-17:00", *DAYS[:4]), hours(None, "FR"), hours("12:00-13:00", "FR")]
    computed = over(lines, "2026-11-19", 3)
    assert walls(computed.open) == ["Thu 19 09:00 - Thu 19 17:00", "Fri 20 12:00 - Fri 20 13:00"]
    assert walls(computed.unknown) == ["Fri 20 00:00 - Fri 20 12:00", "Fri 20 13:00 - Sat 21 00:00"]


def test_half_a_time_is_no_time() -> None:
    half = Schedule(zone="America/Denver", byday=("FR",), opens_at=at("2026-11-20 10:00").time())
    assert walls(over([half], "2026-11-20").unknown) == ["Fri 20 00:00 - Sat 21 00:00"]


def test_a_condition_means_call_first_never_open() -> None:
    """S12: "6pm-2am when volunteers are on"."""
    line = [hours("18:00-02:00", condition="when volunteers are on")]
    assert state(line, "2026-12-23 22:15") is State.call_first
    assert state(line, "2026-12-23 12:00") is State.closed
    computed = over(line, "2026-12-20", 14)
    assert computed.open == ()


def test_a_condition_without_times_asks_to_call_first_all_day() -> None:
    assert state([hours(None, condition="by appointment")], "2026-11-20 03:00") is State.call_first


def test_lines_that_disagree_add_up() -> None:
    lines = [hours("09:00-17:00"), hours("08:00-20:00", condition="by appointment"), hours(None)]
    computed = over(lines, "2026-11-20")
    assert walls(computed.open) == ["Fri 20 09:00 - Fri 20 17:00"]
    assert walls(computed.call_first) == ["Fri 20 08:00 - Fri 20 09:00", "Fri 20 17:00 - Fri 20 20:00"]
    assert walls(computed.unknown) == ["Fri 20 00:00 - Fri 20 08:00", "Fri 20 20:00 - Sat 21 00:00"]


def test_hours_are_in_the_zone_of_the_service_whoever_asks() -> None:
    line = [hours("09:00-17:00", "FR", zone="America/New_York")]
    assert state(line, "2026-11-20 07:30", zone="America/Denver") is State.open
    assert state(line, "2026-11-20 15:30", zone="America/Denver") is State.closed


def test_the_weekday_is_local_too() -> None:
    """Friday 19:30 in New York is already Saturday in UTC."""
    line = [hours("18:00-21:00", "FR", zone="America/New_York")]
    assert state(line, "2026-11-21 00:30", zone="UTC") is State.open


def test_lines_in_different_zones_add_up_as_instants() -> None:
    relay = [
        hours("09:00-17:00", "FR", zone="America/New_York"),
        hours("09:00-17:00", "FR", zone="America/Denver"),
    ]
    assert walls(over(relay, "2026-11-20").open) == ["Fri 20 07:00 - Fri 20 17:00"]
