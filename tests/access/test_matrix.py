"""Who may do what: every REST operation and every GraphQL field, every role, what is theirs, another's, and nobody's.

A new operation without its row fails. The matrix holds with each of the two nets switched off: the code's own
`visible_to`, and the database's row-level security.
"""

import asyncio
import os
import sys
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from graphql import GraphQLObjectType, get_named_type
from httpx import AsyncClient, Response
from sqlalchemy import true

from api.app import create_app
from api.graphql.schema import schema
from api.who import COOKIE
from core import access, clock
from core.cluster import Database as Cluster
from core.db import Database
from core.security import GIVEN, SYSTEM, Role
from core.settings import Settings
from tests.access.builders import RING, Member, a_member, an_agency
from tests.access.operations import EVERYBODY, FIELDS, MATRIX, PLANT, PRIVATE, PUBLIC, SAID, Key, Operation, Town
from tests.access.test_nets import SHARED, TENANT
from tests.conftest import Counted

pytestmark = pytest.mark.security

# `script/matrix` asks as everybody with each net off, too.
FULL = os.environ.get("DOORLIGHT_MATRIX") == "full"
_STEP = 6
TARGETS = ("own", "foreign", "missing")
UNDOCUMENTED = {("GET", "/metrics")}


async def _headers(database: Database, member: Member) -> dict[str, str]:
    assert member.caller.id is not None
    async with database.transaction(SYSTEM) as db:
        signed = await access.open_for(
            db, person_id=member.caller.id, agency_id=member.caller.agency_id, shared=False, now=clock.now()
        )
    return {"cookie": f"{COOKIE}={signed.token}", "sec-fetch-site": "same-origin"}


@pytest.fixture
async def town(database: Database) -> Town:
    made = Town(database, shown={PUBLIC: {}})
    for whose in ("own", "foreign"):
        agency = made.agencies[whose] = await an_agency(database, f"{whose} agency")
        boss = await a_member(database, agency, Role.administrator, name=f"{whose}boss")
        made.callers[whose] = boss.caller
        if whose == "foreign":
            made.secrets = [str(agency), boss.email]
    for role in GIVEN:
        made.shown[role] = await _headers(
            database, await a_member(database, made.agencies["own"], role, name=f"own{role}")
        )
    for plant in PLANT:
        await plant(database, made)
    return made


async def _ask(client: AsyncClient, town: Town, who: str, key: Key, target: str) -> Response:
    method, path = key
    operation = MATRIX[key]
    ids = await _prepared(client, town, operation, who, target)
    return await client.request(
        method,
        path.format_map(ids),
        json=operation.body(ids) if callable(operation.body) else operation.body,
        headers=town.shown[who]
        | {"content-type": "application/json", "if-match": f'"{ids["version"]}"'}
        | operation.headers,
    )


async def _prepared(client: AsyncClient, town: Town, operation: Operation, who: str, target: str) -> dict[str, Any]:
    """What is asked about, put in place, by its ids; and the version that is stored of it."""
    matters = who in operation.who and target != "missing"  # nobody else comes so far
    if operation.before is not None and matters:
        await operation.before(town, target)
    ids: dict[str, Any] = town.named(who, target) | {"version": "none"}
    if operation.version_of is not None and matters:
        read = await client.get(operation.version_of.format_map(ids), headers=town.shown[Role.steward])
        ids["version"] = read.json().get("version", "none")
    return ids


def _verdict(operation: Operation, who: str, target: str) -> int:
    """What must come of it: nobody known, not allowed, not there, or done."""
    if who not in operation.who:
        return 401 if who == PUBLIC else 403
    if target == "own" and operation.own is not None:
        return operation.own
    if operation.of is None or target == "own" or (target == "foreign" and who in operation.anywhere):
        return operation.works
    return operation.foreign if target == "foreign" else 404


