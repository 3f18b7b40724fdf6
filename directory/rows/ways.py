"""Ways in to a service, as an answer shows them, and the hours of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from directory.rows.hours import hours
from directory.rows.material import Material, Said
from directory.rules.hours import Applies, Closure, Schedule, Spans, nearest, spans
from directory.rules.numbers import called, in_full

_PHONE_MODES = {
    None: "phone",
    "voice": "phone",
    "phone": "phone",
    "hotline": "phone",
    "text": "text",
    "sms": "text",
    "tty": "tty",
}
_PHONE_KINDS = {"text": "AP.TEXT", "tty": "AP.TTY"}
# What a stored schedule says of hours.
_SAID = (
    "applies_to", "freq", "byday", "bymonthday", "interval", "dtstart", "until", "count", "wkst", "opens_at",
    "closes_at", "valid_from", "valid_to", "condition", "holidays",
)  # fmt: skip
_MIDNIGHT = datetime.min.time()
_ROUND = {(_MIDNIGHT, 1440), (_MIDNIGHT, 1439), (_MIDNIGHT, 0)}


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when hours are worked out, and the public holidays in between, which follow from these."""

    start: datetime
    end: datetime
    holidays: Mapping[date, str] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Way:
    """A way in, as the answer shows it, and its own hours."""

    shown: dict[str, Any]
    modes: tuple[str, ...]
    schedules: tuple[Schedule, ...]
    disclosures: tuple[Said, ...]


def ways_in(material: Material, service: Said, at: Said | None, place: Said | None, zone: str | None) -> list[Way]:
    stated = material.of("access_point", service["id"], id_of(at))
    ways = []
    for said in stated:
        if said["service_at_location_id"] not in (None, id_of(at)) or said["kind"] == "AP.PRO":
            continue
        shown = {name: said[name] for name in ("kind", "number", "url", "menu_path", "languages", "answered_by")}
        shown["stated_on"] = said["stated_on"] and said["stated_on"].isoformat()
        own = tuple(schedule_of(row, said["zone"] or zone) for row in material.of("schedule", said["id"]))
        ways.append(Way(shown, tuple(said["modes"]), own, tuple(material.of("disclosure", said["id"]))))
    # a number that only professionals may use is not made public by standing in a list of phones
    known = {one for said in stated if said["number"] for one in called(said["number"])}
    return [*ways, *_phones(material, service, at, place, known)]


def _phones(material: Material, service: Said, at: Said | None, place: Said | None, known: set[str]) -> Iterable[Way]:
    owners = (id_of(at), service["id"], id_of(place))
    for phone in material.of("phone", *owners) or material.of("phone", service["organization_id"]):
        mode = _PHONE_MODES.get(phone["type"] and phone["type"].lower())
        number = in_full(phone["number"], phone["extension"])
        meant = called(phone["number"]) | called(number)
        if mode is None or not known.isdisjoint(meant):
            continue
        known |= called(phone["number"])
        shown = {
            "kind": _PHONE_KINDS.get(mode, "AP.LOCAL"),
            "number": number,
            "url": None,
            "menu_path": None,
            "languages": [row["code"] for row in material.of("language", phone["id"]) if row["code"]],
            "answered_by": None,
            "stated_on": None,
        }
        yield Way(shown, (mode,), (), ())


def timed(
    way: Way, levels: list[list[Schedule]], closures: tuple[Closure, ...], window: Window
) -> list[tuple[Way, Spans]]:
    """The way once for each set of modes with the same hours: text need not be open because the phone is."""
    by_hours: list[tuple[Spans, list[str]]] = []
    for mode in way.modes or ("phone",):
        hours_ = spans_of(nearest(Applies(mode), own=way.schedules, levels=levels), closures, window)
        same = next((modes for spans_, modes in by_hours if alike(spans_, hours_)), None)
        if same is None:
            by_hours.append((hours_, [mode]))
        else:
            same.append(mode)
    return [(replace(way, modes=tuple(modes) if way.modes else ()), hours_) for hours_, modes in by_hours]


def schedule_of(row: Said, zone: str | None) -> Schedule:
    said = (row[name] for name in _SAID)
    return _schedule(row["zone"] or zone, *(tuple(one) if isinstance(one, list) else one for one in said))


@lru_cache(maxsize=4096)
def _schedule(named: str | None, *said: Any) -> Schedule:
    """Many services keep the same hours, so they are read and checked once."""
    row = dict(zip(_SAID, said, strict=True))
    if named:
        return hours(row, zone=named)
    read = hours(row, zone="UTC")
    # round the clock needs no zone; other hours without one are hours of nowhere, so their times are not stated
    always = (row["opens_at"], row["closes_at"]) in _ROUND and not row["condition"]
    return read if always else hours({**row, "opens_at": None, "closes_at": None}, zone="UTC")


def spans_of(schedules: Iterable[Schedule], closures: tuple[Closure, ...], window: Window) -> Spans:
    """The hours that these schedules come to; the many services that keep the same ones share the work."""
    return _worked_out(tuple(schedules), closures, window)


@lru_cache(maxsize=4096)
def _worked_out(schedules: tuple[Schedule, ...], closures: tuple[Closure, ...], window: Window) -> Spans:
    return spans(schedules, closures=closures, holidays=window.holidays, start=window.start, end=window.end)


def alike(one: Spans, other: Spans) -> bool:
    return (one.open, one.unknown, one.call_first) == (other.open, other.unknown, other.call_first)


def id_of(row: Said | None) -> UUID | None:
    return None if row is None else row["id"]
