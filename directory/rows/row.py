"""One search row: all that an answer needs, worked out once when something changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.geo import Point
from directory.rows.hours import hours
from directory.rows.material import Material, Said
from directory.rules.hours import Applies, Closure, Note, Schedule, Span, Spans, nearest, spans, unite
from directory.rules.police import at_least, highest
from directory.taxonomy import vocabulary

MODES = {code: 1 << bit for bit, code in enumerate(vocabulary("mode").terms)}
_RANKS = {code: rank for rank, code in enumerate(vocabulary("kind").terms)}
_PHONE_MODES = {
    None: "phone",
    "voice": "phone",
    "phone": "phone",
    "hotline": "phone",
    "text": "text",
    "sms": "text",
    "tty": "tty",
}
_ABOUT = 280


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when hours are worked out, and the public holidays in between."""

    start: datetime
    end: datetime
    holidays: Mapping[date, str]


@dataclass(frozen=True, slots=True)
class _Way:
    """A way in, as the answer shows it, and its own hours."""

    shown: dict[str, Any]
    modes: tuple[str, ...]
    schedules: tuple[Schedule, ...]
    disclosures: tuple[Said, ...]


def row_values(material: Material, service: Said, at: Said | None, window: Window) -> dict[str, Any]:
    """The columns of the search row of a service, at a place or (`at` None) without one."""
    place = material.places[at["location_id"]] if at else None
    hidden = place is not None and place["confidential"]
    organization = material.organizations[service["organization_id"]]
    kinds = [
        t["code"] for t in material.terms.get(service["id"], ()) if t["taxonomy"] == "kind" and t["answer"] == "yes"
    ]
    zone = place["zone"] if place else None
    ways = _ways(material, service, at, place, zone)
    levels = _levels(material, service, at, place, zone)
    closures = _closures(material, service, at, place, window)
    each = [_hours_of(way, levels, closures, window) for way in ways]
    door = place is not None and place["location_type"] == "physical" and not hidden
    together = [*each, *([_door(levels, closures, window)] if door else [])]
    known = unite(together) if together else _any(levels, closures, window)
    point = (
        None if place is None or hidden or place["latitude"] is None else Point(place["latitude"], place["longitude"])
    )
    languages = _languages(material, service, place, ways)
    police = _police(material, service, kinds, ways)
    areas = material.of("service_area", _id(at)) or material.of("service_area", service["id"])
    return {
        "id": at["id"] if at else service["id"],
        "service_id": service["id"],
        "location_id": place["id"] if place else None,
        "point": point,
        "precision": "confidential" if hidden else place["precision"] if place else "not_stated",
        "rank": min((_RANKS[kind] for kind in kinds), default=len(_RANKS)),
        "tags": _tags(kinds, languages, ways, door=door),
        "nationwide": any(a["extent_type"] == "country" and a["extent"] == "US" for a in areas),
        "areas": [a["number"] for a in areas if a["extent_type"] == "geojson"],
        "area_unknown": any(a["extent_type"] not in {"country", "geojson"} for a in areas)
        or (point is None and not areas),
        "zone": zone or _zone_of(levels, ways),
        "open": _range(known.open),
        "unknown": _range(known.unknown),
        "call_first": _range(known.call_first),
        "horizon": window.end,
        "way_modes": [sum(MODES[mode] for mode in way.modes) for way in ways],
        **_way_spans(each, known),
        "confirmed_on": service["confirmed_at"].date() if service["confirmed_at"] else None,
        "stale_at": service["check_due"],
        "level": police["level"],
        "name": service["name"],
        "organization_id": organization["id"],
        "organization": organization["name"],
        "invented": organization["invented"],
        "about": _shorten(service["description"]),
        "address": None if place is None or hidden else _address(material, place),
        "kinds": kinds,
        "police": police,
        "access": [way.shown for way in ways],
        "languages": languages,
        "notes": [_note(note) for note in known.notes],
        "text": _text(service, organization, kinds),
    }


