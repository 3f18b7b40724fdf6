"""Over HTTP: no level is lowered in disguise by moving numbers and ways in; and hiding a place is never held up."""

from typing import Any

import pytest
from httpx import AsyncClient

from core.cluster import Database as Cluster
from core.db import Database
from directory import Level
from tests.builders import a_phone, a_site, a_way, search, stated
from tests.directory.test_confidential import leaking
from tests.editing.builders import Listed, a_listed
from tests.editing.test_versions import headers

pytestmark = pytest.mark.security
WHY = "https://example.org/policy"
LOUD, LOUDER, QUIET = "303-555-0102", "911", "303-555-0103"


class Editor:
    """A manager at a service of their own."""

    def __init__(self, client: AsyncClient, listed: Listed, who: dict[str, str]) -> None:
        self.client, self.listed, self.who = client, listed, who
        self.path = f"/api/v1/services/{listed.service_id}"

    async def ways(self) -> list[dict[str, Any]]:
        """The ways in as they can be handed in again."""
        read = (await self.client.get(self.path, headers=self.who)).json()["access_points"]
        return [self._again(one) for one in read]

    def _again(self, one: dict[str, Any]) -> dict[str, Any]:
        kept = {name: one[name] for name in ("id", "kind", "modes", "number")}
        claim = one["disclosure"]
        said = claim and {name: claim[name] for name in ("level", "source", "stated_on")}
        return kept | ({"disclosure": said} if said else {})

    async def put(self, part: str, said: list[dict[str, Any]], **more: str) -> int:
        """Hand them in for what is stored now; the status."""
        tag = (await self.client.get(self.path)).headers["etag"]
        body = {part.replace("-", "_"): said} | more
        answer = await self.client.put(f"{self.path}/{part}", json=body, headers=self.who | {"if-match": tag})
        return answer.status_code


async def an_editor(client: AsyncClient, database: Database) -> Editor:
    """Of a service that promises P0, with a number that brings P4, another P5, and one of which nothing is said."""
    loud = a_way("AP.DIRECT", "phone", number=LOUD, disclosure=stated(Level.P4))
    louder = a_way("AP.911", "phone", number=LOUDER)
    site = a_site(disclosure=stated(Level.P0), access_points=(loud, louder, a_phone(QUIET)))
    listed = await a_listed(database, site)
    return Editor(client, listed, await headers(database, listed.manager))


async def _levels(database: Database, number: str) -> set[str]:
    (found,) = (await search(database)).fits
    return {way.police for way in found.access if way.number == number}


async def test_a_number_does_not_lose_its_level_by_moving_to_the_phones(
    client: AsyncClient, database: Database
) -> None:
    editor = await an_editor(client, database)
    assert await editor.put("phones", [{"number": LOUD}]) == 200
    assert await _levels(database, LOUD) == {"P4"}
    ways = await editor.ways()
    assert await editor.put("access-points", [one for one in ways if one["number"] != LOUD], source=WHY) == 202
    assert await _levels(database, LOUD) == {"P4"}


async def test_nor_because_a_quiet_way_in_takes_it(client: AsyncClient, database: Database) -> None:
    editor = await an_editor(client, database)
    ways = [one for one in await editor.ways() if one["number"] != LOUD]
    taken = [one | {"number": LOUD} if one["number"] == QUIET else one for one in ways]
    assert await editor.put("access-points", taken, source=WHY) == 202
    assert await _levels(database, LOUD) == {"P4"}


async def test_nor_because_a_quiet_one_joins_it(client: AsyncClient, database: Database) -> None:
    editor = await an_editor(client, database)
    joined = [*await editor.ways(), {"kind": "AP.LOCAL", "modes": ["phone"], "number": LOUD}]
    assert await editor.put("access-points", joined, source=WHY) == 202
    assert await _levels(database, LOUD) == {"P4"}


@pytest.mark.parametrize("written", ["+1 303 555 0102", "(303) 555-0102", "303-555-0102 (front desk)"])
async def test_nor_because_it_is_written_in_another_way(client: AsyncClient, database: Database, written: str) -> None:
    editor = await an_editor(client, database)
    joined = [*await editor.ways(), {"kind": "AP.LOCAL", "modes": ["phone"], "number": written}]
    assert await editor.put("access-points", joined, source=WHY) == 202
    assert await editor.put("phones", [{"number": written}]) == 200
    assert await _levels(database, written) == set()


