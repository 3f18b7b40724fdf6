"""Small builders for opening times: local walls in, local walls out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from directory.rules.hours import Schedule, Span, Spans, State, spans, status_from

DENVER = "America/Denver"
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ALL_WEEK = DAYS
WORKDAYS = DAYS[:5]


def clock(text: str) -> time | int:
    """ "22:30" -> a time; "24:00" and later -> minutes."""
    hour, minute = map(int, text.split(":"))
    return time(hour, minute) if hour < 24 else hour * 60 + minute


def hours(span: str | None, *days: str, zone: str = DENVER, **more: Any) -> Schedule:
    """hours("22:00-06:00", "FR", "SA"); None leaves the times unstated; without days every day."""
    if span is not None:
        opens, closes = span.split("-")
        more["opens_at"], more["closes_at"] = clock(opens), clock(closes)
    if not days and "freq" not in more and "dtstart" not in more:
        days = ALL_WEEK
    return Schedule(zone=zone, byday=days, **more)


def at(wall: str, zone: str = DENVER, fold: int = 0) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def walls(stretches: Sequence[Span], zone: str = DENVER) -> list[str]:
    """["Fri 20 22:00 - Sat 21 06:00"]; where two showings of an hour must differ, use `utc`."""
    return [" - ".join(f"{edge.astimezone(ZoneInfo(zone)):%a %d %H:%M}" for edge in stretch) for stretch in stretches]


def utc(stretches: Sequence[Span]) -> list[str]:
    return [" - ".join(f"{edge:%d %H:%M}" for edge in stretch) for stretch in stretches]


def over(schedules: Sequence[Schedule], first: str, days: float = 1, zone: str = DENVER, **more: Any) -> Spans:
    """What these say over local days beginning with `first` (the window is whole days of 24 hours)."""
    start = at(first, zone)
    return spans(schedules, start=start, end=start + timedelta(days=days), **more)


def state(schedules: Sequence[Schedule], wall: str, zone: str = DENVER, *, fold: int = 0, **more: Any) -> State:
    moment = at(wall, zone, fold)
    computed = spans(schedules, start=moment - timedelta(hours=1), end=moment + timedelta(days=1), **more)
    return status_from(computed, moment, zone=zone).state


def day(text: str) -> date:
    return date.fromisoformat(text)
