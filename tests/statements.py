"""What a transaction says to the database, whichever way it is said."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import driver_of

Statements = list[tuple[Any, Any]]


@asynccontextmanager
async def heard(db: AsyncSession) -> AsyncIterator[Statements]:
    """Every statement and its values, from here on."""
    found: Statements = []

    class Hearing(psycopg.AsyncCursor[Any]):
        async def execute(self, query: Any, params: Any = None, **more: Any) -> "Hearing":
            found.append((query, params))
            return await super().execute(query, params, **more)

    driver = await driver_of(db)
    usual, driver.cursor_factory = driver.cursor_factory, Hearing
    try:
        yield found
    finally:
        driver.cursor_factory = usual
