"""Who may do what inside the database: the owner migrates, the service reads and writes rows."""

from collections.abc import Iterable
from urllib.parse import quote

import psycopg
from psycopg import Connection, sql

from core.cluster.server import EXTENSIONS

OWNER = "doorlight_owner"
SERVICE = "doorlight_service"
DATABASE = "doorlight"

Row = tuple[object, ...]


def make_roles(db: Connection[Row]) -> None:
    """The two roles of a private cluster; harmless to repeat."""
    for role in (OWNER, SERVICE):
        if not db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            db.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))


def make_database(db: Connection[Row], name: str, *, owner: str | None, template: str = "template0") -> bool:
    """Create a database unless it is there; answers whether it was made now. `db` must be in autocommit."""
    if db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return False
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    if owner:
        statement += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
    if template == "template0":
        statement += sql.SQL(" ENCODING 'UTF8'")
    db.execute(statement)
    return True


def missing_extensions(db: Connection[Row]) -> tuple[list[str], list[str]]:
    """Extensions that the server does not have at all, and those it has but this database does not."""
    rows = db.execute(
        "SELECT name, installed_version IS NOT NULL FROM pg_available_extensions WHERE name = ANY(%s)",
        [list(EXTENSIONS)],
    )
    known = {str(name): bool(installed) for name, installed in rows}
    return [name for name in EXTENSIONS if name not in known], [name for name in EXTENSIONS if known.get(name) is False]


def make_extensions(db: Connection[Row], names: Iterable[str] = EXTENSIONS) -> None:
    """Create the extensions in schema public; harmless to repeat."""
    for name in names:
        db.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {} SCHEMA public").format(sql.Identifier(name)))


def grant(db: Connection[Row], *, owner: str) -> None:
    """What the service may do with all that `owner` makes later: rows, sequences, functions; no DDL."""
    to = {"owner": sql.Identifier(owner), "service": sql.Identifier(SERVICE)}
    default = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT "
    with db.transaction():
        # Two processes that start at once would meet in the same catalogue row.
        db.execute("SELECT pg_advisory_xact_lock(hashtext('doorlight: grants'))")
        for statement in (
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {service}",
            "GRANT USAGE ON SCHEMA public TO {service}",
            default + "SELECT, INSERT, UPDATE, DELETE ON TABLES TO {service}",
            default + "USAGE, SELECT ON SEQUENCES TO {service}",
            default + "EXECUTE ON FUNCTIONS TO {service}",
        ):
            db.execute(sql.SQL(statement).format(**to))


def ungrant(db: Connection[Row], *, owner: str) -> None:
    """Take back what `grant` gives on all that is made later, while what is made brings rights of its own."""
    to = {"owner": sql.Identifier(owner), "service": sql.Identifier(SERVICE)}
    default = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public REVOKE ALL ON "
    for what in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        db.execute(sql.SQL(default + what + " FROM {service}").format(**to))


def identity(db: Connection[Row]) -> str:
    """The server's own number, drawn by initdb, and the database's in it."""
    found = db.execute(
        "SELECT system_identifier, oid FROM pg_control_system(), pg_database WHERE datname = current_database()"
    ).fetchone()
    return "-".join(map(str, found or ()))


def connect(dsn: str) -> Connection[Row]:
    """A plain connection in autocommit."""
    return psycopg.connect(dsn, autocommit=True, connect_timeout=10)


def socket_dsn(folder: str, *, role: str, database: str = DATABASE) -> str:
    """A DSN over the private cluster's socket, in the URI form that libpq and SQLAlchemy both read."""
    return f"postgresql://{quote(role)}@/{quote(database)}?host={quote(folder, safe='')}&port=5432"
