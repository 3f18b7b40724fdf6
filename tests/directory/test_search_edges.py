"""Where searches go wrong quietly: ties, crowds, several ways in, strange input, far times, far places."""

from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.db import Database
from core.paging import BadCursor, pack
from directory import AccessPointIn, LanguageIn, SearchAnswer
from directory.errors import TimeTooFar
from tests.builders import DENVER, NOON, a_line, a_phone, a_site, daily, names, publish, search, speaks, square

NIGHT = "2026-11-20T23:40:00-07:00"


async def _every_page(database: Database, cursor_of: str, **asked: Any) -> list[str]:
    """The names of a list over all its pages; fails when the pages do not come to an end."""
    seen: list[str] = []
    cursor = None
    for _ in range(60):
        page: SearchAnswer = await search(database, cursor=cursor, **asked)
        seen += names(page.fits if cursor_of == "next" else page.might_fit)
        cursor = getattr(page, cursor_of)
        if cursor is None:
            return seen
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("far", [0.0, 0.06])
async def test_many_at_one_address_are_all_shown_once(database: Database, far: float) -> None:
    await publish(database, *(a_site(f"{n:03}", at=(DENVER[0] + far, DENVER[1])) for n in range(150)))
    fits = await _every_page(database, "next", limit=40)
    might = await _every_page(database, "next_might_fit", open="now", limit=40)
    assert sorted(fits) == sorted(might) == [f"{n:03}" for n in range(150)]


async def test_a_dense_ring_is_shown_whole(database: Database) -> None:
    await publish(database, *(a_site(f"{n:03}", at=(DENVER[0] + 0.09 + n / 200_000, DENVER[1])) for n in range(150)))
    might = await _every_page(database, "next_might_fit", open="now", limit=40, within_m=500_000)
    assert sorted(might) == [f"{n:03}" for n in range(150)]


async def test_a_crowd_that_is_closed_does_not_hide_what_might_be_open(database: Database) -> None:
    closed = [
        a_site(f"Shut {n}", at=(DENVER[0] + n / 100_000, DENVER[1]), schedules=[daily(time(20), 480)])
        for n in range(100)
    ]
    await publish(database, *closed, a_site("Unknown", at=(DENVER[0] + 0.1, DENVER[1])))
    assert await _every_page(database, "next_might_fit", open="now") == ["Unknown"]


async def test_lines_come_first_on_every_page_that_has_some(database: Database) -> None:
    lines = [a_line(f"Line {n:02}") for n in range(30)]
    centres = [
        a_site(f"Centre {n:02}", at=(DENVER[0] + n / 1000, DENVER[1]), kinds=("LINE.CRISIS", "SITE.CSU"))
        for n in range(30)
    ]
    await publish(database, *lines, *centres)
    first = await search(database, kind=["LINE.CRISIS"], limit=20)
    second = await search(database, kind=["LINE.CRISIS"], limit=20, cursor=first.next)
    assert [name.split()[0] for name in names(first.fits)] == ["Line"] * 10 + ["Centre"] * 20
    assert [name.split()[0] for name in names(second.fits)] == ["Line"] * 10 + ["Centre"] * 10
    seen = await _every_page(database, "next", kind=["LINE.CRISIS"], limit=20)
    assert sorted(seen) == sorted(f"{what} {n:02}" for what in ("Line", "Centre") for n in range(30))
    assert [name for name in seen if name.startswith("Centre")] == [f"Centre {n:02}" for n in range(30)]


async def test_text_is_not_open_because_the_phone_is(database: Database) -> None:
    both = AccessPointIn(
        id=uuid4(), kind="AP.DIRECT", modes=("phone", "text"), number="303-555-0101",
        schedules=(daily(zone="UTC", applies_to="phone"),),
    )  # fmt: skip
    await publish(database, a_line("Line", access_points=(both,)))
    assert names((await search(database, mode="phone", open="now")).fits) == ["Line"]
    answer = await search(database, mode="text", open="now")
    assert answer.fits == []
    assert answer.might_fit[0].ask == ["Are you open right now, and until when?"]
    shown = {tuple(way.modes): str(way.open.state) for way in answer.might_fit[0].access}
    assert shown == {("phone",): "open", ("text",): "unknown"}


