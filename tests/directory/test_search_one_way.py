"""What is asked of a way in holds on one and the same way, and one way says nothing of another."""

from datetime import time, timedelta
from typing import Any

import pytest

from core.db import Database
from directory import Level
from tests.builders import (
    NOON,
    a_line,
    a_phone,
    a_site,
    a_way,
    daily,
    hidden,
    names,
    nationwide,
    publish,
    says,
    search,
    stated,
)

_SHUT = daily(time(20), 1320, zone="America/Denver")


async def test_a_promise_of_one_way_does_not_open_another(database: Database) -> None:
    shut, always = _SHUT, daily(zone="UTC")
    chat = a_way("AP.CHAT", "chat", url="https://example.org", disclosure=stated(Level.P0), schedules=(shut,))
    phone = a_phone(disclosure=stated(Level.P3), schedules=(always,))
    await publish(database, a_line("Line", access_points=(chat, phone)))
    answer = await search(database, police_max="P0", open="now")
    assert (answer.fits, answer.might_fit, hidden(answer)) == ([], [], {"police": 1}), "all of it is known"


async def test_weeks_from_now_too_the_way_that_promises_is_the_way_that_is_open(database: Database) -> None:
    chat = a_way("AP.CHAT", "chat", url="https://example.org", disclosure=stated(Level.P3), schedules=(_SHUT,))
    phone = a_phone(disclosure=stated(Level.P5), schedules=(daily(zone="UTC"),))
    await publish(database, a_line("Line", access_points=(chat, phone)))
    asked = (NOON + timedelta(weeks=5)).isoformat()
    answer = await search(database, police_max="P3", open=asked)
    assert (answer.fits, answer.might_fit, hidden(answer)) == ([], [], {"police": 1})
    assert names((await search(database, police_max="P5", open=asked)).fits) == ["Line"]


async def test_what_is_closed_weeks_from_now_can_be_seen(database: Database) -> None:
    await publish(database, a_line("Shut", schedules=(_SHUT,)), a_line("Open", schedules=(daily(zone="UTC"),)))
    asked = (NOON + timedelta(weeks=5)).isoformat()
    assert hidden(await search(database, open=asked)) == {"closed": 1}
    assert names((await search(database, open=asked, hidden="closed")).ruled_out) == ["Shut"]


async def test_open_in_spanish_is_spanish_while_it_is_open(database: Database) -> None:
    shut, always = _SHUT, daily(zone="UTC")
    text = a_way("AP.TEXT", "text", number="1", languages=("es",), schedules=(shut,))
    phone = a_phone(languages=("en",), schedules=(always,))
    await publish(database, a_line("Line", access_points=(text, phone)))
    assert (await search(database, language="es", open="now")).fits == []


async def test_a_regional_variant_is_spoken_on_the_way_that_speaks_the_language(database: Database) -> None:
    text = a_way("AP.TEXT", "text", number="1", languages=("es",), schedules=(daily(zone="UTC"),))
    phone = a_phone(languages=("en",), schedules=(_SHUT,))
    await publish(database, a_line("Line", access_points=(text, phone)))
    for code in ("es", "es-MX"):
        assert names((await search(database, language=code, open="now")).fits) == ["Line"], code


async def test_the_way_that_promises_is_the_way_that_speaks(database: Database) -> None:
    chat = a_way("AP.CHAT", "chat", url="https://example.org", disclosure=stated(Level.P0), languages=("en",))
    phone = a_phone(disclosure=stated(Level.P3), languages=("es",))
    await publish(database, a_line("Line", access_points=(chat, phone)))
    assert (await search(database, police_max="P0", language="es")).fits == []


async def test_a_phone_that_is_shut_says_nothing_of_text(database: Database) -> None:
    await publish(database, a_line("Line", access_points=(a_phone(schedules=(_SHUT,)),)))
    assert names((await search(database, mode="text", open="now")).might_fit) == ["Line"]


async def test_what_the_phone_may_bring_says_nothing_of_text(database: Database) -> None:
    await publish(database, a_line("Line", access_points=(a_phone(disclosure=stated(Level.P3)),)))
    assert names((await search(database, mode="text", police_max="P1")).might_fit) == ["Line"]


ARRIVALS = {"walk_in": "WALK_IN", "van": "VAN_DROPOFF", "ems": "EMS_DROPOFF", "police": "POLICE_DROPOFF"}


def a_house(door: Any, **more: Any) -> Any:
    """A place whose phone is answered round the clock, with the door's hours; anybody may be brought to it."""
    phone = a_phone(schedules=(daily(zone="UTC"),))
    return a_site("House", schedules=[door], access_points=(phone,), attributes=says([*ARRIVALS.values()]), **more)


@pytest.mark.parametrize("arrive", ARRIVALS)
async def test_who_arrives_finds_the_door_shut_although_the_phone_is_answered(database: Database, arrive: str) -> None:
    await publish(database, a_house(_SHUT))
    answer = await search(database, arrive=arrive, open="now")
    assert (answer.fits, answer.might_fit, hidden(answer)) == ([], [], {"closed": 1})
    (house,) = (await search(database, arrive=arrive, open="now", hidden="closed")).ruled_out
    assert house.door is not None
    assert (house.open.state, house.door.state, house.access[0].open.state) == ("open", "closed", "open")


