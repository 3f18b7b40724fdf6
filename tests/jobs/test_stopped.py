"""Whoever is stopped in the middle of a transaction holds nothing for ever."""

import asyncio

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.db import Database


async def test_a_transaction_that_nobody_goes_on_with_ends_and_its_locks_with_it(database: Database) -> None:
    worker = Database(database.dsn, pool_size=1, idle_s=0.2)
    lock = text("SELECT pg_advisory_xact_lock(7)")
    with pytest.raises((DBAPIError, psycopg.OperationalError)):  # noqa: PT012 - it is stopped in the middle
        async with worker.transaction() as stopped:
            await stopped.execute(lock)
            async with database.transaction() as other:
                await asyncio.wait_for(other.execute(lock), 5)
            await stopped.execute(text("SELECT 1"))
    async with worker.transaction() as again:
        await again.execute(text("SELECT pg_sleep(0.4)"))  # what takes long is not idle
    await worker.close()
