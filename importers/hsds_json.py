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
from importers.precision import Seen
from importers.private import HIDDEN, hide, place_marked, violence_shelter
from importers.report import Outcome, Row
from importers.spool import Spool

# Owners first, whatever order a list has them in.
_ORDER = ("organization", "service", "service_at_location")
_OTHER = "thing"
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
class _Kept:
    """An object that was read: where it is set aside, and its row of the report."""

    at: int
    row: Row


@dataclass(slots=True)
class _Link(_Kept):
    """A service at a location."""

    service_id: UUID
    location_id: UUID


@dataclass(slots=True)
class _Listing:
    organization: _Kept
    services: dict[UUID, _Kept] = field(default_factory=dict)
    places: set[UUID] = field(default_factory=set)
    links: dict[UUID, _Link] = field(default_factory=dict)
    says_where: bool = False  # a summary page names no places, which does not mean there are none


@dataclass(slots=True)
class Reader:
    """One file being read; what belongs together is gathered by organization, whatever the file's shape.

    What is read is set aside at once: a place may be hidden by what stands at the very end.
    """

    ledger: Ledger
    spool: Spool
    invented: bool = False
    seen: dict[UUID, Seen] = field(default_factory=dict)
    _listings: dict[UUID, _Listing] = field(default_factory=dict)
    _places: dict[UUID, _Kept] = field(default_factory=dict)
    hidden: set[UUID] = field(default_factory=set)
    _owners: dict[UUID, UUID] = field(default_factory=dict)  # service -> organization

    def __len__(self) -> int:
        """How many listings there are."""
        return len(self._listings)

    def __iter__(self) -> Iterator[tuple[ListingIn, list[Row]]]:
        """Every listing of the file with the rows of the report it came from."""
        return (self._assemble(one) for one in self._listings.values())

    def read(self, objects: Callable[[], Iterable[tuple[str, Any]]]) -> None:
        """Read a file's objects: owners first, so as often as it has sorts of objects."""
        left = {_ORDER[0]}
        for kind in (*_ORDER, _OTHER):
            if kind not in left:
                continue
            for path, said in objects():
                found = kind_of(said)
                own = found if found in _ORDER else _OTHER
                left.add(own)
                if own == kind:
                    self._read(found, said, path)
        self._hide()

    def _read(self, kind: str, said: Any, path: str) -> None:
        if kind == "organization":
            self._organization(said, path)
        elif kind == "service":
            self._service(said, path, None)
        elif kind == "service_at_location":
            self._service_at_location(said, path, None)
        else:
            self.ledger.row(path, kind).refuse(f"a {kind} on its own says nothing that can be found; not imported")

    def _row(self, said: Any, path: str, kind: str, make: Callable[[Item, UUID], None]) -> UUID | None:
        """Read an object of its own in a row of its own; its id, or None when it was refused."""
        row = Row(path, kind)
        try:
            item = item_of(said, path, row, quotes=kind not in {"location", "service_at_location"})
            own = self.ledger.id(item, kind)
            if not self.ledger.first(item, kind, own):
                return own  # said before, and the same: no row of its own
            row.ids.append(own)
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
            self._listings[own] = _Listing(_Kept(self.spool.put(read), item.row))
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
            listing.services[own], self._owners[own] = _Kept(self.spool.put(read), item.row), owner
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
            if place_id not in self._places:
                raise Refused(path, "its location is not in the file, or was refused")
            listing = self._listings[owner]
            read = rows.service_at_location(item, self.ledger, own, service_id=service_id, location_id=place_id)
            listing.links[own] = _Link(self.spool.put(read), item.row, service_id, place_id)
            listing.says_where = True
            self._stands(listing, place_id)
            marked = place_marked({name: item.said.get(name) for name in item.said if name != "location"})
            if marked or self._shelter(listing, service_id, place_id):
                self.hidden.add(place_id)

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
            self._places[own] = _Kept(self.spool.put(read), item.row)
            if marked:
                self.hidden.add(own)

        own = self._row(said, path, "location", make)
        if own is not None and own in self._places:
            self._stands(self._listings[organization_id], own)
        return own

    def _stands(self, listing: _Listing, place_id: UUID) -> None:
        """The place is one of the listing's; of several organizations there the same one counts each time."""
        listing.places.add(place_id)
        seen = Seen.of(self._place(place_id), self.spool.get(listing.organization.at, OrganizationIn))
        if seen is not None:
            self.seen[place_id] = min(self.seen.get(place_id, seen), seen)

    def _shelter(self, listing: _Listing, service_id: UUID, place_id: UUID) -> bool:
        organization = self.spool.get(listing.organization.at, OrganizationIn)
        service = self.spool.get(listing.services[service_id].at, ServiceIn)
        names = (organization.name, service.name, service.alternate_name, self._place(place_id).name)
        return violence_shelter(service.kinds, names)

    def _place(self, place_id: UUID) -> LocationIn:
        return self.spool.get(self._places[place_id].at, LocationIn)

    def _ids(self, said: Iterable[Any]) -> Iterator[UUID]:
        for one in said:
            if isinstance(one, dict) and isinstance(one.get("id"), str | int):
                yield self.ledger.refer("service_at_location", one["id"])

    def _hide(self) -> None:
        """A place is hidden for everyone in the file as soon as one service there is a violence shelter."""
        for listing in self._listings.values():
            hidden = [one for one in listing.links.values() if one.location_id in self.hidden]
            if hidden or listing.places & self.hidden:
                listing.organization.row.hush()
            for one in hidden:
                listing.services[one.service_id].row.hush()
                one.row.hush()
        for place_id in self.hidden:
            self.seen.pop(place_id, None)
            row, place = self._places[place_id].row, self._place(place_id)
            row.hush()
            if place.addresses or place.latitude is not None:
                row.note(Outcome.altered, row.path, HIDDEN)

    def _assemble(self, one: _Listing) -> tuple[ListingIn, list[Row]]:
        links = tuple(self.spool.get(link.at, ServiceAtLocationIn) for link in one.links.values())
        where = {"services_at_locations": links} if one.says_where else {}
        places = sorted(one.places)
        listing = ListingIn(
            organization=self.spool.get(one.organization.at, OrganizationIn),
            services=tuple(self.spool.get(service.at, ServiceIn) for service in one.services.values()),
            locations=tuple(map(self._place, places)),
            **where,
        )
        kept = (one.organization, *one.services.values(), *(self._places[place] for place in places))
        return hide(listing, self.hidden), [each.row for each in (*kept, *one.links.values())]


def kind_of(said: Any) -> str:
    """What an object is, by the members that only it has."""
    names = frozenset(said) if isinstance(said, Mapping) else frozenset()
    if {"service_id", "location_id"} <= names:
        return "service_at_location"
    return next((kind for kind, only in _SIGNS if names & only), _OTHER)


def _each(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield f"{path}[{number}]", one
