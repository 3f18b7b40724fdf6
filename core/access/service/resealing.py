"""After a key was added to the ring: seal anew what an older one sealed, a few rows at a time, while all runs."""

from collections.abc import Mapping
from typing import Any, LiteralString

from psycopg import AsyncConnection

from core.secrets import Ring

# By table: its key, and its sealed columns. The registry of person data says which these are.
SEALED: Mapping[LiteralString, tuple[LiteralString, tuple[LiteralString, ...]]] = {
    "person": ("id", ("name", "email")),
    "invitation": ("id", ("email",)),
    "local_account": ("person_id", ("totp",)),
}


async def reseal(connection: AsyncConnection[Any], *, ring: Ring, limit: int = 200) -> int:
    """Seal up to so many texts anew; how many. 0 once the newest key has sealed them all.

    The connection is in a transaction of the system's own. A row that somebody else is at is left for the next time.
    """
    done = 0
    for table, (key, columns) in SEALED.items():
        for column in columns:
            done += await _column(connection, table, key, column, ring=ring, limit=limit - done)
    return done


async def _column(
    connection: AsyncConnection[Any],
    table: LiteralString,
    key: LiteralString,
    column: LiteralString,
    *,
    ring: Ring,
    limit: int,
) -> int:
    old = await connection.execute(
        f"SELECT {key}, {column} FROM {table}"
        f" WHERE substring({column} FROM 2 FOR get_byte({column}, 0)) <> %s LIMIT %s FOR UPDATE SKIP LOCKED",
        (ring.newest.encode(), max(limit, 0)),
    )
    rows = await old.fetchall()
    where = f"{table}.{column}"
    anew = [
        (ring.seal(ring.open(sealed, row=row_id, column=where), row=row_id, column=where), row_id)
        for row_id, sealed in rows
    ]
    async with connection.cursor() as cursor:
        await cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", anew)
    return len(rows)
