"""Changing the directory over HTTP: statuses, headers, and that GraphQL does what REST does."""

from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient

from core.db import Database
from core.security import Role
from directory import Level
from tests.access.builders import a_member, an_agency
from tests.builders import a_site, says, stated
from tests.editing.builders import Listed, a_listed
from tests.editing.test_versions import headers

pytestmark = pytest.mark.security
CLAIM = {"level": "P1", "source": "https://example.org", "stated_on": "2026-11-01"}


async def ask(client: AsyncClient, query: str, who: dict[str, str]) -> dict[str, Any]:
    answer = await client.post("/graphql", json={"query": query}, headers=who)
    read: dict[str, Any] = answer.json()
    return read


async def a_rich_one(database: Database) -> Listed:
    site = a_site(disclosure=stated(Level.P4), attributes=says(["PEER_RUN"], no=["FREE"]))
    place = site.locations[0].model_copy(update={"organization_id": site.organization.id})
    return await a_listed(database, site.model_copy(update={"locations": (place,)}))


async def test_a_fall_is_accepted_and_not_done(client: AsyncClient, database: Database) -> None:
    listed = await a_rich_one(database)
    mara, noor = [await headers(database, caller) for caller in (listed.manager, listed.second)]
    path = f"/api/v1/services/{listed.service_id}"
    tag = (await client.get(path)).headers["etag"]
    proposed = await client.put(f"{path}/disclosure", json=CLAIM, headers=mara | {"if-match": tag})
    assert (proposed.status_code, proposed.headers["etag"]) == (202, tag)
    fall = proposed.json()["pending"]
    same = await client.post(f"/api/v1/police-falls/{fall}/confirm", headers=mara | {"if-match": tag})
    assert (same.status_code, same.json()["type"]) == (403, "/problems/same-person")
    missing = await client.post(f"/api/v1/police-falls/{fall}/confirm", headers=noor)
    assert missing.status_code == 428
    done = await client.post(f"/api/v1/police-falls/{fall}/confirm", headers=noor | {"if-match": tag})
    assert done.status_code == 200
    assert (await client.get(path)).json()["disclosure"]["level"] == "P1"
    (listed_fall,) = (await client.get(f"{path}/police-falls", headers=noor)).json()
    assert (listed_fall["state"], listed_fall["decided_by"]) == ("confirmed", str(listed.second.id))


async def test_an_undo_of_what_has_changed_since_is_a_conflict_that_names_it(
    client: AsyncClient, database: Database
) -> None:
    listed = await a_rich_one(database)
    who = await headers(database, listed.manager)
    path = f"/api/v1/services/{listed.service_id}"
    tag = (await client.get(path)).headers["etag"]
    one = await client.patch(path, json={"name": "One"}, headers=who | {"if-match": tag})
    two = await client.patch(path, json={"name": "Two"}, headers=who | {"if-match": one.headers["etag"]})
    change = one.json()["change_id"]
    undo = await client.post(f"/api/v1/history/{change}/undo", json={}, headers=who | {"if-match": two.headers["etag"]})
    assert (undo.status_code, undo.json()["fields"]) == (409, ["service.name"])


async def test_graphql_shows_what_rest_shows(client: AsyncClient, database: Database) -> None:
    listed = await a_rich_one(database)
    rest = (await client.get(f"/api/v1/services/{listed.service_id}")).json()
    query = """{ service(serviceId: "%s") { id version name status organizationId
        attributes { code answer source statedOn confirmed } disclosure { level source statedOn }
        accessPoints { id kind modes number menuPath { language text } }
        serviceAtLocations { id locationId confidential } } }"""
    shown = (await ask(client, query % listed.service_id, {}))["data"]["service"]
    assert (shown["id"], shown["version"], shown["name"]) == (rest["id"], rest["version"], rest["name"])
    assert [(one["code"], one["answer"], one["confirmed"]) for one in shown["attributes"]] == [
        (one["code"], one["answer"], one["confirmed"]) for one in rest["attributes"]
    ]
    assert shown["disclosure"]["level"] == rest["disclosure"]["level"] == "P4"
    assert [one["id"] for one in shown["accessPoints"]] == [one["id"] for one in rest["access_points"]]
    assert [one["locationId"] for one in shown["serviceAtLocations"]] == [str(listed.location_id)]


