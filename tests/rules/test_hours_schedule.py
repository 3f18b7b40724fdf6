from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from directory.rules.hours import Applies, Closure, Freq, Schedule

from .hours_builders import DENVER

NINE, FIVE = time(9), time(17)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"zone": "Denver"}, "'Denver' is not a time zone"),
        ({"zone": ""}, "is not a time zone"),
        ({"zone": "../etc/passwd"}, "is not a time zone"),
        ({"byday": ("MON",)}, "'MON' is not a weekday"),
        ({"byday": ("mo",)}, "'mo' is not a weekday"),
        ({"byday": ("2MO",)}, "need freq MONTHLY"),
        ({"bymonthday": (15,)}, "need freq MONTHLY"),
        ({"freq": Freq.MONTHLY, "byday": ("6MO",)}, "first to fifth"),
        ({"freq": Freq.MONTHLY, "byday": ("0MO",)}, "first to fifth"),
        ({"freq": Freq.MONTHLY, "byday": (), "bymonthday": (32,)}, "1 to 31"),
        ({"freq": Freq.MONTHLY, "byday": ()}, "no day is named"),
        ({"byday": ()}, "no day is named"),
        ({"interval": 2}, "need dtstart"),
        ({"count": 3}, "need dtstart"),
        ({"interval": 0}, "at least 1"),
        ({"count": 3, "dtstart": date(2026, 1, 1), "until": date(2026, 2, 1)}, "count or until"),
        ({"freq": None, "byday": ()}, "needs dtstart"),
        ({"freq": None, "dtstart": date(2026, 1, 1)}, "need a freq"),
        ({"freq": "DAILY"}, "neither WEEKLY nor MONTHLY"),
        ({"wkst": "Monday"}, "not a weekday"),
        ({"holidays": "maybe"}, "neither open, closed nor not_stated"),
        ({"applies_to": "fax"}, "not something a schedule applies to"),
        ({"dtstart": date(2026, 2, 1), "until": date(2026, 1, 1)}, "until .* is before dtstart"),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "valid_to .* is before valid_from"),
        ({"until": datetime(2026, 1, 1, tzinfo=UTC)}, "until is a local date"),
        ({"opens_at": time(9, tzinfo=UTC)}, "without an offset"),
        ({"opens_at": time(21), "closes_at": time(21)}, "never, or all round the clock"),
        ({"opens_at": time(9), "closes_at": 9 * 60}, "never, or all round the clock"),
        ({"opens_at": time(9), "closes_at": 9 * 60 + 1441}, "within 24 hours"),
    ],
)
def test_a_line_that_contradicts_itself_is_refused_readably(values: dict[str, Any], says: str) -> None:
    line: dict[str, Any] = {"zone": DENVER, "byday": ("MO",), "opens_at": NINE, "closes_at": FIVE}
    with pytest.raises(ValueError, match=says):
        Schedule(**{**line, **values})


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"starts": date(2026, 1, 1), "ends": datetime(2026, 1, 2, tzinfo=UTC)}, "not one of each"),
        ({"starts": date(2026, 1, 1), "ends": date(2026, 1, 2)}, "needs the zone"),
        ({"starts": datetime(2026, 1, 1), "ends": None}, "need an offset"),  # noqa: DTZ001 - the very mistake
        ({"starts": date(2026, 1, 2), "ends": date(2026, 1, 1), "zone": DENVER}, "before it starts"),
        ({"starts": date(2026, 1, 2), "ends": None, "zone": "Denver"}, "not a time zone"),
    ],
)
def test_a_closure_that_makes_no_sense_is_refused_readably(values: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Closure(**values)


def test_a_schedule_is_general_weekly_and_silent_on_holidays_unless_it_says_otherwise() -> None:
    line = Schedule(zone=DENVER, byday=("MO",), opens_at=NINE, closes_at=FIVE)
    assert (line.applies_to, line.freq, line.holidays) == (Applies.service, Freq.WEEKLY, "not_stated")


def test_schedules_are_values() -> None:
    one = Schedule(zone=DENVER, byday=("MO",), opens_at=NINE, closes_at=FIVE)
    assert one == Schedule(zone=DENVER, byday=("MO",), opens_at=NINE, closes_at=FIVE)
    assert len({one, one}) == 1
