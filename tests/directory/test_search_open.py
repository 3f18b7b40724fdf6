"""Open, closed, unknown, call first: the filter and the label are one computation."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest

import directory
from core.db import Database
from core.security import SYSTEM
from directory import ClosureIn, Owner
from tests.builders import NOON, a_line, a_phone, a_site, daily, names, publish, search, service_of


async def test_what_is_open_fits(database: Database) -> None:
    await publish(database, a_site("Open", schedules=[daily()]))
    answer = await search(database, open="now")
    assert names(answer.fits) == ["Open"]
    assert answer.fits[0].open.state == "open"
    assert answer.fits[0].open.why == "round_the_clock"
    assert answer.fits[0].open.until is None


async def test_what_is_closed_is_counted_and_not_shown(database: Database) -> None:
    await publish(database, a_site("Night house", schedules=[daily(time(20), 480)]))
    answer = await search(database, open="now")
    assert (answer.fits, answer.might_fit) == ([], [])
    assert [(hidden.reason, hidden.count) for hidden in answer.hidden] == [("closed", 1)]


async def test_unknown_hours_might_fit_with_what_to_ask(database: Database) -> None:
    await publish(database, a_site("Who knows"))
    answer = await search(database, open="now")
    assert names(answer.might_fit) == ["Who knows"]
    assert answer.might_fit[0].open.state == "unknown"
    assert answer.might_fit[0].ask == ["Are you open right now, and until when?"]
    assert answer.hidden == []


async def test_hours_under_a_condition_are_call_first(database: Database) -> None:
    await publish(database, a_site("Neighbours", schedules=[daily(condition="when volunteers are on")]))
    answer = await search(database, open="now")
    assert answer.fits == []
    assert answer.might_fit[0].open.state == "call_first"
    assert answer.might_fit[0].open.why == "conditional"


async def test_any_time_shows_all_states(database: Database) -> None:
    await publish(
        database,
        a_site("Open", schedules=[daily()]),
        a_site("Shut", schedules=[daily(time(20), 480)]),
        a_site("Unknown"),
    )
    answer = await search(database)
    assert {result.name: str(result.open.state) for result in answer.fits} == {
        "Open": "open", "Shut": "closed", "Unknown": "unknown",
    }  # fmt: skip


async def test_overnight_hours_say_until_when_in_the_zone_of_the_place(database: Database) -> None:
    await publish(database, a_site("Night house", schedules=[daily(time(20), 480)]))
    answer = await search(database, open="2026-11-20T23:40:00-07:00")
    opening = answer.fits[0].open
    assert opening.zone == "America/Denver"
    assert opening.until == datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


async def test_closed_says_when_it_opens(database: Database) -> None:
    await publish(database, a_site("Night house", schedules=[daily(time(20), 480)]))
    opening = (await search(database)).fits[0].open
    assert (opening.state, opening.opens_at) == ("closed", datetime(2026, 11, 21, 3, 0, tzinfo=UTC))


async def test_a_line_is_open_by_phone_at_night_while_its_office_is_closed(database: Database) -> None:
    phone = a_phone(schedules=(daily(zone="UTC"),))
    await publish(database, a_site("Centre", schedules=[daily(time(9), 1020)], access_points=(phone,)))
    answer = await search(database, open="2026-11-20T23:40:00-07:00", mode="phone")
    assert names(answer.fits) == ["Centre"]
    assert answer.fits[0].access[0].open.state == "open"


async def test_a_way_in_is_shown_as_it_was_registered(database: Database) -> None:
    await publish(database, a_line(access_points=(a_phone("303-555-0142", answered_by="a peer"),)))
    way = (await search(database)).fits[0].access[0]
    assert (way.kind, way.number, way.modes, way.answered_by) == ("AP.DIRECT", "303-555-0142", ["phone"], "a peer")


async def test_a_door_that_is_shut_is_not_open_because_the_phone_is(database: Database) -> None:
    phone = a_phone(schedules=(daily(zone="UTC"),))
    door = directory.AccessPointIn(id=uuid4(), kind="AP.WALKIN", modes=("door",))
    centre = a_site("Centre", schedules=[daily(time(9), 1020)], access_points=(phone, door))
    await publish(database, centre)
    answer = await search(database, open="2026-11-20T23:40:00-07:00", mode="door")
    assert answer.fits == []
    assert [hidden.reason for hidden in answer.hidden] == ["closed"]


async def test_a_closure_closes_at_once(database: Database) -> None:
    site = a_site("Flooded", schedules=[daily()])
    await publish(database, site)
    closure = ClosureIn(
        id=uuid4(), starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(hours=3), reason="flood"
    )
    async with database.transaction() as db:
        await directory.close(db, SYSTEM, owner=Owner.service, owner_id=service_of(site), closure=closure, now=NOON)
    opening = (await search(database)).fits[0].open
    assert (opening.state, opening.why, opening.opens_at) == ("closed", "closure", NOON + timedelta(hours=3))


@pytest.mark.parametrize("when", ["2027-06-01T23:00:00-06:00", "2025-06-01T23:00:00-06:00"])
async def test_times_beyond_what_is_stored_go_by_the_same_rules(database: Database, when: str) -> None:
    await publish(
        database,
        a_site("Night house", schedules=[daily(time(20), 480)]),
        a_site("Day house", schedules=[daily(time(9), 1020)]),
        a_site("Who knows"),
        a_line("Always", schedules=(daily(),)),
    )
    answer = await search(database, open=when)
    assert names(answer.fits) == ["Night house", "Always"]
    assert names(answer.might_fit) == ["Who knows"]
    assert [(hidden.reason, hidden.count) for hidden in answer.hidden] == [("closed", 1)]


async def test_rows_whose_hours_ran_out_are_unknown_never_closed(database: Database) -> None:
    await publish(database, a_site("Forgotten", schedules=[daily()]))
    answer = await search(database, open="now", now=NOON + timedelta(days=40))
    assert answer.fits == []
    assert names(answer.might_fit) == ["Forgotten"]
    assert answer.hidden == []


async def test_the_daily_job_moves_the_hours_on(database: Database) -> None:
    await publish(database, a_site("Open", schedules=[daily()]))
    later = NOON + timedelta(days=40)
    async with database.transaction() as db:
        assert await directory.extend_hours(db, SYSTEM, now=later) == 1
        assert await directory.extend_hours(db, SYSTEM, now=later) == 0
    assert names((await search(database, open="now", now=later)).fits) == ["Open"]
