"""Where a search is made from, however the place is written."""

import pytest

import directory
from core.db import Database
from core.security import SYSTEM
from directory import PlaceIn
from directory.errors import PlaceAmbiguous, PlaceNotFound
from directory.search.places import Found, find
from directory.views.search import SearchInput
from tests.builders import NOON

_TOWNS = [
    ("Denver", "CO", 39.74, -104.98, 60),
    ("Canon City", "CO", 38.44, -105.24, 2),
    ("Kansas City", "MO", 39.1, -94.58, 50),
    ("Kansas City", "KS", 39.11, -94.63, 20),
    ("Saint Louis", "MO", 38.63, -90.2, 60),
    ("Winston Salem", "NC", 36.1, -80.24, 15),
    ("O Fallon", "MO", 38.81, -90.7, 2),
    ("Port Washington", "NY", 40.83, -73.7, 2),
    ("Port Washington", "WI", 43.39, -87.88, 1),
    ("Washington", "DC", 38.9, -77.04, 90),
    ("Washington", "PA", 40.17, -80.25, 1),
    ("New York", "NY", 40.75, -73.99, 100),
    ("Charleston", "WV", 38.35, -81.63, 20),
]


async def found(database: Database, near: str) -> Found:
    """What a name leads to, in a directory of few towns."""
    async with database.transaction() as db:
        towns = [
            PlaceIn(kind="city", name=name, state=state, latitude=latitude, longitude=longitude, weight=weight)
            for name, state, latitude, longitude, weight in _TOWNS
        ]
        code = PlaceIn(kind="zip", name="80202", state="CO", latitude=39.75, longitude=-104.99)
        await directory.fill_places(db, SYSTEM, places=[*towns, code], now=NOON)
    async with database.reading() as reader:
        place = await find(reader, SearchInput(near=near))
    assert place is not None
    return place


@pytest.mark.parametrize(
    ("near", "label"),
    [
        ("Denver, CO", "Denver, CO"),
        ("denver co", "Denver, CO"),
        ("Denver, Colorado", "Denver, CO"),
        ("DENVER COLORADO", "Denver, CO"),
        ("Denver,CO,USA", "Denver, CO"),
        ("Denver", "Denver, CO"),
        ("denver county, co", "Denver County, CO"),
        ("Denver County Colorado", "Denver County, CO"),
        ("Orleans Parish, LA", "Orleans Parish, LA"),
        ("Saint Louis County, MO", "St. Louis County, MO"),
        ("Doña Ana County, NM", "Doña Ana County, NM"),
        ("Dona Ana County, NM", "Doña Ana County, NM"),
        ("St. Louis, MO", "Saint Louis, MO"),
        ("St Louis MO", "Saint Louis, MO"),
        ("Cañon City, CO", "Canon City, CO"),
        ("Winston-Salem, NC", "Winston Salem, NC"),
        ("O'Fallon, MO", "O Fallon, MO"),
        ("Kansas City, KS", "Kansas City, KS"),
        ("kansas city missouri", "Kansas City, MO"),
        ("Port Washington, NY", "Port Washington, NY"),
        ("Port Washington Wisconsin", "Port Washington, WI"),
        ("Charleston West Virginia", "Charleston, WV"),
        ("Washington, DC", "Washington, DC"),
        ("Washington D.C.", "Washington, DC"),
        ("DC", "Washington, DC"),
        ("New York, NY", "New York, NY"),
    ],
)
async def test_a_town_or_county_however_it_is_written(database: Database, near: str, label: str) -> None:
    place = await found(database, near)
    assert (place.at.label, place.zip) == (label, None)


@pytest.mark.parametrize("near", ["80202", "80202-1234", " 80202 1234 ", "802021234"])
async def test_a_zip_is_kept_for_it_says_more_than_its_point(database: Database, near: str) -> None:
    place = await found(database, near)
    assert (place.at.label, place.at.lat, place.zip) == ("80202, CO", 39.75, "80202")
    assert place.at.zone == "America/Denver"


@pytest.mark.parametrize("near", ["39.74,-104.98", "39.74 -104.98", "+39.74, -104.98"])
async def test_a_point_is_a_point(database: Database, near: str) -> None:
    place = await found(database, near)
    assert (place.at.lat, place.at.lon, place.at.label, place.zip) == (39.74, -104.98, "39.74, -104.98", None)


@pytest.mark.parametrize(
    ("near", "choices"),
    [
        ("Kansas City", ["Kansas City, MO", "Kansas City, KS"]),
        ("Port Washington", ["Port Washington, NY", "Port Washington, WI"]),
        ("Kiowa County", ["Kiowa County, CO", "Kiowa County, KS", "Kiowa County, OK"]),
    ],
)
async def test_several_of_one_name_are_offered_across_state_lines(
    database: Database, near: str, choices: list[str]
) -> None:
    with pytest.raises(PlaceAmbiguous) as refused:
        await found(database, near)
    assert _labels(refused.value) == choices


@pytest.mark.parametrize(("near", "choices"), [("Colorado", []), ("CO", []), ("new york", ["New York, NY"]),
                                               ("Washington", ["Washington, DC", "Washington, PA"])])  # fmt: skip
async def test_a_whole_state_is_refused_with_a_hint(database: Database, near: str, choices: list[str]) -> None:
    with pytest.raises(PlaceNotFound, match=r"is a whole state.*Write a ZIP") as refused:
        await found(database, near)
    assert _labels(refused.value) == choices


@pytest.mark.parametrize("near", ["Denver, NE", "Denvr, CO", "Denver Count, CO", "99999"])
async def test_what_is_not_known_says_so(database: Database, near: str) -> None:
    with pytest.raises(PlaceNotFound, match=f"We know no place called {near}"):
        await found(database, near)


async def test_a_misspelt_town_answers_with_the_likeliest_of_its_state_first(database: Database) -> None:
    with pytest.raises(PlaceNotFound) as refused:
        await found(database, "Kansa City KS")
    assert _labels(refused.value) == ["Kansas City, KS"]


def _labels(refused: PlaceAmbiguous | PlaceNotFound) -> list[str]:
    choices = refused.facts["choices"]
    assert isinstance(choices, list)
    return [choice["label"] for choice in choices]
