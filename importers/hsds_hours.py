"""HSDS schedules as ours.

Hours that cannot be trusted become days on which nothing is known: never open, never closed.
"""

import re
from collections.abc import Iterator
from datetime import date, time
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from directory import ScheduleIn, vocabulary
from importers.item import PROSE, Item
from importers.ledger import Ledger

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"^([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)[A-Z]*$")
_CLOCK = re.compile(
    r"^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap])?\.?(?:m\.?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$", re.IGNORECASE
)
_NOON, _LAST_HOUR, _MINUTES = 12, 24, 60


def schedules(item: Item, ledger: Ledger, owner: UUID) -> Iterator[ScheduleIn]:
    """The hours that hang on an object, in its place's own zone: an HSDS offset changes in summer."""
    for one in item.items("schedules"):
        own = ledger.child(one, "schedule", owner)
        if own is not None:
            yield _schedule(one, own)


def _schedule(item: Item, own: UUID) -> ScheduleIn:
    troubles: list[str] = []
    recurs = _recurrence(item, troubles)
    dates = _dates(item, troubles)
    times = _times(item, troubles)
    common = {
        "id": own,
        "zone": zone(item),
        "applies_to": _applies(item, troubles),
        "wkst": _wkst(item),
        "condition": _condition(item),
        "holidays": _holidays(item),
        "description": item.text("description", limit=PROSE),
        "notes": item.text("notes", limit=PROSE),
    }
    problem = next(iter(troubles), None) or contradiction(recurs | dates | times)
    if problem is None:
        return item.make(ScheduleIn, **common, **recurs, **dates, **times)
    item.row.note(
        item.row.outcome.altered, item.path, f"hours that cannot be used ({problem}): shown as not known on their days"
    )
    for name in ("freq", "byday", "bymonthday", "interval", "count", "dtstart", "until", "opens_at", "closes_at"):
        item.leave(name)
    days = tuple(day for day in WEEK if any(said.endswith(day) for said in recurs["byday"]))
    valid = {name: dates[name] for name in ("valid_from", "valid_to")}
    if valid["valid_from"] and valid["valid_to"] and valid["valid_to"] < valid["valid_from"]:
        valid = {}
    return item.make(ScheduleIn, **common, **valid, freq="WEEKLY", byday=days or WEEK)


def contradiction(said: dict[str, Any]) -> str | None:
    """Why the directory's rules would refuse these hours; None when they would not."""
    ordinals = any(not day[0].isalpha() for day in said["byday"])
    freq, start, until = said["freq"], said["dtstart"], said["until"]
    checks = (
        (freq is None and start is None, "no day is named"),
        (
            freq is None and bool(said["count"] or said["bymonthday"] or said["interval"] > 1),
            "a repetition without freq",
        ),
        (start is None and bool(said["count"] or said["interval"] > 1), "interval and count need dtstart"),
        (start is None and not said["byday"] and not said["bymonthday"], "no day is named"),
        (bool(said["count"] and until), "both count and until"),
        (freq == "WEEKLY" and bool(ordinals or said["bymonthday"]), "days of the month in a weekly schedule"),
        (bool(start and until and until < start), "until is before dtstart"),
        (_before(said["valid_to"], said["valid_from"]), "valid_to is before valid_from"),
        (_same(said["opens_at"], said["closes_at"]), "opens and closes at the same time"),
    )
    return next((why for wrong, why in checks if wrong), None)


def _recurrence(item: Item, troubles: list[str]) -> dict[str, Any]:
    freq = item.text("freq")
    freq = freq and freq.upper()
    byday = []
    for said in item.texts("byday"):
        read = _DAY.match(said.upper().replace(" ", ""))
        if read is None:
            troubles.append(f"{said[:20]!r} is no weekday")
        else:
            byday.append((read[1] or "").lstrip("+") + read[2])
    bymonthday = _month_days(item, troubles)
    if freq is None and (byday or bymonthday):
        monthly = bool(bymonthday) or any(not day[0].isalpha() for day in byday)
        freq = "MONTHLY" if monthly else "WEEKLY"
        item.row.note(item.row.outcome.altered, item.at("freq"), f"missing; the days named make it {freq}")
    elif freq == "DAILY" and item.said.get("interval") in (None, 1):
        freq, byday = "WEEKLY", byday or list(WEEK)
        item.alter("freq", "HSDS has no DAILY; read as every day of the week")
    elif freq not in (None, "WEEKLY", "MONTHLY"):
        troubles.append("freq is neither WEEKLY nor MONTHLY")
    limits = {"interval": 520, "count": 10_000}
    numbers = {name: item.whole(name, 1, most) for name, most in limits.items()}
    troubles += [f"{name} cannot be used" for name in limits if numbers[name] is None and item.said.get(name)]
    return {
        "freq": freq,
        "byday": tuple(byday),
        "bymonthday": tuple(bymonthday),
        "interval": numbers["interval"] or 1,
        "count": numbers["count"],
    }


