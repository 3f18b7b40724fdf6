"""The federal treatment locator's JSON: one row a facility, which becomes an organization, a service, a place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from directory import (
    AddressIn,
    AttributeIn,
    LanguageIn,
    ListingIn,
    LocationIn,
    OrganizationIn,
    PhoneIn,
    ServiceAtLocationIn,
    ServiceIn,
)
from importers import samhsa
from importers.item import LINE, Item, item_of
from importers.ledger import Ledger, made_id
from importers.node import Refused
from importers.phones import clean
from importers.precision import Seen
from importers.private import HIDDEN, hide, place_marked, violence_shelter
from importers.report import Outcome, Row
from importers.spool import Spool

NOTES = (
    "The file has no opening hours: whether these services are open is not known.",
    "The file has no date of a check: nothing in it counts as confirmed.",
    "The file does not say how exact its points are.",
)
_LINES = (("phone", "Main line"), ("intake1", "Intake"), ("hotline1", "Hotline"))
_STREET = ("street1", "city", "state", "zip")
Stated = list[tuple[str, str, str]]


@dataclass(slots=True)
class Facilities:
    """One file being read: every facility is a listing, set aside with its row of the report."""

    ledger: Ledger
    spool: Spool
    seen: dict[UUID, Seen] = field(default_factory=dict)
    hidden: set[UUID] = field(default_factory=set)
    _found: list[tuple[int, Row]] = field(default_factory=list)

    def __len__(self) -> int:
        """How many listings there are."""
        return len(self._found)

    def __iter__(self) -> Iterator[tuple[ListingIn, list[Row]]]:
        """Every facility of the file as a listing, with its row of the report."""
        return ((self.spool.get(at, ListingIn), [row]) for at, row in self._found)

    def read(self, wholes: Iterable[tuple[str, Any]], *, stated_on: date | None) -> None:
        """Read a file's rows."""
        for path, said in wholes:
            row = self.ledger.row(path, "facility")
            try:
                listing = _facility(item_of(said, path, row), self.ledger, stated_on)
            except Refused as refused:
                row.ids.clear()
                row.refuse(refused.detail, path=refused.path)
                continue
            self._found.append((self.spool.put(listing), row))
            places = {place.id: Seen.of(place, listing.organization) for place in listing.locations}
            self.seen |= {place_id: seen for place_id, seen in places.items() if seen is not None}
            self.hidden |= {place.id for place in listing.locations if place.confidential}


def stated_values(item: Item) -> Stated:
    """(category, its name, value) for all that a facility states. Values are split at `; ` outside brackets."""
    found: Stated = []
    for one in item.items("services"):
        name, code, values = one.text("f1"), one.text("f2"), one.text("f3", limit=20_000)
        if code is None or values is None:
            one.row.note(Outcome.refused, one.path, "a category without code or values; left out")
            continue
        found += [(code, name or code, value) for value in _split(values)]
    return list(dict.fromkeys(found))


def _facility(item: Item, ledger: Ledger, stated_on: date | None) -> ListingIn:
    frid = item.must("frid")
    organization_id, service_id, location_id, at_id, address_id = (
        made_id("findtreatment", kind, frid)
        for kind in ("organization", "service", "location", "service_at_location", "address")
    )
    if not ledger.first(item, "facility", organization_id):
        raise Refused(item.path, "the same facility once more; the first one counts")
    item.row.ids += [organization_id, service_id, location_id, at_id, address_id]
    organization = OrganizationIn(id=organization_id, name=item.must("name1"))
    name = item.text("name2") or organization.name
    stated = stated_values(item)
    location = _location(item, location_id, address_id, name)
    service = ServiceIn(
        id=service_id,
        organization_id=organization_id,
        name=name,
        description=_description(stated),
        url=item.url("website"),
        eligibility_description=_eligibility(stated),
        source_urls=(samhsa.SOURCE_URL,),
        stated_on=stated_on,
        kinds=samhsa.kinds([(category, value) for category, _, value in stated]),
        phones=tuple(_phones(item, service_id)),
        languages=tuple(_languages(stated, service_id)),
        attributes=tuple(_attributes(stated, stated_on)),
    )
    service = service.model_copy(update={"kept": item.rest()})
    listing = ListingIn(
        organization=organization,
        services=(service,),
        locations=(location,),
        services_at_locations=(ServiceAtLocationIn(id=at_id, service_id=service_id, location_id=location_id),),
    )
    if _marked(item) or violence_shelter(service.kinds, (organization.name, name)):
        item.row.hush()
        item.row.note(Outcome.altered, item.path, HIDDEN)
        return hide(listing, {location_id})
    return listing


