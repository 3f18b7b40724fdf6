"""The front door to PostgreSQL: an operator's own, or a private cluster that needs no root."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from core.cluster import dumps, given, holders, place, private, roles
from core.cluster.dumps import DumpFailed
from core.cluster.errors import CannotOpen
from core.cluster.given import Checked, check
from core.cluster.processes import Process, alive, current, die_with_parent, end, process, recorded
from core.cluster.server import EXTENSIONS, find_server
from core.packages import Say


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Database:
    """An open database. DSNs are postgresql:// URIs that libpq and SQLAlchemy both read.

    `owner_dsn` migrates, `service_dsn` serves (rows, no DDL), `admin_dsn` may create databases: the superuser
    of a private cluster, under DATABASE_URL the owner. `started`: whether this very call started a server.
    """

    owner_dsn: str
    service_dsn: str
    admin_dsn: str
    source: str
    started: bool
    close: Callable[[], None] = field(default=_nothing, repr=False)

    def stop(self) -> None:
        """Let go of it: the last holder of a private cluster stops its server. Harmless to repeat."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def open_database(
    *, home: Path, database_url: str | None, say: Say, durable: bool = True, cache: Path | None = None
) -> Database:
    """Open the operator's database, or the private cluster of `home`, which is made and started when need be.

    Extensions, roles and default rights are in place afterwards; tables are the migrations' business.
    `durable=False` trades safety at a power cut for speed (tests). Raises CannotOpen: one line for a person.
    """
    if database_url:
        uri = given.as_uri(database_url)
        source = given.prepare(uri)
        say(f"Using {source}")
        return Database(uri, given.as_service(uri), uri, source, started=False)
    try:
        return _open_private(home.expanduser().resolve(), say, durable=durable, cache=cache)
    except OSError as problem:
        raise CannotOpen(f"{problem.filename or home}: {problem.strerror}") from problem
    except psycopg.Error as problem:
        raise CannotOpen(f"the private database does not answer: {' '.join(str(problem).split())}") from problem


def identity(database: Database) -> str:
    """A name for this very database that no other one has, not even one made anew in its place."""
    with roles.connect(database.owner_dsn) as db:
        return roles.identity(db)


def scratch(database: Database, name: str, *, like: str | None = None) -> Database:
    """A fresh database on the same server (one of that name is dropped first), for tests and benches.

    A copy of the database `like` (nobody may be connected to it), or else empty with extensions and rights.
    """
    discard(database, name)
    owner = roles.OWNER if database.admin_dsn != database.owner_dsn else None
    with roles.connect(database.admin_dsn) as db:
        roles.make_database(db, name, owner=owner, template=like or "template0")
    made = replace(
        database,
        **{
            each: given.with_database(getattr(database, each), name)
            for each in ("owner_dsn", "service_dsn", "admin_dsn")
        },
        started=False,
        close=_nothing,
    )
    if like is None:
        _furnish(made)
    return made


def discard(database: Database, name: str) -> None:
    """Drop a database that `scratch` made, whoever is still connected; harmless when it is not there."""
    with roles.connect(database.admin_dsn) as db:
        db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _open_private(home: Path, say: Say, *, durable: bool, cache: Path | None) -> Database:
    run = home / "run"
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    with holders.locked(run, say):
        where = place.choose(home, say)
        place.make(where)
        server = find_server(say, major=private.major_of(where), cache=cache)
        say(f"Using {server.source}")
        if private.major_of(where) is None:
            private.initialise(where, server, say, durable=durable)
        started = not private.ready(where)

        def close() -> None:
            with holders.locked(run, say):
                mine.unlink(missing_ok=True)
                if not holders.others(run):
                    private.stop(where, server)

        try:
            if started:
                private.start(where, server, say, durable=durable)
            folder = str(private.socket_folder(where))
            owner, service, admin = (
                roles.socket_dsn(folder, role=role) for role in (roles.OWNER, roles.SERVICE, private.ADMIN)
            )
            opened = Database(owner, service, admin, server.source, started, close)
            maintenance = given.with_database(opened.admin_dsn, "postgres")
            with roles.connect(maintenance) as db:
                roles.make_roles(db)
                roles.make_database(db, roles.DATABASE, owner=roles.OWNER)
            _furnish(opened)
            mine = holders.hold(run)
        except BaseException:
            # Also on Ctrl-C: a server that nobody holds would stay.
            if not holders.others(run):
                private.stop(where, server)
            raise
        return replace(opened, admin_dsn=maintenance)


def _furnish(database: Database) -> None:
    with roles.connect(database.admin_dsn) as db:
        db.execute("SET client_min_messages = warning")
        roles.make_extensions(db)
        roles.grant(db, owner=roles.OWNER if database.admin_dsn != database.owner_dsn else db.info.user)


__all__ = [
    "EXTENSIONS",
    "CannotOpen",
    "Checked",
    "Database",
    "DumpFailed",
    "Process",
    "alive",
    "check",
    "current",
    "die_with_parent",
    "discard",
    "dumps",
    "end",
    "identity",
    "open_database",
    "process",
    "recorded",
    "scratch",
]
