"""The search over HTTP: one answer by GET, POST and GraphQL."""

import base64
import json
import re
from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type
from httpx import AsyncClient

from api.graphql.schema import schema
from core.db import Database
from directory import Level, Result, SearchAnswer, SearchInput
from tests.builders import DENVER, a_line, a_site, daily, publish_today, square, stated
from tests.http.shown import HERE, several

FIELDS = {
    "id", "service_id", "location_id", "name", "organization", "kinds", "open", "distance", "police",
    "access", "languages", "confirmed_on", "freshness",
}  # fmt: skip


async def test_the_answer_has_the_parts_that_were_promised(client: AsyncClient, database: Database) -> None:
    await publish_today(database, a_site(schedules=[daily()], disclosure=stated(Level.P1)))
    reply = await client.get("/api/v1/search", params=HERE | {"open": "now"})
    body = reply.json()
    assert reply.status_code == 200
    assert body.keys() >= {"asked_at", "at", "fits", "might_fit", "hidden", "next"}
    result = body["fits"][0]
    assert result.keys() >= FIELDS
    assert result["open"].keys() >= {"state", "until", "opens_at", "zone", "why"}
    assert result["distance"] == {"metres": 10, "precision": "rooftop"}
    assert result["police"]["level"] == "P1"
    assert result["police"]["label"] == "Only with consent"
    assert result["police"]["source"] == "https://example.org/policy"
    assert result["police"]["stated_on"] == "2026-10-01"
    assert (result["confirmed_on"], result["freshness"]) == (None, "not_confirmed")


async def test_police_not_stated_says_so(client: AsyncClient, database: Database) -> None:
    await publish_today(database, a_site())
    police = (await client.get("/api/v1/search", params=HERE)).json()["fits"][0]["police"]
    assert (police["level"], police["label"], police["source"]) == ("PU", "Not stated", None)


async def test_co_response_is_never_below_police_present(client: AsyncClient, database: Database) -> None:
    area = (square(*DENVER, 0.5),)
    await publish_today(database, a_site(kinds=("MOBILE.CORESP",), disclosure=stated(Level.P0), service_areas=area))
    assert (await client.get("/api/v1/search", params=HERE)).json()["fits"][0]["police"]["level"] == "P4"


async def test_post_answers_as_get_does(client: AsyncClient, database: Database) -> None:
    await publish_today(database, a_site(schedules=[daily()]), a_line())
    got = (await client.get("/api/v1/search", params=HERE | {"kind": "SITE.SOBER"})).json()
    posted = (await client.post("/api/v1/search", json=HERE | {"kind": ["SITE.SOBER"]})).json()
    assert _timeless(got) == _timeless(posted)


async def test_labels_follow_accept_language(client: AsyncClient, database: Database) -> None:
    await publish_today(database, a_site(schedules=[daily()]))
    reply = await client.get("/api/v1/search", params=HERE, headers={"accept-language": "es-MX,en;q=0.5"})
    assert reply.json()["fits"][0]["open"]["label"] == "Abierto"
    assert reply.json()["labels"] == {"language": "es", "fallback": False}
    assert reply.headers["content-language"] == "es"
    assert "Accept-Language" in reply.headers["vary"]


@pytest.mark.parametrize(
    ("accept", "language", "fallback"),
    [
        ("", "en", False),
        ("*", "en", False),
        ("en", "en", False),
        ("es-MX,en;q=0.5", "es", False),
        ("fr", "en", True),
        ("zh-Hant, vi;q=0.9", "en", True),
        ("fr, es;q=0.1", "es", False),
        ("fr, *;q=0.1", "en", False),
        ("es;q=0.5, *", "en", False),
        ("en;q=0, *;q=0.5", "es", False),
        ("fr;q=0", "en", False),
        ("nonsense;;q==1,,", "en", False),
    ],
)
async def test_labels_say_when_they_are_not_what_was_asked_for(
    client: AsyncClient, database: Database, accept: str, language: str, fallback: bool
) -> None:
    said, headers = {"language": language, "fallback": fallback}, {"accept-language": accept}
    got = await client.get("/api/v1/search", params=HERE, headers=headers)
    posted = await client.post("/api/v1/search", json=HERE, headers=headers)
    assert (got.json()["labels"], posted.json()["labels"]) == (said, said)
    plain = "{ search(input: {}) { labels { language fallback } } }"
    for query in (plain, _not_compiled(plain)):
        reply = await client.post("/graphql", json={"query": query}, headers=headers)
        assert reply.json()["data"]["search"]["labels"] == said
        assert reply.headers["content-language"] == got.headers["content-language"] == language


