"""Generated databases are kept by size and by what made them, so that the next run starts sooner."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime

from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier

import directory
from core import cluster, migrate
from core.cluster.given import with_database
from core.db import Database
from core.migrate import PROJECT
from core.packages import Say
from core.security import SYSTEM
from tests.bench.generate import batches
from tests.bench.load import load

_MADE_FROM = ("alembic", "directory/rows", "directory/rules/hours", "directory/taxonomy")
_GENERATOR = ("centres", "generate", "load", "patterns", "said")


@contextmanager
def generated(
    server: cluster.Database, rows: int, *, now: datetime, fresh: bool, keep: bool, say: Say
) -> Iterator[cluster.Database]:
    """A database of so many search rows; made unless one made from the same files within this week is there."""
    name = f"bench_{rows}_{_fingerprint(now)}"
    with cluster.roles.connect(server.admin_dsn) as admin:
        found = admin.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (f"bench\\_{rows}\\_%",))
        there = {str(row[0]) for row in found}
    for stale in there if fresh else there - {name}:
        cluster.discard(server, stale)
    if fresh or name not in there:
        say(f"Generating {rows} rows")
        _make(server, f"{name}_half", rows, now, say)
        with cluster.roles.connect(server.admin_dsn) as admin:
            # only now its name: a run that ends in the middle leaves nothing that looks whole
            admin.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(f"{name}_half"), Identifier(name)))
            with suppress(InsufficientPrivilege):
                admin.execute("CHECKPOINT")  # or it comes in the middle of the measurements
    yield replace(
        server,
        owner_dsn=with_database(server.owner_dsn, name),
        service_dsn=with_database(server.service_dsn, name),
        started=False,
    )
    if not keep:
        cluster.discard(server, name)


def _make(server: cluster.Database, name: str, rows: int, now: datetime, say: Say) -> None:
    made = cluster.scratch(server, name)
    migrate.upgrade(made.owner_dsn)
    asyncio.run(_load_vocabulary(made.service_dsn, now))
    load(made.owner_dsn, batches(rows, now=now), say)


async def _load_vocabulary(dsn: str, now: datetime) -> None:
    opened = Database(dsn)
    async with opened.transaction() as db:
        await directory.load_vocabulary(db, SYSTEM, now=now)
    await opened.close()


def _fingerprint(now: datetime) -> str:
    """Of the code that makes the rows, and of the week: stored hours reach two weeks ahead."""
    files = [file for folder in _MADE_FROM for file in sorted((PROJECT / folder).rglob("*")) if file.is_file()]
    files = [file for file in files if file.suffix in {".py", ".json"}]
    files += [PROJECT / "tests" / "bench" / f"{name}.py" for name in _GENERATOR]
    year, week, _ = now.isocalendar()
    digest = hashlib.sha256(f"{year} {week}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
