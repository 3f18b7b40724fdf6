"""2,500 generated examples against an independent program, a quarter of them in the plain run; how: hours_oracle."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours
from opening_hours import State as Theirs

from directory.rules.hours import Freq, Schedule, spans

from .hours_builders import DENVER, hours, over, utc, walls
from .hours_oracle import disagreement, written
from .hours_strategies import SAME, ZONES, dates, nth_days, spread, times, weekdays, weekly


def changes(zone: str) -> list[date]:
    """Local days of 2025 to 2027 in which clocks change."""
    days = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(3 * 365)]
    offsets = [day.astimezone(ZoneInfo(zone)).utcoffset() for day in days]
    return [days[n].date() for n in range(len(days) - 1) if offsets[n] != offsets[n + 1]]


CHANGES = [(zone, day) for zone in ZONES for day in changes(zone)]


def around(first: date, zone: str, days: int) -> tuple[datetime, datetime]:
    start = datetime.combine(first, time(), ZoneInfo(zone)).astimezone(UTC)
    return start, start + timedelta(days=days)


@settings(max_examples=spread(750), **SAME)
@given(data=st.data(), zone=st.sampled_from(ZONES), first=dates)
def test_weekly_lines_on_any_fortnight(data: st.DataObject, zone: str, first: date) -> None:
    lines = data.draw(st.lists(weekly(zone), min_size=1, max_size=4))
    start, end = around(first, zone, 14)
    computed = spans(lines, start=start, end=end)
    assert computed.unknown == ()
    assert disagreement(computed, written(lines), zone) is None


@settings(max_examples=spread(750), **SAME)
@given(data=st.data(), change=st.sampled_from(CHANGES))
def test_weekly_lines_over_a_clock_change(data: st.DataObject, change: tuple[str, date]) -> None:
    zone, day = change
    lines = data.draw(st.lists(weekly(zone), min_size=1, max_size=3))
    start, end = around(day - timedelta(days=2), zone, 5)
    computed = spans(lines, start=start, end=end)
    assert disagreement(computed, written(lines), zone) is None


@settings(max_examples=spread(400), **SAME)
@given(data=st.data(), zone=st.sampled_from(ZONES), first=dates)
def test_monthly_lines_over_two_months(data: st.DataObject, zone: str, first: date) -> None:
    lines = [
        Schedule(zone=zone, freq=Freq.MONTHLY, byday=data.draw(nth_days), **data.draw(times())),
        *data.draw(st.lists(weekly(zone), max_size=1)),
    ]
    start, end = around(first, zone, 62)
    computed = spans(lines, start=start, end=end)
    assert disagreement(computed, written(lines), zone) is None


@settings(max_examples=spread(400), **SAME)
@given(data=st.data(), zone=st.sampled_from(ZONES), first=dates, dated=st.booleans())
def test_lines_between_two_dates(data: st.DataObject, zone: str, first: date, dated: bool) -> None:
    begins = first + timedelta(days=data.draw(st.integers(-3, 10)))
    ends = begins + timedelta(days=data.draw(st.integers(0, 12)))
    what = data.draw(times())
    if dated:
        line = Schedule(zone=zone, freq=None, dtstart=begins, until=ends, **what)
    else:
        line = Schedule(zone=zone, byday=data.draw(weekdays), valid_from=begins, valid_to=ends, **what)
    start, end = around(first, zone, 14)
    computed = spans([line], start=start, end=end)
    # The night before `valid_from` is unknown to us and nothing to the library: look from the day after.
    assert disagreement(computed, written([line]), zone, known=(begins + timedelta(days=1), ends)) is None


@settings(max_examples=spread(200), **SAME)
@given(data=st.data(), zone=st.sampled_from(ZONES), week=st.integers(2, 12), interval=st.integers(2, 4))
def test_every_other_week(data: st.DataObject, zone: str, week: int, interval: int) -> None:
    """Within one year only: the library counts weeks anew each January."""
    monday = date.fromisocalendar(2026, week, 1)
    line = Schedule(
        zone=zone,
        byday=data.draw(weekdays),
        interval=interval,
        dtstart=monday,
        **data.draw(times()),
    )
    start, end = around(monday + timedelta(days=data.draw(st.integers(1, 200))), zone, 40)
    assert disagreement(spans([line], start=start, end=end), written([line]), zone) is None


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("08:00-07:59", "08:00-08:00"), ("00:00-23:59", "00:00-24:00"), ("18:00-23:59", "18:00-24:00")],
)
def test_the_ways_of_writing_that_are_ours(ours: str, theirs: str) -> None:
    assert disagreement(over([hours(ours, "MO", "WE")], "2026-11-16", 7), f"Mo,We {theirs}", DENVER) is None


def test_the_library_cuts_the_night_before_a_holiday_and_we_do_not() -> None:
    rule = OpeningHours("Mo-Su 22:00-06:00; 2026 Dec 25 off")
    begins = datetime(2026, 12, 24, 12)  # noqa: DTZ001 - the library's wall time
    night = next(i for i in rule.intervals(begins, begins + timedelta(days=1)) if i[2] == Theirs.OPEN)
    assert night[1] == datetime(2026, 12, 25)  # noqa: DTZ001
    ours = over([hours("22:00-06:00")], "2026-12-24", 2, holidays={date(2026, 12, 25): "Christmas Day"})
    assert "Thu 24 22:00 - Fri 25 06:00" in walls(ours.open)


def test_the_library_loses_the_first_of_two_showings_and_we_do_not() -> None:
    """01:30 on 1 November comes twice. In spring, where a skipped time goes to the end of the gap, we agree."""
    denver = ZoneInfo(DENVER)
    rule = OpeningHours("01:30-10:00", timezone=denver, auto_country=False)
    begins = datetime(2026, 11, 1, tzinfo=denver)
    morning = next(i for i in rule.intervals(begins, begins + timedelta(days=1)) if i[2] == Theirs.OPEN)
    assert utc([(morning[0].astimezone(UTC), morning[1].astimezone(UTC))]) == ["01 08:30 - 01 17:00"]
    assert utc(over([hours("01:30-10:00")], "2026-11-01", 1).open) == ["01 07:30 - 01 17:00"]
