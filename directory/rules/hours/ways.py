"""Which of several lists of hours a way in goes by, and what that makes of the whole.

Specific beats near for everything but the door: phone hours stated for the whole service outrank general
hours stated for one site, because "9 to 5" at the site is about its counter. For the door near beats
specific: a building open from 6 to 22 does not make the two-hour clinic in it open at 21:00.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from directory.rules.hours.intervals import Pair, merge, without
from directory.rules.hours.opening import NO_HOLIDAYS, Spans, spans
from directory.rules.hours.schedule import Applies, Closure, Schedule
from directory.rules.hours.wallclock import Span, to_instant, to_spans

NOT_WAYS_IN = frozenset({Applies.service, Applies.intake, Applies.office})


@dataclass(frozen=True, slots=True)
class WayIn:
    """One way of reaching help: its mode, and the hours stated for this very number, page or door."""

    mode: Applies
    schedules: tuple[Schedule, ...] = ()

    def __post_init__(self) -> None:
        if self.mode in NOT_WAYS_IN:
            raise ValueError(f"{self.mode} is no way in; a way in is a door, phone, text, chat and so on.")


@dataclass(frozen=True, slots=True)
class Ways:
    """Hours of each mode, and of any of them together."""

    by_mode: Mapping[Applies, Spans]
    any: Spans


def nearest(
    mode: Applies, *, own: Sequence[Schedule] = (), levels: Sequence[Sequence[Schedule]]
) -> tuple[Schedule, ...]:
    """The schedules that `mode` goes by; () when nothing is stated, which means unknown.

    `levels`, nearest first: service_at_location, service, location. Order: the way in's own hours; then, for
    the door, the nearest level with door or general hours (door hours first within a level); for other modes
    the nearest level with hours for that mode, else the nearest with general hours. `office` and `intake`
    never count, so a level with office hours alone is passed over. A level that counts still wins when its
    lines have run out: that is unknown, and farther words do not fill it.
    """
    mine = tuple(s for s in own if s.applies_to in (mode, Applies.service))
    if mine:
        return mine
    wanted = (
        [(level, kind) for level in levels for kind in (mode, Applies.service)]
        if mode == Applies.door
        else [(level, kind) for kind in (mode, Applies.service) for level in levels]
    )
    for level, kind in wanted:
        found = tuple(s for s in level if s.applies_to == kind)
        if found:
            return found
    return ()


def for_ways_in(
    ways: Iterable[WayIn],
    *,
    levels: Sequence[Sequence[Schedule]],
    closures: Sequence[Closure] = (),
    holidays: Mapping[date, str] = NO_HOLIDAYS,
    start: datetime,
    end: datetime,
) -> Ways:
    """The hours of each mode, and their union: open if any way in is open, else call first, else unknown.

    Two numbers of one mode count as one way. Without any way in the whole is unknown. A closure that names a
    mode closes that mode only: a flooded building does not silence the line.
    """
    done: dict[tuple[tuple[int, ...], tuple[int, ...]], Spans] = {}
    by_mode: dict[Applies, Spans] = {}
    for way in ways:
        goes_by = nearest(way.mode, own=way.schedules, levels=levels)
        shut = tuple(c for c in closures if c.applies_to in (None, Applies.service, way.mode))
        key = tuple(map(id, goes_by)), tuple(map(id, shut))
        if key not in done:
            done[key] = spans(goes_by, closures=shut, holidays=holidays, start=start, end=end)
        earlier = by_mode.get(way.mode)
        by_mode[way.mode] = done[key] if earlier is None else unite([earlier, done[key]])
    if by_mode:
        return Ways(by_mode, unite(list(by_mode.values())))
    everywhere = tuple(c for c in closures if c.applies_to in (None, Applies.service))
    return Ways({}, spans((), closures=everywhere, start=start, end=end))


def unite(several: Sequence[Spans]) -> Spans:
    """Several ways in as one. ValueError when none is given, or they were computed for different windows."""
    windows = {(each.start, each.end) for each in several}
    if len(windows) != 1:
        raise ValueError("Only hours of one and the same window can be united.")
    first = several[0]
    if all(each is first for each in several):
        return first
    start, end = to_instant(first.start), to_instant(first.end)

    def together(stretches: Iterable[Span]) -> list[Pair]:
        return merge(((to_instant(a), to_instant(b)) for a, b in stretches), start, end)

    opened = together(s for each in several for s in each.open)
    call_first = without(together(s for each in several for s in each.call_first), opened)
    unknown = without(without(together(s for each in several for s in each.unknown), opened), call_first)
    return Spans(
        start=first.start,
        end=first.end,
        open=to_spans(opened),
        unknown=to_spans(unknown),
        call_first=to_spans(call_first),
        notes=tuple(sorted({note for each in several for note in each.notes})),
    )
