"""`doorlight doctor`: is this installation sound, and if not, what to do."""

import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, LiteralString

import orjson
import psycopg
import typer
from alembic.config import Config
from alembic.script import ScriptDirectory
from rich.console import Console

from core import clock, cluster, migrate
from core.cluster import CannotOpen
from core.settings import settings

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `fix` says what to do when it is not well."""

    what: str
    well: bool
    found: str
    fix: str | None = None


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command()(doctor)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False) -> None:
    """Check this installation and explain it. Exit code 1 when something is not well.

    Example: `DATABASE_URL=postgresql://me@db.example.org/doorlight doorlight doctor`
    """
    findings = [*_machine(), *_database()]
    if as_json:
        sys.stdout.write(orjson.dumps([asdict(f) for f in findings], option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        console = Console(no_color="NO_COLOR" in os.environ, highlight=False, soft_wrap=True)
        for finding in findings:
            console.print(
                f"{'[green]ok[/green] ' if finding.well else '[red]not[/red]'} {finding.what}: {finding.found}"
            )
            if finding.fix and not finding.well:
                console.print(f"    {finding.fix}")
    raise typer.Exit(0 if all(finding.well for finding in findings) else 1)


def _machine() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), version, "Install Python 3.11 or newer and run script/setup.")
    home = settings().home.expanduser().absolute()
    near = next(place for place in (home, *home.parents) if place.exists())
    writable = os.access(near, os.W_OK)
    yield Finding("Home", writable, str(home), f"Set DOORLIGHT_HOME to a folder you may write; {near} is not one.")
    free = os.statvfs(near)
    gigabytes = free.f_bavail * free.f_frsize / 1e9
    yield Finding("Disk", gigabytes > 1, f"{gigabytes:.1f} GB free", f"Free some space on the disk of {near}.")


def _database() -> Iterator[Finding]:
    held = settings()
    if held.database_url is None and not _cluster_exists(held.home):
        yield Finding("Database", True, "none yet; the first `script/server` makes a private one")
        return
    said: list[str] = []
    try:
        opened = cluster.open_database(home=held.home, database_url=held.database_url, say=said.append)
    except CannotOpen as problem:
        yield Finding("Database", False, str(problem), "Do what the line says, then run doctor again.")
        return
    with opened, psycopg.connect(opened.owner_dsn) as owner, psycopg.connect(opened.service_dsn) as service:
        yield Finding("Database", True, opened.source)
        yield _versions(owner)
        yield _clock_skew(owner)
        heads = set(ScriptDirectory.from_config(Config(toml_file=migrate.PROJECT / "pyproject.toml")).get_heads())
        current = migrate.current(opened.owner_dsn)
        migrated = current == heads
        yield Finding(
            "Migrations", migrated, ", ".join(sorted(current)) or "none", "Start `script/server` once: it migrates."
        )
        yield _role(service)
        if migrated:
            yield from _contents(owner)


def _cluster_exists(home: Path) -> bool:
    return (home.expanduser() / "loaded").exists()


def _versions(db: Connection) -> Finding:
    return Finding(
        "PostGIS", True, f"{_one(db, 'SELECT postgis_lib_version()')} on PostgreSQL {_one(db, 'SHOW server_version')}"
    )


def _clock_skew(db: Connection) -> Finding:
    theirs = db.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
    skew = abs(float(str(theirs[0])) - clock.now().timestamp()) if theirs else 0.0
    return Finding("Clocks", skew < 2, f"database and this machine differ by {skew:.1f} s", "Set both by NTP.")  # noqa: PLR2004


def _role(db: Connection) -> Finding:
    lesser = (
        "SELECT NOT (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole)"
        " FROM pg_roles WHERE rolname = current_user"
    )
    owns = "SELECT count(*) FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner WHERE r.rolname = current_user"
    sound = _one(db, lesser) == "True" and _one(db, owns) == "0"
    found = f"{_one(db, 'SELECT current_user')} {'owns nothing' if sound else 'has more rights than it needs'}"
    return Finding("Service role", sound, found, "Give the service a role that owns nothing: see docs/operate.md.")


def _contents(db: Connection) -> Iterator[Finding]:
    rows = _one(db, "SELECT count(*) FROM search_row")
    yield Finding("Directory", rows != "0", f"{rows} rows to search", "Import something: `doorlight import FILE`.")
    short = _one(db, "SELECT count(*) FROM search_row WHERE horizon < now() + interval '13 days'")
    fix = "Let `script/server` run: its clock and worker move the hours on."
    yield Finding("Hours", short == "0", f"{short} rows whose hours are worked out less than 13 days ahead", fix)
    waiting = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"
    failed = _one(db, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    yield Finding(
        "Queue", failed == "0", f"{_one(db, waiting)} waiting, {failed} failed", "The log of `doorlight work` says why."
    )
    # letters are the system's own to see
    db.execute("SELECT set_config('doorlight.trusted', 'on', false)")
    lost = _one(
        db,
        "SELECT string_agg(many || ' ' || kind || ' (' || failed || ')', ', ' ORDER BY kind, failed)"
        " FROM (SELECT kind, failed, count(*) AS many FROM letter WHERE failed IS NOT NULL GROUP BY 1, 2) AS each",
    )
    due = _one(db, "SELECT count(*) FROM letter WHERE sent_at IS NULL AND failed IS NULL")
    sound = lost in {"", "None"}
    yield Finding(
        "Letters", sound, f"{due} waiting, {'none' if sound else lost} failed", "See `Letters` in docs/operate.md."
    )


def _one(db: Connection, statement: LiteralString) -> str:
    found = db.execute(statement).fetchone()
    return "" if found is None else str(found[0])
