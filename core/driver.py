"""Psycopg's own connection under a session."""

from typing import Any

from psycopg import AsyncConnection
from sqlalchemy.ext.asyncio import AsyncSession


async def driver_of(db: AsyncSession) -> AsyncConnection[Any]:
    """Same transaction, no ORM in between."""
    raw = await (await db.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, AsyncConnection)  # noqa: S101 - the engine is built on psycopg
    return driver
