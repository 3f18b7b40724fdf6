"""S1. Denver, Friday night: a community responder looks for a sobering centre to bring somebody to by van."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from core.db import Database
from directory import OpenState, SearchAnswer, SearchInput
from tests.builders import DENVER, a_site, count, daily, hidden, names, publish, says, search

NIGHT = datetime(2026, 11, 21, 6, 40, tzinfo=UTC)  # Friday 23:40 in Denver
COUNTED = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
NEAREST, FARTHEST = 600, 4_400
ASKED: dict[str, Any] = {
    "lat": DENVER[0],
    "lon": DENVER[1],
    "kind": ["SITE.SOBER"],
    "open": "now",
    "from": "community",
    "arrive": "van",
}
WELCOME = says(["FROM.COMMUNITY", "VAN_DROPOFF"])
WEEKDAYS = daily(time(9), 1020).model_copy(update={"byday": ("MO", "TU", "WE", "TH", "FR")})


def north(metres: int) -> tuple[float, float]:
    return DENVER[0] + metres / 111_030, DENVER[1]


@pytest.fixture
async def sobering(database: Database) -> Database:
    mats = a_site("B", at=north(2_900), schedules=[daily()], attributes=WELCOME)
    await publish(
        database,
        a_site("A", at=north(1_200), schedules=[daily()], attributes=says(["POLICE_ONLY", "EMS_DROPOFF"])),
        mats,
        a_site(
            "C", at=north(FARTHEST), schedules=[daily(time(20), 480)], attributes=(*WELCOME, *says(["WALK_IN"]))
        ),
        a_site("D", at=north(NEAREST), attributes=WELCOME),  # "24-hour answering machine": nobody states hours
        a_site("E", at=north(900), kinds=("SITE.DETOX",), schedules=[WEEKDAYS], attributes=WELCOME),
        a_site("F", at=north(2_000), schedules=[daily()]),
        now=NIGHT,
    )  # fmt: skip
    await count(database, mats, 3, as_of=COUNTED, unit="mat")
    return database


async def asked(database: Database, now: datetime = NIGHT, **more: Any) -> SearchAnswer:
    return await search(database, now=now, **(ASKED | more))


async def test_those_that_take_her_are_there_nearest_first(sobering: Database) -> None:
    answer = await asked(sobering)
    assert names(answer.fits) == ["B", "C"]
    assert all(result.open.state == OpenState.open for result in answer.fits)
    assert all(result.distance.metres for result in answer.fits)


async def test_free_mats_have_their_age_and_what_nobody_counted_has_no_number(sobering: Database) -> None:
    counted, silent = (await asked(sobering)).fits
    assert [(one.unit, one.free, one.age_min, one.state) for one in counted.capacity] == [("mat", 3, 35, "stated")]
    assert silent.capacity == []


async def test_who_said_nothing_of_her_is_to_be_asked(sobering: Database) -> None:
    might = {result.name: result.ask for result in (await asked(sobering)).might_fit}
    assert might["F"] == [
        "Do you take people from a community responder team?",
        "May our team bring the person in our van?",
    ]


async def test_a_machine_that_answers_is_asked_about_never_open(sobering: Database) -> None:
    machine = next(result for result in (await asked(sobering)).might_fit if result.name == "D")
    assert machine.open.state == OpenState.unknown
    assert machine.ask == ["Are you open right now, and until when?"]


async def test_police_only_is_counted_and_can_be_seen(sobering: Database) -> None:
    answer = await asked(sobering)
    assert hidden(answer) == {"referral_source": 1}
    shown = await asked(sobering, hidden="referral_source")
    assert names(shown.ruled_out) == ["A"]
    assert (shown.fits, shown.might_fit) == ([], [])
    assert {"POLICE_ONLY"} <= {one.code for one in shown.ruled_out[0].attributes}
    assert shown.ruled_out[0].police.level == "P4"


async def test_another_kind_is_not_in_it_at_all(sobering: Database) -> None:
    answer = await asked(sobering)
    assert "E" not in names([*answer.fits, *answer.might_fit])
    both = await asked(sobering, kind=["SITE.SOBER", "SITE.DETOX"])
    assert names(both.fits) == ["B", "C"]
    assert hidden(both)["closed"] == 1


@pytest.mark.parametrize(
    ("clock", "fits", "out"),
    [("07:59", ["B", "C"], None), ("08:00", ["B"], 1), ("19:59", ["B"], 1), ("20:00", ["B", "C"], None)],
)
async def test_hours_begin_and_end_on_the_minute(
    sobering: Database, clock: str, fits: list[str], out: int | None
) -> None:
    answer = await asked(sobering, open=f"2026-11-21T{clock}:00-07:00")
    assert names(answer.fits) == fits
    assert hidden(answer).get("closed") == out


async def test_shortly_before_it_closes_it_says_so(sobering: Database) -> None:
    closing = (await asked(sobering, open="2026-11-21T07:55:00-07:00")).fits[1].open
    assert (closing.closes_in_min, closing.zone) == (5, "America/Denver")
    assert closing.until == datetime(2026, 11, 21, 15, tzinfo=UTC)


async def test_hours_that_end_too_soon_are_counted_apart(sobering: Database) -> None:
    answer = await asked(sobering, open="2026-11-21T07:30:00-07:00", open_for_min=31)
    assert names(answer.fits) == ["B"]
    assert hidden(answer)["closes_soon"] == 1
    long_enough = await asked(sobering, open="2026-11-21T07:30:00-07:00", open_for_min=29)
    assert names(long_enough.fits) == ["B", "C"]


@pytest.mark.parametrize(
    ("later", "free", "state"), [(119, 3, "stated"), (120, None, "expired"), (121, None, "expired")]
)
async def test_a_count_older_than_two_hours_is_no_number(
    sobering: Database, later: int, free: int | None, state: str
) -> None:
    counted = next(r for r in (await asked(sobering, now=COUNTED + timedelta(minutes=later))).fits if r.name == "B")
    assert [(one.free, one.state, one.age_min) for one in counted.capacity] == [(free, state, later)]


async def test_a_place_that_must_be_free_is_asked_about_once_the_count_is_old(sobering: Database) -> None:
    fresh = await asked(sobering, free=2)
    assert names(fresh.fits) == ["B"]
    assert "C" in names(fresh.might_fit)
    old = await asked(sobering, now=COUNTED + timedelta(minutes=121), free=2)
    assert old.fits == []
    assert next(r for r in old.might_fit if r.name == "B").ask == ["How many places are free right now?"]


async def test_the_one_question_may_also_be_written_in_spanish(sobering: Database) -> None:
    ask = SearchInput(**ASKED).model_dump(by_alias=True, exclude_unset=True)
    answer = await search(sobering, now=NIGHT, labels="es", **ask)
    assert answer.fits[0].open.label == "Abierto"
    assert answer.hidden[0].label == "No recibe personas de su parte"
