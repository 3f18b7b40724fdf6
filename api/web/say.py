"""Times, distances, dates and numbers, as a person reads them; nothing is made more exact than it is known."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from api.web.words import Words
from directory import Ages, Distance, FreePlaces, Opening, Police, Result

_WEEK = timedelta(days=6)
_HALF_DAY = timedelta(hours=12)
_METRES_IN_MILE = 1609.344
_KILOMETRE = 1_000
_NOON = 12
_TEN = 10
_HOUR, _DAY = 60, 24 * 60  # minutes
_SOON = 120  # minutes up to which a count of them says more than a clock
_NANP = 10  # digits of a North American number without its country code
_PRECISE = {"rooftop", "street", "block"}


def clock(when: datetime, *, now: datetime, zone: str, say: Words) -> str:
    """Until when, in the zone it is said in: `8:00 am MST`, with the day once the clock alone could mislead."""
    time, on = _read(when, now=now, zone=zone, say=say)
    return on or time


def from_clock(when: datetime, *, now: datetime, zone: str, say: Words) -> str:
    """The same, for what happens at that time: where English says `opens 8:00 am`, Spanish says `abre a las 8:00`."""
    time, on = _read(when, now=now, zone=zone, say=say)
    return on or say("clock_at", time=time)


def _read(when: datetime, *, now: datetime, zone: str, say: Words) -> tuple[str, str]:
    """The time alone, and with its day where it needs one."""
    there = when.astimezone(ZoneInfo(zone))
    time = f"{_hour(there, say)} {_zone(there)}"
    if there.date() == now.astimezone(ZoneInfo(zone)).date() or abs(when - now) < _HALF_DAY:
        return time, ""
    if abs(when - now) < _WEEK:
        return time, say("clock_day", day=say("days").split()[there.weekday()], time=time)
    return time, say("clock_date", day=day(there.date(), say), time=time)


def moment(when: datetime, *, zone: str | None, say: Words) -> str:
    """A time that was asked for: always with its day, in its own zone where no other is known."""
    there = when.astimezone(ZoneInfo(zone)) if zone else when
    on = f"{say('days').split()[there.weekday()]} {day(there.date(), say)}"
    return say("clock_date", day=on, time=f"{_hour(there, say)} {_zone(there)}")


def _zone(there: datetime) -> str:
    """Zones without letters are called by their offset."""
    name = there.tzname() or ""
    return name if name.isalpha() else f"UTC{there:%z}"


def _hour(there: datetime, say: Words) -> str:
    if there.minute == 0 and there.hour in {0, _NOON}:
        return say("noon" if there.hour else "midnight")
    hour = there.hour % _NOON or _NOON
    half = ("a. m.", "p. m.") if say.language == "es" else ("am", "pm")
    article = ("la " if hour == 1 else "las ") if say.language == "es" else ""
    return f"{article}{hour}:{there:%M}\u00a0{half[there.hour >= _NOON]}"


def day(when: date, say: Words) -> str:
    """A date with its month as a word, so that nobody reads it the other way round."""
    return f"{when.day}\u00a0{say('months').split()[when.month - 1]}\u00a0{when.year}"


def opening(state: Opening, *, now: datetime, say: Words) -> str:
    """Open until when, in the zone of the service; unknown says that it is unknown."""
    until = clock(state.until, now=now, zone=state.zone, say=say) if state.until and state.zone else None
    if state.state == "open":
        if until:
            return say("open_until", when=until)
        return say("always") if state.why == "round_the_clock" else state.label
    if state.state == "closed" and state.opens_at and state.zone:
        return say("closed_opens", when=from_clock(state.opens_at, now=now, zone=state.zone, say=say))
    if state.state == "call_first":
        return say("call_first_until", when=until) if until else say("call_first")
    if state.state == "unknown":
        known = state.why not in {"no_hours_stated", "unknown"}
        return f"{say('hours_unknown')} ({state.why_label})" if known else say("hours_unknown")
    return state.label


def soon(state: Opening, say: Words) -> str:
    """How many minutes are left, or how many until it opens, where that is soon."""
    if state.closes_in_min is not None and state.closes_in_min <= _SOON:
        return say("closes_in", min=state.closes_in_min)
    if state.opens_in_min is not None and state.opens_in_min <= _SOON:
        return say("opens_in", min=state.opens_in_min)
    return ""


def elsewhere(when: datetime, *, now: datetime, zone: str, there: str | None, say: Words) -> str:
    """The same moment in another zone; empty where its clock reads the same."""
    if there is None or when.astimezone(ZoneInfo(zone)).utcoffset() == when.astimezone(ZoneInfo(there)).utcoffset():
        return ""
    return say("where_you_asked", when=clock(when, now=now, zone=there, say=say))


def age(minutes: int, say: Words) -> str:
    """How old something is, in the unit that fits."""
    if minutes < _SOON:
        return say("age_min", n=minutes)
    return say("age_h", n=minutes // _HOUR) if minutes < 2 * _DAY else say("age_d", n=minutes // _DAY)


def free_places(counted: FreePlaces, say: Words) -> str:
    """How many are free, and how old the count is; a count past its time is unknown and no number."""
    old = age(counted.age_min, say)
    if counted.free is None:
        return say("free_unknown", unit=counted.label, age=old)
    key = "free" if counted.total is None else "free_of"
    return say(key, unit=counted.label, free=counted.free, total=counted.total, age=old)


def ages(taken: Ages, say: Words) -> str:
    """The ages that are taken; empty where no limit is stated."""
    first, last = taken.minimum, taken.maximum
    if first is None:
        return "" if last is None else say("ages_to", last=f"{last:g}")
    return say("ages_from", first=f"{first:g}") if last is None else say("ages", first=f"{first:g}", last=f"{last:g}")


def distance(result: Result, say: Words) -> str:
    """How far, or why no distance can be said."""
    far: Distance = result.distance
    if far.precision == "confidential":
        return say("confidential")
    if far.metres is None:
        if any(kind.startswith("MOBILE.") for kind in result.kinds):
            return say("comes")
        if result.location_id is None:
            return say("line")
        return say("area_only" if far.precision == "area" else "placeless")
    miles = _rounded(far.metres / _METRES_IN_MILE)
    if far.metres < _KILOMETRE and far.precision in _PRECISE:
        return say("distance_m", m=far.metres, mi=miles)
    key = {"area": "distance_area", "postcode": "distance_postcode", "not_stated": "distance_rough"}
    return say(key.get(far.precision, "distance"), km=_rounded(far.metres / _KILOMETRE), mi=miles)


def _rounded(far: float) -> str:
    return f"{far:.0f}" if far >= _TEN else f"{max(far, 0.1):.1f}"


def confirmed(result: Result, say: Words) -> str:
    """Who confirmed a listing and when, and whether that is too long ago; or that nobody has."""
    if result.confirmed_on is None:
        return say("not_confirmed")
    on = day(result.confirmed_on, say)
    return say("confirmed" if result.freshness == "fresh" else "confirmed_stale", date=on)


def checked(police: Police, say: Words) -> str:
    """Who other than the source stands for what is said of police; empty where nobody has said anything."""
    if police.confirmed_by:
        return say("police_confirmed_by", who=police.confirmed_by)
    return say("police_unchecked") if police.source or police.stated_on else ""


def dialled(number: str) -> str | None:
    """A number as `tel:` and `sms:` want it, None when it is none."""
    plain, _, extension = number.lower().partition("ext")
    digits = re.sub(r"\D", "", plain)
    if not digits or re.search(r"[^\d\s().+\-/]", plain):
        return None
    if plain.strip().startswith("+") or len(digits) > _NANP:
        digits = f"+{digits}"
    elif len(digits) == _NANP:
        digits = f"+1{digits}"
    more = re.sub(r"\D", "", extension)
    return f"{digits};ext={more}" if more else digits


def link(url: str | None) -> str | None:
    """The address when a browser may safely follow it, else None."""
    if url is None:
        return None
    parts = urlsplit(url)
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def host(url: str) -> str:
    """The name a source is known by: its host, without `www.`."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def door_differs(result: Result) -> bool:
    """Whether one may come at other hours than those of the whole: a phone may be answered while the door is shut."""
    if result.door is None or result.group != "place":
        return False
    return (result.door.state, result.door.until, result.door.opens_at) != (
        result.open.state,
        result.open.until,
        result.open.opens_at,
    )
