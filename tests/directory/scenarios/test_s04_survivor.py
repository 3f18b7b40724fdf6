"""S4. Brooklyn, at night: a survivor looks for shelter, and no answer gives the house away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from core.db import Database
from directory import AddressIn, ListingIn, ServiceAreaIn
from tests.builders import a_line, a_phone, a_site, an_area, daily, names, place_of, publish, says, search, square

NIGHT = datetime(2026, 10, 10, 6, 10, tzinfo=UTC)
BROOKLYN = (40.6501, -73.9496)
HOUSE, OTHER_HOUSE = (40.6712, -73.9418), (40.6099, -74.0201)
KINGS = ("county", "36047")
WITHOUT_TIME = {"at", "asked_at"}

FILTERS: list[dict[str, Any]] = [
    {},
    {"open": "now"},
    {"kind": ["DV.SHELTER"]},
    {"kind": ["DV.SHELTER", "DV.LINE"], "open": "now", "language": "es"},
    {"q": "safe house"},
    {"q": "refuge", "must": ["PETS"]},
    {"must_not": ["SOBRIETY_REQUIRED"], "police_max": "P2", "age": 30},
    {"mode": ["phone"], "free": 1},
    {"limit": 1},
]


def shelter(at: tuple[float, float], *areas: ServiceAreaIn, name: str = "Z", **more: Any) -> ListingIn:
    """A violence shelter handed in with its point and street; its front gate is a line that always answers."""
    street = AddressIn(
        id=uuid4(),
        address_1="77 Secret Street",
        city="Brooklyn",
        state_province="NY",
        postal_code="11213",
        country="US",
    )
    said: dict[str, Any] = {
        "kinds": ("DV.SHELTER",), "schedules": [daily()], "access_points": (a_phone("718-555-0142"),),
        "description": "A safe house, and a refuge for families.", "attributes": says(["FAMILIES"], ["PETS"]),
        "service_areas": areas, "location": {"addresses": (street,), "precision": "rooftop"},
    }  # fmt: skip
    return a_site(name, at=at, **(said | more))


def grid(many: int = 400, half: float = 0.04) -> Iterator[tuple[float, float, int]]:
    """Points inside the borough, each with a reach of its own."""
    side = round(many**0.5)
    for n in range(many):
        lat = 40.645 - half + (n // side) * 2 * half / side
        lon = -73.945 - half / 2 + (n % side) * half / side
        yield lat, lon, 50 + n * 1_200


async def answers(database: Database, many: int = 400, **asked: Any) -> set[str]:
    """The different answers over the grid, apart from where and when they were asked."""
    found = set()
    for lat, lon, within in grid(many):
        answer = await search(database, now=NIGHT, lat=lat, lon=lon, within_m=within, **asked)
        found.add(answer.model_dump_json(exclude=WITHOUT_TIME))
    return found


@pytest.fixture(params=["drawn", "county"])
async def area(request: pytest.FixtureRequest) -> ServiceAreaIn:
    return square(*BROOKLYN, 0.3) if request.param == "drawn" else an_area(*KINGS)


async def test_it_is_a_line_that_serves_the_borough(database: Database, area: ServiceAreaIn) -> None:
    await publish(database, shelter(HOUSE, area), now=NIGHT)
    answer = await search(database, now=NIGHT, lat=BROOKLYN[0], lon=BROOKLYN[1], open="now")
    (found,) = answer.fits
    assert (found.name, found.open.state, found.access[0].number) == ("Z", "open", "718-555-0142")
    assert (found.distance.metres, found.distance.precision, found.address) == (None, "confidential", None)


@pytest.mark.parametrize("secret", ["Secret", "11213", "40.67", "73.94", "Z house"])
async def test_nothing_of_the_house_is_in_any_answer(database: Database, area: ServiceAreaIn, secret: str) -> None:
    await publish(database, shelter(HOUSE, area), now=NIGHT)
    for asked in FILTERS:
        answer = await search(database, now=NIGHT, lat=BROOKLYN[0], lon=BROOKLYN[1], **asked)
        assert secret not in answer.model_dump_json(exclude=WITHOUT_TIME)


async def test_four_hundred_questions_have_one_answer(database: Database, area: ServiceAreaIn) -> None:
    await publish(database, shelter(HOUSE, area), a_line("National", schedules=(daily(),)), now=NIGHT)
    assert len(await answers(database, open="now")) == 1


@pytest.mark.parametrize("asked", FILTERS)
async def test_no_other_filter_makes_a_difference_to_where_one_stands(
    database: Database, asked: dict[str, Any]
) -> None:
    await publish(database, shelter(HOUSE, an_area(*KINGS)), a_line("National"), now=NIGHT)
    assert len(await answers(database, many=49, **asked)) == 1


@pytest.mark.parametrize("reason", ["attribute", "closed", "not_covering"])
async def test_what_is_hidden_makes_no_difference_either(database: Database, reason: str) -> None:
    await publish(database, shelter(HOUSE, an_area(*KINGS)), now=NIGHT)
    assert len(await answers(database, many=49, hidden=reason, must=["PETS"])) == 1


async def test_cursors_are_alike_everywhere(database: Database) -> None:
    shelters = [shelter(HOUSE, an_area(*KINGS), name=f"Z{n}") for n in range(5)]
    await publish(database, *shelters, now=NIGHT)
    cursors = set()
    for lat, lon, within in grid(49):
        page = await search(database, now=NIGHT, lat=lat, lon=lon, within_m=within, limit=2)
        rest = await search(database, now=NIGHT, lat=lat, lon=lon, within_m=within, limit=2, cursor=page.next)
        cursors.add((page.next, rest.next, *names([*page.fits, *rest.fits])))
    assert len(cursors) == 1


@pytest.mark.parametrize("asked", FILTERS)
async def test_where_it_truly_is_moves_neither_order_nor_counts(database: Database, asked: dict[str, Any]) -> None:
    one, other = shelter(HOUSE, an_area(*KINGS)), shelter(HOUSE, an_area(*KINGS), name="Y")
    around = [a_site(f"Day centre {n}", at=(40.6 + n / 50, -73.95), kinds=("DAY.DROPIN",)) for n in range(4)]
    await publish(database, one, other, *around, now=NIGHT)
    where: dict[str, Any] = {"now": NIGHT, "lat": BROOKLYN[0], "lon": BROOKLYN[1]}
    before = await search(database, **where, **asked)
    there = shelter(OTHER_HOUSE).locations[0].model_copy(update={"id": place_of(one), "addresses": ()})
    await publish(database, one.model_copy(update={"locations": (there,)}), now=NIGHT)
    assert await search(database, **where, **asked) == before


@pytest.mark.parametrize("area", [("zip", "11213"), ("radius", "1 mi"), ("radius", "30 km")])
async def test_an_area_that_would_give_it_away_is_as_good_as_none(database: Database, area: tuple[str, str]) -> None:
    await publish(database, shelter(HOUSE, an_area(*area)), now=NIGHT)
    assert len(await answers(database, many=49)) == 1
    at_house = await search(database, now=NIGHT, lat=HOUSE[0], lon=HOUSE[1], within_m=100)
    assert names(at_house.might_fit) == ["Z"]
    assert at_house.might_fit[0].ask == ["Do you serve the place where the person is?"]


async def test_outside_its_area_it_is_counted_and_no_more(database: Database) -> None:
    await publish(database, shelter(HOUSE, an_area(*KINGS)), now=NIGHT)
    answer = await search(database, now=NIGHT, lat=40.85, lon=-73.87)
    assert (answer.fits, answer.might_fit) == ([], [])
    assert [(one.reason, one.count) for one in answer.hidden] == [("not_covering", 1)]


async def test_there_is_a_next_step_at_night(database: Database) -> None:
    answer = await search(database, now=NIGHT, lat=BROOKLYN[0], lon=BROOKLYN[1], open="now")
    assert [group.step for group in answer.groups] == ["widen", "widen", "call_988"]
    assert answer.groups[2].number == "988"
