"""A database into a file, and a file into an empty database, by PostgreSQL's own programs."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from psycopg import pq, sql

from core.cluster import given, processes, roles
from core.cluster.errors import CannotOpen
from core.cluster.server import Server, find_server
from core.errors import Unavailable
from core.packages import Say

_LEAVING_S, _LOOK_AGAIN_S = 3.0, 0.1
# What an empty database of ours has before, or what is not the owner's to make.
_NOT_OURS = re.compile(
    r"^\d+; \d+ \d+ (EXTENSION|COMMENT|DEFAULT ACL|SCHEMA - public|ACL - SCHEMA|TABLE DATA public spatial_ref_sys)"
)
# Sees all rows under row-level security, for who is not above it: every policy of ours lets the system's own acts pass.
_ALL_ROWS = "-c doorlight.trusted=on"
# Functions of ours set what only this extension knows, which an owner may once it is loaded.
_LOADED = "SELECT public.show_limit()"
_ABOVE = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
_BLIND = """
SELECT DISTINCT tablename FROM pg_policies AS p WHERE schemaname = 'public' AND NOT EXISTS (
    SELECT FROM pg_policies AS q WHERE q.tablename = p.tablename AND q.cmd IN ('ALL', 'SELECT')
        AND q.qual LIKE '%doorlight_trusted()%')
"""


class DumpFailed(Unavailable):
    """The backup cannot be made, or brought back."""


def dump(dsn: str, file: Path, *, snapshot: str, say: Say) -> None:
    """Write the database as that snapshot sees it, in pg_dump's own format. `file` exists, and is its owner's alone.

    Raises:
        DumpFailed: says why, in one line.
    """
    with roles.connect(dsn) as db:
        above = db.execute(_ABOVE).fetchone() == (True,)
        blind = [] if above else [str(row[0]) for row in db.execute(_BLIND)]
        major = db.info.server_version // 10_000
    if blind:
        raise DumpFailed(f"the role may not see all rows of {', '.join(blind)}: use one that has BYPASSRLS")
    command = [
        "pg_dump",
        "--format=custom",
        f"--file={file}",
        f"--snapshot={snapshot}",
        "--no-password",
        "--no-comments",
    ]
    more = [] if above else ["--enable-row-security"]
    _run(_programs(major, say), [*command, *more], _environment(dsn, options="" if above else _ALL_ROWS))


def load(dsn: str, file: Path, *, made_by: int, then: str, say: Say) -> None:
    """Fill an empty database, that has extensions and rights, from such a file; all of it or nothing.

    `dsn`: as its owner. `made_by`: the PostgreSQL version whose program wrote the file. `then`: a statement that is run
    last in the same transaction, so that nobody ever sees what was loaded without it.

    Raises:
        DumpFailed: says why, in one line.
    """
    server = _programs(made_by, say)
    environment = _environment(dsn)
    listed = _run(server, ["pg_restore", "--list", str(file)], {})
    wanted = file.with_name(f"{file.name}.list-{os.getpid()}")
    kept = [line for line in listed.splitlines() if not _NOT_OURS.match(line)]
    # Rights that are given to whatever is made would come on top of those in the file.
    with roles.connect(dsn) as db:
        roles.ungrant(db, owner=db.info.user)
    try:
        wanted.write_text("\n".join(kept) + "\n")
        _piped(
            server,
            ["pg_restore", "--no-owner", "--no-comments", f"--use-list={wanted}", "--file=-", str(file)],
            ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--no-password",
             "--output=/dev/null", f"--command={_LOADED}", "--file=-", f"--command={then}"],
            environment,
        )  # fmt: skip
    finally:
        wanted.unlink(missing_ok=True)
        with roles.connect(dsn) as db:
            roles.grant(db, owner=db.info.user)


def rename(admin_dsn: str, *names: tuple[str, str]) -> None:
    """Give databases other names, all of them or none; nobody may be connected to them."""
    with roles.connect(admin_dsn) as db, db.transaction():
        for name, to in names:
            db.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to)))


def connected(dsn: str) -> int:
    """How many others are connected to that database. Whoever has just left is given a moment to be gone."""
    give_up = time.monotonic() + _LEAVING_S
    while True:
        with roles.connect(dsn) as db:
            found = db.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            ).fetchone()
        others = int(str(found[0])) if found else 0
        if others == 0 or time.monotonic() > give_up:
            return others
        time.sleep(_LOOK_AGAIN_S)


def exists(admin_dsn: str, name: str) -> bool:
    """Whether the server has a database of that name."""
    with roles.connect(admin_dsn) as db:
        return db.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


def tables(dsn: str) -> int:
    """How many tables it has that are no extension's."""
    with roles.connect(dsn) as db:
        found = db.execute(
            "SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
            " AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')"
        ).fetchone()
    return int(str(found[0])) if found else 0


