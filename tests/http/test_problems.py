"""Bad input gets a clear error that says what to do; every failure is problem+json."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from graphql import GraphQLError
from httpx import ASGITransport, AsyncClient
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import OperationalError

from api.app import create_app
from api.graphql.schema import schema
from core import cluster
from core.db import Database
from core.settings import Settings


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"lat": 91, "lon": 0}, "less than or equal to 90"),
        ({"lat": 39.7}, "give both lat and lon"),
        ({"lat": 39.7, "lon": -104.9, "open": "2026-11-20T23:40:00"}, "has no offset"),
        ({"lat": 39.7, "lon": -104.9, "open": "tonight"}, "write `any`, `now`"),
        ({"kind": "SITE.SOBBER"}, "Did you mean SITE.SOBER"),
        ({"mode": "fone"}, "Did you mean phone"),
        ({"limit": 1000}, "less than or equal to 100"),
        ({"cursor": "nonsense"}, "cursor is malformed"),
        ({"cursor": "WyJmaXRzIl0"}, "cursor is malformed"),
        ({"near": "Nowhere at all, ZZ"}, "We know no place called"),
        ({"language": "Spanish!"}, "language"),
        ({"latitude": 3}, "there is no such parameter"),
        ({"q": "so\x00ber"}, "control characters"),
        ({"near": "Den\x00ver"}, "control characters"),
    ],
)
async def test_bad_input_says_what_to_do(client: AsyncClient, asked: dict[str, Any], said: str) -> None:
    reply = await client.get("/api/v1/search", params=asked)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert said in problem["detail"]
    assert problem.keys() >= {"type", "title", "status", "detail"}


async def test_a_point_outside_the_world_by_near(client: AsyncClient) -> None:
    reply = await client.get("/api/v1/search", params={"near": "139.7,-104.9"})
    assert (reply.status_code, reply.json()["type"]) == (422, "/problems/outside-the-world")


async def test_a_body_that_is_no_json(client: AsyncClient) -> None:
    reply = await client.post("/api/v1/search", content=b"{", headers={"content-type": "application/json"})
    assert (reply.status_code, reply.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/api/v1/search", 405)])
async def test_every_failure_is_a_problem(client: AsyncClient, method: str, path: str, status: int) -> None:
    reply = await client.request(method, path)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")


async def test_not_ready_without_the_database(client: AsyncClient, database: Database, clone: cluster.Database) -> None:
    with cluster.roles.connect(clone.owner_dsn) as owner:
        owner.execute("ALTER TABLE search_row RENAME TO away")
        try:
            reply = await client.get("/health/ready")
        finally:
            owner.execute("ALTER TABLE away RENAME TO search_row")
    assert (reply.status_code, reply.headers["content-type"]) == (503, "application/problem+json")
    assert (await client.get("/health/ready")).json() == {"status": "ready"}


@pytest.mark.parametrize("body", [b"{", b"{}"])
async def test_graphql_without_a_query_is_a_problem(client: AsyncClient, body: bytes) -> None:
    reply = await client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert (reply.status_code, reply.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "body",
    [
        {"query": "{search(input:{}){next}}", "operationName": []},
        {"query": "{" + "a{" * 2_000 + "a" + "}" * 2_001},
    ],
)
async def test_odd_graphql_is_no_fault_of_ours(client: AsyncClient, body: dict[str, object]) -> None:
    assert (await client.post("/graphql", json=body)).status_code < 500


async def test_graphql_errors_are_typed_and_say_the_same(client: AsyncClient) -> None:
    query = '{ search(input: {kind: ["SITE.SOBBER"]}) { next } }'
    reply = (await client.post("/graphql", json={"query": query})).json()
    assert "Did you mean SITE.SOBER" in reply["errors"][0]["message"]
    assert reply["errors"][0]["extensions"]["type"] == "/problems/unknown-code"


async def test_a_lost_database_is_the_same_problem_in_rest_and_graphql(clone: cluster.Database) -> None:
    app = create_app(Settings(service_dsn=clone.service_dsn, pool_size=1))
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://doorlight.test") as caller:
        async with app.router.lifespan_context(app):
            pass  # opened, and closed again: every connection is refused from here on
        rest = await caller.get("/api/v1/search", params={"lat": 39.7392, "lon": -104.9848})
        query = "{ search(input: {lat: 39.7392, lon: -104.9848}) { next } }"
        (error,) = (await caller.post("/graphql", json={"query": query})).json()["errors"]
    assert (rest.status_code, rest.json()["type"]) == (503, "/problems/no-database")
    assert error["extensions"] == {name: rest.json()[name] for name in ("type", "title")}
    assert error["message"] == rest.json()["detail"]


@pytest.mark.parametrize(
    "lost", [psycopg.OperationalError, PoolTimeout, lambda: OperationalError("SELECT", None, Exception())]
)
def test_whatever_says_that_the_database_is_lost_is_the_same_problem(lost: Callable[[], Exception]) -> None:
    error = GraphQLError("said by a library", original_error=lost())
    schema.process_errors([error])
    assert error.extensions == {"type": "/problems/no-database", "title": "The database does not answer."}
    assert "library" not in error.message


async def test_the_openapi_document_names_every_problem(client: AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()
    for operation in (described["paths"]["/api/v1/search"][verb] for verb in ("get", "post")):
        assert {"200", "400", "422", "503"} <= operation["responses"].keys()
        assert "application/problem+json" in operation["responses"]["422"]["content"]
    assert "SearchAnswer" in described["components"]["schemas"]


async def test_metrics_hold_no_query(client: AsyncClient) -> None:
    await client.get("/api/v1/search", params={"lat": 39.7392, "lon": -104.9848})
    figures = (await client.get("/metrics")).text
    assert 'route="search"' in figures
    assert "39.7392" not in figures


@pytest.mark.parametrize("query", ["{ __typename }", "{ nothing }", "{ search(input: {}) { next } }", "{"])
async def test_an_answer_has_one_length(client: AsyncClient, query: str) -> None:
    answer = await client.post("/graphql", json={"query": query})
    assert answer.headers.get_list("content-length") == [str(len(answer.content))]