async def test_who_calls_first_and_then_arrives_needs_both_open(database: Database) -> None:
    shut_phone = a_phone(schedules=(_SHUT,))
    await publish(
        database,
        a_site("House", schedules=[daily()], access_points=(shut_phone,), attributes=says(["VAN_DROPOFF"])),
    )
    assert names((await search(database, arrive="van", open="now")).fits) == ["House"]
    assert hidden(await search(database, arrive="van", mode="phone", open="now")) == {"closed": 1}


async def test_a_door_that_closes_soon_says_so_although_the_phone_goes_on(database: Database) -> None:
    until_one = daily(time(9), 13 * 60)
    await publish(database, a_house(until_one))
    assert hidden(await search(database, arrive="van", open_for_min=120)) == {"closes_soon": 1}
    assert names((await search(database, arrive="van", open_for_min=45)).fits) == ["House"]


async def test_a_chat_that_is_shut_does_not_close_soon_although_the_phone_is_open(database: Database) -> None:
    chat = a_way("AP.CHAT", "chat", url="https://example.org", schedules=(_SHUT,))
    await publish(database, a_line("Line", access_points=(chat, a_phone(schedules=(daily(zone="UTC"),)))))
    assert hidden(await search(database, mode="chat", open_for_min=60)) == {"closed": 1}


async def test_where_nobody_says_when_one_may_come_it_is_asked(database: Database) -> None:
    line = a_line("Line", schedules=(daily(zone="UTC"),), attributes=says(["VAN_DROPOFF"]))
    await publish(database, line)
    (asked,) = (await search(database, arrive="van", open="now")).might_fit
    assert asked.door is None
    assert asked.ask == ["Are you open right now, and until when?"]


async def test_what_the_phone_may_bring_says_nothing_of_the_door(database: Database) -> None:
    phone = a_phone(disclosure=stated(Level.P4))
    await publish(
        database,
        a_site(
            "House", access_points=(phone,), disclosure=stated(Level.P0), attributes=says(["VAN_DROPOFF"])
        ),
    )  # fmt: skip
    assert names((await search(database, arrive="van", police_max="P0")).fits) == ["House"]
    assert hidden(await search(database, mode="phone", police_max="P0")) == {"police": 1}


_EVENINGS = daily(time(17), 23 * 60)


async def test_the_office_of_a_line_is_no_way_in(database: Database) -> None:
    """At noon somebody is in the office, and nobody answers the line."""
    office = daily(time(9), 17 * 60)
    phone = a_phone(schedules=(_EVENINGS.model_copy(update={"zone": "America/Denver"}),))
    line = a_site(
        "Line", kinds=("LINE.WARM",), schedules=[office], access_points=(phone,), service_areas=(nationwide(),)
    )
    await publish(database, line)
    assert hidden(await search(database, open="now")) == {"closed": 1}
    (shown,) = (await search(database)).fits
    assert (shown.open.state, shown.door) == ("closed", None)


@pytest.mark.parametrize("kind", ["MOBILE.PEER", "LINE.WARM"])
async def test_the_base_of_those_who_come_makes_no_promise(database: Database, kind: str) -> None:
    """The service promises, its only phone does not; nobody comes to the base to be safe from it."""
    phone = a_phone(disclosure=stated(Level.P4))
    away = a_site(
        "Away", kinds=(kind,), disclosure=stated(Level.P0), access_points=(phone,), service_areas=(nationwide(),)
    )
    await publish(database, away)
    assert hidden(await search(database, police_max="P0")) == {"police": 1}


async def test_where_one_way_is_open_and_another_promises_it_is_asked_whether_that_is_open(
    database: Database,
) -> None:
    chat = a_way("AP.CHAT", "chat", url="https://example.org", disclosure=stated(Level.P0))
    phone = a_phone(schedules=(daily(zone="UTC"),), disclosure=stated(Level.P3))
    await publish(database, a_line("Line", access_points=(chat, phone)))
    for when in ("now", (NOON + timedelta(weeks=5)).isoformat()):
        (line,) = (await search(database, open=when, police_max="P0")).might_fit
        assert line.ask == ["Are you open right now, and until when?"]


@pytest.mark.parametrize("reason", ["police", "closes_soon"])
async def test_what_is_ruled_out_weeks_from_now_can_be_seen_for_every_reason(database: Database, reason: str) -> None:
    chat = a_way("AP.CHAT", "chat", url="https://example.org", disclosure=stated(Level.P0), schedules=(_SHUT,))
    phone = a_phone(disclosure=stated(Level.P4), schedules=(daily(zone="UTC"),))
    until_one = a_site("House", schedules=[daily(time(9), 13 * 60)], disclosure=stated(Level.P0))
    await publish(database, a_line("Line", access_points=(chat, phone)), until_one)
    weeks_from_now = (NOON + timedelta(weeks=4)).isoformat()
    asked: dict[str, Any] = {"open": weeks_from_now, "open_for_min": 120, "police_max": "P0"}
    counted = hidden(await search(database, **asked))
    assert counted == {"police": 1, "closes_soon": 1}
    (shown,) = (await search(database, **asked, hidden=reason)).ruled_out
    assert shown.name == {"police": "Line", "closes_soon": "House"}[reason]
