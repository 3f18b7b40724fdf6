"""Put generated rows into an empty, migrated database, in bulk; indexes are built when all rows are there."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.json import Jsonb

from core import cluster
from core.packages import Say
from directory.rows.refresh import _INSERT, _SHOWN, _TEXT, parameters
from directory.rows.words import REMEMBER, said_in
from tests.bench.generate import Batch, Values

# Parents first, as the foreign keys want it.
_TABLES = ("organization", "service", "location", "service_at_location", "area", "service_area")
_STAGED = """
CREATE TEMP TABLE staged AS
SELECT *, 0::float8 AS x, 0::float8 AS y, 0::float8 AS longitude, 0::float8 AS latitude,
    0::float8 AS x1, 0::float8 AS y1, 0::float8 AS x2, 0::float8 AS y2, '' AS text, '' AS en, '' AS es
FROM search_row LIMIT 0
"""
_JSONB = {"source_urls"}
# The product's own INSERT, its parameters read from a table: what it writes and what is measured stay one shape.
_ROWS, _READY, _WORDS = (
    re.sub(r"%\((\w+)\)s", r"staged.\1", text.replace("VALUES (", "SELECT ", 1).rstrip().removesuffix(")"))
    + " FROM staged"
    for text in (_INSERT, _SHOWN, _TEXT)
)


def load(dsn: str, batches: Iterable[Batch], say: Say) -> None:
    """Load every batch in one transaction; statistics are up to date afterwards."""
    with cluster.roles.connect(dsn) as db:
        with db.transaction():
            indexes = indexes_off(db)
            db.execute(_STAGED)
            drawn = {row[0] for row in db.execute("SELECT id FROM area").fetchall()}
            words: set[str] = set()
            written = 0
            for batch in batches:
                for table in _TABLES:
                    rows = [row for row in batch.tables.get(table, ()) if table != "area" or row["id"] not in drawn]
                    drawn |= {row["id"] for row in rows if table == "area"}
                    _copy(db, table, [_plain(row) for row in rows])
                _stage(db, batch.search)
                words |= said_in(row["text"] for row in batch.search)
                written += len(batch.search)
                say(f"{written} rows")
            db.execute(REMEMBER, (sorted(words),))
            say("Building indexes")
            for definition in indexes:
                db.execute(definition)
        for table in (*_TABLES, "search_row", "search_shown", "search_text", "search_word"):
            db.execute(SQL("VACUUM ANALYZE {}").format(Identifier(table)))


def _stage(db: Connection[Any], search: list[Values]) -> None:
    rows = [parameters(row) for row in search]
    _copy(db, "staged", rows)
    db.execute(_ROWS)
    db.execute(_READY)
    db.execute(_WORDS)
    db.execute("TRUNCATE staged")


def indexes_off(db: Connection[Any]) -> list[str]:
    """Drop the indexes of the search rows but their key; how to make them again."""
    found = db.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = 'search_row'::regclass AND NOT indisprimary"
    ).fetchall()
    for name, _ in found:
        db.execute(SQL("DROP INDEX {}").format(Identifier(name)))
    return [definition for _, definition in found]


def _copy(db: Connection[Any], table: str, rows: list[Values]) -> None:
    if not rows:
        return
    columns: Composed = SQL(", ").join(map(Identifier, rows[0]))
    with db.cursor() as cursor, cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), columns)) as copy:
        for row in rows:
            copy.write_row(tuple(row.values()))


def _plain(row: Mapping[str, Any]) -> Values:
    return {name: Jsonb(value) if name in _JSONB else value for name, value in row.items()}
