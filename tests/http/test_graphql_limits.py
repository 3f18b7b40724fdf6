"""What a GraphQL request may ask at once; beyond it is refused early, and in few words."""

import time
from datetime import timedelta

import pytest
from graphql import parse
from httpx import AsyncClient, Response
from hypothesis import given
from hypothesis import strategies as st

from api.graphql.limits import ALIASES, DEPTH, DIRECTIVES, TOKENS, beyond
from core import access, clock
from core.db import Database
from core.security import Role
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
    assert min(took) < 0.1


async def test_several_requests_in_one_are_not_taken(client: AsyncClient) -> None:
    answer = await client.post("/graphql", json=[{"query": "{ __typename }"}] * 10)
    assert answer.status_code == 400


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
