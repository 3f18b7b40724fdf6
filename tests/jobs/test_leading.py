"""A leader whose server stalls steps down without dying, and stands again."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
import pytest

from core import election
from core.db import Database


async def test_a_leader_steps_down_when_its_server_stalls_and_stands_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.environ.get("DATABASE_URL"):
        pytest.skip("stops a process of the server, which must be ours")
    monkeypatch.setattr(election, "_STALL_S", 0.3)
    monkeypatch.setattr(election, "_POLL_S", 0.05)
    leads, follows = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def while_leading() -> AsyncIterator[None]:
        follows.clear()
        leads.set()
        try:
            yield
        finally:
            leads.clear()
            follows.set()

    standing = asyncio.create_task(election.lead(database.dsn, "a test", while_leading=while_leading))
    await asyncio.wait_for(leads.wait(), 5)
    server = await _holder(database.dsn)
    os.kill(server, signal.SIGSTOP)
    try:
        await asyncio.wait_for(follows.wait(), 3)  # while the server is still silent
    finally:
        os.kill(server, signal.SIGCONT)
    await asyncio.wait_for(leads.wait(), 5)
    assert not standing.done()
    standing.cancel()
    with suppress(asyncio.CancelledError):
        await standing
    assert follows.is_set()


async def test_a_leader_that_stands_still_is_followed_by_another(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(election, "_STALL_S", 0.3)
    monkeypatch.setattr(election, "_POLL_S", 0.05)
    leads = asyncio.Event()

    @asynccontextmanager
    async def while_leading() -> AsyncIterator[None]:
        leads.set()
        yield

    async with election._candidate(database.dsn) as stopped:
        assert await election._won(stopped, "a test")
        standing = asyncio.create_task(election.lead(database.dsn, "a test", while_leading=while_leading))
        await asyncio.wait_for(leads.wait(), 5)
        with pytest.raises(psycopg.OperationalError):
            await stopped.execute("SELECT")
    standing.cancel()
    with suppress(asyncio.CancelledError):
        await standing


async def _holder(dsn: str) -> int:
    """The server's process that holds the lock."""
    async with await psycopg.AsyncConnection.connect(dsn) as db:
        held = (
            "SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        )
        ((pid,),) = await (await db.execute(held)).fetchall()
    return int(str(pid))
