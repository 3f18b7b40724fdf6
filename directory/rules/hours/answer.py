"""The answer at one moment, read off the very intervals that are stored and filtered on."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from directory.rules.hours.opening import NO_HOLIDAYS, Note, Spans, Why, spans
from directory.rules.hours.schedule import Closure, Schedule, State, zone_info
from directory.rules.hours.wallclock import Span

HORIZON: Final = timedelta(days=14)
_ALL_WEEK: Final = timedelta(days=7)

_STATE_OF: Final = {
    Why.closure: State.closed,
    Why.holiday_closed: State.closed,
    Why.conditional: State.call_first,
    Why.holiday_not_stated: State.unknown,
    Why.times_not_stated: State.unknown,
    Why.expired: State.unknown,
    Why.not_yet: State.unknown,
    Why.no_hours_stated: State.unknown,
}
_PLAIN: Final = {
    State.open: Why.within_hours,
    State.closed: Why.outside_hours,
    State.call_first: Why.conditional,
    State.unknown: Why.no_hours_stated,
}


@dataclass(frozen=True, slots=True)
class Status:
    """The answer to "is it open?" at one moment.

    `until`: when the present open or call-first state ends (UTC); None when no end is known, and when closed
    or unknown. `opens_at`: the next certain opening (UTC), None while open. `zone`: the IANA zone to say both
    in. `detail` belongs to `why` and is source text or an ISO date, as in `Note`.
    """

    state: State
    until: datetime | None
    opens_at: datetime | None
    zone: str
    why: Why
    detail: str = ""


def status_from(known: Spans, at: datetime, *, zone: str, horizon: timedelta = HORIZON) -> Status:
    """The status at `at` from intervals alone.

    Outside the computed window the answer is unknown with `not_computed`: compute it from the schedules then.
    Without notes the state and times are the same, only `why` is coarser. ValueError for a naive `at`.
    """
    zone_info(zone)
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no offset.")
    if not known.start <= at < known.end:
        return Status(State.unknown, None, None, zone, Why.not_computed)
    state, until = _state(known, at)
    if until is not None and until >= known.end:
        until = None
    why, detail = _why(known, at, state, until)
    opens_at = None if state is State.open else _next_opening(known.open, at, horizon)
    return Status(state, until, opens_at, zone, why, detail)


def status(
    schedules: Sequence[Schedule],
    at: datetime,
    *,
    zone: str,
    closures: Iterable[Closure] = (),
    holidays: Mapping[date, str] = NO_HOLIDAYS,
    horizon: timedelta = HORIZON,
) -> Status:
    """The status at any moment, straight from the schedules: the same intervals, computed on the spot."""
    computed = spans(schedules, closures=closures, holidays=holidays, start=at, end=at + horizon)
    return status_from(computed, at, zone=zone, horizon=horizon)


def _state(known: Spans, at: datetime) -> tuple[State, datetime | None]:
    for state, stretches in ((State.open, known.open), (State.call_first, known.call_first)):
        found = _covering(stretches, at)
        if found is not None:
            return state, found[1]
    return (State.unknown if _covering(known.unknown, at) else State.closed), None


def _covering(stretches: Sequence[Span], at: datetime) -> Span | None:
    after = bisect_right(stretches, at, key=_begins)
    return stretches[after - 1] if after and at < stretches[after - 1][1] else None


def _next_opening(stretches: Sequence[Span], at: datetime, horizon: timedelta) -> datetime | None:
    after = bisect_right(stretches, at, key=_begins)
    return stretches[after][0] if after < len(stretches) and stretches[after][0] <= at + horizon else None


def _begins(stretch: Span) -> datetime:
    return stretch[0]


def _why(known: Spans, at: datetime, state: State, until: datetime | None) -> tuple[Why, str]:
    if state is State.open:
        always = until is None and known.end - at >= _ALL_WEEK
        return (Why.round_the_clock if always else Why.within_hours), ""
    fitting = [note for note in known.notes if note.start <= at < note.end and _STATE_OF[note.why] is state]
    if not fitting:
        return _PLAIN[state], ""
    first = min(fitting, key=_weight)
    return first.why, first.detail


def _weight(note: Note) -> int:
    """A closure explains more than a holiday, a holiday more than silence."""
    return list(_STATE_OF).index(note.why)
