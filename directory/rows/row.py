"""One search row: all that an answer needs, worked out once when something changes."""

from collections.abc import Iterable
from typing import Any

from core.geo import Point
from directory.rows.material import Material, Said
from directory.rows.ways import Way, Window, alike, id_of, schedule_of, spans_of, timed, ways_in
from directory.rules.hours import Applies, Closure, Note, Schedule, Span, Spans, nearest, unite
from directory.rules.police import above, floor, highest, most_exposed
from directory.taxonomy import vocabulary

MODES = {code: 1 << bit for bit, code in enumerate(vocabulary("mode").terms)}
_RANKS = {code: rank for rank, code in enumerate(vocabulary("kind").terms)}
_ABOUT = 280
# Without a point, those whose area nobody has stated come after those that are known to serve the place.
_VAGUE = 100


def row_values(material: Material, service: Said, at: Said | None, window: Window) -> dict[str, Any]:
    """The columns of the search row of a service, at a place or (`at` None) without one."""
    place = material.places[at["location_id"]] if at else None
    hidden = place is not None and place["confidential"]
    organization = material.organizations[service["organization_id"]]
    kinds = [
        t["code"] for t in material.terms.get(service["id"], ()) if t["taxonomy"] == "kind" and t["answer"] == "yes"
    ]
    zone = place["zone"] if place else None
    ways = ways_in(material, service, at, place, zone)
    levels = _levels(material, service, at, place, zone)
    closures = _closures(material, service, at, place, window)
    shown = [pair for way in ways for pair in timed(way, levels, closures, window)]
    has_door = place is not None and place["location_type"] == "physical" and not hidden
    doors = [(MODES["door"], _door(levels, closures, window))] if has_door else []
    each = [*((sum(MODES[mode] for mode in way.modes), spans_) for way, spans_ in shown), *doors]
    known = unite([spans_ for _, spans_ in each]) if each else _any(levels, closures, window)
    point = (
        None if place is None or hidden or place["latitude"] is None else Point(place["latitude"], place["longitude"])
    )
    spoken = material.of("language", service["id"], id_of(place))
    languages = _languages(spoken, ways)
    police = _police(material, service, kinds, ways)
    areas = material.of("service_area", id_of(at)) or material.of("service_area", service["id"])
    vague = any(a["extent_type"] not in {"country", "geojson"} for a in areas) or (point is None and not areas)
    return {
        "id": at["id"] if at else service["id"],
        "service_id": service["id"],
        "location_id": place["id"] if place else None,
        "point": point,
        "precision": "confidential" if hidden else place["precision"] if place else "not_stated",
        "rank": min((_RANKS[kind] for kind in kinds), default=len(_RANKS)) + (_VAGUE if vague else 0),
        "tags": _tags(
            kinds, [*languages, *(["?"] if any(not row["code"] for row in spoken) else [])], ways, door=has_door
        ),
        "nationwide": any(a["extent_type"] == "country" and a["extent"] == "US" for a in areas),
        "areas": [a["number"] for a in areas if a["extent_type"] == "geojson"],
        "area_unknown": vague,
        "zone": zone or _zone_of(levels, ways),
        "open": _range(known.open),
        "unknown": _range(known.unknown),
        "call_first": _range(known.call_first),
        "horizon": window.end,
        "way_modes": [modes for modes, _ in each],
        **_way_spans([spans_ for _, spans_ in each], known),
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
        "access": [way.shown | {"modes": list(way.modes)} for way, _ in shown],
        "languages": languages,
        "notes": [_note(note) for note in known.notes],
        "text": _text(service, organization, kinds),
    }


def _levels(
    material: Material, service: Said, at: Said | None, place: Said | None, zone: str | None
) -> list[list[Schedule]]:
    """Nearest first: service at location, service, location."""
    owners = (id_of(at), service["id"], id_of(place))
    return [[schedule_of(row, zone) for row in material.of("schedule", owner)] for owner in owners]


def _closures(material: Material, service: Said, at: Said | None, place: Said | None, window: Window) -> list[Closure]:
    stated = [
        Closure(starts=row["starts_at"], ends=row["ends_at"], reason=row["reason"] or "")
        for row in material.of("closure", id_of(at), service["id"], id_of(place))
    ]
    if service["status"] == "temporarily closed":
        stated.append(Closure(starts=window.start, ends=None, reason=service["alert"] or ""))
    return stated


def _door(levels: list[list[Schedule]], closures: list[Closure], window: Window) -> Spans:
    return spans_of(nearest(Applies.door, levels=levels), closures, window)


def _any(levels: list[list[Schedule]], closures: list[Closure], window: Window) -> Spans:
    """A service without a way in that we know of still has hours, if they are stated."""
    return spans_of(nearest(Applies.phone, levels=levels), closures, window)


def _zone_of(levels: list[list[Schedule]], ways: list[Way]) -> str | None:
    stated = [*(s.zone for level in levels for s in level), *(s.zone for way in ways for s in way.schedules)]
    return stated[0] if stated else None


def _languages(spoken: list[Said], ways: list[Way]) -> list[str]:
    codes = [
        *(row["code"] for row in spoken if row["code"]),
        *(code for way in ways for code in way.shown["languages"]),
    ]
    return list(dict.fromkeys(codes))


def _police(material: Material, service: Said, kinds: list[str], ways: list[Way]) -> dict[str, Any]:
    """The highest level on the way to this service, with the source and date of that very claim."""
    of_service = material.of("disclosure", service["id"])
    said = [*of_service, *(row for way in ways for row in way.disclosures)]
    levels = [row["level"] for row in said]
    if not of_service and not all(way.disclosures for way in ways):
        levels.append("PU")  # what is said of one way in says nothing of the others
    level = highest(levels)
    brought = floor([*kinds, *(way.shown["kind"] for way in ways)])
    if brought is not None and above(brought, level):
        level = brought  # no page claimed this: it follows from what the service is
    claim = next((row for row in said if row["level"] == level), None)
    return {
        "level": level,
        "source": claim and claim["source"],
        "stated_on": claim and claim["stated_on"] and claim["stated_on"].isoformat(),
        "note": claim and claim["note"],
        "tracing": most_exposed(row["tracing"] for row in said),
        "recording": most_exposed(row["recording"] for row in said),
        "confirmed_by": claim and claim["confirmed_by"],
    }


def _tags(kinds: list[str], languages: list[str], ways: list[Way], *, door: bool) -> list[str]:
    # es-MX is Spanish to somebody who asks for Spanish
    languages = list(dict.fromkeys([*languages, *(code.partition("-")[0] for code in languages)])) or ["?"]
    modes = {mode for way in ways for mode in way.modes}
    tags = [f"kind:{kind}" for kind in kinds]
    tags += [f"lang:{code}" for code in languages]
    tags += [f"mode:{mode}" for mode in sorted(modes)] or ["mode:?"]
    if door and "door" not in modes:
        tags.append("mode:door?")  # there is a building; whether one may walk in is not stated
    # pairs narrow the index where each alone is common and both together are rare
    tags += [f"kind:{kind}+lang:{code}" for kind in kinds for code in languages]
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
    """Each way's intervals in the order of `access`, then the door's; nothing where all keep the row's own hours."""
    if all(alike(way, known) for way in each):
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