# For every part of a question what to ask, together with whatever it needs.
CASES: dict[str, list[dict[str, Any]]] = {
    "lat": [HERE],
    "lon": [HERE | {"lon": -104.0}],
    "near": [{"near": "39.7,-104.9"}],
    "within_m": [HERE | {"within_m": 500}],
    "open": [HERE | {"open": at} for at in ("now", "2026-11-20T23:40:00-07:00", "2028-11-20T23:40:00-07:00")],
    "open_for_min": [HERE | {"open_for_min": 90}],
    "opens_within_min": [HERE | {"opens_within_min": 600}],
    "kind": [HERE | {"kind": ["SITE.SOBER", "LINE.CRISIS"]}, HERE | {"kind": "SITE.RESPITE"}],
    "from_": [HERE | {"from": "community"}],
    "arrive": [HERE | {"arrive": "van"}],
    "police_max": [HERE | {"police_max": "P1"}],
    "involuntary_max": [HERE | {"involuntary_max": "I1"}],
    "age": [HERE | {"age": 17}],
    "must": [HERE | {"must": ["WHEELCHAIR", "FROM.COMMUNITY"]}, HERE | {"must": "WHEELCHAIR"}],
    "must_not": [HERE | {"must_not": ["SOBRIETY_REQUIRED"]}],
    "free": [HERE | {"free": 2}],
    "language": [HERE | {"language": "es"}],
    "mode": [HERE | {"mode": ["phone", "text"], "open": "now"}],
    "q": [HERE | {"q": "sobering"}],
    "hidden": [HERE | {"hidden": "closed", "open": "now"}],
    "limit": [HERE | {"limit": 1}],
    "cursor": [HERE | {"limit": 1}],  # followed, in a test of its own
}
PAIRS = [(name, asked) for name, several in CASES.items() for asked in several]


def test_no_part_of_a_question_is_left_out() -> None:
    assert CASES.keys() == SearchInput.model_fields.keys()


