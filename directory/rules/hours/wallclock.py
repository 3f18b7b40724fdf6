"""From local wall time to instants, through both clock changes.

Instants are whole microseconds since 1970-01-01T00:00Z and days are proleptic ordinals (`date.toordinal`):
plain integers, because a full import computes millions of them.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from directory.rules.hours.intervals import Pair
from directory.rules.hours.schedule import DAY, zone_info

Span = tuple[datetime, datetime]  # half-open, in UTC

SECOND: Final = 1_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_MICROSECOND: Final = timedelta(microseconds=1)


def to_instant(moment: datetime) -> int:
    """ValueError when the moment is naive: a wall time of nowhere is not an instant."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no offset.")
    return (moment - _EPOCH) // _MICROSECOND


def to_datetime(instant: int) -> datetime:
    return _EPOCH + timedelta(microseconds=instant)


def to_spans(pairs: Iterable[Pair]) -> tuple[Span, ...]:
    return tuple((to_datetime(low), to_datetime(high)) for low, high in pairs)


def local_day(zone: str, moment: datetime) -> int:
    return moment.astimezone(zone_info(zone)).toordinal()


def at_wall(zone: str, day: int, seconds: int, *, closing: bool = False) -> int:
    """The instant when clocks in `zone` show `seconds` after the midnight of `day` (may exceed one day).

    In spring a time that is skipped moves forward to the end of the gap. In autumn a time shown twice opens
    at its first showing and closes at its second: no minute somebody may be open is lost, and an opening that
    reaches over the change simply lasts an hour longer or shorter.
    """
    extra, seconds = divmod(seconds, DAY)
    offset = _steady_offset(zone, day + extra)
    if offset is None:
        return _at_change(zone, day + extra, seconds, closing)
    return ((day + extra - _EPOCH_DAY) * DAY + seconds - offset) * SECOND


@lru_cache(maxsize=65_536)
def _steady_offset(zone: str, day: int) -> int | None:
    """Seconds east of Greenwich all through that local day, or None when clocks change in it."""
    offsets = {_offset(zone, midnight, fold) for midnight in (_naive(day, 0), _naive(day + 1, 0)) for fold in (0, 1)}
    return offsets.pop() if len(offsets) == 1 else None


@lru_cache(maxsize=65_536)
def _at_change(zone: str, day: int, seconds: int, closing: bool) -> int:
    wall = _naive(day, seconds)
    before, after = _offset(zone, wall, 0), _offset(zone, wall, 1)
    shown = (day - _EPOCH_DAY) * DAY + seconds
    if before < after:
        return _change_between(zone, shown - after, shown - before) * SECOND
    return (shown - (after if closing else before)) * SECOND


def _change_between(zone: str, low: int, high: int) -> int:
    """The second (since 1970) at which the offset changes, after `low` and not after `high`."""
    old = _offset_at(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset_at(zone, middle) == old else (low, middle)
    return high


def _offset(zone: str, wall: datetime, fold: int) -> int:
    offset = wall.replace(tzinfo=zone_info(zone), fold=fold).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0


def _offset_at(zone: str, second: int) -> int:
    offset = to_datetime(second * SECOND).astimezone(zone_info(zone)).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0


def _naive(day: int, seconds: int) -> datetime:
    return datetime.fromordinal(day) + timedelta(seconds=seconds)
