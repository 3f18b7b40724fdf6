"""Teams that come: found by the ground they serve, however far off their base is."""

from typing import Any

import pytest

from core.db import Database
from directory import Level, Result, SearchAnswer
from tests.builders import (
    DENVER,
    a_site,
    an_area,
    hidden,
    names,
    publish,
    search,
    square,
    stated,
)

# Some 95 km north of where the search is made from.
FAR = (40.6, -104.9848)
NEAR: dict[str, Any] = {"within_m": 20_000}


def a_team(name: str = "Team", **more: Any) -> Any:
    return a_site(name, **{"at": FAR, "kinds": ("MOBILE.PEER",), "service_areas": (square(*DENVER, 0.5),)} | more)


@pytest.mark.parametrize("area", [square(*DENVER, 0.5), an_area("state", "CO"), an_area("radius", "150 km")])
async def test_a_team_comes_from_a_base_beyond_the_distance_asked_for(database: Database, area: Any) -> None:
    await publish(database, a_team(service_areas=(area,)))
    for kind in ({}, {"kind": ["MOBILE.PEER"]}, {"q": "team"}):
        (team,) = (await search(database, **NEAR, **kind)).fits
        assert (team.name, team.group) == ("Team", "team")
        assert team.distance.metres is not None
        assert team.distance.metres > 90_000


@pytest.mark.parametrize("area", [square(*FAR, 0.1), an_area("radius", "60 km")])
async def test_a_team_that_serves_another_place_is_not_near(database: Database, area: Any) -> None:
    await publish(database, a_team(service_areas=(area,)))
    answer = await search(database, **NEAR)
    assert (answer.fits, answer.might_fit, answer.hidden) == ([], [], [])


async def test_a_place_that_far_off_is_not_there_whatever_it_serves(database: Database) -> None:
    await publish(database, a_site("House", at=FAR, service_areas=(square(*DENVER, 0.5),)))
    answer = await search(database, **NEAR)
    assert (answer.fits, answer.might_fit, answer.hidden) == ([], [], [])


@pytest.mark.parametrize(
    ("km", "metres", "within_m"),
    [(96, 95_600, 20_000), (92, 95_600, 20_000), (18, 21_000, 20_000), (18, 21_000, 22_000)],
)
async def test_a_team_whose_reach_may_end_here_is_asked(
    database: Database, km: int, metres: int, within_m: int
) -> None:
    """Its base is known to five kilometres: on either side of its circle, and of the distance asked for."""
    base = (DENVER[0] + metres / 111_030, DENVER[1])
    reach = an_area("radius", f"{km} km")
    await publish(database, a_team(service_areas=(reach,), location={"precision": "area"}, at=base))
    (team,) = (await search(database, within_m=within_m)).might_fit
    assert team.ask == ["Do you serve the place where the person is?"]


async def test_what_rules_out_a_team_from_afar_is_counted_and_can_be_seen(database: Database) -> None:
    await publish(
        database,
        a_team("Armed", disclosure=stated(Level.P4)),
        a_team("Unstated"),
        a_team("Unarmed", disclosure=stated(Level.P0)),
    )
    asked = NEAR | {"police_max": "P1"}
    answer = await search(database, **asked)
    assert (names(answer.fits), names(answer.might_fit)) == (["Unarmed"], ["Unstated"])
    assert hidden(answer) == {"police": 1}
    assert names((await search(database, **asked, hidden="police")).ruled_out) == ["Armed"]
    (teams,) = (group for group in answer.groups if group.code == "team")
    assert (teams.fits, teams.might_fit) == (1, 1)


async def test_teams_from_afar_are_paged_behind_those_nearby(database: Database) -> None:
    here = [a_team(f"Near {n}", at=(DENVER[0] + n / 1000, DENVER[1])) for n in range(3)]
    there = [a_team(f"Far {n}", at=(FAR[0] + n / 1000, FAR[1])) for n in range(4)]
    await publish(database, *there, *here)
    seen: list[Result] = []
    answer: SearchAnswer = await search(database, **NEAR, limit=3)
    while True:
        assert len(answer.fits) <= 2
        seen += answer.fits
        if answer.next is None:
            break
        answer = await search(database, **NEAR, limit=3, cursor=answer.next)
    assert names(seen) == ["Near 0", "Near 1", "Near 2", "Far 0", "Far 1", "Far 2", "Far 3"]


async def test_what_might_come_from_afar_is_paged_once(database: Database) -> None:
    await publish(database, *(a_team(f"{n:02}", at=(FAR[0] + n / 1000, FAR[1])) for n in range(30)))
    asked = NEAR | {"open": "now", "limit": 8}
    answer = await search(database, **asked)
    seen = names(answer.might_fit)
    while answer.next_might_fit is not None:
        answer = await search(database, **asked, cursor=answer.next_might_fit)
        seen += names(answer.might_fit)
    assert seen == [f"{n:02}" for n in range(30)]


async def test_a_team_whose_base_is_hidden_comes_too_and_has_no_distance(database: Database) -> None:
    hidden_base = {"latitude": None, "longitude": None, "confidential": True, "addresses": ()}
    await publish(database, a_team(location=hidden_base))
    (team,) = (await search(database, **NEAR)).fits
    assert team.distance.metres is None


async def test_each_group_says_to_look_at_what_is_hidden_of_it(database: Database) -> None:
    await publish(database, a_site("Armed house", disclosure=stated(Level.P4)))
    answer = await search(database, **NEAR, police_max="P0")
    assert {group.code: group.step for group in answer.groups} == {
        "place": "show_hidden",
        "team": "widen",
        "line": "call_988",
    }
