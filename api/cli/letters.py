"""`doorlight letters`: those that are held back after a restore."""

from typing import Annotated
from uuid import UUID

import typer

from api.cli.database import run
from core import clock, letters
from core.db import Database
from core.errors import Invalid
from core.security import SYSTEM


class WhichLetters(Invalid):
    """That names no letters, or too many."""


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    verbs = typer.Typer(help="Letters that are held back.", no_args_is_help=True)
    verbs.command("list")(list_)
    verbs.command("release")(release)
    app.add_typer(verbs, name="letters")


def list_() -> None:
    """Those that are held back: id, when they were written, which way they go, and why. Look their ids up in the log
    of your mail server: a mail's Message-ID begins with its letter's id.

    Example: `doorlight letters list`
    """  # noqa: D205 - typer shows the first paragraph

    async def act(database: Database) -> list[letters.HeldLetter]:
        async with database.transaction(SYSTEM) as db:
            return await letters.held(db)

    for one in run(act):
        typer.echo(f"{one.id}  {one.made_at:%Y-%m-%d %H:%M}  {one.channel}  {one.kind}")


def release(
    ids: Annotated[list[UUID] | None, typer.Argument(help="Which; `doorlight letters list` shows them.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
) -> None:
    """Send letters that are held back after all: those that were not sent before.

    Example: `doorlight letters release 1f0c... 2a4e...`
    """
    if bool(ids) == every:
        raise WhichLetters("Name the letters, or say --all.")

    async def act(database: Database) -> int:
        async with database.transaction(SYSTEM) as db:
            return await letters.release(db, only=None if every else ids, now=clock.now())

    typer.echo(f"{run(act)} letters go out.")