@contextmanager
def code_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The code forgets to narrow anything."""
    with monkeypatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith(("core.access", "directory", "referrals")) and hasattr(module, "visible_to"):
                patch.setattr(module, "visible_to", lambda *_: true())
        yield


@contextmanager
def database_off(clone: Cluster) -> Iterator[None]:
    """The database forgets to."""
    with psycopg.connect(clone.owner_dsn, autocommit=True) as owner:
        for table in (*TENANT, *SHARED):
            owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        try:
            yield
        finally:
            for table in (*TENANT, *SHARED):
                owner.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


@pytest.fixture(params=["both nets", "the database's alone", "the code's alone"])
async def nets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, clone: Cluster) -> AsyncIterator[str]:
    match request.param:
        case "the database's alone":
            with code_off(monkeypatch):
                yield request.param
        case "the code's alone":
            with database_off(clone):
                yield request.param
        case _:
            yield request.param


def _operations() -> set[tuple[str, str]]:
    described = create_app(Settings(service_dsn="postgresql://nobody@127.0.0.1:1/none")).openapi()["paths"]
    return {(method.upper(), path) for path, each in described.items() for method in each}


def test_every_operation_has_its_row() -> None:
    assert _operations() - MATRIX.keys() == set(), "say in MATRIX who may"
    assert MATRIX.keys() - _operations() == UNDOCUMENTED, "there is no such operation any more"


def test_every_graphql_verb_has_its_row() -> None:
    core = schema._schema
    verbs = {("query", name) for name in (core.query_type or GraphQLObjectType("none", {})).fields}
    verbs |= {("mutation", name) for name in (core.mutation_type or GraphQLObjectType("none", {})).fields}
    assert verbs == FIELDS.keys()


def test_no_public_field_leads_to_what_is_somebodys() -> None:
    query = schema._schema.query_type
    assert query is not None
    waiting = [get_named_type(query.fields[name].type) for (_, name), row in FIELDS.items() if row is None]
    reached = set[str]()
    while waiting:
        one = waiting.pop()
        if isinstance(one, GraphQLObjectType) and one.name not in reached:
            reached.add(one.name)
            waiting += [get_named_type(inner.type) for inner in one.fields.values()]
    assert reached
    assert reached & PRIVATE == set()


def _asking(nets: str, key: Key, *, spread: bool = False) -> tuple[str, ...]:
    """Who asks: everybody, of both nets; of each alone a spread, another for each operation, unless all is wanted."""
    alike = key[1].startswith(("/api/v1/referrals/{", "/api/v1/offers/{"))  # thirty verbs with one rule
    if FULL or (nets == "both nets" and not alike and not spread):
        return EVERYBODY
    first = zlib.crc32(repr(key).encode()) % _STEP
    return (PUBLIC, *(who for who in EVERYBODY[first::_STEP] if who != PUBLIC))


async def test_graphql_and_rest_come_to_one_verdict(
    client: AsyncClient, town: Town, nets: str, counted: Counted
) -> None:
    wrong: list[tuple[object, ...]] = []
    seen = 0
    for name, row in FIELDS.items():
        if row is None:
            continue
        text, key = row
        operation = MATRIX[key]
        for target in reversed(TARGETS) if operation.of else ("own",):
            for who in _asking(nets, key, spread=True):  # both say the same verbs, and REST is asked all of it
                query = text % await _prepared(client, town, operation, who, target)
                answer = await client.post("/graphql", json={"query": query}, headers=town.shown[who])
                seen += 1
                wanted = _verdict(operation, who, target)
                got = _of_graphql(answer, works=operation.works)
                wrong += [(name, who, target, got, wanted)] if got != wanted else []
                wrong += [(name, who, target, secret) for secret in _told(town, operation, who, answer)]
    assert wrong == []
    counted(f"matrix: GraphQL verdicts equal to REST, {nets}", seen)


def _told(town: Town, operation: Operation, who: str, answer: Response) -> list[str]:
    """What is seen of another agency by who should not."""
    return [] if who in operation.anywhere else [secret for secret in town.secrets if secret in answer.text]


def _of_graphql(answer: Response, *, works: int) -> int:
    """The verdict as the status that REST would answer with."""
    said = answer.json()
    if not said.get("errors"):
        return works
    return SAID[said["errors"][0]["extensions"]["type"].rpartition("/")[2]]


async def test_every_verdict_is_as_it_should_be(client: AsyncClient, town: Town, nets: str, counted: Counted) -> None:
    wrong: list[tuple[object, ...]] = []
    seen = 0
    for key, operation in MATRIX.items():
        # from the ends inwards, so that what one may end is there for all who may not
        for target in reversed(TARGETS) if operation.of else ("own",):
            for who in _asking(nets, key):
                answer = await _ask(client, town, who, key, target)
                seen += 1
                if answer.status_code != _verdict(operation, who, target):
                    wrong.append((key, who, target, answer.status_code))
                wrong += [(key, who, target, secret) for secret in _told(town, operation, who, answer)]
    assert wrong == []
    assert seen > 150
    counted(f"matrix: REST verdicts, {nets}", seen)


async def test_a_foreign_row_and_a_missing_one_answer_byte_for_byte_alike(
    client: AsyncClient, town: Town, nets: str, counted: Counted
) -> None:
    pairs = 0
    for key, operation in MATRIX.items():
        if operation.of is None or operation.foreign != 404:
            continue
        for who in _asking(nets, key):
            if who in operation.anywhere:
                continue
            foreign, missing = [await _ask(client, town, who, key, target) for target in ("foreign", "missing")]
            assert foreign.status_code == missing.status_code
            assert foreign.content == missing.content
            assert _plain(foreign) == _plain(missing)
            pairs += 1
    counted(f"matrix: foreign and missing alike, {nets}", pairs)


async def test_without_either_net_the_matrix_would_tell(
    client: AsyncClient, town: Town, monkeypatch: pytest.MonkeyPatch, clone: Cluster
) -> None:
    with code_off(monkeypatch), database_off(clone):
        listed = await _ask(client, town, Role.administrator, ("GET", "/api/v1/keys"), "own")
        ended = await _ask(client, town, Role.administrator, ("POST", "/api/v1/keys/{key_id}/end"), "foreign")
    assert str(town.ids["key_id"]["foreign"]) in listed.text
    assert ended.status_code == 200


def _plain(answer: Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}


async def _interleaved(database: Database, many: int) -> None:
    small = Database(database.dsn, pool_size=2)
    bosses = [
        await a_member(database, await an_agency(database, f"Agency {n}"), Role.administrator, name=f"Boss{n}")
        for n in range(2)
    ]

    async def read(n: int) -> None:
        boss = bosses[n % 2]
        async with small.transaction(boss.caller) as db:
            (shown,) = await access.people(db, boss.caller, ring=RING, now=clock.now())
        assert shown.email == boss.email

    try:
        for start in range(0, many, 50):
            await asyncio.gather(*(read(n) for n in range(start, start + 50)))
    finally:
        await small.engine.dispose()


async def test_interleaved_reads_of_two_agencies_on_a_pool_of_two(database: Database, counted: Counted) -> None:
    await _interleaved(database, 500)
    counted("interleaved reads of two agencies on a pool of two, none foreign", 500)


@pytest.mark.slow
async def test_ten_thousand_interleaved_reads_of_two_agencies_on_a_pool_of_two(
    database: Database, counted: Counted
) -> None:
    await _interleaved(database, 10_000)
    counted("interleaved reads of two agencies on a pool of two, none foreign", 10_000)
