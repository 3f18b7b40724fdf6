"""What a GraphQL request may ask at once; beyond it is refused early, and in few words."""

import time
from datetime import timedelta

import pytest
from graphql import parse
from httpx import AsyncClient, Response
from hypothesis import given
from hypothesis import strategies as st

from api.graphql.http import GRAPHQL, JSON
from api.graphql.limits import ALIASES, DEPTH, DIRECTIVES, TOKENS, beyond
from api.who import COOKIE
from core import access, clock
from core.db import Database
from core.security import SYSTEM, Role
from tests.access.builders import a_member, an_agency

pytestmark = pytest.mark.security

HERE = "{lat: 39.74, lon: -104.98}"


def nested(levels: int) -> str:
    return "{ a " * levels + "}" * levels


def aliased(many: int) -> str:
    return f"{{ search(input: {HERE}) {{ {' '.join(f'a{n}: askedAt' for n in range(many))} }} }}"


def directed(many: int) -> str:
    return f"{{ search(input: {HERE}) {{ askedAt {'@include(if: true) ' * many} }} }}"


def long(tokens: int) -> str:
    return "{ " + " ".join(f"a{n}" for n in range(tokens - 2)) + " }"


async def asked(client: AsyncClient, query: str, **headers: str) -> Response:
    return await client.post("/graphql", json={"query": query}, headers=headers)


@pytest.mark.parametrize(("make", "most"), [(nested, DEPTH), (aliased, ALIASES), (directed, DIRECTIVES)])
def test_at_the_limit_is_fine_and_one_more_is_not(make: object, most: int) -> None:
    assert callable(make)
    assert beyond(parse(make(most))) == []
    (refusal,) = beyond(parse(make(most + 1)))
    assert str(most) in refusal.message


async def test_tokens_are_counted_before_anything_is_read(client: AsyncClient) -> None:
    below, above = await asked(client, long(TOKENS - 10)), await asked(client, long(TOKENS + 10))
    assert "Cannot query field" in below.text
    assert f"{TOKENS}" in above.json()["errors"][0]["message"]


MANY = 1_000
WICKED = {
    "aliases": aliased(200),
    "depth": nested(200),
    "directives": directed(200),
    "very many aliases": "{ " + " ".join(f"a{n}: search(input: {HERE}) {{ askedAt }}" for n in range(MANY)) + " }",
    "very deep": nested(5_000),
    "fragments in a circle": "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
    "fragments that double": "{ search(input: " + HERE + ") { ...f0 } } "
    + " ".join(f"fragment f{n} on SearchAnswer {{ ...f{n + 1} ...f{n + 1} }}" for n in range(25))
    + " fragment f25 on SearchAnswer { askedAt }",
    "one field again and again": "{ " + "a " * 990 + "}",
    "unknown fields": "{ " + " ".join(f"x{n}" for n in range(300)) + " }",
    "broken": "{" * 50_000,
    "a long name": "{ " + "a" * 50_000 + " }",
    "long names": "{ " + " ".join(f"{'a' * 4_000}{n}" for n in range(60)) + " }",
    "a long argument": f'{{ search(input: {{kind: ["{"x" * 50_000}"], {"y" * 9_000}: 1}}) {{ next }} }}',
    "a long string without an end": '{ search(input: {near: "' + "x" * 50_000 + "}) { next } }",
    "a long number": "{ search(input: {lat: " + "9" * 50_000 + "}) { next } }",
    "a long enum": "{ services(input: {}, list: " + "X" * 50_000 + ") { edges { cursor } } }",
    "a long fragment's name": "{ ..." + "f" * 50_000 + " }",
    "a long operation": "query " + "q" * 50_000 + " { nothing }",
    "deep arguments": "{ search(input: {kind: " + "[" * 400 + "]" * 400 + "}) { next } }",
    "very deep arguments": "{ search(input: {kind: " + "[" * 5_000 + "]" * 5_000 + "}) { next } }",
    "very many variables": "query (" + " ".join(f"$v{n}: Int" for n in range(300)) + ") { __typename }",
    "variables of no type": "query (" + " ".join(f"$v{n}: T{n}" for n in range(300)) + ") { __typename }",
    "very many fragments": "{ __typename } " + " ".join(f"fragment f{n} on Query {{ __typename }}" for n in range(150)),
    "very many operations": " ".join(f"query q{n} {{ search(input: {HERE}) {{ next }} }}" for n in range(60)),
    "directives that are none": "{ __typename " + " ".join(f"@d{n}" for n in range(300)) + " }",
    "comments": "# " + "x" * 100_000 + "\n{ nothing }",
}  # fmt: skip


