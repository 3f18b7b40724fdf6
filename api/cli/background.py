"""`doorlight work` and `doorlight clock`: what happens without anybody asking."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import typer

from api.cli.database import opened
from api.jobs import EVERY, JOBS
from api.waking import waking
from core import log, working
from core.db import Database
from core.election import lead
from core.jobs import queue, ticking
from core.settings import settings

# Whoever is stopped in the middle of a transaction lets go of what it holds: others go on in its place.
_LEASE_S = 30.0


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command()(work)
    app.command()(clock)


def work() -> None:
    """Run a worker: it does what the queue holds. Any number may run."""
    _run(_work)


def clock() -> None:
    """Run a clock: one of however many is elected, and only enqueues."""
    _run(_clock)


async def _work(dsn: str) -> None:
    database = Database(dsn, pool_size=6, idle_s=_LEASE_S)
    try:
        async with waking(database):
            await working.work(queue(dsn, JOBS, database))
    finally:
        await database.close()


async def _clock(dsn: str) -> None:
    await lead(dsn, "doorlight clock", while_leading=lambda: ticking(dsn, EVERY))


def _run(process: Callable[[str], Coroutine[Any, Any, None]]) -> None:
    log.configure(settings().log_level)
    with opened() as dsn:
        asyncio.run(_until_asked(process(dsn)))


async def _until_asked(running: Coroutine[Any, Any, None]) -> None:
    """Run until it ends or somebody asks us to stop."""
    task = asyncio.ensure_future(running)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
