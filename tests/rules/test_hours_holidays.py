"""Holidays and closures. 25 December 2026 is a Friday."""

from datetime import date, timedelta

import pytest

from directory.rules.hours import Applies, Closure, Freq, OnHolidays, State, Why, spans, status

from .hours_builders import DAYS, DENVER, WORKDAYS, at, day, hours, over, state, walls

CHRISTMAS = {date(2026, 12, 25): "Christmas Day"}


def test_a_holiday_nobody_spoke_of_makes_the_hours_unknown_and_leaves_closed_closed() -> None:
    computed = over([hours("09:00-17:00", *WORKDAYS)], "2026-12-24", 2, holidays=CHRISTMAS)
    assert walls(computed.open) == ["Thu 24 09:00 - Thu 24 17:00"]
    assert walls(computed.unknown) == ["Fri 25 09:00 - Fri 25 17:00"]


@pytest.mark.parametrize(("says", "expected"), [("open", State.open), ("closed", State.closed)])
def test_a_schedule_may_say_what_it_does_on_holidays(says: str, expected: State) -> None:
    line = [hours("09:00-17:00", holidays=OnHolidays(says))]
    assert state(line, "2026-12-25 10:00", holidays=CHRISTMAS) is expected


def test_open_on_holidays_opens_only_its_own_days() -> None:
    line = [hours("09:00-17:00", "MO", holidays=OnHolidays.open)]
    assert state(line, "2026-12-25 10:00", holidays=CHRISTMAS) is State.closed


@pytest.mark.parametrize("says", list(OnHolidays))
def test_the_previous_night_is_not_cut_by_the_holiday(says: OnHolidays) -> None:
    night = [hours("22:00-06:00", holidays=says)]
    assert state(night, "2026-12-25 03:00", holidays=CHRISTMAS) is State.open
    expected = {"open": State.open, "closed": State.closed, "not_stated": State.unknown}[says]
    assert state(night, "2026-12-26 03:00", holidays=CHRISTMAS) is expected


def test_round_the_clock_every_day_includes_holidays() -> None:
    line = [hours("23:00-22:59")]
    assert over(line, "2026-12-24", 3, holidays=CHRISTMAS).unknown == ()
    week = [hours("00:00-23:59", name) for name in DAYS]
    assert over(week, "2026-12-24", 3, holidays=CHRISTMAS).unknown == ()


def test_round_the_clock_on_workdays_does_not() -> None:
    computed = over([hours("00:00-24:00", *WORKDAYS)], "2026-12-24", 3, holidays=CHRISTMAS)
    assert walls(computed.unknown) == ["Fri 25 00:00 - Sat 26 00:00"]


def test_six_of_seven_days_do_not_either() -> None:
    week = [hours("00:00-24:00", *DAYS[:6]), hours("00:00-24:00", "SU", valid_to=day("2026-12-20"))]
    assert state(week, "2026-12-25 10:00", holidays=CHRISTMAS) is State.unknown


def test_a_week_with_one_day_closed_on_holidays_is_not_round_the_clock() -> None:
    week = [hours("00:00-24:00", *DAYS[:6]), hours("00:00-24:00", "SU", holidays=OnHolidays.closed)]
    assert state(week, "2026-12-25 10:00", holidays=CHRISTMAS) is State.unknown


def test_a_line_closed_on_holidays_closes_even_round_the_clock() -> None:
    assert state([hours("00:00-24:00", holidays=OnHolidays.closed)], "2026-12-25 10:00", holidays=CHRISTMAS) == "closed"


def test_a_line_for_that_very_date_speaks_of_the_holiday() -> None:
    dinner = hours("12:00-15:00", freq=None, dtstart=day("2026-12-25"))
    fortnight = hours("12:00-15:00", freq=None, dtstart=day("2026-12-20"), until=day("2027-01-03"))
    assert state([dinner], "2026-12-25 13:00", holidays=CHRISTMAS) is State.open
    assert state([fortnight], "2026-12-25 13:00", holidays=CHRISTMAS) is State.unknown


def test_the_holiday_is_the_local_one() -> None:
    line = [hours("18:00-20:00", zone="America/Los_Angeles")]
    assert state(line, "2026-12-26 02:30", zone="UTC", holidays=CHRISTMAS) is State.unknown
    assert state(line, "2026-12-25 02:30", zone="UTC", holidays=CHRISTMAS) is State.open


