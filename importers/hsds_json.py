"""HSDS 3.1 in JSON (3.0 too): nested objects, lists and pages of them, and the shape of our own starter files."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from directory import ListingIn, LocationIn, OrganizationIn, ServiceAtLocationIn, ServiceIn
from importers import hsds_rows as rows
from importers.item import Item, item_of
from importers.ledger import Ledger
from importers.node import Refused
from importers.private import HIDDEN, hide, place_marked, violence_shelter
from importers.report import Outcome, Row

# Owners first, whatever order a list has them in.
_ORDER = ("organization", "service", "service_at_location")
# The members that only this object has; the first hit counts.
_SIGNS = (
    ("location", frozenset({"location_type"})),
    ("service_at_location", frozenset({"service", "location"})),
    ("service", frozenset({"status", "organization", "organization_id", "service_at_locations", "kinds"})),
    ("taxonomy_term", frozenset({"taxonomy", "taxonomy_detail", "term_uri", "code"})),
    ("taxonomy", frozenset({"version"})),
    ("organization", frozenset({"name"})),
)


@dataclass(slots=True)
class _Listing:
    organization: OrganizationIn
    services: dict[UUID, ServiceIn] = field(default_factory=dict)
    places: set[UUID] = field(default_factory=set)
    at: dict[UUID, ServiceAtLocationIn] = field(default_factory=dict)
    says_where: bool = False  # a summary page names no places, which does not mean there are none


@dataclass(slots=True)
class Reader:
    """One file being read; what belongs together is gathered by organization, whatever the file's shape."""

    ledger: Ledger
    invented: bool = False
    _listings: dict[UUID, _Listing] = field(default_factory=dict)
    _locations: dict[UUID, LocationIn] = field(default_factory=dict)
    _hidden: set[UUID] = field(default_factory=set)
    _owners: dict[UUID, UUID] = field(default_factory=dict)  # service -> organization
    _rows: dict[tuple[str, UUID], Row] = field(default_factory=dict)

    def read(self, wholes: Iterable[tuple[str, Any]]) -> list[tuple[ListingIn, list[Row]]]:
        """Every listing of the file with the rows of the report it came from."""
        kinds = [(kind_of(said), path, said) for path, said in wholes]
        kinds.sort(key=lambda one: _ORDER.index(one[0]) if one[0] in _ORDER else len(_ORDER))
        for kind, path, said in kinds:
            if kind == "organization":
                self._organization(said, path)
            elif kind == "service":
                self._service(said, path, None)
            elif kind == "service_at_location":
                self._service_at_location(said, path, None)
            else:
                self.ledger.row(path, kind).refuse(f"a {kind} on its own says nothing that can be found; not imported")
        self._hide()
        return [self._assemble(own, one) for own, one in self._listings.items()]

    def _row(self, said: Any, path: str, kind: str, make: Callable[[Item, UUID], None]) -> UUID | None:
        """Read an object of its own in a row of its own; its id, or None when it was refused."""
        row = Row(path, kind)
        try:
            item = item_of(said, path, row, quotes=kind not in {"location", "service_at_location"})
            own = self.ledger.id(item, kind)
            if not self.ledger.first(item, kind, own):
                return own  # said before, and the same: no row of its own
            row.ids.append(own)
            self._rows[kind, own] = row
            self.ledger.rows.append(row)
            make(item, own)
        except Refused as refused:
            if not row.ids:
                self.ledger.rows.append(row)
            row.refuse(refused.detail, path=refused.path)
            return None
        return own

    def _organization(self, said: Any, path: str) -> UUID | None:
        def make(item: Item, own: UUID) -> None:
            services, places = item.raw("services"), item.raw("locations")
            read = rows.organization(item, self.ledger, own, invented=self.invented)
            self._listings[own] = _Listing(read)
            for at, one in _each(places, f"{path}.locations"):
                self._location(one, at, own)
            for at, one in _each(services, f"{path}.services"):
                if isinstance(one, str):
                    item.row.note(Outcome.kept, at, "only the id of a service; the service itself is not in the file")
                else:
                    self._service(one, at, own)

        return self._row(said, path, "organization", make)

    def _service(self, said: Any, path: str, organization_id: UUID | None) -> UUID | None:
        def make(item: Item, own: UUID) -> None:
            owner = organization_id
            nested = item.raw("organization")
            if nested is not None and owner is None:
                owner = self._organization(nested, f"{path}.organization")
            elif owner is None:
                owner = self.ledger.reference(item, "organization_id", "organization")
            if owner not in self._listings:
                raise Refused(path, "its organization is not in the file, or was refused")
            listing = self._listings[owner]
            nested_at = list(_each(item.raw("service_at_locations"), f"{path}.service_at_locations"))
            listing.says_where |= "service_at_locations" in item.said
            known = tuple(self._ids(one for _, one in nested_at))
            read = rows.service(item, self.ledger, own, organization_id=owner, places=known)
            listing.services[own], self._owners[own] = read, owner
            for at, one in nested_at:
                self._service_at_location(one, at, (owner, own))

        return self._row(said, path, "service", make)

    def _service_at_location(self, said: Any, path: str, inside: tuple[UUID, UUID] | None) -> None:
        def make(item: Item, own: UUID) -> None:
            owner, service_id = inside or self._service_of(item)
            place = item.raw("location")
            if place is not None:
                place_id = self._location(place, f"{path}.location", owner)
            else:
                place_id = self.ledger.reference(item, "location_id", "location")
            if place_id not in self._locations:
                raise Refused(path, "its location is not in the file, or was refused")
            listing = self._listings[owner]
            listing.at[own] = rows.service_at_location(
                item, self.ledger, own, service_id=service_id, location_id=place_id
            )
            listing.places.add(place_id)
            listing.says_where = True
            if place_marked({name: item.said.get(name) for name in item.said if name != "location"}):
                self._hidden.add(place_id)

        self._row(said, path, "service_at_location", make)

    def _service_of(self, item: Item) -> tuple[UUID, UUID]:
        nested = item.raw("service")
        if nested is not None:
            service_id = self._service(nested, item.at("service"), None)
        else:
            service_id = self.ledger.reference(item, "service_id", "service")
        if service_id is None or service_id not in self._owners:
            raise Refused(item.path, "its service is not in the file, or was refused")
        return self._owners[service_id], service_id

    def _location(self, said: Any, path: str, organization_id: UUID) -> UUID | None:
        def make(item: Item, own: UUID) -> None:
            marked = place_marked(item.said)
            read = rows.location(item, self.ledger, own, organization_id=organization_id, confidential=marked)
            self._locations[own] = read
            if marked:
                self._hidden.add(own)

        own = self._row(said, path, "location", make)
        if own is not None and own in self._locations:
            self._listings[organization_id].places.add(own)
        return own

    def _ids(self, said: Iterable[Any]) -> Iterator[UUID]:
        for one in said:
            if isinstance(one, dict) and isinstance(one.get("id"), str | int):
                yield self.ledger.refer("service_at_location", one["id"])

    def _hide(self) -> None:
        """A place is hidden for everyone in the file as soon as one service there is a violence shelter."""
        for listing in self._listings.values():
            for at in listing.at.values():
                service, place = listing.services[at.service_id], self._locations[at.location_id]
                names = (listing.organization.name, service.name, service.alternate_name, place.name)
                if violence_shelter(service.kinds, names):
                    self._hidden.add(at.location_id)
        for owner, listing in self._listings.items():
            hidden = [one for one in listing.at.values() if one.location_id in self._hidden]
            if hidden or listing.places & self._hidden:
                self._rows["organization", owner].hush()
            for one in hidden:
                self._rows["service", one.service_id].hush()
                self._rows["service_at_location", one.id].hush()
        for place_id in self._hidden:
            row = self._rows["location", place_id]
            row.hush()
            place = self._locations[place_id]
            if place.addresses or place.latitude is not None:
                row.note(Outcome.altered, row.path, HIDDEN)

    def _assemble(self, own: UUID, one: _Listing) -> tuple[ListingIn, list[Row]]:
        where = {"services_at_locations": tuple(one.at.values())} if one.says_where else {}
        listing = ListingIn(
            organization=one.organization,
            services=tuple(one.services.values()),
            locations=tuple(self._locations[place] for place in sorted(one.places)),
            **where,
        )
        said = {"organization": [own], "service": one.services, "location": one.places, "service_at_location": one.at}
        return hide(listing, self._hidden), [self._rows[kind, row_id] for kind, ids in said.items() for row_id in ids]


def kind_of(said: Any) -> str:
    """What an object is, by the members that only it has."""
    names = frozenset(said) if isinstance(said, Mapping) else frozenset()
    if {"service_id", "location_id"} <= names:
        return "service_at_location"
    return next((kind for kind, only in _SIGNS if names & only), "thing")


def _each(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield f"{path}[{number}]", one
