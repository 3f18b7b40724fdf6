"""How exact a point can be at best, whatever the source says: most points of real exports are shared centroids."""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from uuid import UUID

from core.geo import Point
from directory import AddressIn, KnownPlace, ListingIn, LocationIn, OrganizationIn
from importers.report import Outcome, Row

Limit = tuple[str, str]
# From the finest to the coarsest. What is not stated is no finer than any.
_ORDER = ("rooftop", "street", "block", "not_stated", "postcode", "area")
_BLOCK, _AREA = 3, 2
_METRES_A_DEGREE = 111_320
# As far as two spellings of one centroid lie apart: 0.0001 degrees are up to 11 metres.
_SAME_M = 10.0
_CELL = 0.0004
_ZIP = 5
# Where in the house somebody sits, and how the sort of a street is shortened, make no other street.
_WITHIN = re.compile(r"[\s,]+(?:(?:suite|ste|unit|apt|apartment|room|rm|floor|fl|bldg|building|dept)\b|#).*$")
_SHORT = {
    "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "boulevard": "blvd", "drive": "dr", "lane": "ln",
    "court": "ct", "place": "pl", "highway": "hwy", "parkway": "pkwy", "square": "sq", "terrace": "ter",
    "north": "n", "south": "s", "east": "e", "west": "w",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
}  # fmt: skip
_PAIR = 2
_A = {"block": "a block", "postcode": "a postcode", "area": "an area"}
_NO_LIMIT = ("", "")


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """A place as it compares with others at its point. `family` is its organization, or the one above that."""

    family: UUID
    organization: str
    street: str
    code: str
    point: Point = field(compare=False)

    @classmethod
    def of(cls, place: LocationIn, organization: OrganizationIn) -> "Seen | None":
        """A place of a file; None when it has no point that may be looked at."""
        point = point_of(place)
        if point is None:
            return None
        address = _physical(place)
        family = organization.parent_organization_id or organization.id
        street, code = (address.address_1, address.postal_code) if address else (None, None)
        return cls(family, folded(organization.name), folded(street), _zip(code), point)

    @classmethod
    def before(cls, place: KnownPlace) -> "Seen":
        """A place that is stored."""
        return cls(place.family, folded(place.organization), folded(place.street), _zip(place.postal_code), place.point)


