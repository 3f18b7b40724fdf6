"""TopoJSON becomes polygons: shared borders, steps on a grid, arcs walked backwards. The file is whole."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.outlines import outlines
from directory.outlines.counties import full_name
from directory.outlines.topojson import BadTopology, Topology
from directory.rules.states import STATES


def _squares(**more: Any) -> dict[str, Any]:
    """Two squares side by side, drawn from three arcs: the first is both's, and backwards for the right one."""
    arcs = [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 1], [1, 0], [0, -1], [-1, 0]]]
    geometries = [
        {"type": "Polygon", "id": "left", "properties": {"name": "Left"}, "arcs": [[0, 1]]},
        {"type": "MultiPolygon", "id": "right", "arcs": [[[-3, -1]]]},
    ]
    return {
        "type": "Topology",
        "transform": {"scale": [2, 10], "translate": [-100, 40]},
        "objects": {"squares": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": arcs,
    } | more


def _polygons(geojson: dict[str, Any]) -> list[Any]:
    return [*geojson["geometries"][1]["coordinates"]]


def test_neighbours_share_the_corners_of_their_border() -> None:
    (left, said, one), (right, nothing, other) = Topology(_squares()).outlines("squares")
    assert (left, said, right, nothing) == ("left", {"name": "Left"}, "right", {})
    ((ring,),), ((next_ring,),) = _polygons(one), _polygons(other)
    assert ring == [(-98, 40), (-98, 50), (-100, 50), (-100, 40), (-98, 40)]
    assert set(ring) & set(next_ring) == {(-98, 40), (-98, 50)}
    assert next_ring[0] == next_ring[-1]


def test_without_a_transform_arcs_hold_degrees() -> None:
    ring = [[0.5, 1.5], [2.5, 1.5], [2.5, 3.5], [0.5, 1.5]]
    one = {"type": "Polygon", "arcs": [[0]]}
    read = Topology({"type": "Topology", "objects": {"all": {"geometries": [one]}}, "arcs": [ring]})
    assert next(shape for _, _, shape in read.outlines("all"))["geometries"][1]["coordinates"] == [
        [[(0.5, 1.5), (2.5, 1.5), (2.5, 3.5), (0.5, 1.5)]]
    ]


def test_an_island_flattened_by_the_grid_is_a_point_and_a_lake_is_gone() -> None:
    flat = [[5, 5], [0, 0]]
    geometries = [{"type": "MultiPolygon", "id": "a", "arcs": [[[0, 1], [3]], [[3]]]}]
    read = _squares()
    read["arcs"].append(flat)
    read["objects"]["squares"]["geometries"] = geometries
    ((_, _, shape),) = Topology(read).outlines("squares")
    assert shape["geometries"][0] == {"type": "MultiPoint", "coordinates": [(-90, 90)]}
    assert [len(polygon) for polygon in _polygons(shape)] == [1]


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "FeatureCollection"},
        {"objects": {"squares": {"geometries": [{"type": "Polygon", "arcs": [[0]], "id": "open by ten steps"}]}},
         "arcs": [[[0, 0], [10, 0], [0, 10]]]},
        {"objects": {"squares": {"geometries": [{"type": "Polygon", "arcs": [[1, 0, 0]]}]}}},
        {"objects": {"squares": {"geometries": [{"type": "Point", "coordinates": [0, 0]}]}}},
    ],
)  # fmt: skip
def test_what_is_no_topology_of_polygons_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(BadTopology):
        list(Topology(_squares(**broken)).outlines("squares"))


@given(st.lists(st.tuples(st.integers(-999, 999), st.integers(-999, 999)), min_size=3, max_size=30))
def test_steps_lead_to_the_corners_they_were_made_from(corners: list[tuple[int, int]]) -> None:
    ring = [*corners, corners[0]]
    steps = [ring[0], *((b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(ring))]
    read = _squares(
        arcs=[[list(step) for step in steps]],
        objects={"squares": {"geometries": [{"type": "Polygon", "arcs": [[0]]}]}},
        transform={"scale": [1, 1], "translate": [0, 0]},
    )
    ((_, _, shape),) = Topology(read).outlines("squares")
    assert _polygons(shape) == [[ring]]


def test_the_file_that_ships_holds_every_state_and_territory_on_the_right_side_of_the_date_line() -> None:
    made = {one.key: one for one in outlines()}
    assert {one.state for one in made.values() if one.kind == "state"} == STATES.keys()
    assert sum(one.kind == "county" for one in made.values()) == 3_231
    for one in made.values():
        for polygon in _polygons(one.geojson):
            wide = [corner[0] for corner in polygon[0]]
            assert min(wide) >= -180
            assert max(wide) <= 180
            assert max(wide) - min(wide) < 60, "no ring crosses the date line"
    assert made["county:08031"].zone == "America/Denver"
    assert made["county:16049"].zone is None, "Idaho County has two"


@pytest.mark.parametrize(
    ("fips", "name", "whole"),
    [
        ("08031", "Denver", "Denver County"),
        ("22071", "Orleans", "Orleans Parish"),
        ("02013", "Aleutians East", "Aleutians East Borough"),
        ("02016", "Aleutians West", "Aleutians West Census Area"),
        ("02110", "Juneau", "Juneau City and Borough"),
        ("51600", "Fairfax", "Fairfax city"),
        ("51059", "Fairfax", "Fairfax County"),
        ("32510", "Carson City", "Carson City"),
        ("72011", "Añasco", "Añasco Municipio"),
        ("11001", "District of Columbia", "District of Columbia"),
    ],
)
def test_a_county_is_called_what_its_state_calls_it(fips: str, name: str, whole: str) -> None:
    assert full_name(fips, name) == whole
