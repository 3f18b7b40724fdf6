"""A list of results page by page, as Relay has it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient

from core.db import Database
from tests.builders import DENVER, a_line, a_site, daily, publish_today, square
from tests.http.shown import HERE

_SERVICES = """query ($input: SearchInput!, $list: Listed! = FITS, $first: Int! = 20, $after: String) {
  services(input: $input, list: $list, first: $first, after: $after) {
    edges { cursor node { name group } } pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
  }
}"""


async def _post(client: AsyncClient, **variables: Any) -> dict[str, Any]:
    reply = await client.post("/graphql", json={"query": _SERVICES, "variables": {"input": HERE} | variables})
    read: dict[str, Any] = reply.json()
    return read


async def _page(client: AsyncClient, **variables: Any) -> dict[str, Any]:
    read = await _post(client, **variables)
    assert "errors" not in read, read
    found: dict[str, Any] = read["data"]["services"]
    return found


async def _pages(client: AsyncClient, **variables: Any) -> AsyncIterator[list[str]]:
    after = None
    for _ in range(100):
        page = await _page(client, after=after, **variables)
        yield [edge["node"]["name"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return
    raise AssertionError("a list has an end")


async def _all(client: AsyncClient, **variables: Any) -> list[str]:
    return [name async for page in _pages(client, **variables) for name in page]


async def _many(database: Database, *, shut: bool = False, sites: int = 9, name: str = "") -> list[str]:
    """Sites ever farther away, teams, and lines; the names of the sites in the order of a list."""

    def at(n: int) -> tuple[float, float]:
        return DENVER[0] + n / 200, DENVER[1]

    north = [a_site(f"{name}site {n:02}", at=at(n), schedules=[daily(closes=1)] * shut) for n in range(sites)]
    teams = [
        a_site(f"{name}team {n}", at=at(n), kinds=("MOBILE.COMM",), service_areas=(square(*DENVER, 0.5),))
        for n in range(3)
    ]
    lines = [a_line(f"{name}line {n}") for n in range(4)]
    await publish_today(database, *north, *teams, *lines)
    return [listing.services[0].name for listing in north]


@pytest.mark.parametrize("first", [1, 2, 3, 7, 10, 100])
async def test_pages_of_any_length_give_one_list(client: AsyncClient, database: Database, first: int) -> None:
    outside = await _many(database)
    found = await _all(client, first=first)
    assert found[:9] == outside
    assert sorted(found[9:]) == [*(f"line {n}" for n in range(4)), *(f"team {n}" for n in range(3))]


async def test_every_cursor_goes_on_behind_its_row(client: AsyncClient, database: Database) -> None:
    await _many(database)
    everything = await _page(client, first=100)
    names = [edge["node"]["name"] for edge in everything["edges"]]
    assert everything["pageInfo"]["hasNextPage"] is False
    for n, edge in enumerate(everything["edges"]):
        rest = await _page(client, first=100, after=edge["cursor"])
        assert [one["node"]["name"] for one in rest["edges"]] == names[n + 1 :]
        assert rest["pageInfo"]["hasPreviousPage"] is True


@pytest.mark.parametrize(("which", "more"), [("MIGHT_FIT", {"open": "now"}), ("RULED_OUT", {"hidden": "closed"})])
async def test_what_might_fit_and_what_is_ruled_out_have_an_end_too(
    client: AsyncClient, database: Database, which: str, more: dict[str, Any]
) -> None:
    await _many(database, shut=which == "RULED_OUT", sites=130)
    asked = HERE | {"open": "now"} | more
    found = await _all(client, list=which, first=40, input=asked)
    assert [name for name in found if "site" in name] == [f"site {n:02}" for n in range(130)]
    assert len(found) == len(set(found))
    assert found == await _all(client, list=which, first=7, input=asked)


async def test_rows_that_are_added_meanwhile_move_no_other(client: AsyncClient, database: Database) -> None:
    before = await _many(database, sites=20)
    seen: list[str] = []
    turn = 0
    async for page in _pages(client, first=3):
        seen += page
        await _many(database, sites=4, name=f"new {turn} ")
        turn += 1
        if turn > 30:
            break
    kept = [name for name in seen if not name.startswith("new")]
    assert [name for name in kept if "site" in name] == before
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        ({"first": 101}, "too-many", "from 1 to 100"),
        ({"first": 0}, "too-many", "from 1 to 100"),
        ({"after": "nonsense"}, "bad-cursor", "malformed"),
        ({"list": "RULED_OUT"}, "contradiction", "give `hidden`"),
        ({"input": HERE | {"hidden": "closed"}}, "contradiction", "give `hidden`"),
        ({"input": HERE | {"cursor": "x"}}, "contradiction", "leave out `cursor`"),
        ({"input": HERE | {"open": "2028-11-20T23:40:00-07:00"}}, "time-too-far", "two weeks"),
    ],
)
async def test_what_cannot_be_listed_says_why(client: AsyncClient, asked: dict[str, Any], kind: str, said: str) -> None:
    (error,) = (await _post(client, **asked))["errors"]
    assert error["extensions"]["type"] == f"/problems/{kind}"
    assert said in error["message"]


async def test_a_cursor_belongs_to_one_list(client: AsyncClient, database: Database) -> None:
    await _many(database)
    end = (await _page(client, first=2))["pageInfo"]["endCursor"]
    (error,) = (await _post(client, after=end, list="MIGHT_FIT"))["errors"]
    assert "another list" in error["message"]
