"""Bring a database to the newest migration; the settings of Alembic stand in pyproject.toml."""

import zlib
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

PROJECT = Path(__file__).resolve().parents[1]


def upgrade(owner_dsn: str) -> bool:
    """Migrate as the owner, in one transaction; nothing but a look when the database is already there.

    However many start at once on one database, one migrates and the others wait for it. True of a database that was
    in use: what it holds may have to be renewed.
    """
    config = Config(toml_file=PROJECT / "pyproject.toml")
    config.attributes["dsn"] = owner_dsn
    newest = set(ScriptDirectory.from_config(config).get_heads())
    # The look spares each start the import of every table.
    if current(owner_dsn) == newest:
        return False
    with psycopg.connect(owner_dsn, autocommit=True) as alone:
        alone.execute("SELECT pg_advisory_lock(%s)", (zlib.crc32(b"doorlight migrate"),))
        before = current(owner_dsn)
        if before != newest:
            command.upgrade(config, "head")
        return bool(before) and before != newest


def current(dsn: str) -> set[str]:
    """The revisions that the database is at; empty before the first migration."""
    with psycopg.connect(dsn) as db:
        if db.execute("SELECT to_regclass('public.alembic_version')").fetchone() == (None,):
            return set()
        return {str(row[0]) for row in db.execute("SELECT version_num FROM public.alembic_version")}
