from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from directory.rules.hours import (
    Closure,
    OnHolidays,
    Schedule,
    Spans,
    State,
    Status,
    Why,
    spans,
    status,
    status_from,
)

from .hours_builders import DENVER, WORKDAYS, at, day, hours

CHRISTMAS = {date(2026, 12, 25): "Christmas Day"}


def ask(lines: Sequence[Schedule], wall: str, **more: Any) -> Status:
    return status(lines, at(wall), zone=DENVER, **more)


def test_open_says_until_when() -> None:
    """S1: Friday 23:40."""
    answer = ask([hours("19:00-07:00")], "2026-11-20 23:40")
    assert answer == Status(State.open, at("2026-11-21 07:00"), None, DENVER, Why.within_hours)


def test_closed_says_when_it_opens() -> None:
    answer = ask([hours("09:00-17:00", *WORKDAYS)], "2026-11-20 23:40")
    assert answer == Status(State.closed, None, at("2026-11-23 09:00"), DENVER, Why.outside_hours)


def test_the_moment_of_opening_is_open_and_the_moment_of_closing_is_closed() -> None:
    line = [hours("09:00-17:00", *WORKDAYS)]
    assert ask(line, "2026-11-20 09:00").state is State.open
    assert ask(line, "2026-11-20 17:00").state is State.closed
    late = status(line, at("2026-11-20 17:00") - timedelta(microseconds=1), zone=DENVER)
    assert (late.state, late.until) == (State.open, at("2026-11-20 17:00"))


def test_round_the_clock_has_no_until() -> None:
    assert ask([hours("00:00-23:59")], "2026-11-20 23:40") == Status(
        State.open, None, None, DENVER, Why.round_the_clock
    )


def test_round_the_clock_until_a_closure() -> None:
    closing = Closure(starts=at("2026-11-22 12:00"), ends=at("2026-11-23 12:00"))
    answer = ask([hours("00:00-23:59")], "2026-11-20 23:40", closures=[closing])
    assert (answer.until, answer.why) == (at("2026-11-22 12:00"), Why.within_hours)


def test_a_window_that_ends_while_open_is_not_round_the_clock() -> None:
    start = at("2026-11-20 08:00")
    short = spans([hours("09:00-17:00")], start=start, end=at("2026-11-20 12:00"))
    assert status_from(short, at("2026-11-20 10:00"), zone=DENVER) == Status(
        State.open, None, None, DENVER, Why.within_hours
    )


def test_unknown_and_call_first_also_say_when_it_surely_opens() -> None:
    lines = [
        hours("09:00-17:00", "MO"),
        hours(None, "SA"),
        hours("10:00-12:00", "SU", condition="by appointment"),
    ]
    assert ask(lines, "2026-11-21 11:00") == Status(
        State.unknown, None, at("2026-11-23 09:00"), DENVER, Why.times_not_stated
    )
    assert ask(lines, "2026-11-22 11:00") == Status(
        State.call_first,
        at("2026-11-22 12:00"),
        at("2026-11-23 09:00"),
        DENVER,
        Why.conditional,
        "by appointment",
    )


def test_an_opening_beyond_the_horizon_is_not_promised() -> None:
    line = [hours("09:00-17:00", freq=None, dtstart=day("2026-12-25")), hours("09:00-17:00", "FR")]
    assert ask(line, "2026-11-20 18:00").opens_at == at("2026-11-27 09:00")
    assert ask(line, "2026-11-20 18:00", horizon=timedelta(days=5)).opens_at is None


def test_the_horizon_holds_where_more_has_been_computed() -> None:
    start = at("2026-11-20 00:00")
    month = spans([hours("09:00-17:00", "FR")], start=start, end=start + timedelta(days=30))
    asked = at("2026-11-20 18:00")
    assert status_from(month, asked, zone=DENVER).opens_at == at("2026-11-27 09:00")
    assert status_from(month, asked, zone=DENVER, horizon=timedelta(days=3)).opens_at is None


@pytest.mark.parametrize(
    ("lines", "wall", "state", "why", "detail"),
    [
        ([], "2026-12-25 10:00", "unknown", Why.no_hours_stated, ""),
        (
            [hours("09:00-17:00", valid_to=day("2026-06-30"))],
            "2026-12-25 10:00",
            "unknown",
            Why.expired,
            "2026-06-30",
        ),
        (
            [hours("09:00-17:00", valid_from=day("2027-01-04"))],
            "2026-12-25 10:00",
            "unknown",
            Why.not_yet,
            "2027-01-04",
        ),
        ([hours("09:00-17:00")], "2026-12-25 10:00", "unknown", Why.holiday_not_stated, "Christmas Day"),
        ([hours("09:00-17:00")], "2026-12-25 18:00", "closed", Why.outside_hours, ""),
        (
            [hours("09:00-17:00", holidays=OnHolidays.closed)],
            "2026-12-25 10:00",
            "closed",
            Why.holiday_closed,
            "Christmas Day",
        ),
        ([hours("09:00-17:00", holidays=OnHolidays.open)], "2026-12-25 10:00", "open", Why.within_hours, ""),
        ([hours(None, condition="call")], "2026-12-24 10:00", "call_first", Why.conditional, "call"),
    ],
)
def test_why(lines: list[Schedule], wall: str, state: str, why: Why, detail: str) -> None:
    answer = ask(lines, wall, holidays=CHRISTMAS)
    assert (answer.state, answer.why, answer.detail) == (state, why, detail)


def test_a_closure_explains_more_than_a_holiday() -> None:
    closing = Closure(starts=date(2026, 12, 20), ends=date(2026, 12, 31), zone=DENVER, reason="repairs")
    answer = ask(
        [hours("09:00-17:00", holidays=OnHolidays.closed)],
        "2026-12-25 10:00",
        holidays=CHRISTMAS,
        closures=[closing],
    )
    assert (answer.why, answer.detail) == (Why.closure, "repairs")


def test_without_notes_only_the_reason_is_coarser() -> None:
    """Three stored multiranges are enough for the label and the filter."""
    lines = [hours("09:00-17:00", *WORKDAYS), hours("18:00-20:00", condition="x"), hours(None, "SU")]
    start = at("2026-12-21 00:00")
    full = spans(lines, holidays=CHRISTMAS, start=start, end=start + timedelta(days=14))
    bare = replace(full, notes=())
    for hour in range(14 * 24):
        moment = start + timedelta(hours=hour)
        with_notes, without = (status_from(each, moment, zone=DENVER) for each in (full, bare))
        assert replace(with_notes, why=Why.expired, detail="") == replace(without, why=Why.expired, detail="")


def test_outside_the_computed_window_nothing_is_claimed() -> None:
    start = at("2026-11-20 00:00")
    computed = spans([hours("00:00-24:00")], start=start, end=start + timedelta(days=1))
    for moment in (start - timedelta(seconds=1), start + timedelta(days=1)):
        answer = status_from(computed, moment, zone=DENVER)
        assert (answer.state, answer.why) == (State.unknown, Why.not_computed)


def test_a_naive_moment_or_a_made_up_zone_is_refused() -> None:
    moment = at("2026-11-20 00:00")
    with pytest.raises(ValueError, match="no offset"):
        status_from(Spans(start=moment, end=moment), moment.replace(tzinfo=None), zone=DENVER)
    with pytest.raises(ValueError, match="not a time zone"):
        status_from(Spans(start=moment, end=moment), moment, zone="Denver")
