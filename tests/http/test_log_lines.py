"""A whole process, sent what would forge a line of its log or paint a terminal: each line is one event of ours."""

import json
import os
import re
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import orjson
import pytest

from core import cluster
from tests.conftest import _alone
from tests.serving import serving

pytestmark = pytest.mark.security

FORGED = '{"event": "forged", "level": "error"}'
CONTROLS = ("\n", "\r\n", "\x1b[31m", "\x1b]0;title\x07", "\x85", "\u2028", "\x00", "\x7f", "\x9b31m", "\b" * 9)


@pytest.fixture
def own(server: cluster.Database, template: str) -> Iterator[cluster.Database]:
    """A database that the test may take away: what is lost is logged with its path."""
    name = f"doorlight_lines_{os.getpid()}"
    with _alone("clone"):
        made = cluster.scratch(server, name, like=template)
    yield made
    cluster.discard(server, name)


def _ask(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for control in CONTROLS:
        said = f"x{control}{FORGED}"
        for method, path, body in (
            ("GET", f"/api/v1/search?q={quote(said)}", None),
            ("GET", f"/invitation/{quote(said, safe='')}", None),
            ("GET", f"/{quote(said, safe='')}", None),
            ("POST", "/api/v1/search", orjson.dumps({"near": said})),
            ("POST", "/graphql", orjson.dumps({"query": "query ($a: SearchInput!) { search(input: $a) { next } }",
                                               "variables": {"a": {"near": said}}})),
            ("POST", "/graphql", orjson.dumps({"query": said})),
            ("POST", "/sign-in", f"email={quote(said)}&password={quote(said)}".encode()),
        ):  # fmt: skip
            headers = {"Content-Type": "application/json", "User-Agent": quote(said), "Sec-Fetch-Site": "same-origin"}
            connection.request(method, path, body, headers)
            connection.getresponse().read()
    connection.close()
    for raw in (
        b"GET / HTTP/1.1\r\nX: \x1b[31m\x00\r\n\r\n",
        b"G\x1b[31mT /\n{}\r\n\r\n",
        f"{FORGED}\r\n\r\n".encode(),
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            plain.sendall(raw)
            plain.recv(1_000)


def test_what_is_sent_begins_no_line_and_paints_nothing(
    own: cluster.Database, server: cluster.Database, tmp_path: Path
) -> None:
    said = tmp_path / "said"
    with serving(own.service_dsn, said, DOORLIGHT_LOG_LEVEL="debug", DOORLIGHT_RATES="off") as (port, _):
        _ask(port)
        cluster.discard(server, f"doorlight_lines_{os.getpid()}")
        _ask(port)
    log = said.read_bytes()
    assert re.search(rb"[^\x20-\x7e\n]", log) is None
    events = [json.loads(line) for line in log.decode().splitlines()]
    assert len(events) > 20
    assert not any("forged" in json.dumps(event) for event in events), "what is sent is quoted nowhere"
    assert not [event for event in events if event["event"] == "forged"]
    assert all({"event", "level"} <= event.keys() for event in events)
