"""What is stated about opening: schedules and closures, checked on the way in."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 86_400  # seconds on a wall clock, from midnight to midnight
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MINUTE = 60


class State(StrEnum):
    open = "open"
    closed = "closed"
    unknown = "unknown"
    call_first = "call_first"


class Applies(StrEnum):
    """What a schedule is about. `service` is general; `intake` and `office` never open a way in."""

    service = "service"
    door = "door"
    phone = "phone"
    text = "text"
    chat = "chat"
    video = "video"
    tty = "tty"
    relay = "relay"
    app = "app"
    form = "form"
    intake = "intake"
    office = "office"


class Freq(StrEnum):
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class OnHolidays(StrEnum):
    open = "open"
    closed = "closed"
    not_stated = "not_stated"


@lru_cache(maxsize=1024)
def zone_info(name: str) -> ZoneInfo:
    """The zone of that IANA name; ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a time zone; write one like 'America/Denver'.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One line of opening times, in local wall time of `zone`.

    - `freq` None: the dated days from `dtstart` to `until` (or that one day), nothing else.
    - `byday`: "MO"; with an ordinal when monthly, "2MO" or "-1FR". Weekly without it: dtstart's weekday.
    - `opens_at`, `closes_at`: a time, or for closing also minutes after the midnight that begins the opening
      day (1440 = 24:00, 1560 = 02:00 the next morning). Closing not after opening is on the next day; 23:59
      closes at midnight; one minute short of a full turn is a full turn. One missing: the day is unknown.
    - `valid_from`, `valid_to` (inclusive) bound what is known; `until` or `count` ends the recurrence.
    - `condition`: when it only holds if something else does; inside its hours, or all day when none are
      stated, the answer is "call first".

    Raises ValueError with a readable message when the line contradicts itself.
    """

    zone: str
    applies_to: Applies = Applies.service
    freq: Freq | None = Freq.WEEKLY
    byday: tuple[str, ...] = ()
    bymonthday: tuple[int, ...] = ()
    interval: int = 1
    dtstart: date | None = None
    until: date | None = None
    count: int | None = None
    wkst: str = "MO"
    opens_at: time | None = None
    closes_at: time | int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    condition: str | None = None
    holidays: OnHolidays = OnHolidays.not_stated

    def __post_init__(self) -> None:
        zone_info(self.zone)
        _check_names(self)
        _check_recurrence(self)
        _check_dates(self)
        wall_times(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A dated closing, or a pause. It closes whatever a schedule says.

    With datetimes (aware) it cuts at those instants, end excluded. With dates it closes the openings of those
    local days of `zone`, last day included: a night that began the evening before still ends as usual, and
    the night that would begin on the last day does not take place. `ends` None: until further notice.
    `applies_to` None: every way in.
    """

    starts: date | datetime
    ends: date | datetime | None
    reason: str = ""
    zone: str | None = None
    applies_to: Applies | None = None

    def __post_init__(self) -> None:
        kinds = {isinstance(edge, datetime) for edge in (self.starts, self.ends) if edge is not None}
        if len(kinds) != 1:
            raise ValueError("A closure starts and ends with dates, or with instants, not one of each.")
        if isinstance(self.starts, datetime):
            if any(isinstance(e, datetime) and e.tzinfo is None for e in (self.starts, self.ends)):
                raise ValueError("A closure's instants need an offset.")
        elif self.zone is None:
            raise ValueError("A closure in whole days needs the zone those days are in.")
        if self.zone is not None:
            zone_info(self.zone)
        if self.ends is not None and self.ends < self.starts:
            raise ValueError(f"A closure cannot end ({self.ends}) before it starts ({self.starts}).")


def split_byday(text: str) -> tuple[int | None, int]:
    """("-1FR") -> (-1, 4): which one in the month, or None for every one; Monday is 0."""
    ordinal, weekday = text[:-2], text[-2:]
    if weekday not in WEEKDAYS:
        raise ValueError(f"{text!r} is not a weekday; write MO, TU, WE, TH, FR, SA, SU, or 2MO, -1FR.")
    if not ordinal:
        return None, WEEKDAYS.index(weekday)
    if ordinal.lstrip("+-") not in {"1", "2", "3", "4", "5"} or len(ordinal) > len("-1"):
        raise ValueError(f"{text!r}: a month has a first to fifth or a last weekday (1 to 5, -1 to -5).")
    return int(ordinal), WEEKDAYS.index(weekday)


