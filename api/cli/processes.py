"""Verbs that run something: everything at once, or one process."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Annotated, Any

import typer
import uvicorn

from api import starter, up
from api.app import create_app
from api.cli.database import opened
from api.jobs import EVERY, JOBS
from core import clock as time
from core import cluster, log
from core.db import Database
from core.election import lead
from core.jobs import queue, ticking
from core.settings import settings

Demo = Annotated[
    bool, typer.Option("--demo/--no-demo", help="On the first start, load an invented town to try things out.")
]


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command("up")(start)
    app.command()(serve)
    app.command()(work)
    app.command()(clock)


def start(demo: Demo = False) -> None:
    """Run database, API, worker and clock in the foreground until Ctrl-C.

    Example: `PORT=8080 doorlight up --demo`
    """

    def load(opened: cluster.Database) -> None:
        asyncio.run(_load(opened.service_dsn, demo=demo))

    raise typer.Exit(up.up(settings(), say=_say, load=load))


async def _load(dsn: str, *, demo: bool) -> None:
    database = Database(dsn)
    await database.open()
    try:
        await starter.load(database, demo=demo, now=time.now(), say=_say)
    finally:
        await database.close()


def serve() -> None:
    """Run the API alone, on PORT. Example: `PORT=8080 doorlight serve`."""
    with opened() as dsn:
        held = settings().model_copy(update={"service_dsn": dsn})
        log.configure(held.log_level)
        uvicorn.run(
            create_app(held),
            host=held.host,
            port=held.port,
            access_log=False,  # addresses may hold where a person is
            log_level="warning",
            timeout_graceful_shutdown=5,
        )


def work() -> None:
    """Run a worker: it does what the queue holds. Any number may run."""
    _run(_work)


def clock() -> None:
    """Run a clock: one of however many is elected, and only enqueues."""
    _run(_clock)


def _run(process: Callable[[str], Coroutine[Any, Any, None]]) -> None:
    log.configure(settings().log_level)
    with opened() as dsn:
        asyncio.run(_until_asked(process(dsn)))


async def _work(dsn: str) -> None:
    database = Database(dsn, pool_size=2)
    app = queue(dsn, JOBS, database)
    try:
        async with app.open_async():
            await app.run_worker_async(install_signal_handlers=False, concurrency=2, delete_jobs="successful")
    finally:
        await database.close()


async def _clock(dsn: str) -> None:
    await lead(dsn, "doorlight clock", while_leading=lambda: ticking(dsn, EVERY))


async def _until_asked(running: Coroutine[Any, Any, None]) -> None:
    """Run until it ends or somebody asks us to stop."""
    task = asyncio.ensure_future(running)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def _say(line: str) -> None:
    typer.echo(line, err=True)
