"""What an HSDS file says of a service: areas, ways in, police, attributes, free places."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID, uuid5

from directory import (
    AccessPointIn,
    AttributeIn,
    CapacityIn,
    DisclosureIn,
    ServiceAreaIn,
    vocabularies,
    vocabulary,
)
from importers.areas import polygon
from importers.hsds_contact import one_of
from importers.hsds_hours import schedules, zone
from importers.item import PROSE, Item, is_web
from importers.ledger import Ledger
from importers.node import Refused
from importers.report import Outcome

_MOST = 1_000_000
_CODE = re.compile(r"^[A-Za-z0-9_.\-]{1,60}$")


def known(item: Item, name: str, said: Iterable[str], taxonomy: str) -> tuple[str, ...]:
    """The codes among those said that are ours; each other one is reported."""
    terms = vocabulary(taxonomy).terms
    found = []
    for code in said:
        if code in terms:
            found.append(code)
        else:
            item.refuse(name, f"there is no {taxonomy} {code[:60]!r}; left out")
    return tuple(dict.fromkeys(found))


def service_areas(item: Item, ledger: Ledger, owner: UUID) -> Iterator[ServiceAreaIn]:
    """The areas served. One that says it is drawn and is not stays as a name: covered, nobody knows how far."""
    for one in item.items("service_areas"):
        own = ledger.child(one, "service_area", owner)
        if own is None:
            continue
        kind = one.text("extent_type")
        extent = one.raw("extent")
        if kind is not None and kind.lower() == "geojson":
            kind, extent = "geojson", polygon(extent)
            if extent is None:
                one.unusable("extent", "not the GeoJSON Polygon or MultiPolygon it says it is")
                one.unusable("extent_type", "its extent is not GeoJSON")
                kind = None
        elif extent is not None and not isinstance(extent, str):
            one.unusable("extent", "not text")
            extent = None
        yield one.make(
            ServiceAreaIn,
            id=own,
            name=one.text("name"),
            description=one.text("description", limit=PROSE),
            extent=extent,
            extent_type=kind,
            uri=one.url("uri"),
        )


def access_points(item: Item, ledger: Ledger, owner: UUID, places: Collection[UUID]) -> Iterator[AccessPointIn]:
    """The ways in; `places` are the service's own services at locations."""
    for one in item.items("access_points"):
        own = ledger.child(one, "access_point", owner)
        if own is None:
            continue
        kinds = known(one, "kind", [one.text("kind") or ""], "access_point")
        if not kinds:
            one.row.note(Outcome.refused, one.path, "a way in of no kind we know; left out")
            continue
        languages = one.texts("languages")
        for code in languages:
            if not _CODE.match(code):
                one.refuse("languages", f"{code[:20]!r} is no language code; left out")
        yield one.make(
            AccessPointIn,
            id=own,
            service_at_location_id=_place(one, ledger, places),
            kind=kinds[0],
            modes=known(one, "modes", one.texts("modes"), "mode"),
            number=one.text("number"),
            url=one.url("url"),
            menu_path=_menu(one),
            languages=tuple(code for code in languages if _CODE.match(code)),
            zone=zone(one),
            answered_by=one.text("answered_by"),
            source_urls=source_urls(one),
            stated_on=one.day("stated_on"),
            schedules=tuple(schedules(one, ledger, own)),
            disclosure=disclosure(one, ledger, own),
        )


def disclosure(item: Item, ledger: Ledger, owner: UUID) -> DisclosureIn | None:
    """What reaching it may bring. A level without source and date is not stated; the claim stays among what is kept."""
    one = item.item("disclosure")
    if one is None:
        return None
    # There is one an owner, so it needs no id of its own.
    own = ledger.child(one, "disclosure", owner) if one.said.get("id") else uuid5(owner, "disclosure")
    if own is None:
        return None
    item.row.ids.append(own)
    level = one_of(one, "level", tuple(code.lower() for code in vocabulary("police").terms), "pu").upper()
    source = one.text("source") or one.text("source_url")
    stated_on = one.day("stated_on")
    if level != "PU" and (source is None or stated_on is None):
        one.unusable("level", "a police level needs a source and a date; read as not stated")
        level = "PU"
    return one.make(
        DisclosureIn,
        id=own,
        level=level,
        tracing=one_of(one, "tracing", tuple(vocabulary("tracing").terms), "not_stated"),
        recording=one_of(one, "recording", tuple(vocabulary("recording").terms), "not_stated"),
        note=one.text("note", limit=PROSE),
        source=source,
        stated_on=stated_on,
    )


