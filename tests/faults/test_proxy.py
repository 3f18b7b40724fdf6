"""A wire that can be cut: what goes through goes through whole, and what is cut is cut on both sides."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.faults.proxy import a_proxy


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def an_echo(tmp_path: Path, kind: str) -> AsyncIterator[int | Path]:
    if kind == "port":
        server = await asyncio.start_server(_echo, "127.0.0.1", 0)
        yield server.sockets[0].getsockname()[1]
    else:
        server = await asyncio.start_unix_server(_echo, tmp_path / "echo")
        yield tmp_path / "echo"
    server.close()


@pytest.mark.parametrize("kind", ["port", "socket"])
async def test_everything_passes_in_order(tmp_path: Path, kind: str) -> None:
    said = bytes(range(256)) * 2_000
    async with an_echo(tmp_path, kind) as far, a_proxy(far) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(said)
        assert await asyncio.wait_for(reader.readexactly(len(said)), 5) == said
        writer.close()


@pytest.mark.parametrize("kind", ["port", "socket"])
async def test_a_reset_is_felt_and_the_next_connection_stands(tmp_path: Path, kind: str) -> None:
    async with an_echo(tmp_path, kind) as far, a_proxy(far) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"a")
        await asyncio.wait_for(reader.readexactly(1), 5)
        assert proxy.reset() == 1
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.readexactly(1), 5)
        assert proxy.reset() == 0
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"b")
        assert await asyncio.wait_for(reader.readexactly(1), 5) == b"b"
        writer.close()


async def test_an_answer_is_swallowed_though_the_question_arrived(tmp_path: Path) -> None:
    async with an_echo(tmp_path, "port") as far, a_proxy(far) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        proxy.swallow(True)
        writer.write(b"lost")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.2)
        proxy.swallow(False)
        writer.write(b"heard")
        assert await asyncio.wait_for(reader.readexactly(5), 5) == b"heard"
        writer.close()


async def test_where_nobody_listens_a_connection_is_cut(tmp_path: Path) -> None:
    async with a_proxy(tmp_path / "nobody") as proxy:
        reader, _ = await asyncio.open_connection("127.0.0.1", proxy.port)
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(1), 5)