async def test_nor_because_it_is_a_way_in_to_one_place_from_now_on(client: AsyncClient, database: Database) -> None:
    editor = await an_editor(client, database)
    (at,) = editor.listed.listing.services_at_locations
    ways = await editor.ways()
    here = [one | {"service_at_location_id": str(at.id)} if one["number"] == LOUD else one for one in ways]
    assert await editor.put("access-points", here, source=WHY) == 202


async def test_nor_because_it_is_for_professionals_from_now_on(client: AsyncClient, database: Database) -> None:
    editor = await an_editor(client, database)
    ways = await editor.ways()
    hidden = [one | {"kind": "AP.PRO"} if one["number"] == LOUD else one for one in ways]
    assert await editor.put("access-points", hidden, source=WHY) == 202
    assert await _levels(database, LOUD) == {"P4"}


async def test_what_was_for_professionals_is_published_no_lower_than_it_was_known(
    client: AsyncClient, database: Database
) -> None:
    editor = await an_editor(client, database)
    claim = {"level": "P4", "source": WHY, "stated_on": "2026-11-01"}
    inner = {"kind": "AP.PRO", "modes": ["phone"], "number": "303-555-0109", "disclosure": claim}
    assert await editor.put("access-points", [*await editor.ways(), inner]) == 200
    assert await _levels(database, "303-555-0109") == set()
    ways = await editor.ways()
    quiet = [one | {"kind": "AP.LOCAL", "disclosure": None} if one["kind"] == "AP.PRO" else one for one in ways]
    assert await editor.put("access-points", quiet, source=WHY) == 202
    assert await editor.put("access-points", [one for one in ways if one["kind"] != "AP.PRO"], source=WHY) == 202
    opened = [one | {"kind": "AP.LOCAL"} if one["kind"] == "AP.PRO" else one for one in ways]
    assert await editor.put("access-points", opened) == 200
    assert await _levels(database, "303-555-0109") == {"P4"}


async def test_what_is_no_louder_than_the_service_is_changed_at_once(client: AsyncClient, database: Database) -> None:
    editor = await an_editor(client, database)
    ways = await editor.ways()
    moved = [one | {"number": "303-555-0110"} if one["number"] == QUIET else one for one in ways]
    assert await editor.put("access-points", moved) == 200
    assert await editor.put("access-points", [one for one in moved if one["number"] != "303-555-0110"]) == 200


async def test_a_place_with_a_door_is_hidden_at_once_and_its_level_stays_said(
    client: AsyncClient, database: Database, clone: Cluster
) -> None:
    door = a_way("AP.WALKIN", "door", disclosure=stated(Level.P4))
    site = a_site(kinds=("SHELTER.ADULT",), name="House", disclosure=stated(Level.P1), access_points=(door, a_phone()))
    place = site.locations[0].model_copy(update={"organization_id": site.organization.id})
    listed = await a_listed(database, site.model_copy(update={"locations": (place,)}))
    mara, noor, sam = [await headers(database, one) for one in (listed.manager, listed.second, listed.steward)]
    path, service = f"/api/v1/locations/{listed.location_id}", f"/api/v1/services/{listed.service_id}"
    tag = (await client.get(path)).headers["etag"]
    hidden = await client.post(f"{path}/hide", headers=mara | {"if-match": tag})
    assert (hidden.status_code, hidden.json()["pending"]) == (200, None)
    read = (await client.get(service)).json()
    assert (read["disclosure"]["level"], read["disclosure"]["source"]) == ("P4", WHY)
    (way,) = read["access_points"]
    assert way["kind"] == "AP.DIRECT"
    changes = (await client.get(f"{path}/history", headers=noor)).json()
    told = [await client.get(one, headers=who) for one in (path, service, f"{path}/history", f"{service}/history")
            for who in ({}, noor, sam)]  # fmt: skip
    assert [answer.url for answer in told if "Canary" in answer.text or "80202" in answer.text] == []
    assert leaking(clone) == []
    assert changes
    for change in changes:
        now = (await client.get(path, headers=noor)).headers["etag"]
        undo = await client.post(f"/api/v1/history/{change['id']}/undo", json={}, headers=noor | {"if-match": now})
        assert (undo.status_code, undo.json()["type"]) == (409, "/problems/forgotten")
    assert (await client.get(path)).status_code == 404
