"""Put generated rows into an empty, migrated database, in bulk; indexes are built when all rows are there."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.json import Jsonb

from core import cluster
from core.packages import Say
from directory.rows.refresh import _INSERT, _parameters
from tests.bench.generate import Batch, Values

# Parents first, as the foreign keys want it.
_TABLES = ("organization", "service", "location", "service_at_location", "service_area")
_STAGED = """
CREATE TEMP TABLE staged AS
SELECT *, 0::float8 AS x, 0::float8 AS y, 0::float8 AS longitude, 0::float8 AS latitude, '' AS text
FROM search_row LIMIT 0
"""
_JSONB = {"source_urls"}
# The product's own INSERT, its parameters read from a table: what it writes and what is measured stay one shape.
_SELECT = _INSERT.replace("VALUES (", "SELECT ", 1).rstrip().removesuffix(")")
_FROM_STAGED = re.sub(r"%\((\w+)\)s", r"staged.\1", _SELECT) + " FROM staged"


def load(dsn: str, batches: Iterable[Batch], say: Say) -> None:
    """Load every batch in one transaction; statistics are up to date afterwards."""
    numbers: dict[str, int] = {}
    with cluster.roles.connect(dsn) as db:
        with db.transaction():
            indexes = _take_indexes_off(db)
            db.execute(_STAGED)
            written = 0
            for batch in batches:
                for table in _TABLES:
                    _copy(db, table, [_plain(row) for row in batch.tables[table]])
                _stage(db, batch.search, numbers)
                written += len(batch.search)
                say(f"{written} rows")
            _copy(db, "search_tag", [{"id": number, "code": code} for code, number in numbers.items()])
            db.execute("SELECT setval(pg_get_serial_sequence('search_tag', 'id'), %s)", (len(numbers) + 1,))
            say("Building indexes")
            for definition in indexes:
                db.execute(definition)
        for table in (*_TABLES, "search_tag", "search_row"):
            db.execute(SQL("VACUUM ANALYZE {}").format(Identifier(table)))


def _stage(db: Connection[Any], search: list[Values], numbers: dict[str, int]) -> None:
    rows = [_parameters(row) for row in search]
    for row in rows:
        row["tags"] = sorted({numbers.setdefault(tag, len(numbers) + 1) for tag in row["tags"]})
    _copy(db, "staged", rows)
    db.execute(_FROM_STAGED)
    db.execute("TRUNCATE staged")


def _take_indexes_off(db: Connection[Any]) -> list[str]:
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