def _location(item: Item, own: UUID, address_id: UUID, name: str) -> LocationIn:
    place = Item(item.said, item.path, item.row, quotes=False)
    latitude, longitude = _degrees(place, "latitude", 90), _degrees(place, "longitude", 180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        item.row.note(Outcome.altered, item.path, "no point that could be used; the place is imported without")
        latitude = longitude = None
    street1, city, state, code = (place.text(one) for one in _STREET)
    lines = {"address_1": street1, "address_2": place.text("street2"), "city": city, "state_province": state}
    addresses: tuple[AddressIn, ...] = ()
    if any(lines.values()) or code:
        read = {"id": address_id, "postal_code": _zip(place, code), "country": "US", **lines}
        addresses = (AddressIn.model_validate(read),)
    for one in (*_STREET, "street2", "latitude", "longitude"):
        item.raw(one)
    return LocationIn.model_validate(
        {
            "id": own,
            "name": name,
            "latitude": latitude,
            "longitude": longitude,
            "addresses": addresses,
        }
    )


def _degrees(place: Item, name: str, most: int) -> float | None:
    """The locator writes degrees as text, always; that is its way and no finding."""
    said = place.said.get(name)
    try:
        value = float(said) if isinstance(said, str | int | float) and not isinstance(said, bool) else None
    except ValueError:
        value = None
    return value if value is not None and abs(value) <= most else None


def _zip(place: Item, said: str | None) -> str | None:
    """A ZIP that was once a number has lost its leading zeros."""
    if said is not None and said.isdigit() and len(said) < len("22902"):
        place.alter("zip", "shorter than five digits; zeros put back in front")
        return said.zfill(len("22902"))
    return said


def _phones(item: Item, owner: UUID) -> Iterator[PhoneIn]:
    seen: set[tuple[str, int | None]] = set()
    for name, description in _LINES:
        said = item.text(name)
        number = None if said is None else clean(said)
        if number is None:
            if said is not None:
                item.unusable(name, "no number in it")
            continue
        if not number.dialled:
            item.alter(name, "cannot be read as a phone number; shown as it was written")
        if (number.text, number.extension) in seen:
            item.alter(name, "the same number as above; shown once")
            continue
        seen.add((number.text, number.extension))
        own = made_id("findtreatment", f"{name} of {owner}", number.text)
        item.row.ids.append(own)
        yield PhoneIn(id=own, number=number.text, extension=number.extension, type="voice", description=description)


def _languages(stated: Stated, owner: UUID) -> Iterator[LanguageIn]:
    for category, _, value in stated:
        code = samhsa.LANGUAGES.get(value.lower())
        if category in samhsa.LANGUAGE_CATEGORIES and (code or category == "OL"):
            own = made_id("findtreatment", f"language of {owner}", value)
            yield LanguageIn(id=own, name=value[:LINE], code=code)


def _attributes(stated: Stated, stated_on: date | None) -> Iterator[AttributeIn]:
    for category, name, value in stated:
        code, label = f"{category}:{value}"[:LINE], f"{name}: {value}"[:LINE]
        yield AttributeIn(taxonomy=samhsa.TAXONOMY, code=code, label=label, source=samhsa.SOURCE, stated_on=stated_on)
    for code, answer in samhsa.attributes([(category, value) for category, _, value in stated]).items():
        read = {"code": code, "answer": answer, "source": samhsa.SOURCE, "stated_on": stated_on}
        yield AttributeIn.model_validate(read)


def _description(stated: Stated) -> str | None:
    said = [value for wanted in samhsa.DESCRIPTION for category, _, value in stated if category == wanted]
    return f"{'; '.join(said)}." if said else None


def _eligibility(stated: Stated) -> str | None:
    said = []
    for wanted, heading in samhsa.ELIGIBILITY.items():
        values = [value for category, _, value in stated if category == wanted]
        if values:
            said.append(f"{heading}: {'; '.join(values)}.")
    return " ".join(said) or None


def _marked(item: Item) -> bool:
    address = {name: item.said.get(name) for name in ("street1", "street2")}
    return place_marked({**item.said, "addresses": [address]})


def _split(values: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for at, character in enumerate(values):
        depth = max(0, depth + (character in "([") - (character in ")]"))
        if character == ";" and depth == 0:
            parts.append(values[start:at])
            start = at + 1
    parts.append(values[start:])
    return [clean for part in parts if (clean := " ".join(part.split())[:LINE])]
