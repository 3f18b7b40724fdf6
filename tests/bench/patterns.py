"""Some sixty ways of keeping hours, as stored schedules, with how often each is met."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

WORKDAYS = ["MO", "TU", "WE", "TH", "FR"]
SIX = [*WORKDAYS, "SA"]
DAILY = [*SIX, "SU"]
_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Stored schedules without owner, and the share of services that keep them."""

    schedules: tuple[Mapping[str, Any], ...]
    weight: float


def line(days: list[str], opens: time | None, closes: int | None, **more: Any) -> Mapping[str, Any]:
    """One stored schedule; `closes` in minutes after the midnight that begins the day."""
    return {
        "applies_to": "service",
        "zone": None,
        "freq": "WEEKLY",
        "byday": days,
        "bymonthday": [],
        "interval": 1,
        "dtstart": None,
        "until": None,
        "count": None,
        "wkst": "MO",
        "opens_at": opens,
        "closes_at": closes,
        "valid_from": None,
        "valid_to": None,
        "condition": None,
        "holidays": "not_stated",
        **more,
    }


ROUND_THE_CLOCK = line(DAILY, _MIDNIGHT, 1440, holidays="open")


def _patterns() -> tuple[Pattern, ...]:
    office = [
        Pattern((line(days, opens, closes * 60),), 45 / 36)
        for days in (WORKDAYS, SIX, DAILY)
        for opens in (time(7), time(8), time(8, 30), time(9))
        for closes in (16, 17, 20)
    ]
    night = [
        Pattern((line(days, time(opens), closes * 60, holidays="open"),), 1)
        for days in (WORKDAYS, DAILY)
        for opens, closes in ((16, 24), (17, 25), (18, 32), (20, 30), (21, 31))
    ]
    lunch = [
        Pattern((line(days, time(9), 720), line(days, time(13), 1020, holidays=holidays)), 1.5)
        for days in (WORKDAYS, SIX)
        for holidays in ("closed", "not_stated")
    ]
    week = [
        Pattern((line(WORKDAYS, time(8), 1080), line(["SA"], time(10), 840)), 3),
        Pattern((line(["MO", "WE", "FR"], time(9), 1020), line(["TU", "TH"], time(12), 1200)), 3),
        Pattern((line(["TU", "TH"], time(17), 1200),), 2),
        Pattern((line(["SA", "SU"], time(10), 960),), 2),
    ]
    rare = [
        Pattern((line(["1SA", "3SA"], time(9), 780, freq="MONTHLY"),), 1),
        Pattern((line(["-1FR"], time(13), 1020, freq="MONTHLY"),), 1),
        Pattern((line(WORKDAYS, time(9), 1020, condition="by appointment"),), 4),
        Pattern((line(WORKDAYS, None, None),), 3),
        # the desk keeps office hours, the phone is always answered
        Pattern((line(WORKDAYS, time(9), 1020), line(DAILY, _MIDNIGHT, 1440, applies_to="phone", holidays="open")), 6),
    ]
    return (Pattern((ROUND_THE_CLOCK,), 10), Pattern((), 10), *office, *night, *lunch, *week, *rare)


PATTERNS = _patterns()
