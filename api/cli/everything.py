"""`doorlight up`: all of Doorlight in the foreground."""

import asyncio
from typing import Annotated

import typer

from api import jobs, starter, up
from api.renew import renew
from core import clock, cluster
from core.db import Database
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

    def anew(opened: cluster.Database) -> None:
        asyncio.run(renew(opened.service_dsn, _say))

    raise typer.Exit(up.up(settings(), say=_say, load=load, renew=anew))


async def _load(dsn: str, *, demo: bool) -> None:
    database = Database(dsn)
    await database.open()
    try:
        await starter.load(database, demo=demo, now=clock.now(), say=_say)
        await jobs.write_missing(database, clock.now())  # a database that is new to this home may be an old one
    finally:
        await database.close()


def _say(line: str) -> None:
    typer.echo(line, err=True)
