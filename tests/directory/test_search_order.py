"""The order of an answer: one score in metres, of distance and of penalties that have an end."""

from datetime import timedelta
from typing import Any

import pytest

from core.db import Database
from tests.builders import (
    DENVER,
    NOON,
    a_line,
    a_phone,
    a_site,
    an_area,
    confirmed,
    count,
    names,
    publish,
    search,
    square,
)


def north(metres: float) -> tuple[float, float]:
    return DENVER[0] + metres / 111_030, DENVER[1]


async def _full(database: Database, listing: Any, *, ago: timedelta = timedelta(minutes=10)) -> None:
    await count(database, listing, 0, as_of=NOON - ago)


async def test_of_two_as_near_the_emptier_comes_first(database: Database) -> None:
    full, empty = a_site("Full", at=north(5_000)), a_site("Empty", at=north(5_020))
    await publish(database, full, empty)
    await _full(database, full)
    await count(database, empty, 4, as_of=NOON)
    assert names((await search(database)).fits) == ["Empty", "Full"]


async def test_how_full_it_was_too_long_ago_counts_no_more(database: Database) -> None:
    full, silent = a_site("Full", at=north(5_000)), a_site("Silent", at=north(5_020))
    await publish(database, full, silent)
    await _full(database, full, ago=timedelta(hours=3))
    assert names((await search(database)).fits) == ["Full", "Silent"]


@pytest.mark.parametrize(("metres", "first"), [(74_500, "Confirmed"), (75_500, "Full and never confirmed")])
async def test_no_penalty_is_worth_more_than_five_kilometres(database: Database, metres: int, first: str) -> None:
    worse = a_site("Full and never confirmed", at=north(70_000))
    better = a_site("Confirmed", at=north(metres))
    await publish(database, worse, better)
    await _full(database, worse)
    await count(database, better, 4, as_of=NOON)
    await confirmed(database, better)
    asked = await search(database, within_m=80_000)
    assert names(asked.fits)[0] == first


async def test_covered_beats_nearer_when_neither_is_certain(database: Database) -> None:
    """Both have something to ask; one of them also whether it comes here at all."""
    team: dict[str, Any] = {"kinds": ("MOBILE.PEER",)}
    await publish(
        database,
        a_site("Nearer", at=north(1_000), **team),
        a_site("Covers", at=north(1_800), service_areas=(square(*DENVER, 0.5),), **team),
    )
    answer = await search(database, open="now")
    assert names(answer.might_fit) == ["Covers", "Nearer"]


async def test_covered_beats_nearer_beyond_one_page(database: Database) -> None:
    team: dict[str, Any] = {"kinds": ("MOBILE.PEER",)}
    nearer = [a_site(f"Nearer {n}", at=north(2_500 + n * 50), **team) for n in range(5)]
    covers = [
        a_site(f"Covers {n}", at=north(4_000 + n * 50), service_areas=(square(*DENVER, 0.5),), **team) for n in range(5)
    ]
    await publish(database, *nearer, *covers)
    answer = await search(database, open="now", limit=5)
    seen = names(answer.might_fit)
    while answer.next_might_fit is not None:
        answer = await search(database, open="now", limit=5, cursor=answer.next_might_fit)
        seen += names(answer.might_fit)
    assert seen == [*(f"Covers {n}" for n in range(5)), *(f"Nearer {n}" for n in range(5))]


@pytest.mark.parametrize("number", ["303-555-0101", "816-555-0101"])
async def test_an_area_code_decides_nothing(database: Database, number: str) -> None:
    """303 is Denver's, 816 is Kansas City's; people keep their numbers when they move, and so do lines."""
    await publish(
        database,
        a_line("No area", access_points=(a_phone(number),), service_areas=()),
        a_line("Kansas City's", access_points=(a_phone(number),), service_areas=(an_area("county", "29095"),)),
        a_line("Denver's", access_points=(a_phone(number),), service_areas=(an_area("county", "08031"),)),
    )
    answer = await search(database)
    assert (names(answer.fits), names(answer.might_fit)) == (["Denver's"], ["No area"])
    assert answer.at is not None
    assert answer.at.zone == "America/Denver"


async def test_a_tribal_area_needs_its_polygon(database: Database) -> None:
    named = an_area("tribal", "Navajo Nation")
    drawn = square(*DENVER, 0.5).model_copy(update={"name": "Navajo Nation"})
    elsewhere = square(36.0, -109.5, 1).model_copy(update={"name": "Navajo Nation"})
    await publish(
        database,
        a_line("Named", service_areas=(named,)),
        a_line("Drawn", service_areas=(drawn,)),
        a_line("Elsewhere", service_areas=(elsewhere,)),
    )
    answer = await search(database)
    assert (names(answer.fits), names(answer.might_fit)) == (["Drawn"], ["Named"])
    assert [(one.reason, one.count) for one in answer.hidden] == [("not_covering", 1)]