def _month_days(item: Item, troubles: list[str]) -> list[int]:
    said = item.raw("bymonthday")
    if said is None or said == "":
        return []
    parts = said.split(",") if isinstance(said, str) else said if isinstance(said, list) else [said]
    days = []
    for part in parts:
        read = re.fullmatch(r"[+-]?\d{1,2}", str(part).strip())
        if read is None or not 1 <= abs(int(read[0])) <= 31:  # noqa: PLR2004 - the longest month
            troubles.append("bymonthday is not 1 to 31")
        else:
            days.append(int(read[0]))
    return days


def _dates(item: Item, troubles: list[str]) -> dict[str, date | None]:
    names = ("dtstart", "until", "valid_from", "valid_to")
    read = {name: item.day(name) for name in names}
    troubles += [f"{name} cannot be read" for name in names if read[name] is None and item.said.get(name)]
    return read


def _times(item: Item, troubles: list[str]) -> dict[str, Any]:
    opens, closes = _clock(item, "opens_at", troubles), _clock(item, "closes_at", troubles)
    if opens is not None and opens >= _LAST_HOUR * _MINUTES:
        troubles.append("opens at 24:00")
        opens = None
    return {"opens_at": None if opens is None else time(*divmod(opens, _MINUTES)), "closes_at": closes}


def _clock(item: Item, name: str, troubles: list[str]) -> int | None:
    """Minutes after midnight on the place's own clock."""
    said = item.text(name)
    if said is None:
        return None
    read = _CLOCK.match(said)
    hour, minute = (int(read[1]), int(read[2])) if read else (99, 99)
    if read and read[4]:
        hour = hour % _NOON + (_NOON if read[4].lower() == "p" else 0) if 1 <= hour <= _NOON else 99
    if not (hour < _LAST_HOUR and minute < _MINUTES) and (hour, minute) != (_LAST_HOUR, 0):
        troubles.append(f"{name} is no time of day")
        return None
    if read and read[5]:
        item.alter(name, "an offset after the time; read as the time on the place's own clock")
    return hour * _MINUTES + minute


def zone(item: Item) -> str | None:
    """The time zone said, when there is one of that name."""
    said = item.text("zone")
    if said is not None and said not in _zones():
        item.unusable("zone", "not a time zone such as America/Denver; the place's own counts")
        return None
    return said


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Asking for them walks through a folder of files: some 25 ms."""
    return frozenset(available_timezones())


def _applies(item: Item, troubles: list[str]) -> str:
    said = item.text("applies_to")
    if said is not None and said not in vocabulary("applies_to").terms:
        item.unusable("applies_to", "not something we know hours of")
        troubles.append("it is not known what they are of")
        return "service"
    return said or "service"


def _wkst(item: Item) -> str:
    said = item.text("wkst")
    if said is not None and said.upper() not in WEEK:
        item.unusable("wkst", "not a weekday such as MO; Monday counts")
        return "MO"
    return (said or "MO").upper()


def _holidays(item: Item) -> str:
    said = item.text("holidays")
    if said is not None and said not in vocabulary("holidays").terms:
        item.unusable("holidays", "neither open, closed nor not_stated; read as not_stated")
        return "not_stated"
    return said or "not_stated"


def _condition(item: Item) -> str | None:
    """Weeks or days of the year are a limit we do not compute: whoever comes in another week must not be sent."""
    said = item.text("condition")
    for name, what in (("byweekno", "weeks"), ("byyearday", "days")):
        if item.said.get(name):
            item.row.note(
                item.row.outcome.altered, item.at(name), f"certain {what} of the year only; shown as call first"
            )
            said = said or f"only in certain {what} of the year"
    return said


def _before(end: date | None, start: date | None) -> bool:
    return end is not None and start is not None and end < start


def _same(opens: time | None, closes: int | None) -> bool:
    return opens is not None and closes is not None and 0 < closes == opens.hour * _MINUTES + opens.minute