def _ways(material: Material, service: Said, at: Said | None, place: Said | None, zone: str | None) -> list[_Way]:
    ways = []
    for said in material.of("access_point", service["id"], _id(at)):
        if said["service_at_location_id"] not in (None, _id(at)) or said["kind"] == "AP.PRO":
            continue
        own = material.of("schedule", said["id"])
        ways.append(
            _Way(
                {
                    "kind": said["kind"],
                    "modes": said["modes"],
                    "number": said["number"],
                    "url": said["url"],
                    "menu_path": said["menu_path"],
                    "languages": said["languages"],
                    "answered_by": said["answered_by"],
                    "stated_on": said["stated_on"] and said["stated_on"].isoformat(),
                },
                tuple(said["modes"]),
                tuple(_schedule(row, said["zone"] or zone) for row in own),
                tuple(material.of("disclosure", said["id"])),
            )
        )
    known = {way.shown["number"] for way in ways}
    owners = (_id(at), service["id"], _id(place))
    phones = material.of("phone", *owners) or material.of("phone", service["organization_id"])
    for phone in phones:
        mode = _PHONE_MODES.get(phone["type"] and phone["type"].lower())
        if mode is None or phone["number"] in known:
            continue
        known.add(phone["number"])
        spoken = [row["code"] for row in material.of("language", phone["id"]) if row["code"]]
        number = phone["number"] if phone["extension"] is None else f"{phone['number']} ext. {phone['extension']:.0f}"
        shown = {
            "kind": "AP.TEXT" if mode == "text" else "AP.TTY" if mode == "tty" else "AP.LOCAL",
            "modes": [mode],
            "number": number,
            "url": None,
            "menu_path": None,
            "languages": spoken,
            "answered_by": None,
            "stated_on": None,
        }
        ways.append(_Way(shown, (mode,), (), ()))
    return ways


def _levels(
    material: Material, service: Said, at: Said | None, place: Said | None, zone: str | None
) -> list[list[Schedule]]:
    """Nearest first: service at location, service, location."""
    owners = (_id(at), service["id"], _id(place))
    return [[_schedule(row, zone) for row in material.of("schedule", owner)] for owner in owners]


def _id(row: Said | None) -> UUID | None:
    return None if row is None else row["id"]


def _schedule(row: Said, zone: str | None) -> Schedule:
    named = row["zone"] or zone
    if named:
        return hours(row, zone=named)
    read = hours(row, zone="UTC")
    # round the clock needs no zone; other hours without one are hours of nowhere, so their times are not stated
    always = (row["opens_at"], row["closes_at"]) in _ROUND and not row["condition"]
    return read if always else hours({**row, "opens_at": None, "closes_at": None}, zone="UTC")


_MIDNIGHT = datetime.min.time()
_ROUND = {(_MIDNIGHT, 1440), (_MIDNIGHT, 1439), (_MIDNIGHT, 0)}


def _closures(material: Material, service: Said, at: Said | None, place: Said | None, window: Window) -> list[Closure]:
    stated = [
        Closure(starts=row["starts_at"], ends=row["ends_at"], reason=row["reason"] or "")
        for row in material.of("closure", _id(at), service["id"], _id(place))
    ]
    if service["status"] == "temporarily closed":
        stated.append(Closure(starts=window.start, ends=None, reason=service["alert"] or ""))
    return stated


def _hours_of(way: _Way, levels: list[list[Schedule]], closures: list[Closure], window: Window) -> Spans:
    modes = [Applies(mode) for mode in way.modes] or [Applies.phone]
    return unite([_spans(nearest(mode, own=way.schedules, levels=levels), closures, window) for mode in modes])


def _door(levels: list[list[Schedule]], closures: list[Closure], window: Window) -> Spans:
    return _spans(nearest(Applies.door, levels=levels), closures, window)


def _any(levels: list[list[Schedule]], closures: list[Closure], window: Window) -> Spans:
    """A service without a way in that we know of still has hours, if they are stated."""
    return _spans(nearest(Applies.phone, levels=levels), closures, window)


def _spans(schedules: Iterable[Schedule], closures: list[Closure], window: Window) -> Spans:
    return spans(tuple(schedules), closures=closures, holidays=window.holidays, start=window.start, end=window.end)


def _zone_of(levels: list[list[Schedule]], ways: list[_Way]) -> str | None:
    stated = [*(s.zone for level in levels for s in level), *(s.zone for way in ways for s in way.schedules)]
    return stated[0] if stated else None


