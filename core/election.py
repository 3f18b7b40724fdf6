"""One process leads: a PostgreSQL session lock decides which, and a dead leader's lock is free at once.

The lock lives on a connection of its own that must reach the server itself: a pooler in transaction mode would hand
the same session to two candidates, and both would lead.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import psycopg

_POLL_S = 0.5
_STALL_S = 5.0  # as long as a server may be silent to its leader, and a leader to its server


async def lead(dsn: str, name: str, *, while_leading: Callable[[], AbstractAsyncContextManager[None]]) -> None:
    """Stand for election for ever; inside `while_leading` this process is the only leader of that name.

    Steps down when the connection that holds the lock is lost or stalls, and stands again. Ends only by cancellation.
    """
    while True:
        with suppress(psycopg.OperationalError, psycopg.InterfaceError, TimeoutError):
            async with _candidate(dsn) as session:
                while not await _won(session, name):  # noqa: ASYNC110 - the lock is in the database: nobody sets an event
                    await asyncio.sleep(_POLL_S)
                async with while_leading():
                    await _until_lost(session)
        await asyncio.sleep(_POLL_S)


@asynccontextmanager
async def _candidate(dsn: str) -> AsyncIterator[psycopg.AsyncConnection[tuple[object, ...]]]:
    session = await psycopg.AsyncConnection.connect(dsn, autocommit=True, keepalives_idle=5, keepalives_interval=2)
    try:
        # one that was stopped leads no longer; when it goes on, it finds its session gone
        await session.execute("SELECT set_config('idle_session_timeout', %s, false)", (f"{_STALL_S * 1_000:.0f}ms",))
        yield session
    finally:
        await session.close()


async def _won(session: psycopg.AsyncConnection[tuple[object, ...]], name: str) -> bool:
    found = await session.execute("SELECT pg_try_advisory_lock(%s)", (zlib.crc32(name.encode()),))
    return await found.fetchone() == (True,)


async def _until_lost(session: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
    """Returns never; raises OperationalError within a poll of losing the session, and the lock with it.

    Raises:
        TimeoutError: the server has not answered for a while: somebody else may lead by now.
    """
    while True:
        answer = asyncio.ensure_future(session.execute("SELECT"))
        try:
            if not (await asyncio.wait({answer}, timeout=_STALL_S))[0]:
                raise TimeoutError  # noqa: TRY301 - let go of as after any other end
            await answer
        except BaseException:
            await session.close()  # first: of an open session, psycopg would wait for the answer even when cancelled
            answer.cancel()
            await asyncio.gather(answer, return_exceptions=True)
            raise
        await asyncio.sleep(_POLL_S)
