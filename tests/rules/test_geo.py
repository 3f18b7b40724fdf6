"""The plane has no seam among our places: a search from Attu sees the rest of the Aleutians, one from Guam Saipan."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.geo import Point, box, scale

_ATTU, _AMCHITKA, _ATKA = Point(52.85, 173.19), Point(51.4, 179.9), Point(52.2, -174.2)
_AROUND = 2 * math.pi * 6_378_137.0


@pytest.mark.parametrize(
    ("here", "there", "metres"),
    [
        (_AMCHITKA, Point(51.4, -179.9), 13_900),
        (_ATTU, _ATKA, 852_000),
        (Point(13.44, 144.79), Point(15.19, 145.74), 220_000),
    ],
)
def test_across_the_date_line_is_near(here: Point, there: Point, metres: int) -> None:
    (x, y), (to_x, to_y) = here.mercator(), there.mercator()
    least, greatest = scale(here, metres * 1.1)
    assert least * metres * 0.97 <= math.hypot(to_x - x, to_y - y) <= greatest * metres * 1.03


@given(st.floats(51, 54), st.floats(0, 0.4), st.floats(0, 0.4))
def test_the_box_of_a_search_reaches_across_the_date_line(latitude: float, west: float, east: float) -> None:
    here, there = Point(latitude, 180 - west), Point(latitude, -180 + east)
    x1, y1, x2, y2 = box(here, 80_000)
    x, y = there.mercator()
    assert x1 <= x <= x2
    assert y1 <= y <= y2


@given(st.floats(-80, 80), st.floats(-180, 180))
def test_every_point_keeps_its_place_on_the_globe(latitude: float, longitude: float) -> None:
    x, _ = Point(latitude, longitude).mercator()
    back = math.degrees(x / 6_378_137.0)
    assert math.isclose((back - longitude) % 360 % 360, 0, abs_tol=1e-9) or math.isclose(
        (back - longitude) % 360, 360, abs_tol=1e-9
    )
    assert -260 * 1.000001 <= back <= 100.0001
    assert abs(x) <= _AROUND
