"""A whole process, asked from precise points in every way that can go wrong: none of them is in what it says."""

import os
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import orjson
import pytest

from core import cluster
from tests.conftest import _alone
from tests.serving import serving

LATITUDE, LONGITUDE = "39.739236", "-104.984862"
AT = {"lat": float(LATITUDE), "lon": float(LONGITUDE)}
NEAR = f"{LATITUDE},{LONGITUDE}"
# More than two decimals of either, however it is written.
EXACT = re.compile(r"39\.739|104\.984|39739|104984")
QUERY = "query ($input: SearchInput!) { search(input: $input) { next } }"


def ask_in_every_way(port: int) -> list[int]:
    """The status of each answer: searches that succeed, and many that do not."""
    found: list[int] = []
    questions = (
        AT,
        {"near": NEAR},
        AT | {"cursor": "bad"},
        AT | {"after": NEAR},
        AT | {"lat": f"{LATITUDE}x"},
        AT | {"lat": 139.739236},
        AT | {"nothing_of_ours": NEAR},
        AT | {"open": NEAR},
        AT | {"near": NEAR},
        {"near": f"{NEAR},7"},
        {"near": f"POINT({LONGITUDE} {LATITUDE})"},
        AT | {"within_m": -1},
        AT | {"q": f"near {NEAR}"},
    )
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    for question in questions:
        body = orjson.dumps(question)
        graphql = orjson.dumps({"query": QUERY, "variables": {"input": question}})
        for method, path, sent in (
            ("GET", f"/api/v1/search?{urlencode(question)}", None),
            ("GET", f"/?{urlencode(question)}", None),
            ("GET", f"/nowhere?{urlencode(question)}", None),
            ("POST", "/api/v1/search", body),
            ("POST", "/api/v1/search", body[:-1]),
            ("POST", "/graphql", graphql),
            ("POST", "/graphql", graphql.replace(b"next", NEAR.encode())),
        ):
            connection.request(method, path, sent, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            found.append(answer.status)
    connection.close()
    return found


@pytest.fixture
def own(server: cluster.Database, template: str) -> Iterator[cluster.Database]:
    """A database that the test may take away."""
    name = f"doorlight_logs_{os.getpid()}"
    with _alone("clone"):
        made = cluster.scratch(server, name, like=template)
    yield made
    cluster.discard(server, name)


def test_no_log_holds_more_than_two_decimals_of_where_somebody_asked(
    own: cluster.Database, server: cluster.Database, tmp_path: Path
) -> None:
    said = tmp_path / "said"
    with serving(own.service_dsn, said, DOORLIGHT_LOG_LEVEL="debug") as (port, _):
        statuses = ask_in_every_way(port)
        assert {200, 400, 404, 422} <= set(statuses)
        cluster.discard(server, f"doorlight_logs_{os.getpid()}")  # as good as stopped, for this process
        lost = HTTPConnection("127.0.0.1", port, timeout=60)
        lost.request("GET", f"/api/v1/search?{urlencode(AT)}")
        assert lost.getresponse().status == 503
        lost.close()
    log = said.read_text()
    assert "no database" in log
    assert EXACT.search(log) is None
