"""Schedules, closures and holidays -> when open, when unknown, when to call first; the rest is closed.

Where lines disagree, open beats call first beats unknown beats closed: several lines add up (HSDS has no
other way to say two openings a day). Only a closure takes away.

A day is known when any given schedule is in force on it; then what no schedule covers is closed. A day on
which none is in force is unknown, so a line that ran out leaves silence, not a locked door.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from directory.rules.hours.intervals import Pair, merge, without
from directory.rules.hours.recurrence import EVERY_DAY, Plan, plan
from directory.rules.hours.schedule import DAY, Closure, OnHolidays, Schedule, State
from directory.rules.hours.wallclock import Span, at_wall, local_day, to_datetime, to_instant, to_spans

NO_HOLIDAYS: Final[Mapping[date, str]] = MappingProxyType({})


class Why(StrEnum):
    """Why the answer is what it is: a code to translate, never a sentence."""

    round_the_clock = "round_the_clock"
    within_hours = "within_hours"
    outside_hours = "outside_hours"
    closure = "closure"
    holiday_closed = "holiday_closed"
    holiday_not_stated = "holiday_not_stated"
    conditional = "conditional"
    no_hours_stated = "no_hours_stated"
    times_not_stated = "times_not_stated"
    expired = "expired"
    not_yet = "not_yet"
    not_computed = "not_computed"


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Why the answer is unusual in [start, end); never needed to know the state itself.

    `detail`: a closure's reason, a holiday's name, a condition's text, the ISO date a line ran out or begins.
    """

    start: datetime
    end: datetime
    why: Why
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Sorted, disjoint, half-open UTC intervals within [start, end); what is in none of them is closed."""

    start: datetime
    end: datetime
    open: tuple[Span, ...] = ()
    unknown: tuple[Span, ...] = ()
    call_first: tuple[Span, ...] = ()
    notes: tuple[Note, ...] = ()


def spans(
    schedules: Sequence[Schedule],
    *,
    closures: Iterable[Closure] = (),
    holidays: Mapping[date, str] = NO_HOLIDAYS,
    start: datetime,
    end: datetime,
) -> Spans:
    """What these schedules together say from `start` to `end` (aware datetimes, half-open).

    Every closure given counts, whatever it applies to. `holidays`: local date -> name. ValueError for a naive
    datetime or an end before the start.
    """
    window = to_instant(start), to_instant(end)
    if window[1] < window[0]:
        raise ValueError(f"The end {end.isoformat()} is before the start {start.isoformat()}.")
    sums = _Sums(window, closures)
    plans = [plan(schedule) for schedule in schedules]
    for line in plans:
        zone = line.schedule.zone
        before, last = local_day(zone, start) - 1, local_day(zone, end)
        first, last = max(line.first, before), min(line.last, last)
        if first <= last:
            sums.known.append((at_wall(zone, first, 0), at_wall(zone, last + 1, 0)))
            for day in line.days(first, last):
                holiday = holidays.get(date.fromordinal(day)) if holidays else None
                sums.add(line, day, *_says(line, day, holiday, plans))
        if line.known_from is not None and before < line.known_from <= last:
            sums.doubt(line, line.known_from - 1)
    return sums.total(plans)


def _says(line: Plan, day: int, holiday: str | None, plans: Sequence[Plan]) -> tuple[State, Why | None, str]:
    """What one line says about its own hours on a day it names."""
    schedule = line.schedule
    if holiday is not None and not _dated_for(schedule):
        if schedule.holidays == OnHolidays.closed:
            return State.closed, Why.holiday_closed, holiday
        if schedule.holidays == OnHolidays.not_stated and not _always_open(line, day, plans):
            return State.unknown, Why.holiday_not_stated, holiday
    if schedule.condition is not None:
        return State.call_first, Why.conditional, schedule.condition
    if line.times is None:
        return State.unknown, Why.times_not_stated, ""
    return State.open, None, ""


def _dated_for(schedule: Schedule) -> bool:
    """A line for one date speaks of that very day, holiday or not."""
    return schedule.freq is None and schedule.until in (None, schedule.dtstart)


def _always_open(line: Plan, day: int, plans: Sequence[Plan]) -> bool:
    """Open round the clock every day of the week, in one line or in seven: that includes holidays."""
    if not line.turns:
        return False
    alike = 0
    for other in plans:
        if (
            other.turns
            and other.in_force(day)
            and other.schedule.holidays != OnHolidays.closed
            and other.schedule.zone == line.schedule.zone
            and other.schedule.condition == line.schedule.condition
        ):
            alike |= other.weekdays
    return alike == EVERY_DAY


class _Sums:
    """Collects what each line says, then weighs it."""

    def __init__(self, window: Pair, closures: Iterable[Closure]) -> None:
        self.window = window
        self.said: dict[State, list[Pair]] = {state: [] for state in State}
        self.known: list[Pair] = []
        self.doubts: list[Pair] = []
        self.notes: set[tuple[int, int, Why, str]] = set()
        self.cut: list[Pair] = []  # closures by instant
        self.days: list[tuple[int, int, str]] = []  # closures by local day
        for closure in closures:
            low, high = _edges(closure, window)
            self.notes.add((low, high, Why.closure, closure.reason))
            if isinstance(closure.starts, datetime):
                self.cut.append((low, high))
            else:
                self.days.append((low, high, closure.reason))

    def add(self, line: Plan, day: int, state: State, why: Why | None, detail: str) -> None:
        opens, closes = _hours(line, day)
        for low, high, reason in self.days:
            if low <= opens < high:
                state, why, detail = State.closed, Why.closure, reason
        self.said[state].append((opens, closes))
        if why is not None:
            self.notes.add((opens, closes, why, detail))

    def doubt(self, line: Plan, day: int) -> None:
        """The night before knowledge begins may reach into the first known morning."""
        if line.times is not None and line.times[1] > DAY and any(line.days(day, day)):
            self.doubts.append(_hours(line, day))

    def total(self, plans: Sequence[Plan]) -> Spans:
        start, end = self.window
        cut = merge(self.cut, start, end)
        opened = without(merge(self.said[State.open], start, end), cut)
        call_first = without(without(merge(self.said[State.call_first], start, end), cut), opened)
        unknown = list(self.said[State.unknown])
        gaps = without([self.window], merge(self.known, start, end)) if start < end else []
        if gaps or self.doubts:
            unknown += self._silence(gaps, plans)
        silent = without(without(without(merge(unknown, start, end), cut), opened), call_first)
        return Spans(
            start=to_datetime(start),
            end=to_datetime(end),
            open=to_spans(opened),
            unknown=to_spans(silent),
            call_first=to_spans(call_first),
            notes=self._notes(),
        )

    def _silence(self, gaps: list[Pair], plans: Sequence[Plan]) -> list[Pair]:
        """Times nothing is said about, less what a closure or a holiday closed."""
        start, end = self.window
        closed_days = [(low, high) for low, high, _ in self.days]
        for doubt in self.doubts:
            if not any(low <= doubt[0] < high for low, high in (*self.known, *closed_days)):
                gaps = merge([*gaps, doubt], start, end)
        shut = merge([*self.said[State.closed], *closed_days], start, end)
        gaps = without(gaps, shut)
        self.notes.update((low, high, *_silent_because(low, plans)) for low, high in gaps)
        return gaps

    def _notes(self) -> tuple[Note, ...]:
        start, end = self.window
        clipped = {(max(low, start), min(high, end), why, detail) for low, high, why, detail in self.notes}
        kept = sorted(note for note in clipped if note[0] < note[1])
        return tuple(Note(to_datetime(low), to_datetime(high), why, detail) for low, high, why, detail in kept)


def _hours(line: Plan, day: int) -> Pair:
    opens, closes = line.times or (0, DAY)
    zone = line.schedule.zone
    return at_wall(zone, day, opens), at_wall(zone, day, closes, closing=True)


def _edges(closure: Closure, window: Pair) -> Pair:
    """First and last instant of a closure; one without an end outlasts the window."""
    if isinstance(closure.starts, datetime):
        ends = to_instant(closure.ends) if isinstance(closure.ends, datetime) else window[1]
        return to_instant(closure.starts), ends
    zone = closure.zone or "UTC"
    low = at_wall(zone, closure.starts.toordinal(), 0)
    return low, window[1] + 1 if closure.ends is None else at_wall(zone, closure.ends.toordinal() + 1, 0)


def _silent_because(low: int, plans: Sequence[Plan]) -> tuple[Why, str]:
    ran_out = [line.last for line in plans if at_wall(line.schedule.zone, line.last + 1, 0) <= low]
    if ran_out:
        return Why.expired, date.fromordinal(max(ran_out)).isoformat()
    if plans:
        return Why.not_yet, date.fromordinal(min(line.first for line in plans)).isoformat()
    return Why.no_hours_stated, ""
