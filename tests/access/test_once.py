"""A request with an Idempotency-Key is done once, however often it is sent, and answered alike each time."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from httpx import AsyncClient, Response
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from api.once import CHANGING, OnceRoute
from api.registry import COLUMNS
from api.rest import router
from core import clock, replies
from core.cluster import Database as Cluster
from core.db import Database
from core.purging import purge
from core.security import SYSTEM, Caller, Role
from tests.access.builders import RING, Member, a_member, an_agency
from tests.access.test_matrix import _headers
from tests.http.routes import routes

pytestmark = pytest.mark.security

NEW = {"name": "Board", "scopes": ["directory.read"]}
MAKE = 'mutation { makeKey(name: "Board", scopes: ["directory.read"]) { secret key { id } } }'
# They only read, by POST so that what is asked stays out of addresses: done twice they are done once.
READING = {
    "/api/v1/search", "/api/v1/mine",
    "/oauth/token",  # an assertion is good once as it is
    "/api/v1/gateway/text", "/api/v1/gateway/keypad",  # and so is what has an id of its own
}  # fmt: skip
Shown = dict[str, str]


@pytest.fixture
async def boss(database: Database) -> Member:
    return await a_member(database, await an_agency(database), Role.administrator, name="Bea")


@pytest.fixture
async def shown(database: Database, boss: Member) -> Shown:
    return await _headers(database, boss)


@pytest.fixture
def owner(clone: Cluster) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(clone.owner_dsn, autocommit=True) as connection:
        connection.execute("ALTER TABLE api_key NO FORCE ROW LEVEL SECURITY")
        connection.execute("ALTER TABLE kept_reply NO FORCE ROW LEVEL SECURITY")
        yield connection
        connection.execute("ALTER TABLE api_key FORCE ROW LEVEL SECURITY")
        connection.execute("ALTER TABLE kept_reply FORCE ROW LEVEL SECURITY")


async def _make(client: AsyncClient, shown: Shown, key: str = "k1", body: dict[str, Any] | None = None) -> Response:
    return await client.post("/api/v1/keys", json=body or NEW, headers=shown | {"idempotency-key": key})


def _count(owner: psycopg.Connection[Any], table: str) -> int:
    row = owner.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row
    return int(row[0])


async def test_the_second_answer_is_the_first(client: AsyncClient, shown: Shown, owner: Any) -> None:
    first, second, quoted = [await _make(client, shown, key) for key in ("k1", "k1", '"k1"')]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content == quoted.content
    assert second.headers["idempotent-replayed"] == "true"
    own = {name: value for name, value in second.headers.items() if name != "idempotent-replayed"}
    assert own == dict(first.headers)
    assert _count(owner, "api_key") == 1


async def test_another_key_is_another_request(client: AsyncClient, shown: Shown, owner: Any) -> None:
    first, second = await _make(client, shown, "k1"), await _make(client, shown, "k2")
    assert first.json()["secret"] != second.json()["secret"]
    assert _count(owner, "api_key") == 2


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/v1/keys", NEW | {"name": "Other"}), ("/api/v1/keys?a=1", NEW), ("/api/v1/invitations", NEW)],
)
async def test_a_key_stands_for_one_request(
    client: AsyncClient, shown: Shown, owner: Any, path: str, body: dict[str, Any]
) -> None:
    await _make(client, shown)
    refused = await client.post(path, json=body, headers=shown | {"idempotency-key": "k1"})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/key-reused")
    assert _count(owner, "api_key") == 1


@pytest.mark.parametrize("key", ["", " ", '""', "a" * 256, "a\x7fb", "\xe4"])
async def test_what_is_no_key_is_refused(client: AsyncClient, shown: Shown, owner: Any, key: str) -> None:
    sent = [*shown.items(), ("idempotency-key", key.encode("latin-1"))]
    refused = await client.post("/api/v1/keys", json=NEW, headers=sent)  # type: ignore[arg-type]
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/bad-key")
    assert _count(owner, "api_key") == 0


async def test_two_keys_at_once_are_refused(client: AsyncClient, shown: Shown) -> None:
    sent = [*shown.items(), ("idempotency-key", "a"), ("idempotency-key", "b")]
    assert (await client.post("/api/v1/keys", json=NEW, headers=sent)).status_code == 422


async def test_what_failed_was_not_done_and_may_be_tried_again(client: AsyncClient, shown: Shown, owner: Any) -> None:
    failed = await _make(client, shown, body=NEW | {"scopes": ["no.such"]})
    assert failed.status_code == 422
    assert _count(owner, "kept_reply") == 0
    assert (await _make(client, shown)).status_code == 201


async def test_twenty_at_once_come_to_one_row_and_one_answer(client: AsyncClient, shown: Shown, owner: Any) -> None:
    async def until_answered() -> tuple[int, bytes]:
        refused = 0
        while (answer := await _make(client, shown)).status_code == 409:
            assert (answer.json()["type"], answer.headers["retry-after"]) == ("/problems/still-under-way", "1")
            refused += 1
        return refused, answer.content

    got = await asyncio.gather(*(until_answered() for _ in range(20)))
    assert len({content for _, content in got}) == 1
    assert (_count(owner, "api_key"), _count(owner, "kept_reply")) == (1, 1)


async def test_while_the_first_is_at_it_the_second_is_told_so(
    client: AsyncClient, database: Database, shown: Shown, boss: Member
) -> None:
    scope = f"person {boss.caller.id} key None agency {boss.caller.agency_id} provider None"
    sent = replies.Sent(scope, "k1", b"whatever")
    async with database.transaction(boss.caller) as db:
        assert await replies.earlier(db, sent=sent, ring=RING, now=clock.now()) is None
        meanwhile = await _make(client, shown)
    assert (meanwhile.status_code, meanwhile.headers["retry-after"]) == (409, "1")
    assert (await _make(client, shown)).status_code == 201


async def test_others_with_the_same_key_get_answers_of_their_own(
    client: AsyncClient, database: Database, shown: Shown, boss: Member
) -> None:
    assert boss.caller.agency_id
    beside = await a_member(database, boss.caller.agency_id, Role.administrator, name="Beside")
    foreign = await a_member(database, await an_agency(database, "Foreign"), Role.administrator, name="Foreign")
    secrets = [
        (await _make(client, headers)).json()["secret"]
        for headers in (shown, await _headers(database, beside), await _headers(database, foreign))
    ]
    assert len(set(secrets)) == 3
    nobody = await client.post("/api/v1/keys", json=NEW, headers={"idempotency-key": "k1"})
    assert nobody.status_code == 401
    assert not any(secret in nobody.text for secret in secrets)


async def test_a_day_later_the_key_is_free_again(client: AsyncClient, shown: Shown, owner: Any) -> None:
    first = await _make(client, shown)
    owner.execute("UPDATE kept_reply SET ends_at = now()")
    second = await _make(client, shown)
    assert first.json()["secret"] != second.json()["secret"]
    assert _count(owner, "kept_reply") == 1


async def test_what_has_run_out_is_cleared_away(
    client: AsyncClient, database: Database, shown: Shown, owner: Any
) -> None:
    await _make(client, shown)
    later = clock.now() + replies.LASTS
    done = []
    for now in (clock.now(), later, later):
        async with database.transaction(SYSTEM) as db:
            done.append(await purge(db, replies.PURGE[0], COLUMNS, now=now))
    assert done == [0, 1, 0]
    assert _count(owner, "kept_reply") == 0


async def test_nothing_of_the_answer_can_be_read_in_the_database(client: AsyncClient, shown: Shown, owner: Any) -> None:
    made = (await _make(client, shown)).json()
    ((row,),) = owner.execute("SELECT kept_reply::text FROM kept_reply").fetchall()
    for plain in (made["secret"], made["key"]["id"], "Board"):
        assert plain not in row
        assert plain.encode().hex() not in row


async def test_the_database_shows_a_reply_to_whom_it_was_given_alone(
    client: AsyncClient, database: Database, shown: Shown, boss: Member
) -> None:
    await _make(client, shown)
    everybody = [
        None,
        Caller(),
        boss.caller,
        Caller(id=uuid4(), agency_id=uuid4(), roles=frozenset(Role) - {Role.system}),
    ]
    for caller in everybody:
        async with database.transaction(caller) as db:
            assert await db.scalar(text("SELECT count(*) FROM kept_reply")) == 0
    async with database.transaction(SYSTEM) as db:
        assert await db.scalar(text("SELECT count(*) FROM kept_reply")) == 1


async def _mutate(client: AsyncClient, shown: Shown, query: str = MAKE, key: str = "k1") -> Response:
    return await client.post("/graphql", json={"query": query}, headers=shown | {"idempotency-key": key})


async def test_a_mutation_is_done_once_too(client: AsyncClient, shown: Shown, owner: Any) -> None:
    first, second = await _mutate(client, shown), await _mutate(client, shown)
    assert first.json()["data"]["makeKey"]["secret"]
    assert first.content == second.content
    assert second.headers["idempotent-replayed"] == "true"
    assert _count(owner, "api_key") == 1
    other = await _mutate(client, shown, MAKE.replace("Board", "Other"))
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")


async def test_a_mutation_that_failed_is_tried_again(client: AsyncClient, shown: Shown, owner: Any) -> None:
    failing = MAKE.replace("directory.read", "no.such")
    assert (await _mutate(client, shown, failing)).json()["errors"]
    assert _count(owner, "kept_reply") == 0
    assert (await _mutate(client, shown)).json()["data"]["makeKey"]


async def test_twenty_mutations_at_once_come_to_one_row(client: AsyncClient, shown: Shown, owner: Any) -> None:
    got = await asyncio.gather(*(_mutate(client, shown) for _ in range(20)))
    assert {answer.status_code for answer in got} <= {200, 409}
    assert len({answer.content for answer in got if answer.status_code == 200}) == 1
    assert _count(owner, "api_key") == 1


@pytest.mark.parametrize(
    "query",
    [
        MAKE.replace("{ makeKey", f'{{ endMembership(personId: "{uuid4()}") makeKey'),
        'mutation { ...a } fragment a on Mutation { makeKey(name: "B", scopes: ["directory.read"]) { secret } }',
    ],
)
async def test_several_mutations_have_no_one_key(client: AsyncClient, shown: Shown, owner: Any, query: str) -> None:
    refused = await _mutate(client, shown, query)
    assert refused.status_code == 422
    assert _count(owner, "api_key") == 0


async def test_what_reads_has_no_use_for_a_key(client: AsyncClient, shown: Shown, owner: Any) -> None:
    query = "{ me { personId } }"
    assert (await _mutate(client, shown, query)).json()["data"]["me"]["personId"]
    searched = await client.post("/api/v1/search", json={}, headers={"idempotency-key": "k1"})
    assert searched.status_code == 200
    assert _count(owner, "kept_reply") == 0


async def test_every_operation_that_changes_something_takes_a_key(client: AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()["paths"]
    taking = [
        (path, route) for path, route in routes(router) if CHANGING & (route.methods or set()) and path not in READING
    ]
    assert taking
    for path, route in taking:
        assert isinstance(route, OnceRoute), f"{path}: its router has route_class=OnceRoute"
    for path, each in described.items():
        for method, operation in each.items():
            named = {one["name"] for one in operation.get("parameters", ())}
            expected = method.upper() in CHANGING and path not in READING
            assert ("Idempotency-Key" in named) == expected, (method, path)
            assert not expected or {"409", "422"} <= operation["responses"].keys()


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=2, max_size=255))
def test_a_key_is_the_same_with_and_without_quotes(key: str) -> None:
    bare = key.strip('"')
    if bare:
        assert replies.read_key([bare]) == replies.read_key([f'"{bare}"']) == bare
