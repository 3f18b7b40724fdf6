"""What is compiled answers exactly what GraphQL's own execution answers."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from graphql import GraphQLObjectType, GraphQLOutputType, get_named_type

import directory
from api.deps import Spoken
from api.graphql import limits
from api.graphql.context import Context
from api.graphql.documents import Plan, document
from api.graphql.schema import schema
from api.live import Live
from core import access
from core.db import Database
from core.outgoing import Outgoing
from core.secrets import Keys
from core.security import PUBLIC
from tests.builders import NOON
from tests.http.shown import HERE, several

KEPT = Path(__file__).with_name("schema.graphql")
_SEARCH = "query ($input: SearchInput!) { search(input: $input) %s }"
_ASKED: list[dict[str, Any]] = [
    HERE,
    HERE | {"open": "now", "language": "es", "q": "sobering"},
    HERE | {"hidden": "closed", "open": "now"},
    HERE | {"open": "2028-11-20T23:40:00-07:00", "free": 1},
    {},
]


class _Selecting:
    """Writes selections that are valid: aliases, fragments, inline fragments, repeated and merged fields."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)  # noqa: S311 - the same selections on every run
        self.fragments: list[str] = []

    def document(self) -> str:
        assert schema._schema.query_type
        answer = schema._schema.query_type.fields["search"].type
        written = _SEARCH % self.of(answer, everything=self.random.random() < 0.2)
        return " ".join([written, *self.fragments])

    def of(self, type_: GraphQLOutputType, *, everything: bool = False) -> str:
        named = get_named_type(type_)
        if not isinstance(named, GraphQLObjectType):
            return ""
        names = [*named.fields, "__typename"]
        chosen = names if everything else self.random.sample(names, self.random.randint(1, min(6, len(names))))
        return f"{{ {' '.join(self._pieces(named, chosen, everything))} }}"

    def _pieces(self, named: GraphQLObjectType, chosen: list[str], everything: bool) -> Iterator[str]:
        for name in chosen:
            inner = "" if name == "__typename" else self.of(named.fields[name].type, everything=everything)
            alias = f"a{self.random.randint(0, 999_999)}: " if self.random.random() < 0.3 else ""
            written = f"{alias}{name} {inner}"
            match self.random.randint(0, 9):
                case 0:
                    yield f"... on {named.name} {{ {written} }}"
                case 1:
                    yield f"... {{ {written} {written} }}"
                case 2 | 3:
                    fragment = f"F{len(self.fragments)}_{self.random.randint(0, 999_999)}"
                    self.fragments.append(f"fragment {fragment} on {named.name} {{ {written} }}")
                    yield f"...{fragment} ...{fragment}"
                case 4 if inner and name != "__typename":
                    yield f"{written} {alias}{name} {self.of(named.fields[name].type)}"
                case _:
                    yield written


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is valid, also where nobody would be allowed as much."""
    for limit in ("TOKENS", "DEPTH", "ALIASES", "DIRECTIVES", "COST", "REPEATS"):
        monkeypatch.setattr(limits, limit, 1_000_000)


@pytest.mark.usefixtures("unlimited")
@pytest.mark.parametrize("labels", [Spoken("en"), Spoken("es"), Spoken("en", fallback=True)])
async def test_both_executions_give_one_answer(database: Database, labels: Spoken) -> None:
    await several(database)
    for seed in range(60):
        text = _Selecting(f"{labels} {seed}").document()
        variables = {"input": _ASKED[seed % len(_ASKED)]}
        plan = document(schema._schema, text).plan
        assert plan is not None, text
        assert await _quick(database, plan, variables, labels) == await _slow(database, text, variables, labels), text


async def _quick(database: Database, plan: Plan, variables: dict[str, Any], labels: Spoken) -> str:
    ask = plan.ask(variables)
    assert ask is not None
    async with database.reading() as reader:
        answer = await directory.search(
            reader, PUBLIC, ask=ask, now=NOON, labels=labels.language, fallback=labels.fallback, only=plan.only
        )
    return json.dumps({plan.key: orjson.loads(answer.body)}, indent=1)


async def _never() -> bool:
    return False


async def _slow(database: Database, text: str, variables: dict[str, Any], labels: Spoken) -> str:
    context = Context(
        database, PUBLIC, labels, NOON, Keys(), "", access.Published(access.ToProviders()), Outgoing(),
        lambda after: Live(database).news(PUBLIC, after, _never),
    )  # fmt: skip
    executed = await schema.execute(text, variable_values=variables, context_value=context)
    assert executed.errors is None, executed.errors
    return json.dumps(executed.data, indent=1)


@pytest.mark.parametrize(
    ("written", "variables"),
    [
        ('(input: {lat: 39.7392, lon: -104.9848, kind: ["SITE.SOBER"], from: "community"})', {}),
        ('(input: {lat: 39, lon: -104, open: "now", limit: 3})', {}),
        ("(input: {lat: $lat, lon: $lon, kind: $kind, limit: $limit})", {"lat": 39.7, "lon": -105, "limit": 2}),
        ("(input: {lat: $lat, lon: $lon, kind: $kind})", {"lat": 39.7, "lon": -105, "kind": ["SITE.SOBER"]}),
        ("(input: $input)", {"input": HERE | {"from": "community", "withinM": 5000, "near": None}}),
    ],
)
async def test_arguments_are_read_alike(database: Database, written: str, variables: dict[str, Any]) -> None:
    await several(database)
    declared = {"$lat": "Float!", "$lon": "Float", "$kind": "[String!]! ", "$limit": "Int!", "$input": "SearchInput!"}
    declared["$kind"] = "[String!]!" if "kind" in variables else "[String!]! = []"
    used = " ".join(f"{name}: {of}" for name, of in declared.items() if re.search(rf"\{name}\b", written))
    text = f"query {f'({used})' if used else ''} {{ search{written} {{ fits {{ name }} next }} }}"
    plan = document(schema._schema, text).plan
    if "= []" in text:
        assert plan is None  # a variable with a default is left to GraphQL
        return
    assert plan is not None
    assert await _quick(database, plan, variables, Spoken()) == await _slow(database, text, variables, Spoken())


@pytest.mark.parametrize(
    "given",
    [
        {"limit": True},
        {"limit": 20.0},
        {"limit": "20"},
        {"limit": None},
        {"limit": 2**31},
        {"lat": "39.7", "lon": 1},
        {"kind": "SITE.SOBER"},
        {"kind": [None]},
        {"kind": [1]},
        {"q": 5},
        {"nobody": 1},
        {"lat": 1},
    ],
    ids=str,
)
def test_what_graphql_has_something_to_say_about_is_left_to_it(given: dict[str, Any]) -> None:
    plan = document(schema._schema, _SEARCH % "{ next }").plan
    assert plan is not None
    assert plan.ask({"input": given}) is None
    assert plan.ask({}) is None


@pytest.mark.parametrize(
    "text",
    [
        "{ search(input: {}) @skip(if: false) { next } }",
        "{ search(input: {}) { next @skip(if: false) } }",
        "{ search(input: {}) { ...N @skip(if: false) } } fragment N on SearchAnswer { next }",
        "{ search(input: {}) { ... @skip(if: false) { next } } }",
        "{ search(input: {}) { next } __typename }",
        "{ __typename }",
        "{ ...Q } fragment Q on Query { search(input: {}) { next } }",
        "query A { search(input: {}) { next } } query B { search(input: {}) { next } }",
        "{ services(input: {}) { edges { cursor } } }",
        "{ __schema { types { name } } }",
        "{ search(input: {}) { nothing } }",
        "query ($input: SearchInput! = {}) { search(input: $input) { next } }",
        "query ($kind: String!) { search(input: {kind: [$kind]}) { next } }",
    ],
)
def test_only_plain_searches_are_compiled(text: str) -> None:
    assert document(schema._schema, text).plan is None


def test_a_document_is_read_once() -> None:
    text = "{ search(input: {}) { next } }"
    assert document(schema._schema, text) is document(schema._schema, text)
    long = text + " " * 18_000
    assert document(schema._schema, long) is not document(schema._schema, long)


async def test_the_schema_is_the_one_that_is_kept() -> None:
    """Clients depend on it. After a change that is meant: `python -m tests.http.test_projection`."""
    assert KEPT.read_text() == schema.as_str() + "\n"


if __name__ == "__main__":
    KEPT.write_text(schema.as_str() + "\n")
