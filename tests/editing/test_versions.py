"""A change names the version that was read: two writers of one version are never both heard."""

import asyncio
from uuid import uuid4

import pytest
from httpx import AsyncClient

from api.who import COOKIE
from core import access, clock
from core.db import Database
from core.security import SYSTEM, Caller
from tests.builders import pause, search
from tests.editing.builders import a_listed

pytestmark = pytest.mark.security


async def headers(database: Database, caller: Caller) -> dict[str, str]:
    """What a browser of theirs sends."""
    assert caller.id is not None
    async with database.transaction(SYSTEM) as db:
        signed = await access.open_for(
            db, person_id=caller.id, agency_id=caller.agency_id, shared=False, now=clock.now()
        )
    return {"cookie": f"{COOKIE}={signed.token}", "sec-fetch-site": "same-origin"}


async def test_without_a_version_nothing_is_changed(client: AsyncClient, database: Database) -> None:
    listed = await a_listed(database)
    who = await headers(database, listed.manager)
    path = f"/api/v1/services/{listed.service_id}"
    for said in ({}, {"if-match": "*"}, {"if-match": " "}):
        answer = await client.patch(path, json={"name": "Other"}, headers=who | said)
        assert (answer.status_code, answer.json()["type"]) == (428, "/problems/version-missing")
    assert (await client.get(path)).json()["name"] == "A site"


@pytest.mark.parametrize("tag", ['"0"', 'W/"{version}"', "{version}x", '"{version}", "0"'])
async def test_another_version_changes_nothing(client: AsyncClient, database: Database, tag: str) -> None:
    listed = await a_listed(database)
    who = await headers(database, listed.manager)
    path = f"/api/v1/services/{listed.service_id}"
    version = (await client.get(path)).json()["version"]
    answer = await client.patch(path, json={"name": "Other"}, headers=who | {"if-match": tag.format(version=version)})
    assert (answer.status_code, answer.json()["type"]) == (412, "/problems/stale")


async def test_each_answer_has_the_version_for_the_next_change(client: AsyncClient, database: Database) -> None:
    listed = await a_listed(database)
    who = await headers(database, listed.manager)
    path = f"/api/v1/services/{listed.service_id}"
    tag = (await client.get(path)).headers["etag"]
    for name in ("One", "Two", "Three"):
        answer = await client.patch(path, json={"name": name}, headers=who | {"if-match": tag})
        assert answer.status_code == 200
        assert answer.headers["etag"] != tag
        tag = answer.headers["etag"]
    read = await client.get(path)
    assert (read.headers["etag"], read.json()["name"]) == (tag, "Three")


async def test_what_changes_nothing_leaves_the_version(client: AsyncClient, database: Database) -> None:
    listed = await a_listed(database)
    who = await headers(database, listed.manager)
    path = f"/api/v1/services/{listed.service_id}"
    tag = (await client.get(path)).headers["etag"]
    answer = await client.patch(path, json={"name": "A site"}, headers=who | {"if-match": tag})
    assert (answer.status_code, answer.headers["etag"], answer.json()["change_id"]) == (200, tag, None)


async def test_whatever_hangs_on_a_service_is_part_of_its_version(client: AsyncClient, database: Database) -> None:
    listed = await a_listed(database)
    path = f"/api/v1/services/{listed.service_id}"
    before = (await client.get(path)).headers["etag"]
    now = clock.now()
    await pause(database, listed.listing, now, now.replace(year=now.year + 1))
    assert (await client.get(path)).headers["etag"] != before


async def _race(client: AsyncClient, database: Database, rounds: int) -> None:
    listed = await a_listed(database)
    who = [await headers(database, caller) for caller in (listed.manager, listed.second)]
    path = f"/api/v1/services/{listed.service_id}"
    for n in range(rounds):
        tag = (await client.get(path)).headers["etag"]
        sent = [client.patch(path, json={"name": f"{n} by {i}"}, headers=who[i] | {"if-match": tag}) for i in (0, 1)]
        answers = await asyncio.gather(*sent)
        assert sorted(answer.status_code for answer in answers) == [200, 412]
        winner = next(i for i in (0, 1) if answers[i].status_code == 200)
        assert (await client.get(path)).json()["name"] == f"{n} by {winner}"


async def test_of_two_writers_of_one_version_exactly_one_is_heard(client: AsyncClient, database: Database) -> None:
    await _race(client, database, 20)


@pytest.mark.slow
async def test_of_two_writers_exactly_one_is_heard_five_hundred_times(client: AsyncClient, database: Database) -> None:
    await _race(client, database, 500)


async def test_once_a_change_is_answered_the_search_shows_it(client: AsyncClient, database: Database) -> None:
    listed = await a_listed(database)
    who = await headers(database, listed.manager)
    path = f"/api/v1/services/{listed.service_id}"
    tag = (await client.get(path)).headers["etag"]
    answer = await client.patch(path, json={"name": "Lamplight"}, headers=who | {"if-match": tag})
    assert [one.name for one in (await search(database)).fits] == ["Lamplight"]
    tag = answer.headers["etag"]
    await client.post(f"{path}/retire", headers=who | {"if-match": tag})
    assert (await search(database)).fits == []


async def test_what_is_left_out_stays_and_what_is_null_is_emptied(client: AsyncClient, database: Database) -> None:
    listed = await a_listed(database)
    who = await headers(database, listed.manager)
    path = f"/api/v1/services/{listed.service_id}"
    tag = (await client.get(path)).headers["etag"]
    said = {"alert": "Back door", "url": "https://example.org"}
    tag = (await client.patch(path, json=said, headers=who | {"if-match": tag})).headers["etag"]
    await client.patch(path, json={"alert": None}, headers=who | {"if-match": tag})
    read = (await client.get(path)).json()
    assert (read["alert"], read["url"], read["name"]) == (None, "https://example.org", "A site")


async def test_ids_are_made_here(client: AsyncClient, database: Database) -> None:
    listed = await a_listed(database)
    who = await headers(database, listed.manager)
    said = {"organization_id": str(listed.organization_id), "name": "New", "kinds": ["SITE.SOBER"]}
    refused = await client.post("/api/v1/services", json=said | {"id": str(uuid4())}, headers=who)
    assert refused.status_code == 422
    made = await client.post("/api/v1/services", json=said, headers=who)
    assert made.status_code == 201
    read = await client.get(made.headers["location"])
    assert (read.json()["id"], read.headers["etag"]) == (made.json()["id"], made.headers["etag"])
