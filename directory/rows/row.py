"""One search row: all that a search needs to know of a service at a place, worked out once when something changes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from core.geo import Point
from directory.rows import spans
from directory.rows.facets import TEAM_TAG, bases, tags
from directory.rows.figures import at_place, figures
from directory.rows.material import Material, Said
from directory.rows.reach import claim_of, covers, level_of, oldest, paths, police
from directory.rows.shown import HOLE, access, address, attributes, shortened
from directory.rows.ways import Way, Window, id_of
from directory.rows.words import words_of
from directory.rules.fit import age_stated, facts, strictest_hold
from directory.rules.police import Path
from directory.taxonomy import vocabulary

MODES = {code: 1 << bit for bit, code in enumerate(vocabulary("mode").terms)}
# Metres. A place is shown no nearer than it is known, so distances are rounded up to these.
STEPS = {"rooftop": 10, "street": 50, "block": 100, "postcode": 1_000, "area": 5_000, "not_stated": 100}
LINES = ("LINE.", "DV.LINE", "HARM.OD")
TEAMS = ("MOBILE.", "TRANSPORT")
# Services of any other status are in no search.
FOUND = frozenset({"active", "temporarily closed"})
_RANKS = {code: rank for rank, code in enumerate(vocabulary("kind").terms)}
# Stands among the areas of a row for one that we cannot place: an index knows no "or".
NO_AREA = 0
# Local lines of a kind before state ones, those before national ones, and last whoever serves nobody knows where.
_REACHES = 4


def row_values(material: Material, service: Said, at: Said | None, window: Window) -> dict[str, Any]:
    """The columns of the search row of a service, at a place or (`at` None) without one; `shown` is for the answer."""
    place = material.places[at["location_id"]] if at else None
    hidden = place is not None and place["confidential"]
    terms = material.terms.get(service["id"], ())
    kinds = _said(terms, "kind")
    group = group_of(kinds, placed=place is not None)
    hours = spans.timed_ways(material, service, at, place, window, goes=group == "place")
    point = None if place is None or hidden or place["latitude"] is None else _point(place)
    area = covers(material, service, at, must_say=point is None or group != "place")
    if group == "line" and (area.areas or area.nationwide):
        point = None  # where its office is does not matter: it serves its area
    if area.radius_m is not None and point is None and not hidden:
        area = replace(area, unknown=True)  # a radius around a point that nobody stated
    general = _languages(material, service, place)
    spoken = list(dict.fromkeys([*general, *(code for way in hours.ways for code in way.shown["languages"])]))
    fit = _fit(terms, hours.ways)
    yes = [code for code, answer in fit.items() if answer == "yes"]
    claims = material.of("disclosure", service["id"])
    *by_way, by_door = paths(claims, hours.ways, kinds, yes)
    known = by_way if hours.ways and hours.door is None else [*by_way, by_door]
    told = police(claims, hours.ways, kinds, yes, door=hours.door is not None)
    return {
        "id": at["id"] if at else service["id"],
        "service_id": service["id"],
        "location_id": place["id"] if place else None,
        "point": point,
        "step": STEPS.get(place["precision"] if place else "", STEPS["not_stated"]),
        "precision": "confidential" if hidden else place["precision"] if place else "not_stated",
        "rank": _REACHES * min((_RANKS[kind] for kind in kinds), default=len(_RANKS)) + area.reach,
        "team": group == "team",
        "group": group,
        "nationwide": area.nationwide,
        "area_unknown": area.unknown,
        "radius_m": None if hidden else area.radius_m,
        "areas": [*area.areas, *([NO_AREA] if area.unknown else [])],
        **_police(known),
        "police_stated": by_door.known,
        "age_stated": age_stated(service["minimum_age"], service["maximum_age"], fit),
        "min_age": service["minimum_age"],
        "max_age": service["maximum_age"],
        **_capacity(material, service, at),
        "confirmed_on": service["confirmed_at"].date() if service["confirmed_at"] else None,
        "stale_at": service["check_due"],
        "horizon": window.end,
        "tags": [
            *tags(
                kinds,
                general,
                hours.ways,
                fit=fit,
                hold=strictest_hold(_said(terms, "involuntary")),
                paths=known,
                withheld=_said(terms, "withheld"),
            ),
            *([TEAM_TAG] if group == "team" else []),
        ],
        "way_modes": [
            *(sum(MODES[mode] for mode in way.modes) for way in hours.ways),
            *([MODES["door"]] * bool(hours.door)),
        ],
        "way_languages": [
            *(" ".join(bases(way.shown["languages"] or general)) for way in hours.ways),
            *([" ".join(bases(general))] * bool(hours.door)),
        ],
        **spans.columns(hours),
        "address": None if place is None or hidden else address(material, place),
        "text": _text(service, material.organizations[service["organization_id"]], kinds, terms),
        "shown": {
            "service_id": service["id"],
            "location_id": place["id"] if place else None,
            **_named(service, material.organizations[service["organization_id"]]),
            "kinds": kinds,
            "group": group,
            "ages": {"minimum": service["minimum_age"], "maximum": service["maximum_age"]},
            "languages": spoken,
            "police": told | {"until": oldest(told["level"], known)},
            "attributes": attributes(terms),
            "access": [_access(way, one, claims) for way, one in zip(hours.ways, by_way, strict=True)],
            "door": HOLE if hours.door is not None else None,
        },
    }


def group_of(kinds: Sequence[str], *, placed: bool) -> str:
    """Whether one goes there, they come, or one calls."""
    if kinds and all(kind.startswith(TEAMS) for kind in kinds):
        return "team"
    if kinds and all(kind.startswith(LINES) for kind in kinds):
        return "line"
    return "place" if placed else "line"


def every_row(material: Material, window: Window) -> Iterable[dict[str, Any]]:
    """The rows of every service in the material that can be found: one a place, or one without."""
    for service in material.services.values():
        if service["status"] not in FOUND:
            continue
        at_places: list[Said | None] = list(material.at.get(service["id"], ())) or [None]
        known: list[dict[str, Any]] = []
        for at in at_places:
            row = row_values(material, service, at, window)
            if row["group"] == "line" and row["point"] is None:
                # a line is one line, from however many offices it is answered
                if (same := _of_any_office(row)) in known:
                    continue
                known.append(same)
            yield row


# What of a line's row tells only from which office it is.
_OF_OFFICE = frozenset({"id", "location_id", "step", "precision", "address"})


def _of_any_office(row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: said for name, said in row["shown"].items() if name not in _OF_OFFICE}
    return {name: said for name, said in row.items() if name not in _OF_OFFICE} | {"shown": shown}


def _said(terms: Iterable[Said], taxonomy: str) -> list[str]:
    return [term["code"] for term in terms if term["taxonomy"] == taxonomy and term["answer"] == "yes"]


def _point(place: Said) -> Point:
    return Point(place["latitude"], place["longitude"])


def _fit(terms: Iterable[Said], ways: Sequence[Way]) -> dict[str, str]:
    answers = ((term["code"], term["answer"]) for term in terms if term["taxonomy"] == "attribute")
    modes = {mode for way in ways for mode in way.modes}
    return facts(answers, modes=modes, walk_in=any(way.shown["kind"] == "AP.WALKIN" for way in ways))


def _languages(material: Material, service: Said, place: Said | None) -> list[str]:
    """Those of the service as a whole; what is spoken on one way in says nothing of another."""
    return [row["code"] for row in material.of("language", service["id"], id_of(place)) if row["code"]]


def _access(way: Way, known: Path, of_service: Sequence[Said]) -> dict[str, Any]:
    level = level_of(known)
    return access(way, level, claim_of([*way.disclosures, *of_service], level), known.sure_until)


def _police(known: Sequence[Path]) -> dict[str, Any]:
    """The path's level and date where all ways are alike, and those of each way where they are not."""
    alike = len(set(known)) == 1
    return {
        "police": known[0].known,
        "police_sure": known[0].sure_until if alike else None,
        "way_police": [] if alike else [one.known for one in known],
        "way_police_sure": [] if alike else [one.sure_until for one in known],
    }


def _capacity(material: Material, service: Said, at: Said | None) -> dict[str, Any]:
    """The counts of this place, or of the service as a whole; and how full that makes it."""
    return figures(at_place(material.of("capacity", id_of(at), service["id"]), id_of(at)))


def _named(service: Said, organization: Said) -> dict[str, Any]:
    return {
        "name": service["name"],
        "organization": organization["name"],
        "organization_id": organization["id"],
        "invented": organization["invented"],
        "about": shortened(service["description"]),
    }


def _text(service: Said, organization: Said, kinds: Sequence[str], terms: Iterable[Said]) -> str:
    said = [service["name"], service["alternate_name"], organization["name"], organization["alternate_name"]]
    said += [service["description"], service["eligibility_description"]]
    return words_of(said, kinds=kinds, attributes=_said(terms, "attribute"))
