"""The time zone of a point. Only the side that writes asks, so only there is the map of zones loaded (33 MB)."""

from functools import lru_cache
from importlib import import_module
from types import ModuleType

from core.geo import Point


def zone_at(at: Point) -> str:
    """The IANA zone of the ground there (or of the sea), never guessed from a state or an area code."""
    return str(_finder().get_tz(at.longitude, at.latitude))


@lru_cache(maxsize=1)
def _finder() -> ModuleType:
    return import_module("tzfpy")
