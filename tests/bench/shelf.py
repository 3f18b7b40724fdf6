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
from tests.bench.generate import Plan, batches
from tests.bench.load import load
from tests.bench.multiply import multiply

_MADE_FROM = ("alembic", "directory/rows", "directory/rules", "directory/taxonomy", "directory/outlines")
# So many rows are worked out one by one; more are made of these.
MOULD = 50_000
_GENERATOR = ("centres", "generate", "load", "multiply", "patterns", "said")


@contextmanager
def generated(
    server: cluster.Database, rows: int, *, now: datetime, fresh: bool, keep: bool, say: Say
) -> Iterator[cluster.Database]:
    """A database of so many search rows; made unless one made from the same files within this week is there."""
    name = _name(rows, now)
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
    """From nothing up to the mould's size; beyond it, the mould many times."""
    if rows > MOULD:
        with generated(server, MOULD, now=now, fresh=False, keep=True, say=say):
            made = cluster.scratch(server, name, like=_name(MOULD, now))
        multiply(made.owner_dsn, rows // MOULD, say)
    else:
        made = cluster.scratch(server, name)
        migrate.upgrade(made.owner_dsn)
        asyncio.run(_prepare(made.service_dsn, now))
        with cluster.roles.connect(made.owner_dsn) as db:
            found = db.execute("SELECT key, id FROM area WHERE kind <> 'drawn'").fetchall()
        plan = Plan(now, {str(key): int(str(number)) for key, number in found})
        load(made.owner_dsn, batches(plan, rows), say)
    asyncio.run(_count(made.service_dsn, now))


def _name(rows: int, now: datetime) -> str:
    return f"bench_{rows}_{_fingerprint(now)}"


async def _prepare(dsn: str, now: datetime) -> None:
    opened = Database(dsn)
    async with opened.transaction() as db:
        await directory.load_vocabulary(db, SYSTEM, now=now)
        await directory.fill_outlines(db, SYSTEM, now=now)
    await opened.close()


async def _count(dsn: str, now: datetime) -> None:
    opened = Database(dsn)
    async with opened.transaction() as db:
        await directory.count_words(db, SYSTEM, now=now)
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
