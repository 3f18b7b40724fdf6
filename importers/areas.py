"""Drawn areas: what a file calls GeoJSON, checked before a database is asked to draw it."""

from typing import Any

import orjson

_LEAST = 4  # a ring's first corner is its last
_LEVELS = {"Polygon": 1, "MultiPolygon": 2}  # lists around a ring


def polygon(extent: Any) -> str | None:
    """The Polygon or MultiPolygon in a GeoJSON text or object, Features unwrapped; None when there is none."""
    try:
        read = orjson.loads(extent) if isinstance(extent, str) else extent
        shape = _unwrap(read)
        kind = shape["type"]
        coordinates = shape["coordinates"]
    except (ValueError, KeyError, TypeError, IndexError):
        return None
    if kind not in _LEVELS or not _rings(coordinates, _LEVELS[kind]):
        return None
    if shape is read and isinstance(extent, str):
        return extent
    return orjson.dumps({"type": kind, "coordinates": coordinates}).decode()


def _unwrap(read: Any) -> Any:
    if read["type"] == "FeatureCollection":
        (read,) = read["features"]
    return read["geometry"] if read["type"] == "Feature" else read


def _rings(value: Any, levels: int) -> bool:
    if not isinstance(value, list) or not value:
        return False
    if levels > 1:
        return all(_rings(one, levels - 1) for one in value)
    return all(_ring(one) for one in value)


def _ring(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= _LEAST and all(map(_corner, value)) and value[0] == value[-1]


def _corner(value: Any) -> bool:
    if not isinstance(value, list) or len(value) < len("xy"):
        return False
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
    return numbers and abs(value[0]) <= 180 and abs(value[1]) <= 90  # noqa: PLR2004 - degrees