def test_a_conditional_line_is_unknown_on_a_holiday_too() -> None:
    assert state([hours("18:00-20:00", condition="x")], "2026-12-25 19:00", holidays=CHRISTMAS) is State.unknown


def test_a_monthly_line_on_a_holiday() -> None:
    line = [hours("18:00-20:00", "-1FR", freq=Freq.MONTHLY)]
    assert state(line, "2026-12-25 19:00", holidays=CHRISTMAS) is State.unknown


def test_a_closure_by_the_clock_cuts_at_its_instants() -> None:
    pause = Closure(starts=at("2026-12-23 22:16"), ends=at("2026-12-24 06:16"), reason="paused")
    lines = [hours("18:00-02:00"), hours(None, condition="when volunteers are on")]
    computed = over(lines, "2026-12-23", 2, closures=[pause])
    assert walls(computed.open)[:2] == ["Wed 23 00:00 - Wed 23 02:00", "Wed 23 18:00 - Wed 23 22:16"]
    assert state(lines, "2026-12-24 01:00", closures=[pause]) is State.closed
    assert state(lines, "2026-12-24 06:16", closures=[pause]) is State.call_first


def test_a_closure_closes_even_what_nobody_knows() -> None:
    pause = Closure(starts=at("2026-12-23 22:16"), ends=None)
    assert state([], "2026-12-24 01:00", closures=[pause]) is State.closed
    assert state([], "2026-12-23 22:00", closures=[pause]) is State.unknown


def test_a_closure_in_days_takes_the_openings_of_those_days() -> None:
    days = Closure(starts=date(2026, 12, 24), ends=date(2026, 12, 25), zone=DENVER, reason="moving")
    computed = over([hours("22:00-06:00")], "2026-12-24", 4, closures=[days])
    assert walls(computed.open) == [
        "Thu 24 00:00 - Thu 24 06:00",
        "Sat 26 22:00 - Sun 27 06:00",
        "Sun 27 22:00 - Mon 28 00:00",
    ]
    assert computed.unknown == ()


def test_the_day_after_a_closure_opens_at_its_midnight() -> None:
    days = Closure(starts=date(2026, 12, 24), ends=date(2026, 12, 25), zone=DENVER)
    computed = over([hours("00:00-08:00")], "2026-12-25", 2, closures=[days])
    assert walls(computed.open) == ["Sat 26 00:00 - Sat 26 08:00"]


def test_the_night_a_closure_took_stays_closed_where_the_line_has_run_out() -> None:
    days = Closure(starts=date(2026, 12, 24), ends=date(2026, 12, 25), zone=DENVER)
    line = [hours("22:00-06:00", valid_to=day("2026-12-25"))]
    assert walls(over(line, "2026-12-24", 4, closures=[days]).unknown) == ["Sat 26 06:00 - Mon 28 00:00"]


def test_a_closure_in_days_closes_silence_of_those_days() -> None:
    days = Closure(starts=date(2026, 12, 25), ends=date(2026, 12, 25), zone=DENVER)
    assert walls(over([], "2026-12-24", 3, closures=[days]).unknown) == [
        "Thu 24 00:00 - Fri 25 00:00",
        "Sat 26 00:00 - Sun 27 00:00",
    ]


def test_until_further_notice_never_ends() -> None:
    gone = Closure(starts=date(2026, 12, 1), ends=None, zone=DENVER, reason="fire")
    line = [hours("22:00-06:00")]
    computed = over(line, "2026-12-24", 14, closures=[gone])
    assert (computed.open, computed.unknown) == ((), ())
    answer = status(line, at("2026-12-24 23:00"), zone=DENVER, closures=[gone])
    assert (answer.state, answer.why, answer.detail) == (State.closed, Why.closure, "fire")


def test_a_closure_that_is_over_changes_nothing() -> None:
    old = Closure(starts=date(2026, 12, 1), ends=date(2026, 12, 2), zone=DENVER)
    start = at("2026-12-24 00:00")
    end = start + timedelta(days=7)
    line = [hours("22:00-06:00")]
    assert spans(line, closures=[old], start=start, end=end) == spans(line, start=start, end=end)


def test_every_closure_given_counts_whatever_it_names() -> None:
    flood = Closure(starts=date(2026, 12, 24), ends=date(2026, 12, 24), zone=DENVER, applies_to=Applies.door)
    assert state([hours("09:00-17:00")], "2026-12-24 10:00", closures=[flood]) is State.closed
