"""The rows as a peer's user would keep them: one plain table, and the indexes that its queries want."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from core import cluster
from tests.bench.peers.ask import Question

SCHEMA = "peers"  # one of its own: a peer shows whatever it finds in the schema it is given
TABLE = "peer_service"
# What the caller's SELECT yields, by name and in this order.
COLUMNS = (
    "id", "longitude", "latitude", "category", "speaks_spanish", "accepts", "no_police", "name", "organization",
    "about", "zone", "precision", "confirmed_on", "level", "phone", "address",
)  # fmt: skip

_TABLE = """
CREATE TABLE peers.peer_service (
    id uuid PRIMARY KEY,
    geom geometry(Point, 4326) NOT NULL,
    longitude float8 NOT NULL,
    latitude float8 NOT NULL,
    category text NOT NULL,
    language_es boolean NOT NULL,
    accepts_community boolean NOT NULL,
    no_police boolean NOT NULL,
    name text NOT NULL,
    organization text,
    about text,
    zone text,
    precision text,
    confirmed_on date,
    level text,
    phone text,
    address text
)
"""
# In the order of the map, as our own rows are: neighbours lie in one page.
_FILL: LiteralString = """
INSERT INTO peers.peer_service
SELECT id, ST_SetSRID(ST_MakePoint(longitude, latitude), 4326), longitude, latitude, category,
       coalesce(speaks_spanish, false), coalesce(accepts, false), coalesce(no_police, false), name, organization,
       about, zone, precision, confirmed_on, level, phone, address::text
FROM ({}) AS given ({})
WHERE longitude IS NOT NULL AND latitude IS NOT NULL AND category IS NOT NULL
ORDER BY ST_GeoHash(ST_SetSRID(ST_MakePoint(longitude, latitude), 4326))
"""
# The second is what PostGraphile's conditions want; the others take it too, as they would one on the category alone.
# One more that holds the flags was tried: no peer gained by it.
_INDEXES = (
    "CREATE INDEX ON peers.peer_service USING gist (geom)",
    "CREATE INDEX ON peers.peer_service (category, latitude, longitude)",
)
_MATCHING: LiteralString = """
SELECT id::text FROM peers.peer_service
WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
"""


@contextmanager
def filled(dsn_owner: str, dsn_service: str, select_sql: str, *, sql_function: str | None = None) -> Iterator[int]:
    """Make the schema, yield how many rows it holds, and leave nothing behind.

    `sql_function` is a whole CREATE FUNCTION of the caller's, to be created in the schema `peers`.
    """
    service = Identifier(_user(dsn_service))
    with cluster.roles.connect(dsn_owner) as db:
        _drop(db)
        with db.transaction():
            db.execute("CREATE SCHEMA peers")
            db.execute(_TABLE)
            named = SQL(", ").join(map(Identifier, COLUMNS))
            db.execute(SQL(_FILL).format(SQL(select_sql), named))
            for index in _INDEXES:
                db.execute(index)
            if sql_function:
                db.execute(sql_function)
            for grant in ("USAGE ON SCHEMA peers", "SELECT ON ALL TABLES IN SCHEMA peers"):
                db.execute(SQL("GRANT {} TO {}").format(SQL(grant), service))
        db.execute("VACUUM ANALYZE peers.peer_service")
        found = db.execute("SELECT count(*) FROM peers.peer_service").fetchone()
    try:
        yield int(str(found[0])) if found else 0
    finally:
        with cluster.roles.connect(dsn_owner) as db:
            _drop(db)


def matching(db: Connection[Any], question: Question) -> set[str]:
    """All ids that an answer may hold: what the peers are asked, in plain SQL."""
    west, south, east, north = question.box()
    values: dict[str, object] = {"west": west, "south": south, "east": east, "north": north}
    conditions = []
    for column, value in question.filters().items():
        conditions.append(SQL(" AND {} = {}").format(Identifier(column), value))
    return {str(row[0]) for row in db.execute(SQL(_MATCHING) + SQL("").join(conditions), values)}


def fitting(db: Connection[Any], questions: Sequence[Question]) -> float:
    """How many rows fit a question, on average: a comparison of empty answers says nothing."""
    return sum(len(matching(db, question)) for question in questions) / max(len(questions), 1)


def _drop(db: Connection[Any]) -> None:
    db.execute("DROP SCHEMA IF EXISTS peers CASCADE")


def _user(dsn: str) -> str:
    return str(conninfo_to_dict(dsn)["user"])
