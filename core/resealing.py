"""After a key was added to the ring: seal anew what an older one sealed, a few rows at a time, while all runs."""

from collections.abc import Iterable
from typing import Any

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from core.secrets import Ring
from core.tables import Table

_OLD = SQL(
    "SELECT {key}, {column} FROM {table}"
    " WHERE length({column}) > 0 AND substring({column} FROM 2 FOR get_byte({column}, 0)) <> %s"
    " LIMIT %s FOR UPDATE SKIP LOCKED"
)
_ANEW = SQL("UPDATE {table} SET {column} = %s WHERE {key} = %s")


async def reseal(connection: AsyncConnection[Any], *, columns: Iterable[str], ring: Ring, limit: int = 200) -> int:
    """Seal up to so many texts anew; how many. 0 once the newest key has sealed them all.

    `columns`: those that the registry of person data says are sealed, as in "person.name". The connection is in a
    transaction of the system's own. A row that somebody else is at is left for the next time.
    """
    done = 0
    for where in columns:
        table, column = where.split(".")
        (key,) = Table.metadata.tables[table].primary_key.columns
        names = {"table": Identifier(table), "column": Identifier(column), "key": Identifier(key.name)}
        old = await connection.execute(_OLD.format(**names), (ring.newest.encode(), limit - done))
        rows = await old.fetchall()
        anew = [
            (ring.seal(ring.open(sealed, row=row_id, column=where), row=row_id, column=where), row_id)
            for row_id, sealed in rows
        ]
        async with connection.cursor() as cursor:
            await cursor.executemany(_ANEW.format(**names), anew)
        done += len(rows)
    return done
