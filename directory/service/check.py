"""Refuse codes that are not ours and hours that contradict themselves, before anything is written."""

import orjson

from directory.errors import BadArea
from directory.models import AccessPoint, Disclosure, Schedule, ServiceArea
from directory.rows.hours import hours
from directory.service.flatten import Flat
from directory.taxonomy import require, vocabularies

# Hours without a zone are hours of nowhere; these stand in only to check the rest of the line.
_SOME_ZONE = "UTC"


def check_codes(flat: Flat) -> None:
    """Every code of our taxonomies that the rows use exists.

    Raises:
        UnknownCode: one does not; names the nearest that does.
    """
    for taxonomy, code in flat.foreign_terms:
        if taxonomy in vocabularies():
            require(taxonomy, code)
    for row in flat.rows.get(AccessPoint, ()):
        require("access_point", row["kind"])
        for mode in row["modes"]:
            require("mode", mode)
    for row in flat.rows.get(Disclosure, ()):
        require("tracing", row["tracing"])
        require("recording", row["recording"])


def check_schedules(flat: Flat) -> None:
    """Every line of hours can be read, every zone exists, every drawn area is GeoJSON.

    Raises:
        BadSchedule: one cannot.
        BadArea: an extent is not the GeoJSON it says it is.
    """
    for row in flat.rows.get(Schedule, ()):
        hours(row, zone=row["zone"] or _SOME_ZONE)
    for row in flat.rows.get(ServiceArea, ()):
        if row["extent_type"] == "geojson":
            _check_geojson(row["extent"])


def _check_geojson(extent: str | None) -> None:
    try:
        read = orjson.loads(extent or "")
        kind = read["type"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadArea("A service area of type geojson needs a GeoJSON geometry as its extent.") from error
    if kind not in {"Polygon", "MultiPolygon"}:
        raise BadArea(f"A service area is a Polygon or a MultiPolygon; got {kind}.")
    polygons = read.get("coordinates")
    if not _lists_of(polygons if kind == "MultiPolygon" else [polygons], deep=3):
        raise BadArea("The coordinates of a service area are rings of corners, each a longitude and a latitude.")


def _lists_of(value: object, *, deep: int) -> bool:
    """Whether these are lists of lists, so deep, of corners."""
    if not isinstance(value, list):
        return False
    if deep == 0:
        return len(value) > 1 and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value)
    return all(_lists_of(one, deep=deep - 1) for one in value)
