"""The statement at the heart of an acceptance, alone; the same without taking a place; and what others do instead."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg

CLIENTS = 32
_TABLES = """
DROP SCHEMA IF EXISTS bare CASCADE;
CREATE SCHEMA bare;
CREATE TABLE bare.pool (id uuid PRIMARY KEY, free integer NOT NULL CHECK (free >= 0));
CREATE TABLE bare.unit (pool_id uuid, number integer, hold_id uuid, until timestamptz,
    PRIMARY KEY (pool_id, number)) WITH (fillfactor = 50);
CREATE TABLE bare.hold (id uuid PRIMARY KEY, pool_id uuid NOT NULL, at timestamptz NOT NULL);
CREATE TABLE bare.referral (id uuid PRIMARY KEY, status text NOT NULL, at timestamptz NOT NULL);
CREATE TABLE bare.event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, referral_id uuid NOT NULL,
    verb text NOT NULL);
GRANT USAGE ON SCHEMA bare TO doorlight_service;
GRANT ALL ON ALL TABLES IN SCHEMA bare TO doorlight_service;
"""
_INSERT: LiteralString = """
WITH hold AS (INSERT INTO bare.hold VALUES (%(hold)s, %(pool)s, now())),
    referral AS (INSERT INTO bare.referral VALUES (%(referral)s, 'matched', now()))
INSERT INTO bare.event (referral_id, verb) VALUES (%(referral)s, 'accept')
"""
_TAKE: LiteralString = """
WITH free AS MATERIALIZED (
    SELECT pool_id, number FROM bare.unit
    WHERE pool_id = %(pool)s AND (hold_id IS NULL OR until <= doorlight_now()) AND NOT %(waits)s
    LIMIT 1 FOR UPDATE SKIP LOCKED
), waited AS MATERIALIZED (
    SELECT pool_id, number FROM bare.unit
    WHERE pool_id = %(pool)s AND (hold_id IS NULL OR until <= doorlight_now()) AND %(waits)s
    ORDER BY number LIMIT 1 FOR UPDATE
), taken AS (
    UPDATE bare.unit AS u SET hold_id = %(hold)s FROM (SELECT * FROM free UNION ALL SELECT * FROM waited) AS one
    WHERE u.pool_id = one.pool_id AND u.number = one.number RETURNING u.pool_id
), hold AS (INSERT INTO bare.hold SELECT %(hold)s, pool_id, now() FROM taken),
    referral AS (INSERT INTO bare.referral SELECT %(referral)s, 'matched', now() FROM taken)
INSERT INTO bare.event (referral_id, verb) SELECT %(referral)s, 'accept' FROM taken
"""
_LOCK: LiteralString = "SELECT free FROM bare.pool WHERE id = %(pool)s FOR UPDATE"
_COUNT_DOWN: LiteralString = "UPDATE bare.pool SET free = free - 1 WHERE id = %(pool)s"

Act = Callable[[psycopg.AsyncConnection[Any], dict[str, Any]], Awaitable[None]]


async def insert_only(session: psycopg.AsyncConnection[Any], values: dict[str, Any]) -> None:
    await session.execute(_INSERT, values)


async def take(session: psycopg.AsyncConnection[Any], values: dict[str, Any]) -> None:
    done = await session.execute(_TAKE, values | {"waits": False})
    if done.rowcount != 1:
        done = await session.execute(_TAKE, values | {"waits": True})
    if done.rowcount != 1:
        raise AssertionError("no place was left, and there were enough")


_GIVE: LiteralString = "UPDATE bare.unit SET hold_id = NULL WHERE pool_id = %(pool)s AND hold_id = %(hold)s"
_COUNT_UP: LiteralString = "UPDATE bare.pool SET free = free + 1 WHERE id = %(pool)s"


async def take_and_give(session: psycopg.AsyncConnection[Any], values: dict[str, Any]) -> None:
    """A pool that everybody wants stays as full as it was."""
    await take(session, values)
    await session.execute(_GIVE, values)


async def lock_and_give(session: psycopg.AsyncConnection[Any], values: dict[str, Any]) -> None:
    await lock_first(session, values)
    await session.execute(_COUNT_UP, values)


async def lock_first(session: psycopg.AsyncConnection[Any], values: dict[str, Any]) -> None:
    """As it is often done: lock the pool, look, count down, insert, and only then let the next one in."""
    async with session.transaction():
        await session.execute(_LOCK, values)
        await session.execute(_COUNT_DOWN, values)
        await session.execute(_INSERT, values)


@dataclass(frozen=True)
class Pools:
    """The pools of a round, each with as many places as could be taken."""

    ids: list[UUID]

    @classmethod
    async def make(cls, dsn: str, many: int, places: int) -> "Pools":
        made = cls([uuid4() for _ in range(many)])
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as owner:
            await owner.execute(_TABLES)
            await owner.execute("INSERT INTO bare.pool SELECT id, 1000000 FROM unnest(%s::uuid[]) AS id", (made.ids,))
            await owner.execute(
                "INSERT INTO bare.unit (pool_id, number) SELECT id, n FROM unnest(%s::uuid[]) AS id,"
                " generate_series(1, %s) AS n",
                (made.ids, places),
            )
            await owner.execute("ANALYZE bare.unit")
        return made


async def rate(dsn: str, act: Act, pools: Pools, seconds: float) -> float:
    """How often a second `CLIENTS` do it together."""
    sessions = [await psycopg.AsyncConnection.connect(dsn, autocommit=True) for _ in range(CLIENTS)]
    turns, done = count(), 0
    ends = time.perf_counter() + seconds

    async def go(session: psycopg.AsyncConnection[Any]) -> None:
        nonlocal done
        while time.perf_counter() < ends:
            pool = pools.ids[next(turns) % len(pools.ids)]
            await act(session, {"pool": pool, "hold": uuid4(), "referral": uuid4()})
            done += 1

    begun = time.perf_counter()
    try:
        await asyncio.gather(*(go(session) for session in sessions))
    finally:
        took = time.perf_counter() - begun
        await asyncio.gather(*(session.close() for session in sessions))
    return done / took
