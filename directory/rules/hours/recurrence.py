"""On which local days a schedule opens, and over which days it says anything at all.

Days are proleptic ordinals: ordinal 1 was a Monday.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from directory.rules.hours.schedule import DAY, WEEKDAYS, Freq, Schedule, split_byday, wall_times

EVERY_DAY = (1 << 7) - 1
FIRST_DAY, LAST_DAY = date(1900, 1, 1).toordinal(), date(9000, 1, 1).toordinal()
_COUNT_ENDS = 100 * 366  # a count that takes longer than a century to use up does not end


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule made ready to compute: days as ordinals, times in seconds, weekdays as a bit mask."""

    schedule: Schedule
    times: tuple[int, int] | None
    weekdays: int
    turns: bool  # weekly, every week, a full turn each time
    first: int  # first and last local day in force, inclusive
    last: int
    known_from: int | None  # `first` when knowledge begins there, not the recurrence itself

    def in_force(self, day: int) -> bool:
        return self.first <= day <= self.last

    def days(self, first: int, last: int) -> Iterator[int]:
        """The days it opens on, in order, among `first` to `last` inclusive, whether in force or not."""
        schedule = self.schedule
        if schedule.freq == Freq.WEEKLY and schedule.interval == 1:
            return (day for day in range(first, last + 1) if self.weekdays >> (day - 1) % 7 & 1)
        if schedule.freq is None:
            return iter(range(first, last + 1))
        return filter(
            _monthly(schedule) if schedule.freq == Freq.MONTHLY else _weekly(schedule), range(first, last + 1)
        )


def plan(schedule: Schedule) -> Plan:
    times = wall_times(schedule)
    weekdays = _mask(schedule)
    turns = times is not None and times[1] - times[0] == DAY and schedule.freq == Freq.WEEKLY and schedule.interval == 1
    if turns and weekdays == EVERY_DAY:
        times = (0, DAY)  # 23:00-22:59 every day has no seam at 23:00
    begins = schedule.dtstart.toordinal() if schedule.dtstart else FIRST_DAY
    known = schedule.valid_from.toordinal() if schedule.valid_from else FIRST_DAY
    ends = _ends(schedule)
    valid_to = schedule.valid_to.toordinal() if schedule.valid_to else LAST_DAY
    return Plan(
        schedule=schedule,
        times=times,
        weekdays=weekdays,
        turns=turns,
        first=max(begins, known),
        last=min(ends, valid_to),
        known_from=known if schedule.valid_from and known > begins else None,
    )


def _mask(schedule: Schedule) -> int:
    days = {split_byday(text)[1] for text in schedule.byday}
    if not days and schedule.dtstart:
        days = {schedule.dtstart.weekday()}
    return sum(1 << day for day in days)


def _ends(schedule: Schedule) -> int:
    if schedule.freq is None and schedule.dtstart is not None:
        return (schedule.until or schedule.dtstart).toordinal()
    if schedule.count:
        return _counted(schedule)
    return schedule.until.toordinal() if schedule.until else LAST_DAY


@lru_cache(maxsize=4096)
def _counted(schedule: Schedule) -> int:
    """The day of the last of `count` openings."""
    if schedule.dtstart is None or schedule.count is None:
        return LAST_DAY
    start, left = schedule.dtstart.toordinal(), schedule.count
    opens = _monthly(schedule) if schedule.freq == Freq.MONTHLY else _weekly(schedule)
    for day in range(start, start + _COUNT_ENDS):
        left -= opens(day)
        if left == 0:
            return day
    return LAST_DAY


def _weekly(schedule: Schedule) -> Callable[[int], bool]:
    weekdays, starts, interval = _mask(schedule), WEEKDAYS.index(schedule.wkst), schedule.interval

    def week(day: int) -> int:
        return (day - 1 - starts) // 7

    origin = week(schedule.dtstart.toordinal()) if schedule.dtstart else 0
    return lambda day: bool(weekdays >> (day - 1) % 7 & 1) and (week(day) - origin) % interval == 0


def _monthly(schedule: Schedule) -> Callable[[int], bool]:
    """Days by weekday, number or both (the Friday that is a 13th); neither means dtstart's number."""
    wanted = [split_byday(text) for text in schedule.byday]
    numbers = schedule.bymonthday
    start = schedule.dtstart
    if start is not None and not wanted and not numbers:
        numbers = (start.day,)
    origin = start.year * 12 + start.month if start else 0

    def opens(ordinal: int) -> bool:
        day = date.fromordinal(ordinal)
        if (day.year * 12 + day.month - origin) % schedule.interval:
            return False
        length = monthrange(day.year, day.month)[1]
        if numbers and not {day.day, day.day - length - 1} & set(numbers):
            return False
        nth = ((day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1))
        return not wanted or any(
            weekday == day.weekday() and (ordinal_ is None or ordinal_ in nth) for ordinal_, weekday in wanted
        )

    return opens
