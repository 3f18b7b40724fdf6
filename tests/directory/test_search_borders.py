"""Borders, edges and the far ends of the map."""

import math
from random import Random
from typing import Any

import pytest

from core.db import Database
from tests.builders import a_line, a_site, an_area, hidden, names, publish, search

KANSAS_CITY_MO, KANSAS_CITY_KS = (39.0997, -94.5786), (39.1141, -94.6275)
WICHITA, COLUMBIA = (37.6872, -97.3301), (38.9517, -92.3341)
STATE_LINE = (39.0000, -94.6078)
COVERS = "Do you serve the place where the person is?"


@pytest.mark.parametrize(("at", "line"), [(WICHITA, "Kansas"), (COLUMBIA, "Missouri")])
async def test_a_state_is_served_by_its_own_line(database: Database, at: tuple[float, float], line: str) -> None:
    await publish(
        database,
        a_line("Kansas", service_areas=(an_area("state", "KS"),)),
        a_line("Missouri", service_areas=(an_area("state", "MO"),)),
    )
    answer = await search(database, lat=at[0], lon=at[1])
    assert (names(answer.fits), answer.might_fit, hidden(answer)) == ([line], [], {"not_covering": 1})


async def test_on_the_state_line_both_are_to_be_asked(database: Database) -> None:
    await publish(
        database,
        a_line("Kansas", service_areas=(an_area("state", "KS"),)),
        a_line("Missouri", service_areas=(an_area("state", "MO"),)),
        a_line("Both", service_areas=(an_area("state", "KS"), an_area("state", "MO"))),
        a_line("Nation"),
    )
    answer = await search(database, lat=STATE_LINE[0], lon=STATE_LINE[1])
    assert {"Kansas", "Missouri"} <= set(names(answer.might_fit))
    assert all(one.ask == [COVERS] for one in answer.might_fit)
    assert "Nation" in names(answer.fits)


@pytest.mark.parametrize("at", [KANSAS_CITY_MO, KANSAS_CITY_KS])
async def test_who_serves_both_states_is_never_out_of_either(database: Database, at: tuple[float, float]) -> None:
    both = (an_area("state", "KS"), an_area("state", "MO"))
    await publish(database, a_site("Both", at=KANSAS_CITY_KS, service_areas=both))
    answer = await search(database, lat=at[0], lon=at[1])
    assert names([*answer.fits, *answer.might_fit]) == ["Both"]
    assert answer.hidden == []


async def test_what_is_across_the_state_line_and_states_no_area_takes_whoever_comes(database: Database) -> None:
    await publish(database, a_site("Across", at=KANSAS_CITY_KS))
    assert names((await search(database, lat=KANSAS_CITY_MO[0], lon=KANSAS_CITY_MO[1])).fits) == ["Across"]


async def test_covered_comes_before_nearer(database: Database) -> None:
    near = a_site("Nearer", at=KANSAS_CITY_MO, service_areas=(an_area("state", "KS"),))
    far = a_site("Covers", at=KANSAS_CITY_KS, service_areas=(an_area("state", "MO"), an_area("state", "KS")))
    await publish(database, near, far)
    answer = await search(database, lat=38.95, lon=-94.40)
    assert names(answer.fits) == ["Covers"]
    assert "Nearer" not in names(answer.fits)


@pytest.mark.parametrize(
    ("reach", "where"),
    [("5.2 km", "fits"), ("5.05 km", "might_fit"), ("4.95 km", "might_fit"), ("4.8 km", "hidden")],
)
async def test_the_edge_of_a_reach_is_as_wide_as_the_place_is_vague(database: Database, reach: str, where: str) -> None:
    at = (39.7392 + 5_000 / 111_030, -104.9848)
    await publish(
        database, a_site("Edge", at=at, location={"precision": "block"}, service_areas=(an_area("radius", reach),))
    )
    answer = await search(database)
    found = {"fits": bool(answer.fits), "might_fit": bool(answer.might_fit), "hidden": bool(answer.hidden)}
    assert [place for place, there in found.items() if there] == [where]


@pytest.mark.parametrize(
    ("precision", "step"), [("rooftop", 10), ("street", 50), ("block", 100), ("postcode", 1_000), ("area", 5_000)]
)
@pytest.mark.parametrize("metres", [0, 37, 990, 12_345])
async def test_a_place_is_never_shown_nearer_than_it_is(
    database: Database, precision: str, step: int, metres: int
) -> None:
    at = (39.7392 + metres / 111_030, -104.9848)
    await publish(database, a_site(at=at, location={"precision": precision}))
    shown = (await search(database)).fits[0].distance.metres
    assert shown is not None
    assert shown % step == 0
    assert metres * 0.99 <= shown <= metres * 1.01 + step


FAR_ENDS = [(64.84, -147.72), (21.31, -157.86), (51.88, -176.65), (25.76, -80.19), (18.2, -66.5)]


@pytest.mark.parametrize("here", FAR_ENDS)
async def test_order_is_that_of_true_distance_wherever_it_is(database: Database, here: tuple[float, float]) -> None:
    dice = Random(7)  # noqa: S311 - the same places every time
    around = [
        (here[0] + dice.uniform(-0.3, 0.3), here[1] + dice.uniform(-0.3, 0.3) / math.cos(math.radians(here[0])))
        for _ in range(50)
    ]
    await publish(database, *(a_site(f"{n}", at=at) for n, at in enumerate(around)))
    answer = await search(database, lat=here[0], lon=here[1], limit=12)
    async with database.reading() as reader:
        truth = await reader.execute(
            "SELECT id FROM search_row ORDER BY ceil(ST_Distance(geog, ST_MakePoint(%s, %s)::geography) / 10), id"
            " LIMIT 12",
            (here[1], here[0]),
        )
        expected = [row[0] for row in await truth.fetchall()]
    assert [one.id for one in answer.fits] == expected


@pytest.mark.parametrize(("asker", "place"), [((51.9, 179.9), (51.9, -179.9)), ((51.9, -179.9), (51.9, 179.9))])
async def test_what_lies_across_the_date_line_is_near(
    database: Database, asker: tuple[float, float], place: tuple[float, float]
) -> None:
    await publish(database, a_site("Across", at=place))
    answer = await search(database, lat=asker[0], lon=asker[1], within_m=50_000)
    assert names(answer.fits) == ["Across"]
    assert answer.fits[0].distance.metres == pytest.approx(13_760, abs=100)


async def test_across_the_date_line_the_order_is_still_that_of_distance(database: Database) -> None:
    places: dict[str, Any] = {"Near": 179.95, "Across": -179.95, "Farther": 179.5, "Far across": -179.4}
    await publish(database, *(a_site(name, at=(51.9, lon)) for name, lon in places.items()))
    answer = await search(database, lat=51.9, lon=179.98, within_m=100_000)
    assert names(answer.fits) == ["Near", "Across", "Farther", "Far across"]