async def test_a_shut_door_that_nobody_stated_is_shut_although_the_phone_answers(database: Database) -> None:
    phone = a_phone(schedules=(daily(zone="UTC"),))
    await publish(database, a_site("Centre", schedules=[daily(time(9), 1020)], access_points=(phone,)))
    answer = await search(database, mode="door", open=NIGHT)
    assert (answer.fits, answer.might_fit) == ([], [])
    assert [hidden.reason for hidden in answer.hidden] == ["closed"]


async def test_a_number_for_professionals_is_not_public_as_a_phone(database: Database) -> None:
    private = AccessPointIn(id=uuid4(), kind="AP.PRO", modes=("phone",), number="303-555-0199")
    await publish(database, a_site(access_points=(private,), phones=({"id": uuid4(), "number": "303-555-0199"},)))
    assert (await search(database)).fits[0].access == []


async def test_a_dialect_is_the_language_and_a_language_without_a_code_is_not_stated(database: Database) -> None:
    unnamed = (*speaks("en"), LanguageIn(id=uuid4(), name="Spanish"))
    await publish(database, a_site("Mexican", languages=speaks("es-MX")), a_site("Unnamed", languages=unnamed))
    answer = await search(database, language="es")
    assert names(answer.fits) == ["Mexican"]
    assert names(answer.might_fit) == ["Unnamed"]
    assert answer.might_fit[0].ask == ["Does someone on staff speak the person's language right now?"]


async def test_a_drawn_area_that_covers_is_not_doubted_for_a_named_one(database: Database) -> None:
    county = square(*DENVER, 0.5).model_copy(update={"extent_type": "county", "extent": "08031"})
    await publish(database, a_site("Both", service_areas=(square(*DENVER, 0.5), county)))
    assert names((await search(database)).fits) == ["Both"]


async def test_what_states_no_area_is_not_guessed_to_serve_london(database: Database) -> None:
    await publish(database, a_line("Somewhere", service_areas=()))
    answer = await search(database, lat=51.5, lon=-0.1)
    assert (answer.fits, answer.might_fit) == ([], [])
    assert [(hidden.reason, hidden.count) for hidden in answer.hidden] == [("not_covering", 1)]


async def test_a_count_over_a_part_says_at_least(database: Database) -> None:
    far = [a_site(f"{n}", at=(39.75, -105), service_areas=(square(31, -100, 1),)) for n in range(100)]
    await publish(
        database, *far, a_site("Near"), a_site("Nearer"), a_line("Texan", service_areas=(square(31, -100, 1),))
    )
    part, whole = await search(database, limit=1), await search(database, limit=50)
    assert [(hidden.reason, hidden.at_least) for hidden in part.hidden] == [("not_covering", True)]
    assert [(hidden.count, hidden.at_least) for hidden in whole.hidden] == [(101, False)]


async def test_open_until_the_end_of_what_is_worked_out_is_not_round_the_clock(database: Database) -> None:
    await publish(database, a_site(schedules=[daily(time(9), 1020)]))
    opening = (await search(database, now=NOON + timedelta(days=15, hours=-1))).fits[0].open
    assert (opening.state, opening.why) == ("open", "within_hours")


async def test_a_far_time_keeps_the_limit_and_its_pages(database: Database) -> None:
    await publish(database, *(a_site(f"{n:02}", at=(39.7 + n / 1000, -105), schedules=[daily()]) for n in range(30)))
    page = await search(database, open="2027-06-01T12:00:00-06:00", limit=5)
    assert len(page.fits) == 5
    seen = await _every_page(database, "next", open="2027-06-01T12:00:00-06:00", limit=7)
    assert sorted(seen) == [f"{n:02}" for n in range(30)]


@pytest.mark.parametrize("when", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2040-01-01T00:00:00Z"])
async def test_a_time_too_far_away_is_refused(database: Database, when: str) -> None:
    with pytest.raises(TimeTooFar, match="up to 5 years"):
        await search(database, open=when)


async def test_a_cursor_of_the_right_shape_with_wrong_ids_is_refused(database: Database) -> None:
    with pytest.raises(BadCursor):
        await search(database, cursor=pack("fits", -1.0, "abc", -1.0, "abc"))
