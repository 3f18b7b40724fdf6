"""Say to other processes that something was committed, and hear it from them.

A NOTIFY inside a transaction takes a lock of the whole server while it commits, one transaction after the other. So it
is said afterwards, on a connection of its own and once for all that was committed meanwhile. It carries nothing: who
hears it looks. And who hears nothing looks too, every few seconds, for a process may die between the two.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import psycopg
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

_log = structlog.get_logger()
BATCH_S = 0.02  # at most so often is it said
LOOK_S = 2.0
_INFO = "doorlight.announced"
_LOST = (psycopg.OperationalError, psycopg.InterfaceError)


def announce(db: AsyncSession, channel: str) -> None:
    """Once this transaction is committed, those who listen on that channel are woken."""
    db.info.setdefault(_INFO, set()).add(channel)


def announced(db: AsyncSession) -> frozenset[str]:
    """What its commit is followed by."""
    return frozenset(db.info.get(_INFO, ()))


class Announcer:
    """Tells what was committed by this process."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._waiting: set[str] = set()
        self._telling: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection[Any] | None = None

    def soon(self, channels: frozenset[str]) -> None:
        """At once, or with what else is committed within `BATCH_S`. Waits for nothing, and never fails."""
        self._waiting |= channels
        if self._waiting and (self._telling is None or self._telling.done()):
            self._telling = asyncio.create_task(self._tell())

    async def close(self) -> None:
        """What has not been said by now is found by those who look."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        await self._let_go()

    async def _tell(self) -> None:
        while self._waiting:
            channels, self._waiting = sorted(self._waiting), set()
            try:
                if self._connection is None:
                    self._connection = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True)
                await self._connection.execute("SELECT pg_notify(channel, '') FROM unnest(%s::text[]) AS channel",
                                               (channels,))  # fmt: skip
            except _LOST as error:
                _log.warning("nobody was woken", error=type(error).__name__)
                await self._let_go()
            await asyncio.sleep(BATCH_S)

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


async def woken(dsn: str, channel: str, *, every_s: float = LOOK_S) -> AsyncGenerator[None, None]:
    """At the start, whenever it is said on that channel, and every `every_s` seconds: time to look.

    What is said while somebody looks wakes them once more. Ends only by being closed: without its connection it goes
    by the time alone, and connects again.
    """
    while True:
        try:
            connection = await psycopg.AsyncConnection.connect(
                dsn, autocommit=True, keepalives_idle=5, keepalives_interval=2
            )
            async with connection:
                await connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
                while True:
                    yield
                    async for _ in connection.notifies(timeout=every_s, stop_after=1):
                        pass
        except _LOST as error:
            _log.warning("deaf", channel=channel, error=type(error).__name__)
        yield
        await asyncio.sleep(every_s)
