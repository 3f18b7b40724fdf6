"""`doorlight import`: bring in what others keep."""

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

import importers
from api.cli.database import run
from core import clock
from core.db import Database


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command("import")(import_)


def import_(
    source: Annotated[Path, typer.Argument(help="A file: HSDS 3.1 JSON or the federal treatment locator's JSON.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would happen, change nothing.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write what became of every row to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Bring in a file, all of it or nothing. Doing it again changes nothing.

    Examples: `doorlight import facilities.json --dry-run`; `doorlight import services.json --report report.json`
    """
    console = Console(stderr=True)

    async def act(database: Database) -> importers.Report:
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("Importing", total=None)
            return await importers.run(
                database,
                source=source,
                now=clock.now(),
                dry_run=dry_run,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )

    done = run(act)
    body = orjson.dumps(done.as_json(), option=orjson.OPT_INDENT_2)
    if report is not None:
        report.write_bytes(body)
    if as_json:
        sys.stdout.write(body.decode() + "\n")
    else:
        typer.echo(done.summary())
