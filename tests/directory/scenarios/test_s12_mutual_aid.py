"""S12. Minneapolis, the night before Christmas Eve: neighbours who help neighbours, when somebody is on."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from core.db import Database
from directory import ListingIn, OpenState, SearchAnswer
from tests.builders import a_line, a_way, an_area, daily, hidden, names, pause, publish, says, search

NIGHT = datetime(2026, 12, 24, 4, 15, tzinfo=UTC)  # Wednesday 23 December 22:15
ASKED: dict[str, Any] = {"lat": 44.9778, "lon": -93.2650, "kind": ["COMM.MUTUAL"]}


def evenings(condition: str | None = "when volunteers are on") -> Any:
    return daily(time(18), 120, zone="America/Chicago", condition=condition)


@pytest.fixture
def neighbours() -> ListingIn:
    signal = a_way("AP.APP", "app", number="Signal: ask for the relay", languages=("en",))
    return a_line(
        "Neighbours", kinds=("COMM.MUTUAL",), access_points=(signal,), schedules=(evenings(),),
        service_areas=(an_area("county", "27053"),), attributes=says(["GRASSROOTS", "FREE", "NO_ID"]),
    )  # fmt: skip


@pytest.fixture
async def listed(database: Database, neighbours: ListingIn) -> Database:
    await publish(database, neighbours, now=NIGHT)
    return database


async def asked(database: Database, now: datetime = NIGHT, **more: Any) -> SearchAnswer:
    return await search(database, now=now, **(ASKED | more))


def local(day: int, clock: str) -> str:
    return f"2026-12-{day}T{clock}:00-06:00"


async def test_it_is_found_by_fit_and_says_that_it_speaks_for_itself(listed: Database) -> None:
    (found,) = (await asked(listed)).fits
    assert found.open.state == OpenState.call_first
    assert found.open.why == "conditional"
    assert {fact.code: fact.confirmed for fact in found.attributes} == {
        "GRASSROOTS": False,
        "FREE": False,
        "NO_ID": False,
    }
    assert (found.address, found.distance.metres, found.confirmed_on) == (None, None, None)


async def test_hours_that_hang_on_volunteers_are_asked_about_never_open(listed: Database) -> None:
    answer = await asked(listed, open="now")
    assert (answer.fits, names(answer.might_fit)) == ([], ["Neighbours"])
    assert answer.might_fit[0].ask == ["Is someone there right now, and can the person come?"]


async def test_a_pause_takes_it_out_of_open_now_at_once(listed: Database, neighbours: ListingIn) -> None:
    paused = NIGHT + timedelta(minutes=1)
    await pause(listed, neighbours, paused, paused + timedelta(hours=8))
    answer = await asked(listed, now=paused + timedelta(minutes=1), open="now")
    assert (answer.fits, answer.might_fit, hidden(answer)) == ([], [], {"closed": 1})
    (shown,) = (await asked(listed, now=paused + timedelta(minutes=1), open="now", hidden="closed")).ruled_out
    assert (shown.open.state, shown.open.why) == (OpenState.closed, "closure")


@pytest.mark.parametrize(("clock", "state"), [("06:16", "closed"), ("17:59", "closed"), ("18:00", "call_first")])
async def test_after_the_pause_its_hours_decide(
    listed: Database, neighbours: ListingIn, clock: str, state: str
) -> None:
    await pause(listed, neighbours, NIGHT + timedelta(minutes=1), NIGHT + timedelta(hours=8, minutes=1))
    (found,) = (await asked(listed, now=datetime.fromisoformat(local(24, clock)))).fits
    assert found.open.state == state
    assert found.open.why != "closure"


async def test_a_pause_in_the_middle_of_its_hours_ends_with_them_on(listed: Database, neighbours: ListingIn) -> None:
    await pause(listed, neighbours, NIGHT, NIGHT + timedelta(hours=1))
    (found,) = (await asked(listed, now=NIGHT + timedelta(hours=1))).fits
    assert found.open.state == OpenState.call_first


@pytest.mark.parametrize("condition", [None, "when volunteers are on"])
async def test_on_a_holiday_that_nobody_spoke_of_it_is_not_known_and_not_closed(
    database: Database, condition: str | None
) -> None:
    await publish(database, a_line("Evenings", kinds=("COMM.MUTUAL",), schedules=(evenings(condition),)), now=NIGHT)
    christmas = await asked(database, open=local(25, "19:00"))
    assert (christmas.fits, names(christmas.might_fit), christmas.hidden) == ([], ["Evenings"], [])
    (found,) = christmas.might_fit
    if condition is None:
        assert (found.open.state, found.open.why) == (OpenState.unknown, "holiday_not_stated")
    else:
        assert found.open.state in {OpenState.unknown, OpenState.call_first}


async def test_a_funded_service_that_fits_worse_comes_after_it(listed: Database) -> None:
    funded = a_line(
        "Funded", kinds=("COMM.MUTUAL",), schedules=(daily(),), attributes=says(["GOVERNMENT"]),
        service_areas=(an_area("county", "27053"),),
    )  # fmt: skip
    await publish(listed, funded, now=NIGHT)
    answer = await asked(listed, must=["FREE", "NO_ID"])
    assert (names(answer.fits), names(answer.might_fit)) == (["Neighbours"], ["Funded"])


async def test_it_is_reached_by_the_app_and_by_nothing_that_was_not_listed(listed: Database) -> None:
    assert names((await asked(listed, mode=["app"])).fits) == ["Neighbours"]
    by_phone = await asked(listed, mode=["phone"])
    assert (by_phone.fits, names(by_phone.might_fit)) == ([], ["Neighbours"])
    assert [way.kind for way in by_phone.might_fit[0].access] == ["AP.APP"]
