"""`doorlight up`: all of Doorlight in the foreground."""

import asyncio
from typing import Annotated

import typer

import directory
from api import jobs, starter, up
from core import clock, cluster
from core.db import Database
from core.security import SYSTEM
from core.settings import settings

Demo = Annotated[
    bool, typer.Option("--demo/--no-demo", help="On the first start, load an invented town to try things out.")
]


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("up")(start)


def start(demo: Demo = False) -> None:
    """Run database, API, worker and clock in the foreground until Ctrl-C.

    Example: `PORT=8080 doorlight up --demo`
    """

    def load(opened: cluster.Database) -> None:
        asyncio.run(_load(opened.service_dsn, demo=demo))

    def renew(opened: cluster.Database) -> None:
        asyncio.run(_renew(opened.service_dsn))

    raise typer.Exit(up.up(settings(), say=_say, load=load, renew=renew))


async def _load(dsn: str, *, demo: bool) -> None:
    database = Database(dsn)
    await database.open()
    try:
        await starter.load(database, demo=demo, now=clock.now(), say=_say)
    finally:
        await database.close()


async def _renew(dsn: str) -> None:
    """Rows refer to our codes and areas by key: those of a newer version must be there before anything is written.

    Then rows that a migration dropped are written: until they are, a search would hide their services and not say so.
    """
    database = Database(dsn)
    try:
        async with database.transaction() as db:
            await directory.load_vocabulary(db, SYSTEM, now=clock.now())
            await directory.fill_outlines(db, SYSTEM, now=clock.now())
        if written := await jobs.write_missing(database, clock.now()):
            _say(f"Search rows of {written:,} services written anew")
    finally:
        await database.close()


def _say(line: str) -> None:
    typer.echo(line, err=True)
