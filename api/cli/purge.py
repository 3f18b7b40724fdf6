"""`doorlight purge`: let go of what is kept no longer. The hourly job does the same."""

from typing import Annotated

import typer

from api.cli.database import run
from api.purge import Purged, due_all, purge_all
from core import clock
from core.db import Database
from core.settings import settings


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command()(purge)


def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would go, and change nothing.")] = False,
) -> None:
    """Blank or delete person data whose time is over, but what a legal hold is on; says how much of each.

    Example: `doorlight purge --dry-run`
    """
    held = settings()
    folder = held.letters_folder or held.home / "letters"
    act = due_all if dry_run else purge_all

    async def one(database: Database) -> list[Purged]:
        return await act(database, folder=folder, now=clock.now())

    for each in run(one):
        kept = f", {each.held} kept by a legal hold" if each.held else ""
        typer.echo(f"{each.what}: {each.gone}{kept}")