async def test_graphql_changes_what_rest_changes(client: AsyncClient, database: Database) -> None:
    listed = await a_rich_one(database)
    who = await headers(database, listed.manager)
    path = f"/api/v1/services/{listed.service_id}"
    version = (await client.get(path)).json()["version"]
    change = 'mutation { correctService(serviceId: "%s", version: "%s", correction: {%s}%s) { version changeId } }'
    said = change % (listed.service_id, version, 'name: "By GraphQL", alert: "Back door", url: null', "")
    edited = (await ask(client, said, who))["data"]["correctService"]
    read = await client.get(path)
    assert (read.json()["name"], read.json()["alert"]) == ("By GraphQL", "Back door")
    assert read.headers["etag"] == f'"{edited["version"]}"'
    stale = await ask(client, said, who)
    assert stale["errors"][0]["extensions"]["type"] == "/problems/stale"
    emptied = change % (listed.service_id, edited["version"], "", ', clear: ["alert"]')
    await ask(client, emptied, who)
    read = await client.get(path)
    assert (read.json()["name"], read.json()["alert"]) == ("By GraphQL", None)


async def test_both_leave_the_same_history(client: AsyncClient, database: Database) -> None:
    fields = []
    for way in ("rest", "graphql"):
        listed = await a_rich_one(database)
        who = await headers(database, listed.manager)
        path = f"/api/v1/locations/{listed.location_id}"
        version = (await client.get(path)).json()["version"]
        if way == "rest":
            said = {"addresses": [{"city": "Denver"}]}
            done = await client.put(f"{path}/addresses", json=said, headers=who | {"if-match": f'"{version}"'})
            assert done.status_code == 200
        else:
            query = 'mutation { setLocationAddresses(locationId: "%s", version: "%s", addresses: [{city: "Denver"}])'
            await ask(client, query % (listed.location_id, version) + " { id } }", who)
        (change,) = (await client.get(f"{path}/history", headers=who)).json()
        fields.append((change["act"], sorted((one["table"], one["before"] is None) for one in change["fields"])))
    assert fields[0] == fields[1] == ("set_location_addresses", [("address", False), ("address", True)])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"name": ""}, "at least 1 character"),
        ({"name": None}, "cannot be cleared"),
        ({}, "at least one field"),
        ({"id": "x"}, "no such parameter"),
        ({"confirmed_at": "2026-11-01"}, "no such parameter"),
        ({"status": "defunct"}, "no such parameter"),
        ({"minimum_age": 200}, "less than or equal to 150"),
        ({"name": "a\x00b"}, "NUL"),
    ],
)
async def test_what_cannot_be_said_is_refused_with_the_reason(
    client: AsyncClient, database: Database, body: dict[str, Any], why: str
) -> None:
    listed = await a_rich_one(database)
    who = await headers(database, listed.manager)
    path = f"/api/v1/services/{listed.service_id}"
    tag = (await client.get(path)).headers["etag"]
    answer = await client.patch(path, json=body, headers=who | {"if-match": tag})
    assert answer.status_code == 422
    assert why in answer.json()["detail"]


async def test_a_part_of_another_listing_is_not_taken_over(client: AsyncClient, database: Database) -> None:
    listed, other = await a_rich_one(database), await a_rich_one(database)
    who = await headers(database, listed.manager)
    path = f"/api/v1/services/{listed.service_id}"
    tag = (await client.get(path)).headers["etag"]
    theirs = (await client.get(f"/api/v1/services/{other.service_id}")).json()["access_points"][0]["id"]
    said = {"access_points": [{"id": theirs, "kind": "AP.DIRECT"}]}
    answer = await client.put(f"{path}/access-points", json=said, headers=who | {"if-match": tag})
    assert answer.status_code == 422


async def test_the_body_of_a_hidden_place_says_nothing_and_the_public_finds_none(
    client: AsyncClient, database: Database
) -> None:
    listed = await a_rich_one(database)
    who = await headers(database, listed.manager)
    path = f"/api/v1/locations/{listed.location_id}"
    tag = (await client.get(path)).headers["etag"]
    assert (await client.post(f"{path}/hide", headers=who | {"if-match": tag})).status_code == 200
    assert (await client.get(path)).status_code == 404
    seen = await client.get(path, headers=who)
    assert "Canary" not in seen.text
    assert (seen.json()["latitude"], seen.json()["addresses"]) == (None, [])
    corrected = await client.patch(path, json={"name": "Canary"}, headers=who | {"if-match": seen.headers["etag"]})
    assert corrected.status_code == 200
    for text in (
        (await client.get(path, headers=who)).text,
        (await client.get(f"{path}/history", headers=who)).text,
        (await client.get(f"/api/v1/services/{listed.service_id}")).text,
    ):
        assert "Canary" not in text


