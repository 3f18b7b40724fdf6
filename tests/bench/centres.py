"""Where people are: real ZIP areas, the densely settled ones drawn more often."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random

import zipcodes

# A cell of so many degrees with many ZIP areas in it is a city; with one or two it is the country.
_CELL = 0.2
_URBAN = 12
_RURAL = 2
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Centre:
    """The centroid of a ZIP area, and how many such areas lie around it."""

    zip_code: str
    city: str
    state: str
    zone: str
    latitude: float
    longitude: float
    around: int


@lru_cache(maxsize=1)
def centres() -> tuple[Centre, ...]:
    """Every ZIP area where mail is delivered to homes."""
    places = [
        z
        for z in zipcodes.list_all()  # type: ignore[no-untyped-call]
        if z["zip_code_type"] == "STANDARD" and z["active"] and z["timezone"] and z["lat"]
    ]
    cells = Counter(_cell(float(z["lat"]), float(z["long"])) for z in places)
    return tuple(
        Centre(
            zip_code=z["zip_code"],
            city=z["city"],
            state=z["state"],
            zone=z["timezone"],
            latitude=float(z["lat"]),
            longitude=float(z["long"]),
            around=cells[_cell(float(z["lat"]), float(z["long"]))],
        )
        for z in places
    )


@lru_cache(maxsize=1)
def _weights() -> tuple[float, ...]:
    """Running sums. The package knows no population; with the root of the count New York has its 5 % of the nation."""
    return tuple(accumulate(math.sqrt(centre.around) for centre in centres()))


def draw(random: Random, many: int) -> Sequence[Centre]:
    """Centres as people are spread over them."""
    return random.choices(centres(), cum_weights=_weights(), k=many)


def jitter(random: Random, at: Centre, km: float) -> tuple[float, float]:
    """A point near a centre: latitude and longitude, six decimals as geocoders give them."""
    north, east = random.gauss(0, km), random.gauss(0, km)
    latitude = at.latitude + north / _KM_PER_DEGREE
    longitude = at.longitude + east / (_KM_PER_DEGREE * math.cos(math.radians(at.latitude)))
    return round(latitude, 6), round(longitude, 6)


def points(random: Random, where: str, many: int) -> list[tuple[float, float]]:
    """Points that people ask from, `urban` or `rural`."""
    if where == "urban":
        chosen = [centre for centre in centres() if centre.around >= _URBAN]
        return [jitter(random, random.choice(chosen), 2) for _ in range(many)]
    chosen = [centre for centre in centres() if centre.around <= _RURAL]
    return [jitter(random, random.choice(chosen), 6) for _ in range(many)]


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return round(latitude / _CELL), round(longitude / _CELL)
