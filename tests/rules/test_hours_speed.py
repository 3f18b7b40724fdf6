from datetime import timedelta
from timeit import repeat

from directory.rules.hours import spans

from .hours_builders import WORKDAYS, at, hours


def test_a_fortnight_of_a_simple_week_takes_less_than_a_millisecond() -> None:
    """About 0.04 ms when written; an import computes a hundred thousand. The best of several runs counts."""
    line, start = [hours("09:00-17:00", *WORKDAYS)], at("2026-11-20 00:00")
    end = start + timedelta(days=14)
    best = min(repeat(lambda: spans(line, start=start, end=end), number=50, repeat=10)) / 50
    assert best < 0.001
