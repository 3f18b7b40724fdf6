"""Which database a verb means."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import typer

from api.renew import renew
from core import cluster, migrate
from core.db import Database
from core.settings import settings

T = TypeVar("T")


@contextmanager
def opened() -> Iterator[str]:
    """The service's address for one verb; a private server that was not running is stopped again."""
    held = settings()
    if held.service_dsn is not None:
        yield held.service_dsn
        return
    with cluster.open_database(home=held.home, database_url=held.database_url, say=quiet) as database:
        if migrate.upgrade(database.owner_dsn):
            asyncio.run(renew(database.service_dsn, lambda line: typer.echo(line, err=True)))
        yield database.service_dsn


def run(act: Callable[[Database], Awaitable[T]]) -> T:
    """Do one thing with the database, then let go of it."""

    async def one(dsn: str) -> T:
        database = Database(dsn, pool_size=2)
        await database.open()
        try:
            return await act(database)
        finally:
            await database.close()

    with opened() as dsn:
        return asyncio.run(one(dsn))


def quiet(line: str) -> None:
    """Pass on what takes long."""
    if line.startswith(("Reading", "Downloading", "Unpacking", "Making", "Waiting")):  # slow steps are worth a word
        typer.echo(line, err=True)