async def test_the_openapi_document_describes_every_part(client: AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()
    schemas, search = described["components"]["schemas"], described["paths"]["/api/v1/search"]
    asked = {field.alias or name for name, field in SearchInput.model_fields.items()}
    shown = {one["name"]: one for one in search["get"]["parameters"] if one["in"] == "query"}
    assert shown.keys() == schemas["SearchInput"]["properties"].keys() == asked
    assert all(one["description"] for one in shown.values())
    assert {name for name, one in shown.items() if one["schema"].get("type") == "array"} == {
        "kind", "mode", "must", "must_not",
    }  # fmt: skip
    for verb in ("get", "post"):
        assert "Accept-Language" in {one["name"] for one in search[verb]["parameters"]}
        answer = search[verb]["responses"]["200"]["content"]["application/json"]["schema"]
        assert answer == {"$ref": "#/components/schemas/SearchAnswer"}
    for view in (SearchAnswer, Result):
        assert schemas[view.__name__]["properties"].keys() == view.model_fields.keys()


@pytest.fixture(scope="module")
def query() -> str:
    """A search for every field that there is, written from the schema."""
    assert schema._schema.query_type
    return (
        f"query ($input: SearchInput!) {{ search(input: $input) {_all(schema._schema.query_type.fields['search'])} }}"
    )


def _all(field: GraphQLField) -> str:
    named = get_named_type(field.type)
    if not isinstance(named, GraphQLObjectType):
        return ""
    return f"{{ {' '.join(f'{name} {_all(inner)}' for name, inner in named.fields.items())} }}"


@pytest.mark.parametrize(("name", "asked"), PAIRS, ids=[f"{name}-{n}" for n, (name, _) in enumerate(PAIRS)])
async def test_rest_and_graphql_give_one_answer(
    client: AsyncClient, database: Database, query: str, name: str, asked: dict[str, Any]
) -> None:
    await several(database)
    posted = (await client.post("/api/v1/search", json=asked)).json()
    got = (await client.get("/api/v1/search", params=asked)).json()
    assert "type" not in posted, posted
    assert _timeless(got) == _timeless(posted)
    executed = await _graphql(client, _not_compiled(query), asked)
    compiled = await _graphql(client, query, asked)
    assert _timeless(_camel_keys(posted)) == _timeless(executed) == _timeless(compiled)


async def test_cursors_lead_to_one_page_wherever_they_come_from(
    client: AsyncClient, database: Database, query: str
) -> None:
    await several(database)
    for asked in (HERE | {"limit": 1}, HERE | {"limit": 1, "police_max": "P1", "hidden": "police"}):
        first = (await client.post("/api/v1/search", json=asked)).json()
        assert _timeless(_camel_keys(first)) == _timeless(await _graphql(client, query, asked))
        cursors = [first[name] for name in ("next", "next_might_fit", "next_ruled_out") if first[name]]
        assert cursors
        for cursor in cursors:
            onward = asked | {"cursor": cursor}
            page = (await client.post("/api/v1/search", json=onward)).json()
            assert "type" not in page, page
            assert _timeless(_camel_keys(page)) == _timeless(await _graphql(client, query, onward))


WRONG: list[dict[str, Any]] = [
    {"kind": ["SITE.SOBBER"]},
    {"mode": ["fone"]},
    {"from": "nobody"},
    {"arrive": "boat"},
    {"must": ["WHEEL"]},
    {"must_not": ["WHEEL"]},
    {"involuntary_max": "I9"},
    {"police_max": "P9"},
    HERE | {"police_max": "PU"},
    HERE | {"police_max": "P1", "arrive": "police"},
    {"hidden": "too_far"},
    HERE | {"hidden": "because"},
    {"near": "Nowhere at all, ZZ"},
    {"near": "139.7,-104.9"},
    {"cursor": "nonsense"},
    HERE | {"open": "2099-11-20T23:40:00-07:00"},
    # and what is wrong in itself
    {"lat": 91, "lon": 0},
    {"lat": 39.7},
    {"open": "tonight"},
    {"limit": 1000},
    {"q": "so\x00ber"},
    {"language": "Spanish!"},
    HERE | {"near": "Denver, CO"},
    {"open_for_min": 5, "opens_within_min": 5},
]


@pytest.mark.parametrize("asked", WRONG, ids=map(str, WRONG))
async def test_rest_and_graphql_refuse_alike(client: AsyncClient, database: Database, asked: dict[str, Any]) -> None:
    problem = (await client.post("/api/v1/search", json=asked)).json()
    plain = "query ($input: SearchInput!) { found: search(input: $input) { next } }"
    replies = []
    for query in (plain, _not_compiled(plain)):
        body = {"query": query, "variables": {"input": _camel_input(asked)}}
        replies.append((await client.post("/graphql", json=body)).json())
    for reply in replies:
        (error,) = reply["errors"]
        assert reply["data"] is None
        assert error["path"] == ["found"]
        said = error["extensions"]
        assert (said["type"], said["title"]) == (problem["type"], problem["title"])
        if problem["type"] == "/problems/invalid-request":
            _same_reasons(said, problem)
        else:
            assert error["message"] == problem["detail"]
            facts = {name: fact for name, fact in problem.items() if name not in {"status", "detail"}}
            assert said == facts
    compiled, executed = replies
    assert compiled == executed


def _same_reasons(said: dict[str, Any], problem: dict[str, Any]) -> None:
    ours = {(one["where"], one["why"]) for one in said["errors"]}
    assert ours == {(_camel(one["where"]), one["why"]) for one in problem["errors"]}


async def _graphql(client: AsyncClient, query: str, asked: dict[str, Any]) -> dict[str, Any]:
    body = {"query": query, "variables": {"input": _camel_input(asked)}}
    reply = (await client.post("/graphql", json=body)).json()
    assert "errors" not in reply, reply
    found: dict[str, Any] = reply["data"]["search"]
    return found


def _not_compiled(query: str) -> str:
    """The same question, as Strawberry's own execution answers it: a directive is nothing that we compile."""
    return re.sub(r"search\(input: [^)]*\)", r"\g<0> @include(if: true)", query, count=1)


def _camel_input(asked: dict[str, Any]) -> dict[str, Any]:
    return {_camel(key): value for key, value in asked.items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _camel_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {_camel(key): _camel_keys(entry) for key, entry in value.items()}
    return [_camel_keys(entry) for entry in value] if isinstance(value, list) else value


# What moves with the clock between two questions.
_CURSORS = {"next", "next_might_fit", "next_ruled_out", "nextMightFit", "nextRuledOut"}
_MOVING = {"asked_at", "askedAt", "age_min", "ageMin", "closes_in_min", "closesInMin", "opens_in_min", "opensInMin"}


def _place_in(cursor: str) -> list[Any]:
    """A cursor without the time of its first page."""
    of, _, *place = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    return [of, *place]


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _place_in(entry) if key in _CURSORS and entry else _timeless(entry)
            for key, entry in value.items()
            if key not in _MOVING
        }
    return [_timeless(entry) for entry in value] if isinstance(value, list) else value
