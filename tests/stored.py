"""All that is stored, as a dump would hold it."""

from typing import Any

import psycopg
from psycopg import sql

from core.cluster import Database as Cluster

# Vocabulary, outlines and counties are the same everywhere, and in so many digits every number occurs.
_NOT_OURS = {"spatial_ref_sys", "taxonomy", "taxonomy_term"}
_OURS_OF = {"area": ["drawn", "zip"], "area_part": ["drawn", "zip"], "place": ["zip", "city"]}


def everything(clone: Cluster) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, without what ships with Doorlight."""
    with psycopg.connect(clone.owner_dsn) as db:
        db.execute("SELECT set_config('doorlight.trusted', 'on', true)")  # a dump passes by row-level security
        tables = db.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        return {name: _rows(db, name) for name in sorted(name for (name,) in tables if name not in _NOT_OURS)}


def _rows(db: psycopg.Connection[Any], table: str) -> list[tuple[Any, ...]]:
    statement = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
    if table in _OURS_OF:
        statement += sql.SQL(" WHERE kind = ANY({})").format(_OURS_OF[table])
    return sorted(db.execute(statement).fetchall(), key=str)
