"""Both clock changes, by hand. Expected instants are in UTC, so nothing here leans on our own conversion.

In spring a skipped time moves to the end of the gap; in autumn a time shown twice opens at its first showing
and closes at its second.
"""

from datetime import UTC, date, datetime

import pytest

from directory.rules.hours import Span, State
from directory.rules.hours.wallclock import at_wall

from .hours_builders import hours, over, state, utc


def length(stretch: Span) -> float:
    return (stretch[1] - stretch[0]).total_seconds() / 3600


# Denver: 02:00 -> 03:00 on 8 March 2026 (09:00Z); 02:00 -> 01:00 on 1 November 2026 (08:00Z).
# Sydney: 03:00 -> 02:00 on 5 April 2026 (4 April 16:00Z); 02:00 -> 03:00 on 4 October (3 October 16:00Z).
# Lord Howe: half an hour, 02:00 -> 01:30 on 5 April (4 April 15:00Z); 02:00 -> 02:30 on 4 October (3rd 15:30Z).
@pytest.mark.parametrize(
    ("zone", "night", "span", "expected"),
    [
        ("America/Denver", "2026-03-07", "22:00-06:00", "08 05:00 - 08 12:00"),
        ("America/Denver", "2026-03-08", "02:30-10:00", "08 09:00 - 08 16:00"),
        ("America/Denver", "2026-03-07", "22:00-02:30", "08 05:00 - 08 09:00"),
        ("America/Denver", "2026-10-31", "22:00-06:00", "01 04:00 - 01 13:00"),
        ("America/Denver", "2026-11-01", "01:30-10:00", "01 07:30 - 01 17:00"),
        ("America/Denver", "2026-10-31", "22:00-01:30", "01 04:00 - 01 08:30"),
        ("America/Denver", "2026-11-01", "01:15-01:45", "01 07:15 - 01 08:45"),
        ("America/Phoenix", "2026-03-07", "22:00-06:00", "08 05:00 - 08 13:00"),
        ("America/Phoenix", "2026-10-31", "22:00-06:00", "01 05:00 - 01 13:00"),
        ("Australia/Sydney", "2026-04-04", "22:00-06:00", "04 11:00 - 04 20:00"),
        ("Australia/Sydney", "2026-04-04", "22:00-02:30", "04 11:00 - 04 16:30"),
        ("Australia/Sydney", "2026-10-03", "22:00-06:00", "03 12:00 - 03 19:00"),
        ("Australia/Sydney", "2026-10-04", "02:30-04:00", "03 16:00 - 03 17:00"),
        ("Australia/Lord_Howe", "2026-04-04", "22:00-06:00", "04 11:00 - 04 19:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45-03:00", "04 14:45 - 04 16:30"),
        ("Australia/Lord_Howe", "2026-10-03", "22:00-06:00", "03 11:30 - 03 19:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15-03:00", "03 15:30 - 03 16:00"),
        ("Europe/London", "2026-03-29", "01:30-03:00", "29 01:00 - 29 02:00"),
        ("Europe/London", "2026-10-25", "01:30-03:00", "25 00:30 - 25 03:00"),
        ("America/St_Johns", "2026-11-01", "01:30-03:00", "01 04:00 - 01 06:30"),
        # Havana changes at midnight: 00:00 -> 01:00 on 8 March 2026, 01:00 -> 00:00 on 1 November 2026.
        ("America/Havana", "2026-03-07", "22:00-00:30", "08 03:00 - 08 05:00"),
        ("America/Havana", "2026-11-01", "00:30-02:00", "01 04:30 - 01 07:00"),
    ],
)
def test_an_opening_over_a_clock_change(zone: str, night: str, span: str, expected: str) -> None:
    weekday = {"2026-03-07": "SA", "2026-10-31": "SA", "2026-04-04": "SA", "2026-10-03": "SA"}.get(night, "SU")
    assert utc(over([hours(span, weekday, zone=zone)], night, 2, zone).open) == [expected]


def test_an_opening_wholly_inside_the_gap_does_not_take_place() -> None:
    assert over([hours("02:10-02:50", "SU")], "2026-03-08", 1).open == ()


def test_round_the_clock_has_no_seam_at_either_change() -> None:
    for zone in (
        "America/Denver",
        "Australia/Sydney",
        "Australia/Lord_Howe",
        "America/Havana",
        "Africa/Cairo",
    ):
        for span in ("00:00-24:00", "00:00-23:59", "23:00-22:59", "02:30-02:29"):
            for first in ("2026-03-01", "2026-04-01", "2026-09-28", "2026-10-24"):
                computed = over([hours(span, zone=zone)], first, 14, zone)
                assert computed.open == ((computed.start, computed.end),), (zone, span, first)


def test_one_day_round_the_clock_is_23_or_25_hours_long() -> None:
    assert length(over([hours("00:00-24:00", "SU")], "2026-03-07", 3).open[0]) == 23
    assert length(over([hours("00:00-24:00", "SU")], "2026-10-31", 3).open[0]) == 25


def test_the_repeated_hour_is_asked_by_instant() -> None:
    """Closing at 01:00, shown twice: open through the first hour, closed from the second showing on."""
    bar = [hours("20:00-01:00", "SA")]
    assert utc(over(bar, "2026-10-31", 2).open) == ["01 02:00 - 01 08:00"]
    assert state(bar, "2026-11-01 01:30") is State.open
    assert state(bar, "2026-11-01 01:30", fold=1) is State.closed


def test_a_zone_that_skipped_a_whole_day_loses_that_day_only() -> None:
    """Samoa had no 30 December 2011 (a Friday)."""
    computed = over([hours("09:00-17:00", zone="Pacific/Apia")], "2011-12-29", 3, "Pacific/Apia")
    assert utc(computed.open) == ["29 19:00 - 30 03:00", "30 19:00 - 31 03:00", "31 19:00 - 01 03:00"]


@pytest.mark.parametrize(
    ("zone", "day", "seconds", "closing", "expected"),
    [
        ("America/Denver", "2026-03-08", 2 * 3600, False, "2026-03-08T09:00"),
        ("America/Denver", "2026-03-08", 2 * 3600 + 1, True, "2026-03-08T09:00"),
        ("America/Denver", "2026-03-08", 3 * 3600, False, "2026-03-08T09:00"),
        ("America/Denver", "2026-11-01", 3600, False, "2026-11-01T07:00"),
        ("America/Denver", "2026-11-01", 3600, True, "2026-11-01T08:00"),
        ("America/Denver", "2026-11-01", 2 * 3600, True, "2026-11-01T09:00"),
    ],
)
def test_wall_time_to_instant(zone: str, day: str, seconds: int, closing: bool, expected: str) -> None:
    instant = at_wall(zone, date.fromisoformat(day).toordinal(), seconds, closing=closing)
    assert instant == datetime.fromisoformat(expected).replace(tzinfo=UTC).timestamp() * 1_000_000