@pytest.mark.parametrize("wicked", WICKED)
async def test_too_much_is_refused_at_once_and_in_few_words(client: AsyncClient, wicked: str) -> None:
    took = []
    for n in range(5):  # the quickest of a few: the machine may be doing something else meanwhile
        began = time.perf_counter()
        answer = await asked(client, f"{WICKED[wicked]} # {n}")  # each is read anew
        took.append(time.perf_counter() - began)
    assert "errors" in answer.json()
    assert answer.json().get("data") is None
    assert len(answer.content) < 1_000
    assert "our side" not in answer.text
    assert min(took) < 0.1


def asking(value: bytes) -> bytes:
    query = b"query ($a: SearchInput!) { search(input: $a) { next } }"
    return b'{"query": "' + query + b'", "variables": {"a": ' + value + b"}}"


BODIES = {
    "a batch": b"[" + b",".join([b'{"query": "{ __typename }"}'] * 1_000) + b"]",
    "an empty batch": b"[]",
    "deep variables": b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    "a long operation's name": b'{"query": "{ __typename }", "operationName": "' + b"x" * 100_000 + b'"}',
    "a query of another kind": b'{"query": [' + b'"x",' * 10_000 + b'"x"]}',
    "the same member again and again": b"{" + b'"query": "{",' * 10_000 + b'"query": "{"}',
    "a long value": asking(b'{"kind": ["' + b"x" * 100_000 + b'"]}'),
    "a long place": asking(b'{"near": "' + b"x" * 100_000 + b'"}'),
    "very many values": asking(b'{"kind": [' + b'"x",' * 20_000 + b'"x"]}'),
    "very many members": asking(b"{" + b",".join(b'"m%d": 1' % n for n in range(5_000)) + b"}"),
    "no such member": asking(b'{"m": 1}'),
}  # fmt: skip


@pytest.mark.parametrize("wicked", BODIES)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_body_that_asks_too_much_is_refused_so_too(client: AsyncClient, wicked: str, accept: str) -> None:
    headers = {"content-type": "application/json", "accept": accept}
    took = []
    for _ in range(3):
        began = time.perf_counter()
        answer = await client.post("/graphql", content=BODIES[wicked], headers=headers)
        took.append(time.perf_counter() - began)
    assert answer.json().get("data") is None
    assert len(answer.content) < 1_000
    assert "our side" not in answer.text
    assert min(took) < 0.1


async def test_what_the_schema_holds_is_told_to_those_who_take_part(client: AsyncClient, database: Database) -> None:
    question = "{ __schema { queryType { fields { name } } } }"
    public = await asked(client, question)
    assert "Sign in" in public.json()["errors"][0]["message"]
    boss = await a_member(database, await an_agency(database), Role.administrator)
    async with database.transaction(boss.caller) as db:
        key = await access.make_key(
            db, boss.caller, name="Board", scopes=["directory.read"], lasts=timedelta(days=1), now=clock.now()
        )
    known = await asked(client, question, authorization=f"Bearer {key.secret}")
    assert {"name": "search"} in known.json()["data"]["__schema"]["queryType"]["fields"]


async def test_a_misspelt_field_is_not_put_right_for_strangers(client: AsyncClient) -> None:
    answer = await asked(client, f"{{ search(input: {HERE}) {{ asked_At }} }}")
    assert "Did you mean" not in answer.text


@given(st.integers(1, 40), st.integers(1, 40))
def test_depth_is_that_of_the_deepest_branch_through_fragments_too(inside: int, spread: int) -> None:
    document = f"{{ {'a { ' * inside} ...f {'}' * inside} }} fragment f on A {nested(spread)}"
    assert bool(beyond(parse(document))) == (inside + spread > DEPTH)


@pytest.mark.parametrize("days", [-1_625_874_156, -1, 0, 367, 2**31 - 1])
@pytest.mark.parametrize("verb", ["makeKey(name: $n, scopes: $s, days: $d) { secret }",
                                  "registerClient(name: $n, scopes: $s, days: $d) { id }"])  # fmt: skip
async def test_a_time_that_nothing_lasts_is_refused(
    client: AsyncClient, database: Database, days: int, verb: str
) -> None:
    boss = await a_member(database, await an_agency(database), Role.administrator)
    assert boss.caller.id is not None
    async with database.transaction(SYSTEM) as db:
        signed = await access.open_for(
            db, person_id=boss.caller.id, agency_id=boss.caller.agency_id, shared=False, now=clock.now()
        )
    shown = {"cookie": f"{COOKIE}={signed.token}", "sec-fetch-site": "same-origin"}
    query = f"mutation ($n: String!, $s: [String!]!, $d: Int!) {{ {verb} }}"
    said = {"n": "Board", "s": ["directory.read"], "d": days}
    answer = await client.post("/graphql", json={"query": query, "variables": said}, headers=shown)
    (error,) = answer.json()["errors"]
    assert error["extensions"]["type"] in {"/problems/bad-scope", "/problems/bad-keys"}
