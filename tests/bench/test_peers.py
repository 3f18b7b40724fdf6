import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from core import cluster
from tests.bench.load_rest import Rest
from tests.bench.peers import INLINED, OUR_SQL, PYGEOAPI, TIPG, VARIABLES, Peers, Question, ask, install, started
from tests.bench.peers.check import answer

HERE = Question(40.0, -75.0, category="SHELTER.ADULT", accepts=True, no_police=False)
BODY = b'{"text": "' + b"x" * 5_000 + b'"}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SIZED = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
CHUNKS = [BODY[n : n + 1_234] for n in range(0, len(BODY), 1_234)]
CHUNKED = (
    HEAD
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + b"".join(b"%x;a=b\r\n%b\r\n" % (len(chunk), chunk) for chunk in [*CHUNKS, b""])
)
CLOSED = HEAD + b"Connection: close\r\n\r\n" + BODY
ROWS = """
SELECT gen_random_uuid(), -75 + random() / 100, 40 + random() / 100, kind, n % 2 = 0, n % 3 > 0, n % 3 > 1,
       'Door ' || n, 'Hope Center', 'What it is.', 'America/New_York', 'street', NULL::date, 'P1', '212-555-0100',
       '{"city": "A"}'::json
FROM generate_series(1, 300) AS n, unnest('{SHELTER.ADULT,DAY.DROPIN}'::text[]) AS kind
"""
NEAREST = """
CREATE FUNCTION peers.nearest(lon float8, lat float8) RETURNS json STABLE LANGUAGE sql AS $$
SELECT json_agg(found) FROM (
    SELECT id, name FROM peers.peer_service
    ORDER BY geom <-> ST_SetSRID(ST_MakePoint(lon, lat), 4326) LIMIT 20) AS found $$
"""


def test_a_box_holds_the_circle_around_the_point() -> None:
    west, south, east, north = HERE.box()
    assert north - south == pytest.approx(160 / 111.2, abs=1e-5)
    assert (east - west) == pytest.approx((north - south) / 0.76604, rel=1e-4)
    assert HERE.filters() == {"category": "SHELTER.ADULT", "accepts_community": True, "no_police": False}


def test_each_peer_is_asked_the_same() -> None:
    tipg, pygeoapi = (_asked(made([HERE])[0]) for made in (ask.tipg, ask.pygeoapi))
    assert tipg["bbox"] == pygeoapi["bbox"] == [",".join(map(str, HERE.box()))]
    assert tipg["filter"] == ["category = 'SHELTER.ADULT' AND accepts_community = true AND no_police = false"]
    assert pygeoapi["category"] == ["SHELTER.ADULT"]
    assert pygeoapi["accepts_community"] == ["true"]
    assert tipg["limit"] == pygeoapi["limit"] == ["20"]
    apart, within = (_sent(made([HERE])[0]) for made in (ask.variables, ask.inlined))
    assert apart["variables"]["no_police"] is False
    assert "variables" not in within
    document = apart["query"]
    for name, value in apart["variables"].items():
        document = document.replace(f":${name}", f":{json.dumps(value)}")
    assert document.partition("{")[2] == within["query"].partition("{")[2]


def test_a_quote_ends_no_filter() -> None:
    odd = Question(40.0, -75.0, category='O\'Neil "x"')
    assert _asked(ask.tipg([odd])[0])["filter"] == ["category = 'O''Neil \"x\"'"]
    assert r"equalTo:\"O'Neil \\\"x\\\"\"" in ask.inlined([odd])[0]


def test_values_in_the_document_make_each_document_another() -> None:
    made = ask.inlined(ask.distinct([HERE, Question(41.0, -75.0)], 700))
    assert len(made) == len(set(made)) == 700
    assert ask.distinct([], 10) == []


@pytest.mark.parametrize("step", [1, 7, 100_000])
@pytest.mark.parametrize(("reply", "closes"), [(SIZED, False), (CHUNKED, False), (CLOSED, True)])
async def test_the_client_reads_answers_of_any_length(reply: bytes, step: int, closes: bool) -> None:
    seen = Counter[str]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen["connections"] += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                for start in range(0, len(reply), step):
                    writer.write(reply[start : start + step])
                    if start % 50 == 0:
                        await writer.drain()
                seen["answers"] += 1
                if closes:
                    break
        except asyncio.IncompleteReadError:
            pass
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        client = Rest(server.sockets[0].getsockname()[1], {"some": ["GET / HTTP/1.1\r\n\r\n"] * 2})
        ran = await client.run("some", connections=2, seconds=10, most=9)
        assert 9 <= ran["count"] <= 10
        assert seen["answers"] == ran["count"]
        assert seen["connections"] == (ran["count"] if closes else 2)
        await client.open(0)


@pytest.mark.parametrize(
    "reply", [b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno", CHUNKED[:-7], SIZED[:-1], HEAD, b""]
)
async def test_the_client_takes_nothing_else_for_an_answer(reply: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        client = Rest(server.sockets[0].getsockname()[1], {"some": ["GET / HTTP/1.1\r\n\r\n"]})
        with pytest.raises(ExceptionGroup):
            await client.run("some", connections=1, seconds=5, most=1)
        await client.open(0)


def test_a_peer_that_cannot_be_had_is_said_to_be_missing(
    clone: cluster.Database, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "HOME", tmp_path)
    said: list[str] = []
    with started(clone.owner_dsn, clone.service_dsn, ROWS, say=said.append, questions=[HERE], fetch=False) as peers:
        assert peers.rows == 600
        assert peers.running == {}
        assert set(peers.missing) == {TIPG, PYGEOAPI, INLINED, VARIABLES}
    assert len(said) == 3
    assert all("not measured" in line for line in said)
    with cluster.roles.connect(clone.owner_dsn) as db:
        assert db.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'peers'").fetchone() is None


@pytest.fixture(scope="module")
def peers(clone: cluster.Database) -> Iterator[Peers]:
    asked = [HERE, Question(40.2, -75.1, category="DAY.DROPIN", spanish=True), Question(30.0, -90.0)]

    def nearest(questions: object) -> list[str]:
        return [ask.graphql("query($lon:Float,$lat:Float){nearest(lon:$lon,lat:$lat)}", {"lon": -75, "lat": 40})]

    with started(
        clone.owner_dsn,
        clone.service_dsn,
        ROWS,
        say=print,
        questions=asked,
        sql_function=NEAREST,
        function_requests=nearest,
        fetch=False,
    ) as found:
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("name", [TIPG, PYGEOAPI, INLINED, VARIABLES, OUR_SQL])
async def test_a_peer_that_is_installed_answers_what_it_is_asked(peers: Peers, name: str) -> None:
    if "not installed" in peers.missing.get(name, ""):
        pytest.skip(f"{name} is {peers.missing[name]}")
    peer = peers.running[name]
    requests = peer.requests_for([HERE])
    if name != OUR_SQL:
        assert len(answer(peer.port, requests[0])) == 20
    client = Rest(peer.port, {name: requests})
    ran = await client.run(name, connections=2, seconds=10, most=6)
    await client.open(0)
    assert ran["count"] >= 6
    assert peer.memory_mb() > 10


def _asked(request: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.split(" ")[1]).query)


def _sent(request: str) -> dict[str, Any]:
    head, _, body = request.partition("\r\n\r\n")
    assert f"Content-Length: {len(body.encode())}" in head
    found: dict[str, Any] = json.loads(body)
    return found
