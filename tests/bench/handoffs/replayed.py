"""An acceptance as the database sees it: the very statements of one, without the program that thinks them up."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import psycopg

import referrals
from core.db import Database
from core.tenancy import act_for
from referrals.views import said
from tests.access.builders import RING
from tests.bench.handoffs.bare import CLIENTS
from tests.bench.handoffs.whole import Asked
from tests.statements import Statements, heard


async def recorded(database: Database, one: Asked) -> Statements:
    """What accepting that offer says to the database, from whose it is to the audit; nothing of it is kept."""
    async with database.transaction() as db:
        async with heard(db) as found:
            await act_for(db, one.staff)
            await referrals.answer(db, one.staff, offer_id=one.offer_id, said=said.AcceptIn(), ring=RING)
        await db.rollback()
    return found


async def rate(dsn: str, several: Sequence[Statements]) -> float:
    """How many of these a second `CLIENTS` do together, each in a transaction and on its way at once."""
    waiting = list(several)
    sessions = [await psycopg.AsyncConnection.connect(dsn) for _ in range(CLIENTS)]

    async def say(session: psycopg.AsyncConnection[Any], statements: Statements) -> None:
        for query, params in statements:
            await session.execute(query, params, prepare=True)

    async def warm(session: psycopg.AsyncConnection[Any]) -> None:
        async with session.pipeline(), session.transaction(force_rollback=True):
            await say(session, waiting[-1])

    async def go(session: psycopg.AsyncConnection[Any]) -> None:
        while waiting:
            statements = waiting.pop()
            async with session.pipeline(), session.transaction():
                await say(session, statements)

    try:
        for session in sessions:
            await warm(session)
        begun = time.perf_counter()
        await asyncio.gather(*(go(session) for session in sessions))
        return len(several) / (time.perf_counter() - begun)
    finally:
        await asyncio.gather(*(session.close() for session in sessions))
