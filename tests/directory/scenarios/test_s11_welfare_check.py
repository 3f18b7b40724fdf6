"""S11. Seattle: a call-taker looks for who can go in place of police; then there is a knife."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.db import Database
from directory import Level, SearchAnswer
from tests.builders import a_line, a_way, an_area, daily, hidden, names, publish, says, search, stated

MORNING = datetime(2026, 6, 15, 17, 5, tzinfo=UTC)
CIVILIANS = ["MOBILE.COMM", "MOBILE.CLIN"]
ASKED: dict[str, Any] = {"lat": 47.6062, "lon": -122.3321, "open": "now", "from": "911", "arrive": "mobile"}
COMES = ("FROM.911", "COMES_TO_YOU")


@pytest.fixture
async def teams(database: Database) -> Database:
    def team(name: str, kind: str, yes: tuple[str, ...] = (), no: tuple[str, ...] = (), **more: Any) -> Any:
        return a_line(
            name, kinds=(kind,), schedules=(daily(),), service_areas=(an_area("county", "53033"),),
            attributes=says((*COMES, *yes), no), **more,
        )  # fmt: skip

    emergency = a_way("AP.911", "phone", number="911")
    await publish(
        database,
        team("Community", "MOBILE.COMM", ("AGITATION_EXCLUDED",), ("MEDICAL_CLEARANCE",), disclosure=stated(Level.P1)),
        team("Clinicians", "MOBILE.CLIN", ("PSYCHOSIS_OK",), ("AGITATION_EXCLUDED",), disclosure=stated(Level.P2)),
        team("Silent", "MOBILE.CLIN", disclosure=stated(Level.P2)),
        team("Embedded", "MOBILE.CORESP", (), ("AGITATION_EXCLUDED",), disclosure=stated(Level.P2)),
        a_line("Emergency", kinds=("LINE.INFO",), schedules=(daily(),), access_points=(emergency,)),
        now=MORNING,
    )
    return database


async def asked(database: Database, **more: Any) -> SearchAnswer:
    return await search(database, now=MORNING, **(ASKED | more))


async def test_civilians_come_with_what_they_do_not_take(teams: Database) -> None:
    answer = await asked(teams, kind=CIVILIANS)
    said = {one.name: {fact.code: fact.answer for fact in one.attributes} for one in answer.fits}
    assert said.keys() == {"Community", "Clinicians", "Silent"}
    assert said["Community"]["AGITATION_EXCLUDED"] == "yes"
    assert said["Clinicians"]["AGITATION_EXCLUDED"] == "no"
    assert "AGITATION_EXCLUDED" not in said["Silent"]
    assert all(one.group == "team" for one in answer.fits)


async def test_what_disqualifies_withdraws_those_that_exclude_it(teams: Database) -> None:
    answer = await asked(teams, kind=CIVILIANS, must_not=["AGITATION_EXCLUDED"])
    assert names(answer.fits) == ["Clinicians"]
    assert hidden(answer) == {"attribute": 1}
    assert names(
        (await asked(teams, kind=CIVILIANS, must_not=["AGITATION_EXCLUDED"], hidden="attribute")).ruled_out
    ) == ["Community"]


async def test_who_said_nothing_of_it_is_neither_sent_nor_dropped(teams: Database) -> None:
    answer = await asked(teams, kind=CIVILIANS, must_not=["AGITATION_EXCLUDED"])
    assert names(answer.might_fit) == ["Silent"]
    assert answer.might_fit[0].ask == ["Is there a limit if the person is very agitated?"]


async def test_what_they_must_take_leaves_only_those_that_say_so(teams: Database) -> None:
    answer = await asked(teams, kind=CIVILIANS, must=["PSYCHOSIS_OK"])
    assert names(answer.fits) == ["Clinicians"]
    assert sorted(names(answer.might_fit)) == ["Community", "Silent"]


async def test_the_embedded_clinician_is_there_with_police_said(teams: Database) -> None:
    answer = await asked(teams, kind=["MOBILE.CORESP"], must_not=["AGITATION_EXCLUDED"])
    assert [(one.name, one.police.level, one.police.label) for one in answer.fits] == [
        ("Embedded", "P4", "Police present")
    ]


async def test_the_way_by_911_is_there_with_police_said(teams: Database) -> None:
    answer = await search(teams, now=MORNING, lat=ASKED["lat"], lon=ASKED["lon"], kind=["LINE.INFO"])
    (emergency,) = answer.fits
    assert [(way.kind, way.police, way.number) for way in emergency.access] == [("AP.911", "P5", "911")]


async def test_no_kind_is_chosen_by_silence(teams: Database) -> None:
    """Without a kind both are there, and the one that brings police is marked."""
    answer = await asked(teams)
    assert {one.name: one.police.level for one in answer.fits} == {
        "Community": "P1",
        "Clinicians": "P2",
        "Silent": "P2",
        "Embedded": "P4",
    }
