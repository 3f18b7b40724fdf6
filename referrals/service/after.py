"""What follows from a step outside of the referral: the directory says at once what a provider has just told us."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

from psycopg import AsyncConnection
from sqlalchemy.ext.asyncio import AsyncSession

import directory
from core.db import driver_of
from core.security import SYSTEM
from referrals.rules.case import Event, Of
from referrals.rules.machines import Actor
from referrals.rules.reasons import DECLINED, Declined
from referrals.rules.turn import Turn

# Who says "closed" says it of now; after that the hours say again what they say.
_CLOSED_FOR = timedelta(hours=4)
_UNIT = "bed"  # of a service that has never said what it counts
_ALONE: LiteralString = "SELECT id FROM capacity_pool WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_FREE: LiteralString = (
    "SELECT p.service_id, p.unit, p.capacity + p.surge AS total, count(*) FILTER (WHERE u.hold_id IS NULL"
    " OR u.until <= doorlight_now()) AS free, count(u.number) AS units FROM capacity_pool AS p"
    " LEFT JOIN capacity_unit AS u ON u.pool_id = p.id WHERE p.id = ANY(%s) GROUP BY p.id ORDER BY p.service_id"
)
# Free, and beyond what there are since they were lowered. Nobody else is at these: none becomes free beyond them but by
# whoever is at the pool itself.
_SURPLUS: LiteralString = (
    "DELETE FROM capacity_unit WHERE (pool_id, number) IN (SELECT pool_id, number FROM (SELECT u.pool_id, u.number,"
    " row_number() OVER (PARTITION BY u.pool_id ORDER BY u.number DESC) AS n, (SELECT count(*) FROM capacity_unit AS a"
    " WHERE a.pool_id = p.id) - p.capacity - p.surge AS beyond FROM capacity_unit AS u JOIN capacity_pool AS p"
    " ON p.id = u.pool_id WHERE p.id = ANY(%s) AND (u.hold_id IS NULL OR u.until <= doorlight_now())) AS free"
    " WHERE n <= beyond)"
)


async def follow(db: AsyncSession, turn: Turn, pools: Sequence[UUID]) -> None:
    """Tell the directory how many places are free, and where somebody has just said "full" or "closed"."""
    await publish_figures(db, turn.now, pools)
    for event in turn.events:
        if event.of is Of.offer and event.verb == "decline" and event.by is Actor.receiver:
            await _declined(db, turn, event)


async def publish_figures(db: AsyncSession, now: datetime, pools: Sequence[UUID]) -> None:
    """The figures of these pools, as the directory shows them.

    Counted once nobody else is at them: of two who take a place at once the later counts what the earlier took.
    """
    if not pools:
        return
    driver = await driver_of(db)
    async with driver.pipeline():  # one way there and back for both
        await driver.execute(_ALONE, (list(pools),))
        counted = await driver.execute(_FREE, (list(pools),))
    rows = await counted.fetchall()
    if any(units > total for _, _, total, _, units in rows):
        await without_surplus(driver, pools)
        rows = await (await driver.execute(_FREE, (list(pools),))).fetchall()
    for service_id, unit, total, free, _ in rows:
        await directory.count_free(db, SYSTEM, service_id=service_id, unit=unit, free=free, total=total, now=now)


async def without_surplus(driver: AsyncConnection[Any], pools: Sequence[UUID]) -> None:
    """What is free beyond what there are is no more. The pools are the caller's alone."""
    await driver.execute(_SURPLUS, (list(pools),))


async def _declined(db: AsyncSession, turn: Turn, event: Event) -> None:
    shuts = DECLINED[Declined(event.reason)].shuts if event.reason else None
    service_id = turn.case.offers[event.subject_id].service_id
    if shuts == "full":
        await directory.say_full(db, SYSTEM, service_id=service_id, unit=_UNIT, now=turn.now)
    elif shuts == "closed":
        closure = directory.ClosureIn(
            id=uuid4(), starts_at=turn.now, ends_at=turn.now + _CLOSED_FOR, reason="Said to be closed"
        )
        await directory.close(
            db, SYSTEM, owner=directory.Owner.service, owner_id=service_id, closure=closure, now=turn.now
        )