ODD: list[tuple[str, str, dict[str, Any]]] = [
    ("service", "service-areas", {"service_areas": [{"extent_type": "geojson", "extent": extent}]})
    for extent in (
        "{}",
        '{"type": "Polygon", "coordinates": [[["a"]]]}',
        '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}',
        '{"type": "Polygon", "coordinates": []}',
        '{"type": "Polygon", "coordinates": [[[0,0],[999,0],[999,999],[0,0]]]}',
    )
] + [
    ("service", "schedules", {"schedules": [{"zone": "Nowhere/At_All"}]}),
    ("service", "schedules", {"schedules": [{"freq": "SOMETIMES"}]}),
    ("service", "schedules", {"schedules": [{"byday": ["XX"], "freq": "WEEKLY"}]}),
    ("service", "schedules", {"schedules": [{"until": "2026-01-01", "dtstart": "2026-02-01", "freq": "DAILY"}]}),
    ("service", "access-points", {"access_points": [{"kind": "AP.DIRECT", "zone": "Nowhere/At_All"}]}),
    ("service", "access-points", {"access_points": [{"kind": "AP.NONE"}]}),
    ("service", "disclosure", {"level": "P5", "source": "x", "stated_on": "2026-11-01", "tracing": "maybe"}),
    ("service", "attributes", {"attributes": [{"code": "NO_SUCH"}]}),
    ("service", "attributes", {"attributes": [{"code": "DV.SHELTR", "taxonomy": "kind"}]}),
    ("location", "schedules", {"schedules": [{"zone": "Nowhere/At_All"}]}),
]


@pytest.mark.parametrize(("kind", "part", "body"), ODD)
async def test_odd_values_are_answered_without_an_accident(
    client: AsyncClient, database: Database, kind: str, part: str, body: dict[str, Any]
) -> None:
    listed = await a_rich_one(database)
    who = await headers(database, listed.steward)
    path = f"/api/v1/{kind}s/{listed.service_id if kind == 'service' else listed.location_id}"
    tag = (await client.get(path)).headers["etag"]
    answer = await client.put(f"{path}/{part}", json=body, headers=who | {"if-match": tag})
    assert answer.status_code in {200, 422}, answer.text
    assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize("zone", ["Nowhere/At_All", "../etc/passwd", "UTC\u0000"])
async def test_a_place_has_a_zone_that_there_is(client: AsyncClient, database: Database, zone: str) -> None:
    listed = await a_rich_one(database)
    who = await headers(database, listed.steward)
    path = f"/api/v1/locations/{listed.location_id}"
    tag = (await client.get(path)).headers["etag"]
    answer = await client.patch(path, json={"zone": zone}, headers=who | {"if-match": tag})
    assert answer.status_code == 422


async def test_a_large_graphql_request_is_read_of_who_is_known_alone(client: AsyncClient, database: Database) -> None:
    large = b'{"query": "{ me { personId } }"' + b" " * 300_000 + b"}"
    typed = {"content-type": "application/json"}
    for nobody, refused in (({}, 413), ({"authorization": "Bearer dlk_nothing"}, 401)):
        assert (await client.post("/graphql", content=large, headers=typed | nobody)).status_code == refused
    boss = await a_member(database, await an_agency(database), Role.steward)
    shown = await headers(database, boss.caller) | typed
    read = await client.post("/graphql", content=large, headers=shown)
    assert read.json() == {"data": {"me": {"personId": str(boss.caller.id)}}}


async def test_a_large_drawn_area_is_read_of_who_is_known_alone(client: AsyncClient, database: Database) -> None:
    path = f"/api/v1/services/{uuid4()}/service-areas"
    large = b'{"service_areas": [' + b" " * 300_000 + b"]}"
    assert (await client.put(path, content=large)).status_code == 413
    boss = await a_member(database, await an_agency(database), Role.steward)
    shown = await headers(database, boss.caller) | {"content-type": "application/json", "if-match": '"x"'}
    assert (await client.put(path, content=large, headers=shown)).status_code == 404
    other = path.replace("service-areas", "phones")
    assert (await client.put(other, content=large, headers=shown)).status_code == 413
