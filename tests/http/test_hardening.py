"""What a browser is told with every answer, whose word is taken for where we are, and what cannot be slipped in."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from httpx import ASGITransport, AsyncClient, Response
from pydantic import SecretStr

from api.app import create_app
from api.web.render import policy
from core.cluster import Database as Cluster
from core.db import Database
from core.security import Role
from core.settings import Settings
from tests.access.builders import RING, a_member, an_agency
from tests.access.operations import MATRIX, Town
from tests.access.test_matrix import _ask, _headers, _prepared, town
from tests.conftest import Counted
from tests.http.routes import routes

pytestmark = pytest.mark.security
__all__ = ["town"]

EVIL = "evil.example.net"
_OFFLINE = Settings(service_dsn="postgresql://nobody@127.0.0.1:1/none")
# By whichever name a page might be told where to go on.
NEXT = ("next", "url", "to", "return", "return_to", "returnTo", "redirect", "redirect_uri", "continue", "back", "goto")
AWAY = (f"https://{EVIL}/", f"//{EVIL}/", f"/\\{EVIL}/", f"\\\\{EVIL}/", f"https:{EVIL}", "javascript:alert(1)")
# What only the server says of a thing.
OWNED = {
    "id": str(uuid4()), "agency_id": str(uuid4()), "person_id": str(uuid4()), "key_id": str(uuid4()),
    "organization_id": str(uuid4()), "made_by": str(uuid4()), "made_at": "2020-01-01T00:00:00Z",
    "ends_at": "2099-01-01T00:00:00Z", "ended_at": None, "changed_at": "2020-01-01T00:00:00Z", "version": 1,
    "roles": ["administrator"], "role_": "administrator", "scopes_": ["x"], "secret": "x", "secret_hash": "x",
    "state": "accepted", "status": "accepted", "trusted": True, "system": True, "is_admin": True,
    "__proto__": {"trusted": True}, "confirmed_by": str(uuid4()), "decided_by": str(uuid4()),
}  # fmt: skip

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.fixture
async def shown(database: Database) -> dict[str, str]:
    return await _headers(database, await a_member(database, await an_agency(database), Role.administrator))


def _paths() -> list[str]:
    return sorted({path.format_map(_Any()) for path, _ in routes(create_app(_OFFLINE))})


class _Any(dict[str, str]):
    """A value for every parameter of a path."""

    def __missing__(self, name: str) -> str:
        return str(uuid4()) if name.endswith("id") else "x"


# A stream of events ends at once for who comes with a cursor of another database.
_ENDS = {"last-event-id": f"{1 << 62}:{1 << 62}:"}


async def _all(
    client: AsyncClient, shown: dict[str, str], *methods: str, **more: Any
) -> list[tuple[str, str, Response]]:
    """Every path, read and posted to, by the public and by somebody."""
    found = []
    for path in _paths():
        for method in methods or ("GET", "HEAD", "OPTIONS", "POST"):
            for who in ({}, shown):
                headers = {"accept": "text/html,*/*", **_ENDS, **who, **more.get("headers", {})}
                asked = {name: value for name, value in more.items() if name != "headers"}
                found.append((method, path, await client.request(method, path, headers=headers, **asked)))
    return found


async def test_every_answer_tells_the_browser_what_not_to_do(client: AsyncClient, shown: dict[str, str]) -> None:
    answers = await _all(client, shown)
    strange = [("GET", "/no/such/page"), ("DELETE", "/api/v1/search"), ("GET", "/static/no.css"), ("GET", "/%ff%00")]
    answers += [(method, path, await client.request(method, path)) for method, path in strange]
    answers.append(("GET", "/static/page.css", await client.get("/static/page.css")))
    for method, path, answer in answers:
        said = answer.headers
        assert {name: said.get(name) for name in ALWAYS} == ALWAYS, (method, path)
        assert "frame-ancestors 'none'" in said["content-security-policy"], (method, path)
        assert "unsafe" not in said["content-security-policy"], (method, path)
        assert "geolocation=(self)" in said["permissions-policy"], (method, path)
        assert said["cache-control"], (method, path)
        assert "server" not in said
        assert "strict-transport-security" not in said, "we are not reached by TLS here"
        assert len(said.get_list("content-security-policy")) == 1
    assert len(answers) > 100


@pytest.mark.parametrize(("public_url", "said"), [("https://doorlight.example.org", True), ("http://10.0.0.9", False)])
async def test_tls_is_for_good_where_we_are_reached_by_it(public_url: str, said: bool) -> None:
    app = create_app(_OFFLINE.model_copy(update={"public_url": public_url}))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://x") as client:
        answer = await client.get("/health/live")
    assert ("strict-transport-security" in answer.headers) == said


async def test_nothing_that_a_request_says_leads_elsewhere(client: AsyncClient, shown: dict[str, str]) -> None:
    seen = 0
    for away in AWAY:
        for method, path, answer in await _all(client, shown, "GET", "POST", params=dict.fromkeys(NEXT, away)):
            where = answer.headers.get("location")
            if where is not None:
                seen += 1
                assert where.startswith("/"), (method, path, where)
                assert not where.startswith(("//", "/\\")), (method, path, where)
                assert urlsplit(where).netloc == "", (method, path, where)
    assert seen, "no route led anywhere: the test has lost its subject"


async def test_no_link_is_made_of_the_host_that_a_request_names(client: AsyncClient, shown: dict[str, str]) -> None:
    forged = {"host": EVIL, "x-forwarded-host": EVIL, "forwarded": f"host={EVIL}", "x-original-url": f"https://{EVIL}/"}
    invited = await client.post(
        "/api/v1/invitations", json={"email": "new@example.org", "role": "responder"}, headers=shown | forged
    )
    assert invited.status_code == 201
    assert EVIL not in invited.text
    for method, path, answer in await _all(client, shown, headers=forged):
        assert EVIL not in answer.text, (method, path)
        assert not [one for one in answer.headers.values() if EVIL in one], (method, path)


async def test_a_letters_link_leads_to_where_we_are_reached(
    clone: Cluster, database: Database, shown: dict[str, str]
) -> None:
    settings = Settings(
        service_dsn=clone.service_dsn,
        pool_size=2,
        keys=SecretStr(RING.written()),
        public_url="https://doors.example.org",
    )
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url=f"http://{EVIL}") as client,
    ):
        answer = await client.post(
            "/api/v1/invitations", json={"email": "new@example.org", "role": "responder"}, headers=shown
        )
    assert answer.status_code == 201
    with psycopg.connect(clone.owner_dsn, autocommit=True) as owner:
        owner.execute("ALTER TABLE letter NO FORCE ROW LEVEL SECURITY")
        ((row_id, body),) = owner.execute("SELECT id, body FROM letter").fetchall()
        owner.execute("ALTER TABLE letter FORCE ROW LEVEL SECURITY")
    letter = RING.open(body, row=row_id, column="letter.body")
    assert "https://doors.example.org/invitation/" in letter
    assert EVIL not in letter


def _taking_a_body() -> Iterator[tuple[str, str, dict[str, Any]]]:
    document = create_app(_OFFLINE).openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                yield method.upper(), path, _followed(document, content["schema"])


def _followed(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


@pytest.mark.parametrize(("method", "path", "schema"), list(_taking_a_body()), ids=lambda one: str(one)[:60])
def test_a_body_says_that_it_holds_no_more(method: str, path: str, schema: dict[str, Any]) -> None:
    assert schema.get("additionalProperties") is False


async def test_what_is_the_servers_to_say_is_taken_from_nobody(
    client: AsyncClient, town: Town, counted: Counted
) -> None:
    tried = 0
    for method, path, schema in _taking_a_body():
        if path.startswith("/api/v1/gateway/"):
            continue  # unsigned, nothing of it is read
        operation = MATRIX[method, path]
        who = Role.administrator if Role.administrator in operation.who else next(iter(operation.who))
        ids = await _prepared(client, town, operation, who, "own")  # once: what is refused changes nothing
        for name, value in OWNED.items():
            if name in schema.get("properties", {}):
                continue
            usual = operation.body(ids) if callable(operation.body) else operation.body
            answer = await client.request(
                method,
                path.format_map(ids),
                json=(usual or {}) | {name: value},
                headers=town.shown[who] | {"if-match": f'"{ids["version"]}"'} | operation.headers,
            )
            assert answer.status_code == 422, (method, path, name)
            assert "there is no such parameter" in answer.text, (method, path, name)
            tried += 1
        plain = await _ask(client, town, who, (method, path), "own")
        assert plain.status_code == operation.works, (method, path, plain.text)
    counted("values that are the server's to say, refused", tried)
    assert tried >= 50


def test_a_page_whose_form_ends_elsewhere_says_where() -> None:
    assert "form-action 'self';" in policy() + ";"
    assert "form-action 'self' https://login.example.org" in policy(forms=["https://login.example.org"])
    assert "style-src 'self' 'nonce-abc';" in policy(nonce="abc")


async def test_the_explorers_nonce_is_another_each_time(client: AsyncClient) -> None:
    headers = {"accept": "text/html"}
    pages = [await client.get("/graphql", headers=headers) for _ in range(2)]
    nonces = [one.headers["content-security-policy"].split("'nonce-")[1].split("'")[0] for one in pages]
    assert nonces[0] != nonces[1]
    assert all(nonce in one.text and len(nonce) > 20 for nonce, one in zip(nonces, pages, strict=True))