def _languages(material: Material, service: Said, place: Said | None, ways: list[_Way]) -> list[str]:
    rows = material.of("language", service["id"], _id(place))
    spoken = [
        *(row["code"] for row in rows if row["code"]),
        *(code for way in ways for code in way.shown["languages"]),
    ]
    return list(dict.fromkeys(spoken))


def _police(material: Material, service: Said, kinds: list[str], ways: list[_Way]) -> dict[str, Any]:
    """The highest level on the way to this service, with the source and date of that very claim."""
    said = [*material.of("disclosure", service["id"]), *(row for way in ways for row in way.disclosures)]
    level = at_least(highest(row["level"] for row in said), kinds)
    claim = next((row for row in said if row["level"] == level), said[0] if said else None)
    return {
        "level": level,
        "source": claim and claim["source"],
        "stated_on": claim and claim["stated_on"] and claim["stated_on"].isoformat(),
        "note": claim and claim["note"],
        "tracing": claim["tracing"] if claim else "not_stated",
        "recording": claim["recording"] if claim else "not_stated",
        "confirmed_by": claim and claim["confirmed_by"],
    }


def _tags(kinds: list[str], languages: list[str], ways: list[_Way], *, door: bool) -> list[str]:
    modes = {mode for way in ways for mode in way.modes}
    tags = [f"kind:{kind}" for kind in kinds]
    tags += [f"lang:{code}" for code in languages] or ["lang:?"]
    tags += [f"mode:{mode}" for mode in sorted(modes)] or ["mode:?"]
    if door and "door" not in modes:
        tags.append("mode:door?")  # there is a building; whether one may walk in is not stated
    # pairs narrow the index where each alone is common and both together are rare
    tags += [f"kind:{kind}+lang:{code}" for kind in kinds for code in languages or ["?"]]
    return tags


def _address(material: Material, place: Said) -> dict[str, Any] | None:
    rows = [row for row in material.of("address", place["id"]) if row["address_type"] == "physical"]
    if not rows:
        return (
            {"name": place["name"], "street": None, "city": None, "state": None, "postal_code": None}
            if place["name"]
            else None
        )
    row = rows[0]
    street = ", ".join(line for line in (row["address_1"], row["address_2"]) if line) or None
    return {
        "name": place["name"],
        "street": street,
        "city": row["city"],
        "state": row["state_province"],
        "postal_code": row["postal_code"],
    }


def _text(service: Said, organization: Said, kinds: list[str]) -> str:
    labels = vocabulary("kind")
    words = [service["name"], service["alternate_name"], organization["name"], organization["alternate_name"]]
    words += [service["description"], service["eligibility_description"]]
    words += [labels.label(kind, language) for kind in kinds for language in ("en", "es")]
    return " ".join(word for word in words if word)


def _shorten(text: str | None) -> str | None:
    if text is None or len(text) <= _ABOUT:
        return text
    return text[:_ABOUT].rsplit(" ", 1)[0] + " …"


def _range(stretches: tuple[Span, ...]) -> str:
    return "{" + ",".join(f"[{start.isoformat()},{end.isoformat()})" for start, end in stretches) + "}"


def _way_spans(each: list[Spans], known: Spans) -> dict[str, list[str]]:
    """Each way's intervals in the order of `access`; nothing where every way keeps the row's own hours."""
    if all((way.open, way.unknown, way.call_first) == (known.open, known.unknown, known.call_first) for way in each):
        each = []
    return {
        "way_open": [_range(way.open) for way in each],
        "way_unknown": [_range(way.unknown) for way in each],
        "way_call_first": [_range(way.call_first) for way in each],
    }


def _note(note: Note) -> list[str]:
    return [note.start.isoformat(), note.end.isoformat(), note.why, note.detail]


def every_row(material: Material, window: Window) -> Iterable[dict[str, Any]]:
    """The rows of every service in the material that can be found: one a place, or one without."""
    for service in material.services.values():
        if service["status"] not in {"active", "temporarily closed"}:
            continue
        at_places: list[Said | None] = list(material.at.get(service["id"], ())) or [None]
        for at in at_places:
            yield row_values(material, service, at, window)