def wall_times(schedule: Schedule) -> tuple[int, int] | None:
    """Opening and closing in seconds after the opening day's midnight; None when not stated.

    Closing is more than opening, and at most one full turn later.
    """
    opens_at, closes_at = schedule.opens_at, schedule.closes_at
    for edge in (opens_at, closes_at):
        if isinstance(edge, time) and edge.tzinfo is not None:
            raise ValueError(f"{edge}: opening times are local wall times, without an offset.")
    if opens_at is None or closes_at is None:
        return None
    opens = _seconds(opens_at)
    closes = _seconds(closes_at) if isinstance(closes_at, time) else closes_at * _MINUTE
    if closes == opens and opens > 0:
        raise ValueError(
            f"Opens and closes at {opens_at:%H:%M}: never, or all round the clock? "
            f"For 24 hours write closes_at={closes // _MINUTE + 1440} minutes."
        )
    if closes <= opens:
        closes += DAY
    if not opens < closes <= opens + DAY:
        raise ValueError(f"closes_at={closes_at} minutes is not within 24 hours after opening at {opens_at:%H:%M}.")
    if opens + DAY - closes <= _MINUTE:
        closes = opens + DAY
    elif DAY - _MINUTE <= closes < DAY:
        closes = DAY  # 23:59 is how many files write midnight; nobody closes for one minute
    return opens, closes


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _check_names(schedule: Schedule) -> None:
    if schedule.applies_to not in tuple(Applies):
        raise ValueError(f"{schedule.applies_to!r} is not something a schedule applies to.")
    if schedule.freq is not None and schedule.freq not in tuple(Freq):
        raise ValueError(f"freq {schedule.freq!r} is neither WEEKLY nor MONTHLY.")
    if schedule.holidays not in tuple(OnHolidays):
        raise ValueError(f"holidays {schedule.holidays!r} is neither open, closed nor not_stated.")
    if schedule.wkst not in WEEKDAYS:
        raise ValueError(f"wkst {schedule.wkst!r} is not a weekday such as MO.")


def _check_recurrence(schedule: Schedule) -> None:
    ordinals = [split_byday(text)[0] for text in schedule.byday]
    if schedule.interval < 1 or (schedule.count is not None and schedule.count < 1):
        raise ValueError("interval and count are at least 1.")
    if schedule.freq is None:
        if schedule.dtstart is None:
            raise ValueError("A schedule without freq lists dated days and needs dtstart.")
        if schedule.byday or schedule.bymonthday or schedule.count or schedule.interval > 1:
            raise ValueError("byday, bymonthday, interval and count need a freq.")
        return
    if schedule.dtstart is None and (schedule.interval > 1 or schedule.count):
        raise ValueError("interval and count need dtstart, or nobody can tell which ones are meant.")
    if schedule.dtstart is None and not (schedule.byday or schedule.bymonthday):
        raise ValueError(f"A {schedule.freq} schedule needs byday or dtstart, or no day is named.")
    if schedule.count and schedule.until:
        raise ValueError("Give count or until, not both.")
    if schedule.freq == Freq.WEEKLY and (schedule.bymonthday or any(ordinals)):
        raise ValueError("Days of the month, such as 2MO or 15, need freq MONTHLY.")
    if any(abs(day) not in range(1, 32) for day in schedule.bymonthday):
        raise ValueError("bymonthday is 1 to 31, or -1 to -31 from the end.")


def _check_dates(schedule: Schedule) -> None:
    names = ("dtstart", "until", "valid_from", "valid_to")
    timed = [name for name in names if isinstance(getattr(schedule, name), datetime)]
    if timed:
        raise ValueError(f"{timed[0]} is a local date, without a time.")
    for first, last in (("dtstart", "until"), ("valid_from", "valid_to")):
        begins, ends = getattr(schedule, first), getattr(schedule, last)
        if begins is not None and ends is not None and ends < begins:
            raise ValueError(f"{last} ({ends}) is before {first} ({begins}).")
