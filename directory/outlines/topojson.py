"""TopoJSON, as far as outlines need it: arcs that neighbours share, put together to polygons.

Borders stay shared: two neighbours get the very same corners, so that no point lies between them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Corner = tuple[float, float]
_LEAST = 4  # a ring's first corner is its last
# Merging leaves out an arc of one step here and there.
_GAP = 1


class BadTopology(ValueError):
    """That is not a topology of polygons."""


class Topology:
    """A decoded file. Arcs are decoded once; each outline is put together when it is asked for."""

    def __init__(self, read: Mapping[str, Any]) -> None:
        if read.get("type") != "Topology":
            raise BadTopology("not a TopoJSON Topology")
        self._objects: Mapping[str, Any] = read["objects"]
        transform: Mapping[str, Any] | None = read.get("transform")
        self._gap = _GAP if transform else 0
        self._arcs = [_steps(arc) if transform else _corners(arc) for arc in read["arcs"]]
        self._step: Corner = tuple(transform["scale"]) if transform else (1.0, 1.0)
        self._origin: Corner = tuple(transform["translate"]) if transform else (0.0, 0.0)

    def outlines(self, name: str) -> Iterator[tuple[str, Mapping[str, Any], dict[str, Any]]]:
        """Each geometry of a collection: its id, its properties, and its GeoJSON.

        A GeometryCollection of two: a MultiPoint where a piece too small for the grid has become a point, and the
        MultiPolygon of the rest.
        """
        for one in self._objects[name]["geometries"]:
            yield str(one.get("id", "")), one.get("properties") or {}, self._geojson(one)

    def _geojson(self, one: Mapping[str, Any]) -> dict[str, Any]:
        match one["type"]:
            case "Polygon":
                polygons = [one["arcs"]]
            case "MultiPolygon":
                polygons = one["arcs"]
            case other:
                raise BadTopology(f"a {other} is no outline")
        made = [[self._ring(arcs) for arcs in polygon] for polygon in polygons]
        standing = [
            [polygon[0], *(ring for ring in polygon[1:] if len(ring) >= _LEAST)]
            for polygon in made
            if len(polygon[0]) >= _LEAST
        ]
        specks = [polygon[0][0] for polygon in made if len(polygon[0]) < _LEAST]
        return {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "MultiPoint", "coordinates": specks},
                {"type": "MultiPolygon", "coordinates": standing},
            ],
        }

    def _ring(self, arcs: Sequence[int]) -> list[Corner]:
        """The arcs one after the other; each begins where the one before ended. ~n is arc n, walked backwards."""
        ring: list[Corner] = []
        for index in arcs:
            arc = self._arcs[index] if index >= 0 else self._arcs[~index][::-1]
            if ring and ring[-1] != arc[0]:
                raise BadTopology("a ring's arcs do not meet")
            ring += arc[1:] if ring else arc
        if not ring or any(abs(a - b) > self._gap for a, b in zip(ring[0], ring[-1], strict=True)):
            raise BadTopology("a ring does not close")
        if ring[0] != ring[-1]:
            ring.append(ring[0])
        (width, height), (west, south) = self._step, self._origin
        return [(x * width + west, y * height + south) for x, y in ring]


def _corners(arc: Iterable[Sequence[float]]) -> list[Corner]:
    return [(x, y) for x, y, *_ in arc]


def _steps(arc: Iterable[Sequence[float]]) -> list[Corner]:
    """Corners on the grid; each is written as the step from the one before."""
    x = y = 0.0
    decoded: list[Corner] = []
    for step_x, step_y, *_ in arc:
        x, y = x + step_x, y + step_y
        decoded.append((x, y))
    return decoded
