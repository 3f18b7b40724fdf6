"""The same rules in OpenStreetMap's notation, read by somebody else's program (opening-hours-py).

The oracle is asked in naive wall time and we answer in instants. They are compared at every instant's wall time,
except inside an hour that is shown twice: there one wall time has two instants, and the library has no say.
A skipped hour needs no exception, because no instant shows it.

Where the library's rules are not ours, and tests by hand hold ours (test_hours_clock_changes, _holidays):
- a rule for a holiday ("2026 Dec 25 off") cuts the previous night at midnight; ours ends in the morning;
- rules joined by ";" replace each other on a day and cut the night before; ours add up, so they are joined by ",";
- asked in a zone, it takes the second showing of a repeated time for opening too, and loses the first;
  ours opens at the first.
"""

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours
from opening_hours import State as Theirs

from directory.rules.hours import Freq, Schedule, Spans, State, status_from

NAMES = {"MO": "Mo", "TU": "Tu", "WE": "We", "TH": "Th", "FR": "Fr", "SA": "Sa", "SU": "Su"}
OURS = {Theirs.OPEN: State.open, Theirs.UNKNOWN: State.call_first, Theirs.CLOSED: State.closed}


def written(schedules: Sequence[Schedule]) -> str:
    """Conditional lines first: where lines overlap the library believes the last one."""
    return ", ".join(_line(each) for each in sorted(schedules, key=lambda each: each.condition is None))


def _line(schedule: Schedule) -> str:
    opens, closes = schedule.opens_at, schedule.closes_at
    assert opens is not None
    shown = f"{closes // 60:02}:{closes % 60:02}" if isinstance(closes, int) else f"{closes:%H:%M}"
    parts = [_dates(schedule), _days(schedule), f"{opens:%H:%M}-{shown}"]
    if schedule.condition is not None:
        parts.append("unknown")
    return " ".join(part for part in parts if part)


def _days(schedule: Schedule) -> str:
    if schedule.freq == Freq.MONTHLY:
        return ",".join(f"{NAMES[day[-2:]]}[{day[:-2]}]" for day in schedule.byday)
    return ",".join(NAMES[day] for day in schedule.byday)


def _dates(schedule: Schedule) -> str:
    if schedule.interval > 1 and schedule.dtstart is not None:
        return f"{schedule.dtstart.year} week {schedule.dtstart.isocalendar().week:02}-53/{schedule.interval}"
    first, last = schedule.valid_from, schedule.valid_to
    if schedule.freq is None:
        first, last = schedule.dtstart, schedule.until or schedule.dtstart
    return f"{first:%Y %b %d}-{last:%Y %b %d}" if first is not None and last is not None else ""


def disagreement(computed: Spans, rule: str, zone_name: str, *, known: tuple[date, date] | None = None) -> str | None:
    """The first moment at which the two differ, or None. `known`: local days, inclusive, on which both speak."""
    zone = ZoneInfo(zone_name)
    first = computed.start.astimezone(zone).replace(tzinfo=None) - timedelta(days=1)
    last = computed.end.astimezone(zone).replace(tzinfo=None) + timedelta(days=1)
    theirs = [(begins, OURS[says]) for begins, _, says, *_ in OpeningHours(rule).intervals(first, last)]
    begins = [edge for edge, _ in theirs]
    for moment in _moments(computed, begins, zone):
        local = moment.astimezone(zone)
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            continue
        expected = theirs[bisect_right(begins, local.replace(tzinfo=None)) - 1][1]
        found = status_from(computed, moment, zone=zone_name).state
        if known is not None and not known[0] <= local.date() <= known[1] and found is State.unknown:
            found = State.closed
        if found is not expected:
            return f"{rule!r} in {zone_name} at {local.isoformat()}: we say {found}, the oracle {expected}"
    return None


def _moments(computed: Spans, begins: Sequence[datetime], zone: ZoneInfo) -> Iterator[datetime]:
    """One moment within each stretch in which neither side changes its answer, over the whole window."""
    edges = {computed.start, computed.end}
    for stretches in (computed.open, computed.call_first, computed.unknown):
        edges.update(edge for stretch in stretches for edge in stretch)
    edges.update(edge.replace(tzinfo=zone, fold=fold).astimezone(UTC) for edge in begins for fold in (0, 1))
    edges.update(_around_changes(computed, zone))
    inside = sorted(edge for edge in edges if computed.start <= edge <= computed.end)
    for low, high in itertools.pairwise(inside):
        yield low
        yield low + (high - low) / 2


def _around_changes(computed: Spans, zone: ZoneInfo) -> Iterator[datetime]:
    """Every quarter of an hour of a day in which clocks change."""
    day = computed.start
    while day < computed.end:
        if day.astimezone(zone).utcoffset() != (day + timedelta(days=1)).astimezone(zone).utcoffset():
            yield from (day + timedelta(minutes=15 * quarter) for quarter in range(97))
        day += timedelta(days=1)
