"""How exact a point can be at best, whatever the source says: most points of real exports are shared centroids."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from core.geo import Point
from directory import AddressIn, ListingIn, LocationIn
from importers.report import Outcome, Row

Listings = Sequence[tuple[ListingIn, list[Row]]]
Limits = dict[UUID, tuple[str, str]]
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


def limited(listings: Listings) -> Listings:
    """The listings with every precision cut to what the file itself shows, each cut in the report.

    A point that stands for several streets is a centroid: of a ZIP when all of them have one, of an area otherwise.
    Places in one house rightly share a point. Few decimals are few metres only by chance.
    """
    places = {place.id: place for listing, _ in listings for place in _shown(listing)}
    limits: Limits = dict(_few_decimals(places.values()))
    for place_id, limit in _shared(places.values()):
        if place_id not in limits or _coarser(limit[0], limits[place_id][0]):
            limits[place_id] = limit
    return _cut(listings, limits)


def at_centroids(listings: Listings, centroids: Iterable[Point]) -> Listings:
    """The listings with the points that are a ZIP's centroid no more exact than that."""
    grid: defaultdict[tuple[int, int], list[Point]] = defaultdict(list)
    for centroid in centroids:
        grid[_cell(centroid)].append(centroid)
    why = "its point is the middle of a ZIP area, so it is no more exact than a postcode"
    return _cut(
        listings,
        {
            place.id: ("postcode", why)
            for listing, _ in listings
            for place in _shown(listing)
            if (point := point_of(place)) and any(_metres(point, one) <= _SAME_M for one in _around(grid, point))
        },
    )


def point_of(place: LocationIn) -> Point | None:
    """Where it is, if that is said and may be looked at."""
    if place.confidential or place.latitude is None or place.longitude is None:
        return None
    return Point(place.latitude, place.longitude)


def _shown(listing: ListingIn) -> Iterator[LocationIn]:
    """Places with a point. Hidden ones stand for nothing: whoever shares their point must not show it."""
    return (place for place in listing.locations if point_of(place))


def _cut(listings: Listings, limits: Limits) -> Listings:
    if not limits:
        return listings
    told: set[UUID] = set()
    return [(_cut_one(listing, rows, limits, told), rows) for listing, rows in listings]


def _cut_one(listing: ListingIn, rows: Sequence[Row], limits: Limits, told: set[UUID]) -> ListingIn:
    """A stated precision is never made finer. The reason goes to the row once, and quotes nothing."""
    cut: dict[UUID, LocationIn] = {}
    for place in listing.locations:
        limit, why = limits.get(place.id, ("", ""))
        if place.precision.value in _ORDER and limit and _coarser(limit, place.precision.value):
            cut[place.id] = place.model_copy(update={"precision": type(place.precision)(limit)})
            row = next((row for row in rows if place.id in row.ids), None)
            if row is not None and place.id not in told:
                told.add(place.id)
                row.note(Outcome.altered, row.path, why)
    if not cut:
        return listing
    return listing.model_copy(update={"locations": tuple(cut.get(one.id, one) for one in listing.locations)})


def _coarser(one: str, other: str) -> bool:
    return _ORDER.index(one) > _ORDER.index(other)


def _few_decimals(places: Iterable[LocationIn]) -> Iterator[tuple[UUID, tuple[str, str]]]:
    for place in places:
        many = max(_decimals(place.latitude), _decimals(place.longitude))
        if many <= _BLOCK:
            limit = "area" if many <= _AREA else "block"
            yield place.id, (limit, f"its point has {many} decimals, so it is no more exact than {_A[limit]}")


def _shared(places: Iterable[LocationIn]) -> Iterator[tuple[UUID, tuple[str, str]]]:
    at: defaultdict[Point, list[LocationIn]] = defaultdict(list)
    for place in places:
        point = point_of(place)
        if point is not None:
            at[point].append(place)
    for several in at.values():
        if len(several) < _PAIR:
            continue
        addresses = [address for place in several if (address := _physical(place))]
        streets = {street for one in addresses if (street := folded(one.address_1))}
        codes = {one.postal_code.strip()[:_ZIP] for one in addresses if one.postal_code and one.postal_code.strip()}
        if len(streets) > 1 or (not streets and len(codes) > 1):
            limit = "postcode" if len(codes) == 1 else "area"
            why = f"other streets in the file have this very point, so it is no more exact than {_A[limit]}"
            yield from ((place.id, (limit, why)) for place in several)


_A = {"block": "a block", "postcode": "a postcode", "area": "an area"}


def folded(street: str | None) -> str:
    """A street and number as they compare: without case, signs, the suite, and the many ways to write `Street`."""
    said = _WITHIN.sub("", (street or "").lower().replace(".", "").strip())
    return "".join("".join(filter(str.isalnum, _SHORT.get(word, word))) for word in re.split(r"[\s,]+", said))


def _physical(place: LocationIn) -> AddressIn | None:
    return next((one for one in place.addresses if one.address_type == "physical"), None)


def _decimals(degrees: float | None) -> int:
    """As many as the number needs. That both of a geocoder's numbers end in three zeros is one chance in a million."""
    return len(f"{degrees:.9f}".rstrip("0").partition(".")[2]) if degrees is not None else 0


def _cell(point: Point) -> tuple[int, int]:
    return math.floor(point.latitude / _CELL), math.floor(point.longitude / _CELL)


def _around(grid: dict[tuple[int, int], list[Point]], point: Point) -> Iterator[Point]:
    row, column = _cell(point)
    # wider than needed, for up north a degree of longitude is short: at 72 degrees, Alaska's end, less than a third
    for cell in ((row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)):
        yield from grid.get(cell, ())


def _metres(one: Point, other: Point) -> float:
    north = (one.latitude - other.latitude) * _METRES_A_DEGREE
    east = (one.longitude - other.longitude) * _METRES_A_DEGREE * math.cos(math.radians(one.latitude))
    return math.hypot(north, east)