@dataclass(slots=True)
class Limits:
    """How exact each point can be, by all that is known: the places at it, the middles of ZIP areas, what was known.

    A point that stands for several streets is a centroid, and so is one that unrelated organizations without a street
    share: of a ZIP when all of them have one, of an area otherwise. Places in one house rightly share a point. Few
    decimals are few metres only by chance. A file that has only some of the places at a point, or does not say how
    exact a point is, undoes nothing that is known: other places count as they are stored.
    """

    shared: Mapping[Point, Limit] = field(default_factory=dict)
    before: Mapping[UUID, KnownPlace] = field(default_factory=dict)
    lowered: Mapping[UUID, str] = field(default_factory=dict)  # stored places whose point turns out to be shared
    _grid: defaultdict[tuple[int, int], list[Point]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(
        cls,
        seen: Mapping[UUID, Seen],
        known: Sequence[KnownPlace] = (),
        centroids: Iterable[Point] = (),
        hidden: Collection[UUID] = (),
    ) -> "Limits":
        """`seen` are the places of the file, `hidden` those it hides; its word counts before what is known of them."""
        stored = [place for place in known if place.id not in seen and place.id not in hidden]
        others = (Seen.before(place) for place in stored)
        coarse = {place.id: place for place in known if place.precision in _A}
        shared = _shared(chain(seen.values(), others))
        lowered = {
            place.id: shared[place.point][0]
            for place in stored
            if place.point in shared and _coarser(shared[place.point][0], place.precision)
        }
        limits = cls(shared, coarse, lowered)
        for centroid in centroids:
            limits._grid[_cell(centroid)].append(centroid)
        return limits

    def at(self, place: LocationIn) -> Limit:
        """The coarsest limit of a place, and the reason; of two equal ones the first."""
        point = point_of(place)
        if point is None:
            return _NO_LIMIT
        found = [*self._each(place, point)]
        return max(found, key=lambda limit: _ORDER.index(limit[0]), default=_NO_LIMIT)

    def _each(self, place: LocationIn, point: Point) -> Iterator[Limit]:
        many = max(_decimals(point.latitude), _decimals(point.longitude))
        if many <= _BLOCK:
            limit = "area" if many <= _AREA else "block"
            yield limit, f"its point has {many} decimals, so it is no more exact than {_A[limit]}"
        if point in self.shared:
            yield self.shared[point]
        if any(_metres(point, one) <= _SAME_M for one in _around(self._grid, point)):
            yield "postcode", "its point is the middle of a ZIP area, so it is no more exact than a postcode"
        known = self.before.get(place.id)
        if known and known.point == point and place.precision.value == "not_stated":
            what = _A[known.precision]
            yield known.precision, f"its point is known to be no more exact than {what}, and nothing better is stated"


def point_of(place: LocationIn) -> Point | None:
    """Where it is, if that is said and may be looked at."""
    if place.confidential or place.latitude is None or place.longitude is None:
        return None
    return Point(place.latitude, place.longitude)


def cut(listing: ListingIn, rows: Sequence[Row], limits: Limits) -> ListingIn:
    """A stated precision is never made finer. The reason goes to the row once, and quotes nothing."""
    changed: dict[UUID, LocationIn] = {}
    for place in listing.locations:
        limit, why = limits.at(place)
        if limit and place.precision.value in _ORDER and _coarser(limit, place.precision.value):
            changed[place.id] = place.model_copy(update={"precision": type(place.precision)(limit)})
            row = next((row for row in rows if place.id in row.ids), None)
            if row is not None and all(finding.why != why for finding in row.findings):
                row.note(Outcome.altered, row.path, why)
    if not changed:
        return listing
    return listing.model_copy(update={"locations": tuple(changed.get(one.id, one) for one in listing.locations)})


def _coarser(one: str, other: str) -> bool:
    return _ORDER.index(one) > _ORDER.index(other)


def _shared(places: Iterable[Seen]) -> dict[Point, Limit]:
    at: defaultdict[Point, list[Seen]] = defaultdict(list)
    for place in places:
        at[place.point].append(place)
    return {point: limit for point, several in at.items() if len(several) >= _PAIR and (limit := _limit(several))}


def _limit(several: Sequence[Seen]) -> Limit | None:
    streets = {one.street for one in several if one.street}
    codes = {one.code for one in several if one.code}
    nowhere = [one for one in several if not one.street]
    # unrelated: neither of one name nor of one family
    unrelated = min(len({one.family for one in nowhere}), len({one.organization for one in nowhere})) > 1
    if len(streets) <= 1 and not unrelated and (streets or len(codes) <= 1):
        return None
    limit = "postcode" if len(codes) == 1 else "area"
    who = "other streets have" if len(streets) > 1 else "others without a street have"
    return limit, f"{who} this very point, so it is no more exact than {_A[limit]}"


def folded(street: str | None) -> str:
    """A street and number as they compare: without case, signs, the suite, and the many ways to write `Street`."""
    said = _WITHIN.sub("", (street or "").lower().replace(".", "").strip())
    return "".join("".join(filter(str.isalnum, _SHORT.get(word, word))) for word in re.split(r"[\s,]+", said))


def _physical(place: LocationIn) -> AddressIn | None:
    return next((one for one in place.addresses if one.address_type == "physical"), None)


def _zip(code: str | None) -> str:
    return (code or "").strip()[:_ZIP]


def _decimals(degrees: float) -> int:
    """As many as the number needs. That both of a geocoder's numbers end in three zeros is one chance in a million."""
    return len(f"{degrees:.9f}".rstrip("0").partition(".")[2])


def _cell(point: Point) -> tuple[int, int]:
    return math.floor(point.latitude / _CELL), math.floor(point.longitude / _CELL)


def _around(grid: Mapping[tuple[int, int], list[Point]], point: Point) -> Iterator[Point]:
    row, column = _cell(point)
    # wider than needed, for up north a degree of longitude is short: at 72 degrees, Alaska's end, less than a third
    for cell in ((row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)):
        yield from grid.get(cell, ())


def _metres(one: Point, other: Point) -> float:
    north = (one.latitude - other.latitude) * _METRES_A_DEGREE
    east = (one.longitude - other.longitude) * _METRES_A_DEGREE * math.cos(math.radians(one.latitude))
    return math.hypot(north, east)
