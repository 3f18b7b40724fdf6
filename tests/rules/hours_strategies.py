"""Generated opening times."""

import os
from datetime import date, time, timedelta
from typing import Any

from hypothesis import HealthCheck
from hypothesis import strategies as st

from directory.rules.hours import Closure, Freq, OnHolidays, Schedule

from .hours_builders import DAYS

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "Pacific/Honolulu",
    "Pacific/Chatham",
    "Europe/London",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Australia/Sydney",
    "Australia/Lord_Howe",
)
# The same examples on every run, so that a failure belongs to the change that caused it.
# The plain run takes a spread; `DOORLIGHT_HOURS=full` takes all.
_PART = 1 if os.environ.get("DOORLIGHT_HOURS") == "full" else 4


def spread(most: int) -> int:
    """How many examples of so many are taken."""
    return most // _PART


SAME: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "suppress_health_check": [HealthCheck.too_slow],
}


dates = st.dates(date(2025, 1, 1), date(2028, 12, 31))
weekdays = st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True).map(tuple)
nth_days = st.lists(
    st.tuples(st.sampled_from((1, 2, 3, 4, 5, -1, -2)), st.sampled_from(DAYS)),
    min_size=1,
    max_size=3,
    unique=True,
).map(lambda pairs: tuple(f"{nth}{day}" for nth, day in pairs))


@st.composite
def times(draw: st.DrawFn) -> dict[str, Any]:
    """Opening and closing on quarters or odd minutes, through midnight as often as not.

    Left out are the three ways of writing that are ours: 23:59, a minute short of a full turn, and 09:00-09:00.
    """
    minute = st.one_of(st.integers(0, 95).map(lambda quarter: quarter * 15), st.integers(0, 1438))
    opens = draw(minute)
    closes = draw(st.one_of(minute, st.just(1440)).filter(lambda m: m % 1440 not in (opens - 1, opens, opens + 1439)))
    return {
        "opens_at": time(*divmod(opens, 60)),
        "closes_at": closes if closes == 1440 else time(*divmod(closes, 60)),
    }


@st.composite
def weekly(draw: st.DrawFn, zone: str) -> Schedule:
    condition = draw(st.sampled_from((None, None, None, "by appointment")))
    return Schedule(zone=zone, byday=draw(weekdays), condition=condition, **draw(times()))


@st.composite
def any_line(draw: st.DrawFn, zone: str, around: date) -> Schedule:
    """Everything a line can say, with its dates within three weeks of `around`."""
    near = st.integers(-20, 20).map(lambda days: around + timedelta(days=days))
    what = draw(st.one_of(times(), st.just({}), st.just({"opens_at": time(0), "closes_at": time(23, 59)})))
    more: dict[str, Any] = {
        "condition": draw(st.sampled_from((None, None, "by appointment"))),
        "holidays": draw(st.sampled_from(OnHolidays)),
    }
    if draw(st.booleans()):
        more["valid_from"], more["valid_to"] = sorted((draw(near), draw(near)))
    match draw(st.sampled_from(("weekly", "weekly", "fortnightly", "monthly", "dated"))):
        case "weekly":
            return Schedule(zone=zone, byday=draw(weekdays), **what, **more)
        case "fortnightly":
            return Schedule(zone=zone, byday=draw(weekdays), interval=2, dtstart=draw(near), **what, **more)
        case "monthly":
            return Schedule(zone=zone, freq=Freq.MONTHLY, byday=draw(nth_days), **what, **more)
    first, last = sorted((draw(near), draw(near)))
    return Schedule(zone=zone, freq=None, dtstart=first, until=last, **what, **more)


@st.composite
def any_closure(draw: st.DrawFn, zone: str, around: date) -> Closure:
    first, last = sorted(around + timedelta(days=draw(st.integers(-5, 20))) for _ in range(2))
    return Closure(starts=first, ends=draw(st.sampled_from((last, None))), zone=zone)


def holidays_near(around: date) -> st.SearchStrategy[dict[date, str]]:
    near = st.integers(-3, 18).map(lambda days: around + timedelta(days=days))
    return st.dictionaries(near, st.just("a holiday"), max_size=3)
