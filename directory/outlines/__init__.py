"""The outlines that ship with Doorlight: the nation, its states and its counties, and how exact they are."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.geo import Point
from core.zones import zone_at
from directory.outlines.counties import full_name
from directory.outlines.topojson import Topology
from directory.rules.names import county_fold
from directory.rules.states import STATES, by_fips

# Raise the last number when what is made of the file changes.
VERSION = "us-atlas 3.0.1, 1"
# How far a real border may run from the line in the file: measured, docs/adr/0050-coverage.md.
NATION_M, STATE_M, COUNTY_M = 12_000, 1_500, 2_000
# Time zones of the United States.
_ZONES = {
    "America/New_York", "America/Detroit", "America/Chicago", "America/Menominee", "America/Denver", "America/Boise",
    "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "America/Juneau", "America/Sitka",
    "America/Metlakatla", "America/Yakutat", "America/Nome", "America/Adak", "Pacific/Honolulu",
    "America/Puerto_Rico", "America/St_Thomas", "Pacific/Guam", "Pacific/Saipan", "Pacific/Pago_Pago",
}  # fmt: skip
_REGIONS = ("America/Indiana/", "America/Kentucky/", "America/North_Dakota/")
_FILE = Path(__file__).parent / "us_atlas" / "counties-10m.json"


@dataclass(frozen=True, slots=True)
class Outline:
    """An area as the file draws it."""

    key: str
    kind: str
    name: str
    geojson: dict[str, Any]
    error_m: int
    state: str | None = None
    folded: str | None = None
    zone: str | None = None


def outlines() -> Iterator[Outline]:
    """Every outline in the file. Reads the map of time zones: for whoever fills tables, not for a search."""
    topology = Topology(json.loads(_FILE.read_bytes()))
    for _, _, geojson in topology.outlines("nation"):
        yield Outline("US", "nation", "United States", geojson, NATION_M)
    for fips, _, geojson in topology.outlines("states"):
        if code := by_fips(fips):
            yield Outline(f"state:{code}", "state", STATES[code][1], geojson, STATE_M, code)
    for fips, said, geojson in topology.outlines("counties"):
        if code := by_fips(fips[:2]):
            name = full_name(fips, said["name"])
            folded, zone = county_fold(name), _zone(geojson)
            yield Outline(f"county:{fips}", "county", name, geojson, COUNTY_M, code, folded, zone)


def _zone(geojson: dict[str, Any]) -> str | None:
    """The time zone that holds at every corner on American ground; none where a county has two."""
    specks, polygons = (one["coordinates"] for one in geojson["geometries"])
    corners = [*specks, *(corner for polygon in polygons for corner in polygon[0])]
    zones = {zone_at(Point(latitude, longitude)) for longitude, latitude in corners}
    # a corner on a coarse line may lie in the sea or in a neighbouring country
    ours = {zone for zone in zones if zone in _ZONES or zone.startswith(_REGIONS)}
    return ours.pop() if len(ours) == 1 else None
