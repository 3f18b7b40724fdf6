"""Ask everything that is offered, as everybody, in ways nobody thought of; hold the answers to what is written."""

import itertools
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import requests
import schemathesis
from graphql import GraphQLSchema, get_introspection_query, graphql_sync
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.access.operations import EVERYBODY, Town

_CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_Case = schemathesis.Case[Any]
_LISTING = re.compile(r"/api/v1/(?:services|organizations|locations)/[^/?]+")
_VERSION = re.compile(r'version: "[^"]*"')
_WITHOUT = 0.2
_OURS_TO_BLAME = 500
_TIMEOUT_S = 30
_TARGETS = ("own", "own", "foreign", "missing", None)  # None: whatever was made up
# What a schema says and what a client may send: good input, and input that is wrong somewhere.
_MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@dataclass
class Tally:
    """What was asked and what came of it."""

    asked: Counter[tuple[str, int]] = field(default_factory=Counter)  # by who and status
    operations: set[str] = field(default_factory=set)
    wrong: dict[tuple[str, str], str] = field(default_factory=dict)  # by operation and what is wrong, an example

    @property
    def cases(self) -> int:
        return sum(self.asked.values())

    def blame(self, operation: str, what: str, example: str) -> None:
        """Note the first of its kind."""
        self.wrong.setdefault((operation, what), example)

    def lines(self) -> Iterator[str]:
        """A table: who asked, and how often each status came back; then whatever was wrong."""
        statuses = sorted({status for _, status in self.asked})
        yield "".join([f"{'':18}", *(f"{status:>7}" for status in statuses)])
        for who in EVERYBODY:
            yield "".join([f"{who:18}", *(f"{self.asked[who, status]:>7}" for status in statuses)])
        yield f"{self.cases} cases over {len(self.operations)} operations and fields"
        yield f"{len(self.wrong)} kinds of failure"
        for (operation, what), example in sorted(self.wrong.items()):
            yield f"  {operation}: {what}\n    {example}"


def rest(url: str, described: dict[str, Any], town: Town, *, cases: int, start: int) -> Tally:
    """Every operation of the OpenAPI document, about so many cases in all."""
    operations = _every(schemathesis.openapi.from_dict(described))
    tally = Tally()
    for number, operation in enumerate(operations):
        tally.operations.add(operation.label)
        asked = _rest(url, town, tally)
        _cases(operation, _MODES, asked, many=_share(cases, len(operations)), start=start + number)
    return tally


def graphql(url: str, schema: GraphQLSchema, town: Town, *, cases: int, start: int) -> Tally:
    """Every field of the schema's query and mutation types, about so many cases in all."""
    introspected = graphql_sync(schema, get_introspection_query()).data
    assert introspected is not None
    operations = _every(schemathesis.graphql.from_dict({"data": introspected}))
    tally = Tally()
    for number, operation in enumerate(operations):
        tally.operations.add(operation.label)
        asked = _graphql(url, town, tally)
        _cases(operation, _MODES[:1], asked, many=_share(cases, len(operations)), start=start + number)
    return tally


def _every(schema: BaseSchema) -> list[APIOperation[Any, Any, Any, Any]]:
    found = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
    assert len(found) == schema.statistic.operations.total
    return found


