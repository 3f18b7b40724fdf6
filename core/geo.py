"""Points on the earth. Longitude comes first in one place only: here."""

import math
from dataclasses import dataclass

from core.errors import Invalid

# WGS84's major half axis: the sphere that EPSG:3857 projects.
_RADIUS = 6_378_137.0
_SEAM = 100.0
# EPSG:3857 ends here; no service of ours lies nearer to a pole.
_MAX_LATITUDE = 85.05
# EPSG:3857 treats the ellipsoid as a sphere: its local scale differs between directions by at most this share.
_ELLIPSOID_ERROR = 0.0068


class OutsideTheWorld(Invalid):
    """That point is not on the earth."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place in WGS84 degrees."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        """Refuse a point outside the world.

        Raises:
            OutsideTheWorld: latitude beyond 90 or longitude beyond 180 degrees, or not a number.
        """
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise OutsideTheWorld(
                f"Latitude must be from -90 to 90 and longitude from -180 to 180;"
                f" got {self.latitude}, {self.longitude}. Did the two change places?"
            )

    def rounded(self) -> "Point":
        """The same place to about a kilometre: all that a log may hold."""
        return Point(round(self.latitude, 2), round(self.longitude, 2))

    def mercator(self) -> tuple[float, float]:
        """X and y in EPSG:3857, as the search row's `geom` holds them.

        Guam and the westernmost Aleutians lie west of the date line, not at the plane's other end: its seam is at
        100 degrees east, where none of our places is.
        """
        latitude = math.radians(max(-_MAX_LATITUDE, min(_MAX_LATITUDE, self.latitude)))
        longitude = self.longitude - 360 if self.longitude > _SEAM else self.longitude
        return _RADIUS * math.radians(longitude), _RADIUS * math.log(math.tan(math.pi / 4 + latitude / 2))

    def ewkt(self) -> str:
        """The point for PostGIS, longitude first."""
        return f"SRID=4326;POINT({self.longitude!r} {self.latitude!r})"


def box(at: Point, within: float) -> tuple[float, float, float, float]:
    """A square in EPSG:3857 that holds every point within so many metres; never too small."""
    x, y = at.mercator()
    reach = within * scale(at, within)[1]
    return x - reach, y - reach, x + reach, y + reach


def scale(at: Point, within: float) -> tuple[float, float]:
    """The least and greatest number of projected units that one true metre may be, for points that near.

    Mercator stretches by 1 / cos(latitude), so over a search radius the stretch changes by a little;
    a walk in projected order may stop once projected / greatest exceeds the last kept distance.
    """
    spread = math.degrees(within / _RADIUS)
    near = max(0.0, abs(at.latitude) - spread)
    far = min(_MAX_LATITUDE, abs(at.latitude) + spread)
    return (
        (1 - _ELLIPSOID_ERROR) / math.cos(math.radians(near)),
        (1 + _ELLIPSOID_ERROR) / math.cos(math.radians(far)),
    )