def name_of(dsn: str) -> str:
    """The database that an address names."""
    return unquote(urlsplit(dsn).path.removeprefix("/"))


def as_reader(owner_dsn: str, admin_dsn: str) -> str:
    """The address that sees all of it: the administrator's of a private cluster, else the owner's."""
    return given.with_database(admin_dsn, name_of(owner_dsn))


def _programs(major: int, say: Say) -> Server:
    try:
        server = find_server(say)
    except CannotOpen as problem:
        raise DumpFailed(f"pg_dump and pg_restore are needed: {problem.detail}") from problem
    if server.major < major:
        raise DumpFailed(
            f"it takes the programs of PostgreSQL {major} or newer, and here are those of {server.major}:"
            f" install PostgreSQL {major}"
        )
    return server


def _environment(dsn: str, *, options: str = "") -> dict[str, str]:
    """An address as variables: what stands in a command line everybody on the machine can read."""
    made = {
        one.envvar.decode(): one.val.decode()
        for one in pq.Conninfo.parse(dsn.encode())
        if one.envvar is not None and one.val is not None
    }
    if options:
        made["PGOPTIONS"] = f"{made.get('PGOPTIONS', '')} {options}".strip()
    home = {name: os.environ[name] for name in ("HOME", "PGPASSFILE", "PGSERVICEFILE") if name in os.environ}
    return home | made


def _run(server: Server, command: Sequence[str], environment: dict[str, str]) -> str:
    answer: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603
        _program(server, command),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **_how(server, environment),
    )
    if answer.returncode:
        raise _failed(command, answer.stderr)
    return answer.stdout


def _piped(server: Server, one: Sequence[str], other: Sequence[str], environment: dict[str, str]) -> None:
    """What one program writes the other reads."""
    how = _how(server, environment)
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603
            _program(server, one), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, **how
        ) as writer:
            reader = subprocess.run(  # noqa: S603
                _program(server, other), stdin=writer.stdout, capture_output=True, text=True, check=False, **how
            )
            if writer.stdout is not None:
                writer.stdout.close()  # or it would wait for ever for a reader that has given up
        said.seek(0)
        if writer.returncode and not reader.returncode:
            raise _failed(one, said.read().decode(errors="replace"))
    if reader.returncode:
        raise _failed(other, reader.stderr)


def _program(server: Server, command: Sequence[str]) -> list[str]:
    return [str(server.programs / command[0]), *command[1:]]


def _how(server: Server, environment: dict[str, str]) -> dict[str, Any]:
    return {"env": server.environ() | environment, "umask": 0o077, "preexec_fn": processes.die_with_parent}


def _failed(command: Sequence[str], said: str) -> DumpFailed:
    lines = [line for line in said.splitlines() if re.search(r"error:|ERROR:|FATAL:", line)] or said.splitlines()
    return DumpFailed(f"{command[0]} failed: {(lines or ['it did not say why'])[0]}")
