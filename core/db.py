"""The database: transactions for what writes, bare connections for the hot path."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from psycopg import AsyncConnection
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import text
from sqlalchemy.event import listen
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from core.announcing import Announcer, announced
from core.driver import driver_of
from core.security import Caller
from core.tenancy import act_for

set_json_loads(orjson.loads)
set_json_dumps(orjson.dumps)

Reader = AsyncConnection[tuple[object, ...]]
_LOOKING = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def sqlalchemy_url(dsn: str) -> str:
    """The same database as SQLAlchemy's psycopg driver wants it named."""
    return "postgresql+psycopg://" + dsn.split("://", 1)[1]


class Database:
    """What one process holds open: an engine for writing, and a pool of read-only connections.

    Nothing below an edge commits; `transaction` is opened once, by the edge.
    """

    def __init__(
        self, dsn: str, *, pool_size: int = 8, statement_s: float | None = None, idle_s: float | None = None
    ) -> None:
        """`statement_s`: how long a statement may take, `idle_s`: how long a transaction may wait for its next one."""
        self.dsn = dsn
        self._limits = {"statement_timeout": statement_s, "idle_in_transaction_session_timeout": idle_s or statement_s}
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(dsn),
            pool_size=pool_size,
            max_overflow=0,
            hide_parameters=True,  # an error's text must not quote a person or a confidential place
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
        )
        if statement_s is not None or idle_s is not None:
            listen(self.engine.sync_engine, "connect", lambda connection, _: connection.run_async(self._limited))
        self._announcer = Announcer(dsn)
        self._session = async_sessionmaker(self.engine, class_=AsyncSession, expire_on_commit=False)
        self._readers: AsyncConnectionPool[Reader] = AsyncConnectionPool(
            dsn, min_size=1, max_size=pool_size, open=False, kwargs={"autocommit": True}, configure=self._reader
        )

    async def open(self) -> None:
        """Open the pool of readers; waits until a first connection stands."""
        await self._readers.open(wait=True, timeout=30)

    async def close(self) -> None:
        """Close every connection of this process."""
        await self._announcer.close()
        await self._readers.close()
        await self.engine.dispose()

    async def _reader(self, connection: Reader) -> None:
        await _read_only(connection)
        await self._limited(connection)

    async def _limited(self, connection: AsyncConnection[Any]) -> None:
        """Who waits for the answer has gone by then, and a transaction that nobody goes on with holds locks."""
        before = connection.autocommit
        await connection.set_autocommit(True)  # the setting is the session's, not a transaction's
        for name, seconds in self._limits.items():
            if seconds is not None:
                await connection.execute("SELECT set_config(%s, %s, false)", (name, f"{seconds * 1_000:.0f}ms"))
        await connection.set_autocommit(before)

    @asynccontextmanager
    async def transaction(self, caller: Caller | None = None, *, looking: bool = False) -> AsyncIterator[AsyncSession]:
        """Begin ... commit, or roll back when the block raises.

        Of the rows that belong to agencies it sees the `caller`'s; without one, none. One that is only `looking` sees
        everything as of one moment, and nothing can be written in it.
        """
        async with self._session() as session:
            async with session.begin():
                if looking:
                    await session.execute(_LOOKING)
                if caller is not None:
                    await act_for(session, caller)
                yield session
            self._announcer.soon(announced(session))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reader]:
        """A bare connection on which nothing can be written."""
        async with self._readers.connection() as connection:
            yield connection


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


async def _read_only(connection: Reader) -> None:
    connection.prepare_threshold = 1  # the hot statements are few and the connections long-lived
    await connection.execute("SET default_transaction_read_only = on")
    # planning the search costs several times what running it does, and its plan does not depend on what is asked
    await connection.execute("SET plan_cache_mode = force_generic_plan")


__all__ = ["Database", "Reader", "driver_of", "sqlalchemy_url"]
