"""What a stranger tries at the edges of HTTP: other origins, other methods, other files, messages with two readings."""

import socket
from collections.abc import Iterator

import pytest
from httpx import AsyncClient

from core.cluster import Database as Cluster
from tests.access.builders import Member
from tests.http.test_accounts import _sign_in, ana, browser
from tests.serving import serving

__all__ = ["ana", "browser"]  # fixtures
pytestmark = pytest.mark.security

PATHS = ("/", "/sign-in", "/docs", "/openapi.json", "/api/v1/search", "/api/v1/me", "/graphql", "/health/ready")
EVIL = "https://evil.test"


@pytest.mark.parametrize("path", PATHS)
async def test_no_other_origin_may_read_an_answer(client: AsyncClient, path: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        asked = {"origin": EVIL, "access-control-request-method": "POST", "access-control-request-headers": "x"}
        answer = await client.request(method, path, headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("where", [EVIL, "//evil.test", "/\\evil.test", "javascript:alert(1)"])
async def test_nobody_is_led_to_another_host(browser: AsyncClient, ana: Member, where: str) -> None:
    names = ["next", "url", "to", "redirect", "redirect_uri", "return_to", "continue", "lang"]
    led_to = dict.fromkeys(names, where)
    wrong = {"email": ana.email, "password": "wrong"}
    answer = await browser.post("/sign-in", params=led_to, data=wrong | led_to)
    assert "location" not in answer.headers
    await _sign_in(browser, ana.email, **led_to)
    for path in ("/sign-in", "/account"):
        led = await browser.get(path, params=led_to)
        assert led.headers.get("location", "/account") == "/account"
        assert f'href="{where}' not in led.text


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/....//app.py", "/static/",
     "/static/vendor", "/static//etc/passwd", "/.git/config", "/.env", "/keys.json", "/static/..%5c..%5capp.py",
     "/static/page.css%00.html"],
)  # fmt: skip
async def test_no_file_is_read_but_those_that_are_served(client: AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code in {404, 400}
    assert "import" not in answer.text
    assert "page.css" not in answer.text


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG"])
@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/graphql", "/static/page.css"])
async def test_other_methods_are_not_offered(client: AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path, headers={"x-canary": "canary"})
    assert answer.status_code == 405
    assert "canary" not in answer.text


@pytest.mark.parametrize("path", [*PATHS, "/nothing", "/static/page.css", "/static/page.js", "/metrics"])
async def test_every_answer_says_what_it_is_and_in_which_letters(client: AsyncClient, path: str) -> None:
    kind = (await client.get(path)).headers["content-type"]
    assert kind.startswith(("text/", "application/json", "application/problem+json", "application/graphql-response"))
    assert not kind.startswith("text/") or "charset=utf-8" in kind


async def test_signing_out_clears_what_the_browser_keeps(browser: AsyncClient, ana: Member) -> None:
    await _sign_in(browser, ana.email)
    answer = await browser.post("/sign-out", data={})
    assert answer.headers["clear-site-data"] == '"cookies", "storage"'
    assert (await browser.get("/account")).headers["location"] == "/sign-in"


@pytest.mark.parametrize("path", ["/account", "/agency"])
async def test_every_page_of_an_account_leads_out(browser: AsyncClient, ana: Member, path: str) -> None:
    await _sign_in(browser, ana.email)
    page = await browser.get(path)
    assert page.status_code == 200
    assert 'action="/sign-out"' in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_a_parameter_that_is_said_twice_is_of_no_use(client: AsyncClient) -> None:
    for query in ("lat=39.7&lat=1&lon=-104.9", "near=Denver, CO&near=80202", "limit=1&limit=100"):
        assert (await client.get(f"/api/v1/search?{query}")).status_code == 422


@pytest.fixture(scope="module")
def port(clone: Cluster) -> Iterator[int]:
    """Of a process of its own: messages are taken apart before the application sees them."""
    with serving(clone.service_dsn) as (port, _):
        yield port


@pytest.mark.parametrize(
    "message",
    [b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /canary HTTP/1.1\r\nHost: x\r\n\r\n",
     b"Content-Length: 4\r\nContent-Length: 50\r\n\r\n{}  GET /canary HTTP/1.1\r\nHost: x\r\n\r\n",
     b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /canary HTTP/1.1\r\nHost: x\r\n\r\n",
     b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
     b"Content-Length : 4\r\n\r\n{}  GET /canary HTTP/1.1\r\nHost: x\r\n\r\n",
     b"Content-Length: -1\r\n\r\nGET /canary HTTP/1.1\r\nHost: x\r\n\r\n"],
)  # fmt: skip
def test_a_message_with_two_readings_is_not_read(port: int, message: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as asking:
        asking.sendall(
            b"POST /api/v1/search HTTP/1.1\r\nHost: doorlight.test\r\nContent-Type: application/json\r\n" + message
        )
        said = b""
        while part := asking.recv(65_536):
            said += part
    assert said.startswith(b"HTTP/1.1 400")
    assert said.count(b"HTTP/1.1 ") == 1, "what was hidden in it is no request of its own"
