"""No request takes for ever: neither in this process nor in the database."""

import asyncio

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from psycopg.errors import QueryCanceled
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from starlette.types import Receive, Scope, Send

from api.counting import Counting
from api.guard import Guard
from core.cluster import Database as Cluster
from core.db import Database
from core.peers import sources

pytestmark = pytest.mark.security


async def test_an_answer_begins_in_time_or_is_a_problem() -> None:
    async def sleeping(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.Event().wait()

    guard = Guard(sleeping, Counting(None, sources()), {"X-Frame-Options": "DENY"}, within_s=0.05)
    async with AsyncClient(transport=ASGITransport(guard), base_url="http://doorlight.test") as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/took-too-long")
    assert answer.headers["x-frame-options"] == "DENY"


async def test_an_answer_that_has_begun_may_take_its_time() -> None:
    app = FastAPI()

    async def streaming(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.1)
        await send({"type": "http.response.body", "body": b"whole"})

    app.mount("/", streaming)
    guard = Guard(app, Counting(None, sources()), {}, within_s=0.05)
    async with AsyncClient(transport=ASGITransport(guard), base_url="http://doorlight.test") as client:
        assert (await client.get("/")).text == "whole"


async def test_a_failure_that_times_out_by_itself_is_not_taken_for_ours() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise TimeoutError

    guard = Guard(failing, Counting(None, sources()), {}, within_s=5)
    async with AsyncClient(transport=ASGITransport(guard), base_url="http://doorlight.test") as client:
        with pytest.raises(TimeoutError):
            await client.get("/")


async def test_a_statement_ends_in_time(clone: Cluster) -> None:
    database = Database(clone.service_dsn, pool_size=1, statement_s=0.05)
    await database.open()
    try:
        for _ in range(2):  # also on a connection that has been used
            with pytest.raises(OperationalError, match="statement timeout"):
                async with database.transaction() as db:
                    await db.execute(text("SELECT pg_sleep(5)"))
            with pytest.raises(QueryCanceled):
                async with database.reading() as reader:
                    await reader.execute("SELECT pg_sleep(5)")
        async with database.transaction() as db:
            assert await db.scalar(text("SHOW idle_in_transaction_session_timeout")) == "50ms"
    finally:
        await database.close()


async def test_a_connection_whose_request_was_given_up_goes_on(clone: Cluster) -> None:
    database = Database(clone.service_dsn, pool_size=1)
    await database.open()
    try:
        for _ in range(2):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05), database.reading() as reader:
                    await reader.execute("SELECT pg_sleep(5)")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05), database.transaction() as db:
                    await db.execute(text("SELECT pg_sleep(5)"))
        async with database.reading() as reader:
            assert await (await reader.execute("SELECT 1")).fetchone() == (1,)
        async with database.transaction() as db:
            assert await db.scalar(text("SELECT 1")) == 1
    finally:
        await database.close()