def attributes(item: Item) -> tuple[tuple[str, ...], tuple[AttributeIn, ...]]:
    """The kinds and the other terms said of a service: ours by their code, others by taxonomy and code."""
    kinds = list(known(item, "kinds", item.texts("kinds"), "kind"))
    terms: dict[tuple[str, str, str | None], AttributeIn] = {}
    for one in item.items("attributes"):
        term = _term(one)
        if term is None:
            continue
        if one.unread("id", "link_id", "link_type", "link_entity") or _more(one):
            item.keep_child(one, "attributes")
        if term.taxonomy == "kind" and term.answer == "yes":
            kinds.append(term.code)
        elif (term.taxonomy, term.code, term.value) in terms:
            one.row.note(Outcome.altered, one.path, "the same attribute once more; left out")
        else:
            terms[term.taxonomy, term.code, term.value] = term
    return tuple(dict.fromkeys(kinds)), tuple(terms.values())


def capacities(item: Item, ledger: Ledger, owner: UUID, places: Collection[UUID]) -> Iterator[CapacityIn]:
    """The counts of free places."""
    seen = set()
    for one in item.items("capacities"):
        own = ledger.child(one, "capacity", owner)
        if own is None:
            continue
        unit = one.item("unit")
        name = unit.text("name") if unit else None
        free, as_of = one.whole("available", 0, _MOST), one.instant("updated")
        place = _place(one, ledger, places)
        if name is None or free is None or as_of is None or (place, name) in seen:
            again = "counted twice" if (place, name) in seen else "needs unit, available and updated"
            one.row.note(Outcome.refused, one.path, f"a count of places that {again}; left out")
            continue
        seen.add((place, name))
        one.raw("unit_id")
        if unit is not None and unit.unread("id"):
            one.leave("unit")
        yield one.make(
            CapacityIn,
            id=own,
            service_at_location_id=place,
            unit=name,
            total=one.whole("maximum", 0, _MOST),
            free=free,
            as_of=as_of,
            expires_at=one.instant("expires_at"),
            source=one.text("source"),
            description=one.text("description", limit=PROSE),
        )


def source_urls(item: Item) -> tuple[str, ...]:
    """Where it was read. Shown as links, so only web addresses."""
    said = item.texts("source_urls")
    for one in said:
        if not is_web(one):
            item.refuse("source_urls", "not a web address that starts with http:// or https://; left out")
    return tuple(one for one in said if is_web(one))


def _term(item: Item) -> AttributeIn | None:
    nested = item.item("taxonomy_term")
    code = (nested.text("code") or nested.text("id")) if nested else item.text("code") or item.text("taxonomy_term_id")
    if code is None:
        item.row.note(Outcome.refused, item.path, "an attribute without a term; left out")
        return None
    taxonomy = nested.text("taxonomy") if nested else "attribute" if item.said.get("code") else "hsds"
    taxonomy = taxonomy or "hsds"
    ours = vocabularies()
    if taxonomy in ours and code not in ours[taxonomy].terms:
        if nested is None:
            known(item, "code", [code], taxonomy)
            return None
        taxonomy = f"hsds:{taxonomy}"
    source = item.text("source") or item.text("source_url")
    values: dict[str, Any] = {
        "taxonomy": taxonomy,
        "code": code,
        "label": (nested.text("name") if nested else None) or item.text("label"),
        "answer": one_of(item, "answer", ("yes", "no"), "yes"),
        "value": item.text("value"),
        "source": source,
        "stated_on": item.day("stated_on"),
    }
    try:
        return item.make(AttributeIn, **values)
    except Refused as refused:
        item.row.note(Outcome.refused, refused.path, refused.detail)
        return None


def _more(item: Item) -> bool:
    """Whether the term of an attribute says more than we read of it."""
    term = item.said.get("taxonomy_term")
    return isinstance(term, dict) and bool(set(term) - {"id", "code", "name", "taxonomy"})


def _place(item: Item, ledger: Ledger, places: Collection[UUID]) -> UUID | None:
    said = ledger.reference(item, "service_at_location_id", "service_at_location")
    if said is not None and said not in places:
        item.unusable("service_at_location_id", "not one of the service's own places; read as holding for all")
        return None
    return said


def _menu(item: Item) -> dict[str, str] | None:
    said = item.raw("menu_path")
    if said is None:
        return None
    if isinstance(said, str):
        return {"en": said}
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
        item.unusable("menu_path", "not words by language")
        return None
    return said
