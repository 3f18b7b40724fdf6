"""`doorlight audit`: check that nothing of the audit was changed, and keep its head elsewhere."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from psycopg import AsyncConnection

from api.cli.database import run
from core import audit
from core.db import Database, driver_of
from core.errors import Invalid
from core.security import SYSTEM

T = TypeVar("T")


class BadHead(Invalid):
    """That is no head of an audit."""


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    verbs = typer.Typer(help="The audit of person data.", no_args_is_help=True)
    verbs.command("verify")(verify)
    verbs.command("head")(head)
    app.add_typer(verbs, name="audit")


def verify(
    head: Annotated[
        Path | None, typer.Option(help="A file with an earlier head: proves that no end was cut off.")
    ] = None,
) -> None:
    """Compute the chain anew. Exit code 0 when it holds; 1, and the first place that does not, otherwise.

    Examples: `doorlight audit verify`; `doorlight audit verify --head head-of-monday.txt`
    """
    kept = None if head is None else _read(head)

    async def act(connection: AsyncConnection[Any]) -> audit.Verdict:
        return await audit.verify(connection, kept=kept)

    found = _run(act)
    if not found.holds:
        typer.echo(f"Broken at place {found.broken_at}: {found.why}.", err=True)
        raise typer.Exit(1)
    before = f"; {found.purged} before them were purged" if found.purged else ""
    typer.echo(f"{found.sealed} sealed entries hold; {found.unsealed} wait to be sealed{before}.")


def head() -> None:
    """Print the head of the chain: keep it where whoever can change the database cannot.

    Example: `doorlight audit head > head-of-monday.txt`
    """
    typer.echo(str(_run(audit.head)))


def _run(act: Callable[[AsyncConnection[Any]], Awaitable[T]]) -> T:
    async def reading(database: Database) -> T:
        async with database.transaction(SYSTEM) as db:
            return await act(await driver_of(db))

    return run(reading)


def _read(file: Path) -> audit.Head:
    try:
        return audit.Head.read(file.read_text())
    except (OSError, ValueError) as error:
        raise BadHead(f"{file} holds no head. `doorlight audit head` writes one.") from error