def _share(cases: int, among: int) -> int:
    return max(len(EVERYBODY), -(-cases // among))


def _cases(
    operation: APIOperation[Any, Any, Any, Any],
    modes: Sequence[GenerationMode],
    ask: Callable[[_Case, str, random.Random], None],
    *,
    many: int,
    start: int,
) -> None:
    """Make at least so many of one operation, in each mode, from each kind of caller in turn.

    What takes little input is soon exhausted, and is then asked the same again by whose turn it is.
    """
    turns = itertools.cycle(EVERYBODY)
    done = 0
    possible = {mode: operation.as_strategy(generation_mode=mode) for mode in modes}
    while done < many:
        for mode in tuple(possible):

            @seed(start + done)
            @settings(
                max_examples=-(-many // len(modes)), deadline=None, database=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=possible[mode], chance=st.randoms(use_true_random=False))
            def one(case: _Case, chance: random.Random) -> None:
                nonlocal done
                done += 1
                ask(case, next(turns), chance)

            try:
                one()
            except Unsatisfiable:
                assert mode is GenerationMode.NEGATIVE, operation.label
                del possible[mode]  # what takes no input cannot be given a wrong one


# A stream of events ends at once for who comes with a cursor of another database.
_ENDS = {"last-event-id": f"{1 << 62}:{1 << 62}:"}


def _rest(url: str, town: Town, tally: Tally) -> Callable[[_Case, str, random.Random], None]:
    with_known = _known(town)

    def ask(case: _Case, who: str, chance: random.Random) -> None:
        target = chance.choice(_TARGETS)
        if target is not None:
            for name in case.path_parameters or {}:
                if name in town.ids:
                    case.path_parameters[name] = str(town.ids[name][target])
            case.body = with_known(case.body, target)
        headers = _ENDS | town.shown[who] | _version_read(url, case, chance)
        answer = case.call(base_url=url, headers=headers, timeout=_TIMEOUT_S, allow_redirects=False)
        tally.asked[who, answer.status_code] += 1
        if answer.status_code >= _OURS_TO_BLAME:
            tally.blame(case.operation.label, f"status {answer.status_code}", _sent(case))
            return
        try:
            case.validate_response(answer, checks=_CHECKS)
        except (Failure, FailureGroup) as wrong:
            for one in wrong.exceptions if isinstance(wrong, FailureGroup) else [wrong]:
                tally.blame(
                    case.operation.label, f"{one.title} ({answer.status_code})", f"{one.message}\n    {_sent(case)}"
                )

    return ask


def _version_read(url: str, case: _Case, chance: random.Random) -> dict[str, str]:
    """The version that is stored of what a change is about, more often than not; else what was made up, if anything."""
    about = _LISTING.match(case.formatted_path)
    if about is None or case.method == "GET" or chance.random() < _WITHOUT:
        return {}
    read = requests.get(f"{url}{about[0]}", timeout=_TIMEOUT_S)
    return {"If-Match": read.headers["etag"]} if "etag" in read.headers else {}


def _graphql(url: str, town: Town, tally: Tally) -> Callable[[_Case, str, random.Random], None]:
    def ask(case: _Case, who: str, chance: random.Random) -> None:
        body: Mapping[str, Any] = case.body if isinstance(case.body, dict) else {"query": case.body}
        text = _with_version(url, _with_ids(str(body["query"]), town, chance), town, chance)
        answer = requests.post(
            f"{url}/graphql", json={**body, "query": text}, headers=town.shown[who], timeout=_TIMEOUT_S
        )
        tally.asked[who, answer.status_code] += 1
        wrong = _wrong_of_graphql(answer)
        if wrong:
            tally.blame(case.operation.label, wrong, f"{text[:600]}\n    {answer.text[:300]}")

    return ask


def _wrong_of_graphql(answer: requests.Response) -> str | None:
    """What a GraphQL answer may not be: not 200, no JSON object, or an error that does not say what it is about."""
    if answer.status_code != requests.codes.ok:
        return f"status {answer.status_code}"
    said = answer.json()
    if not isinstance(said, dict) or not said.keys() & {"data", "errors"}:
        return "neither data nor errors"
    for error in said.get("errors", ()):
        if "on our side" in error["message"] or "on our side" in str(error.get("extensions")):
            return "an error on our side"
        if "path" in error and "type" not in error.get("extensions", {}):
            return "an error of a field without its type"
    return None


def _known(town: Town) -> Callable[[Any, str], Any]:
    """Puts ids that stand for something in place of those that were made up."""

    def replaced(value: Any, target: str) -> Any:
        if isinstance(value, dict):
            return {
                name: str(town.ids[name][target])
                if name in town.ids and isinstance(each, str)
                else replaced(each, target)
                for name, each in value.items()
            }
        return [replaced(each, target) for each in value] if isinstance(value, list) else value

    return replaced


def _with_ids(text: str, town: Town, chance: random.Random) -> str:
    """The query with known ids for some arguments that are called like one: personId for person_id."""
    for name, each in town.ids.items():
        target = chance.choice(_TARGETS)
        if target is not None:
            text = _argument(text, name, each[target])
    return text


def _with_version(url: str, text: str, town: Town, chance: random.Random) -> str:
    """And with the version that is stored of what it is about, more often than not."""
    for name in ("service_id", "organization_id", "location_id"):
        known = town.ids[name]["own"]
        if str(known) in text and chance.random() >= _WITHOUT:
            read = requests.get(f"{url}/api/v1/{name.removesuffix('_id')}s/{known}", timeout=_TIMEOUT_S)
            return _VERSION.sub(f"version: {read.headers.get('etag', chr(34) * 2)}", text)
    return text


def _argument(text: str, name: str, known: UUID) -> str:
    head, *rest_ = name.split("_")
    called = head + "".join(part.capitalize() for part in rest_)
    before, found, after = text.partition(f'{called}: "')
    if not found:
        return text
    return f"{before}{found}{known}{after[after.index(chr(34)) :]}" if chr(34) in after else text


def _sent(case: _Case) -> str:
    return f"{case.method} {case.formatted_path} query={case.query!r} body={str(case.body)[:400]!r}"


def together(tallies: Sequence[Tally]) -> Tally:
    """All of them as one."""
    every = Tally()
    for one in tallies:
        every.asked.update(one.asked)
        every.operations |= one.operations
        every.wrong |= one.wrong
    return every
