"""`doorlight backup` and `doorlight restore`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from api.backup import back_up, manifest_of
from api.cli.database import quiet
from api.renew import renew
from api.restore import Restored, restore
from api.up import stamp
from core import clock, cluster, migrate
from core.settings import settings


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    app.command("backup")(backup)
    app.command("restore")(restore_)


def backup(file: Annotated[Path, typer.Argument(help="Where to; it must not be there yet.")]) -> None:
    """Copy the database into FILE while all runs, and what proves it whole into FILE.json.

    The keys are not in it: keep a copy of keys.json apart, or nobody reads names and addresses again.

    Example: `doorlight backup /srv/backups/2026-11-28.dump`
    """
    held = settings()
    with cluster.open_database(home=held.home, database_url=held.database_url, say=quiet) as database:
        if migrate.upgrade(database.owner_dsn):
            asyncio.run(renew(database.service_dsn, lambda line: typer.echo(line, err=True)))
        made = asyncio.run(back_up(database, file, now=clock.now(), say=quiet))
    typer.echo(f"{file}: {made.size:,} bytes; {manifest_of(file)}: audit head {made.audit_head}")
    typer.echo("The keys for person data are not in it: keep a copy of them apart.", err=True)


def restore_(
    file: Annotated[Path, typer.Argument(help="What `doorlight backup` wrote; FILE.json stands beside it.")],
    into: Annotated[str | None, typer.Option(help="Into a new database of that name, and change nothing else.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Put it in the place of a database that holds data.")] = False,
    despite_audit: Annotated[
        bool, typer.Option("--despite-audit", help="Also where the audit's chain does not hold.")
    ] = False,
) -> None:
    """Bring a backup back, checked against FILE.json and its audit against the head in it.

    Nothing is sent twice: letters that waited when it was made are held back until `doorlight letters release`.

    Example: `doorlight restore /srv/backups/2026-11-28.dump`
    """
    held = settings()
    with cluster.open_database(home=held.home, database_url=held.database_url, say=quiet) as database:
        done = asyncio.run(
            restore(
                database, file, into=into, replace=yes, broken=despite_audit, keys=held.ring(), now=clock.now(),
                say=quiet,
            )
        )  # fmt: skip
        if into is None:
            asyncio.run(renew(database.service_dsn, lambda line: typer.echo(line, err=True)))
            stamp(held.home).write_text(cluster.identity(database))
    _told(done)


def _told(done: Restored) -> None:
    made = f"{done.manifest.made_at:%Y-%m-%d %H:%M} UTC"
    typer.echo(f"{done.name} is as it was on {made}: {done.verdict.sealed} sealed entries of the audit hold.")
    if not done.verdict.holds:
        typer.echo(f"Its audit does NOT hold at place {done.verdict.broken_at}: {done.verdict.why}.", err=True)
    if not done.readable:
        typer.echo("The keys here open nothing of it: put the keys.json of that time in place.", err=True)
    if done.held:
        typer.echo(
            f"{done.held} letters are held back: some may have been sent since. `doorlight letters list`", err=True
        )
    if done.signed_out:
        typer.echo(f"{done.signed_out} sign-ins were ended.", err=True)
    typer.echo(f"Roles, keys and invitations are those of {made}: end again what was ended since.", err=True)
    if done.before:
        typer.echo(
            f"What was there until now is the database {done.before}. Drop it when it is needed no more.", err=True
        )
