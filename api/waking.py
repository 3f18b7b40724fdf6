"""A worker does not wait for the clock's next tick where something was just committed: it looks at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import structlog

import referrals
from api.jobs import referral_outbox, send_webhooks
from api.problems import NO_DATABASE
from core import clock
from core.announcing import woken
from core.db import Database

_log = structlog.get_logger()
_LOOK_S = 5.0


@asynccontextmanager
async def waking(database: Database) -> AsyncIterator[None]:
    """Empty the outbox whenever an event was committed, and send what comes of it, as long as this goes on.

    The clock's jobs do the same every few seconds: what goes wrong here is done by them.
    """
    sends = asyncio.Event()
    tasks = [asyncio.create_task(_hand_on(database, sends)), asyncio.create_task(_send(database, sends))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _hand_on(database: Database, sends: asyncio.Event) -> None:
    async with aclosing(woken(database.dsn, referrals.CHANNEL, every_s=_LOOK_S)) as wakings:
        async for _ in wakings:
            try:
                if await referral_outbox(database, clock.now()):
                    sends.set()
            except NO_DATABASE as error:
                _log.warning("outbox", error=type(error).__name__)
            except Exception:  # noqa: BLE001 - it is logged, and the next time may go better
                _log.exception("outbox")


async def _send(database: Database, sends: asyncio.Event) -> None:
    """Beside it: receivers are slow."""
    while await sends.wait():
        sends.clear()
        try:
            await send_webhooks(database, clock.now())
        except Exception:  # noqa: BLE001 - the same
            _log.exception("webhooks")
