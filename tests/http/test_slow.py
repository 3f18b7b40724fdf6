"""Clients that send or read slowly, say too much, or never stop, on raw sockets to a real server: others go on."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from itertools import chain, repeat
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from api import bodies, connections
from api.bodies import LARGEST
from api.connections import FROM_ONE, LARGEST_HEAD
from core.cluster import Database as Cluster
from tests.conftest import Counted
from tests.serving import serving

pytestmark = pytest.mark.security

IMPATIENT = (sys.executable, str(Path(__file__).parent / "scripts" / "impatient.py"))
HEAD_S, BODY_S, READ_S = (
    one / 5 for one in (connections.HEAD_WITHIN_S, bodies.WHOLE_WITHIN_S, connections.READ_WITHIN_S)
)
SLACK_S = 5.0  # this machine does other things too
POST = b"POST /api/v1/search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
GET = b"GET /health/live HTTP/1.1\r\nHost: x\r\n"
Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(scope="module")
def port(clone: Cluster) -> Iterator[int]:
    with serving(clone.service_dsn, program=IMPATIENT, DOORLIGHT_RATES="off") as (port, _):
        yield port


@asynccontextmanager
async def connected(port: int, sent: bytes = b"", address: str = "127.0.0.1") -> AsyncIterator[Peer]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        writer.write(sent)
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def status(reader: asyncio.StreamReader) -> int | None:
    """Of the answer; None where the connection was ended without one."""
    try:
        line = await asyncio.wait_for(reader.readline(), 30)
    except ConnectionError:
        return None
    return int(line.split()[1]) if line else None


async def search(port: int) -> float:
    """How long an ordinary search takes meanwhile."""
    began = time.perf_counter()
    body = b'{"lat": 39.7, "lon": -104.9}'
    async with connected(port, POST + b"Content-Length: %d\r\n\r\n" % len(body) + body, "127.0.0.9") as (reader, _):
        assert await status(reader) == 200
    return time.perf_counter() - began


async def trickled(port: int, first: bytes, rest: Iterator[bytes], address: str) -> tuple[int | None, float]:
    """One byte, and another, until the server has enough: its answer, and after how long."""
    began = time.perf_counter()
    async with connected(port, first, address) as (reader, writer):
        answer = asyncio.create_task(status(reader))
        for piece in rest:
            writer.write(piece)
            if (await asyncio.wait([answer], timeout=0.1))[0]:
                break
        return await answer, time.perf_counter() - began


async def meanwhile(port: int, attack: list[Coroutine[Any, Any, Any]]) -> tuple[list[Any], list[float]]:
    """What became of the attackers, and how long searches took during that time."""
    attackers = asyncio.gather(*attack)
    took = [await search(port)]
    while not attackers.done():
        took.append(await search(port))
        await asyncio.sleep(0.05)
    return await attackers, took


SLOW: dict[str, tuple[Callable[[], tuple[bytes, Iterator[bytes]]], float, int | None]] = {
    "nothing at all": (lambda: (b"", repeat(b"")), HEAD_S, None),
    "a head, byte by byte": (lambda: (b"", chain((bytes([one]) for one in GET), repeat(b"x"))), HEAD_S, None),
    "header after header": (lambda: (GET, repeat(b"X-A: b\r\n")), HEAD_S, None),
    "empty lines": (lambda: (b"", repeat(b"\r\n")), HEAD_S, None),
    "a body, byte by byte": (lambda: (POST + b"Content-Length: 9999\r\n\r\n", repeat(b" ")), BODY_S, 408),
    "a body that never comes": (lambda: (POST + b"Content-Length: 9999\r\n\r\n", repeat(b"")), BODY_S, 408),
    "chunks, byte by byte": (
        lambda: (POST + b"Transfer-Encoding: chunked\r\n\r\n", repeat(b"1\r\n \r\n")), BODY_S, 408,
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", SLOW)
async def test_many_slow_clients_hold_nothing_up(port: int, how: str, counted: Counted) -> None:
    make, within, answer = SLOW[how]
    many = [trickled(port, *make(), address=f"127.0.0.{10 + n % 4}") for n in range(200)]
    ended, took = await meanwhile(port, many)
    assert {one for one, _ in ended} == {answer}
    assert all(within * 0.9 <= after <= within + SLACK_S for _, after in ended)
    assert median(took) < 0.5
    counted(f"slow clients ({how})", len(many))
    counted(f"searches meanwhile ({how})", len(took))
    counted(f"their median, ms ({how})", round(median(took) * 1e3))


async def test_who_does_not_read_is_not_written_to_for_ever(port: int) -> None:
    loop = asyncio.get_running_loop()
    ask = b"GET /static/vendor/swagger-ui/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n"

    async def unread(n: int) -> float:
        began = time.perf_counter()
        with socket.socket() as ours:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            ours.setblocking(False)
            ours.bind((f"127.0.0.{10 + n % 4}", 0))
            await loop.sock_connect(ours, ("127.0.0.1", port))
            await loop.sock_sendall(ours, ask * 8)  # more than all the buffers on the way hold
            with suppress(ConnectionError):
                while time.perf_counter() - began < READ_S + SLACK_S:
                    await loop.sock_sendall(ours, b"\r\n")  # an ended connection shows when it is written to
                    await asyncio.sleep(0.1)
        return time.perf_counter() - began

    ended, took = await meanwhile(port, [unread(n) for n in range(50)])
    assert all(READ_S * 0.9 <= after < READ_S + SLACK_S for after in ended)
    assert median(took) < 0.5


def posted(size: int, path: bytes = b"/api/v1/search") -> bytes:
    return POST.replace(b"/api/v1/search", path) + b"Content-Length: %d\r\n\r\n" % size + b" " * size


def chunked(size: int) -> bytes:
    whole = b"".join(b"3e8\r\n" + b" " * 1_000 + b"\r\n" for _ in range(size // 1_000))
    return POST + b"Transfer-Encoding: chunked\r\n\r\n" + whole + b"0\r\n\r\n"


MUCH = {
    "a large body": (posted(LARGEST + 1), 413),
    "a very large body": (posted(3_000_000), 413),
    "a larger body than GraphQL takes": (posted(1_000_001, b"/graphql"), 413),
    "one that GraphQL takes from who is known alone": (posted(1_000_000, b"/graphql"), 413),
    "one that it takes, and cannot read": (posted(LARGEST, b"/graphql"), 400),
    "a large body, announced alone": (
        POST + b"Expect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n",
        413,
    ),
    "a large body in chunks": (chunked(LARGEST + 1_000), 413),
    "as large as it may be": (posted(LARGEST), 400),
    "as large as it may be, in chunks": (chunked(LARGEST), 400),
    "two lengths": (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n  ", 400),
    "a length and chunks": (POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "a negative length": (POST + b"Content-Length: -1\r\n\r\n", 400),
    "a large head": (GET + b"X-A: " + b"a" * LARGEST_HEAD + b"\r\n\r\n", 431),
    "a head without an end": (GET + b"X-A: " + b"a" * LARGEST_HEAD * 9, 431),
    "very many headers": (GET + b"A: b\r\n" * 10_000 + b"\r\n", 431),
    "a long address": (b"GET /?q=" + b"a" * 17_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20, 400),
}


@pytest.mark.parametrize("what", MUCH)
async def test_too_much_is_refused_in_a_word(port: int, what: str) -> None:
    sent, wanted = MUCH[what]
    async with connected(port, sent) as (reader, _):
        assert await status(reader) == wanted
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        assert b"application/problem+json" in head.lower()
    await search(port)


async def test_who_comes_gets_the_place_of_who_waits_longest(port: int) -> None:
    async with AsyncExitStack() as stack:
        idle = [await stack.enter_async_context(connected(port, b"G", "127.0.0.77")) for _ in range(FROM_ONE)]
        async with connected(port, GET + b"\r\n", "127.0.0.77") as (reader, _):
            assert await status(reader) == 200
        assert await status(idle[0][0]) is None
        async with connected(port, GET + b"\r\n", "127.0.0.78") as (reader, _):  # others have places of their own
            assert await status(reader) == 200


async def test_a_connection_is_used_again_and_again(port: int) -> None:
    async with connected(port) as (reader, writer):
        for _ in range(3):
            writer.write(GET + b"\r\n")
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            assert head.startswith(b"HTTP/1.1 200")
            await reader.readexactly(len(b'{"status":"live"}'))
            await asyncio.sleep(HEAD_S * 0.6)  # longer in all than a head may take
