"""What holds for any hours at all."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.rules.hours import Closure, Schedule, Span, Spans, State, spans, status, status_from

from .hours_strategies import SAME, ZONES, any_closure, any_line, dates, holidays_near, spread

FORTNIGHT = timedelta(days=14)


@dataclass(frozen=True)
class Case:
    zone: str
    first: date
    lines: list[Schedule]
    closures: list[Closure]
    holidays: dict[date, str]

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def spans(self, start: datetime | None = None, end: datetime | None = None, **other: object) -> Spans:
        case = replace(self, **other)  # type: ignore[arg-type]
        return spans(
            case.lines,
            closures=case.closures,
            holidays=case.holidays,
            start=start or self.start,
            end=end or self.start + FORTNIGHT,
        )


@st.composite
def cases(draw: st.DrawFn, most: int = 4) -> Case:
    zone, first = draw(st.sampled_from(ZONES)), draw(dates)
    return Case(
        zone,
        first,
        draw(st.lists(any_line(zone, first), max_size=most)),
        draw(st.lists(any_closure(zone, first), max_size=1)),
        draw(holidays_near(first)),
    )


moments = st.integers(0, 14 * 24 * 60 - 1).map(lambda minutes: timedelta(minutes=minutes))


def states(computed: Spans) -> Mapping[State, Sequence[Span]]:
    return {State.open: computed.open, State.call_first: computed.call_first, State.unknown: computed.unknown}


def minutes(stretches: Sequence[Span], origin: datetime) -> set[int]:
    """Every quarter of an hour in the stretches: sets are compared more surely than intervals."""
    found: set[int] = set()
    for low, high in stretches:
        quarter = timedelta(minutes=15)
        found.update(range(-((origin - low) // quarter), -((origin - high) // quarter)))
    return found


def closed(computed: Spans) -> set[int]:
    told = [stretch for stretches in states(computed).values() for stretch in stretches]
    return minutes([(computed.start, computed.end)], computed.start) - minutes(told, computed.start)


@settings(max_examples=spread(150), **SAME)
@given(cases())
def test_stretches_are_sorted_apart_and_inside_the_window(case: Case) -> None:
    computed = case.spans()
    for stretches in states(computed).values():
        assert all(computed.start <= low < high <= computed.end for low, high in stretches)
        assert all(one[1] < two[0] for one, two in itertools.pairwise(stretches)), "touching ones merge"
    together = sorted(stretch for stretches in states(computed).values() for stretch in stretches)
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(together))


@settings(max_examples=spread(150), **SAME)
@given(cases(), moments)
def test_the_status_is_the_stretch_one_stands_in(case: Case, after: timedelta) -> None:
    """The label shown and the filter applied are one computation, computed ahead or on the spot."""
    computed, at = case.spans(), case.start + after
    answer = status_from(computed, at, zone=case.zone)
    inside = [name for name, stretches in states(computed).items() if any(low <= at < high for low, high in stretches)]
    assert [answer.state] == (inside or [State.closed])
    on_the_spot = status(case.lines, at, zone=case.zone, closures=case.closures, holidays=case.holidays)
    assert on_the_spot.state is answer.state
    if answer.state is not State.open:  # how long it stays open is seen farther from the spot
        assert (on_the_spot.why, on_the_spot.detail) == (answer.why, answer.detail)
    if answer.until is not None:
        assert on_the_spot.until == answer.until > at
        assert status_from(computed, answer.until, zone=case.zone).state is not answer.state
    if answer.opens_at is not None:
        assert on_the_spot.opens_at == answer.opens_at > at
        assert status_from(computed, answer.opens_at, zone=case.zone).state is State.open


@settings(max_examples=spread(150), **SAME)
@given(cases(), moments)
def test_a_window_cut_in_two_says_the_same(case: Case, after: timedelta) -> None:
    whole, cut = case.spans(), case.start + after
    first, second = case.spans(end=cut), case.spans(start=cut)
    for name in ("open", "call_first", "unknown"):
        joined = [*getattr(first, name), *getattr(second, name)]
        meeting = [n for n in range(len(joined) - 1) if joined[n][1] == joined[n + 1][0] == cut]
        for n in meeting:
            joined[n : n + 2] = [(joined[n][0], joined[n + 1][1])]
        assert tuple(joined) == getattr(whole, name)


@settings(max_examples=spread(150), **SAME)
@given(cases())
def test_the_order_of_lines_does_not_matter(case: Case) -> None:
    assert case.spans(lines=case.lines[::-1]) == case.spans()


@settings(max_examples=spread(150), **SAME)
@given(cases(), st.integers(-3, 15), st.integers(-3, 15))
def test_knowing_for_fewer_days_leaves_unknown_unknown(case: Case, one: int, other: int) -> None:
    """Every line cut to the same days: nothing unknown becomes open or closed, and nothing new becomes open."""
    low, high = (case.first + timedelta(days=days) for days in sorted((one, other)))
    known = [cut for line in case.lines if (cut := _cut(line, low, high)) is not None]
    more, less = case.spans(), case.spans(lines=known)
    assert minutes(more.unknown, case.start) <= minutes(less.unknown, case.start)
    assert minutes(less.open, case.start) <= minutes(more.open, case.start)


def _cut(line: Schedule, low: date, high: date) -> Schedule | None:
    first, last = max(line.valid_from or low, low), min(line.valid_to or high, high)
    return replace(line, valid_from=first, valid_to=last) if first <= last else None


@settings(max_examples=spread(150), **SAME)
@given(cases(), st.data())
def test_forgetting_times_leaves_unknown_unknown(case: Case, data: st.DataObject) -> None:
    """A line whose times are lost: nothing opens, and what was unknown is not closed.

    Nights are left out: a day of unknown times ends at midnight, though a forgotten night would have gone on.
    """
    forgotten = [
        replace(line, opens_at=None) if _ends_that_day(line) and data.draw(st.booleans()) else line
        for line in case.lines
    ]
    more, less = case.spans(), case.spans(lines=forgotten)
    assert minutes(less.open, case.start) <= minutes(more.open, case.start)
    assert minutes(more.unknown, case.start).isdisjoint(closed(less))
    assert closed(less) <= closed(more)


def _ends_that_day(line: Schedule) -> bool:
    if line.opens_at is None or line.closes_at is None:
        return True
    midnight = line.closes_at in (1440, time(0))
    return midnight or (isinstance(line.closes_at, time) and line.closes_at > line.opens_at)


@settings(max_examples=spread(150), **SAME)
@given(cases())
def test_without_any_line_only_a_closure_is_known(case: Case) -> None:
    computed = case.spans(lines=[])
    assert (computed.open, computed.call_first) == ((), ())
    assert case.spans(lines=[], closures=[]).unknown == ((computed.start, computed.end),)


@settings(max_examples=spread(150), **SAME)
@given(cases())
def test_a_holiday_never_opens_what_was_not_open(case: Case) -> None:
    usual, special = case.spans(holidays={}), case.spans()
    assert minutes(special.open, case.start) <= minutes(usual.open, case.start)
    assert closed(usual) <= closed(special), "closed hours stay closed"


@settings(max_examples=spread(150), **SAME)
@given(cases())
def test_a_closure_only_closes(case: Case) -> None:
    without, shut = case.spans(closures=[]), case.spans()
    for name in ("open", "call_first", "unknown"):
        kept = minutes(getattr(shut, name), case.start)
        below = {
            "open": ("open",),
            "call_first": ("open", "call_first"),
            "unknown": ("open", "call_first", "unknown"),
        }
        assert kept <= {m for each in below[name] for m in minutes(getattr(without, each), case.start)}
    assert closed(without) <= closed(shut)


@settings(max_examples=spread(150), **SAME)
@given(cases())
def test_a_condition_on_every_line_never_says_open(case: Case) -> None:
    computed = case.spans(lines=[replace(line, condition="when volunteers are on") for line in case.lines])
    assert computed.open == ()
    assert closed(case.spans()) == closed(computed)
