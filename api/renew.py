"""What a database of an older version needs before it is read or written."""

from collections.abc import Callable

import directory
from api import jobs
from core import clock
from core.db import Database
from core.security import SYSTEM


async def renew(dsn: str, say: Callable[[str], None]) -> None:
    """Rows refer to our codes and areas by key: those of a newer version must be there before anything is written.

    Then rows that a migration dropped are written: until they are, a search would hide their services and not say so.
    """
    database = Database(dsn)
    try:
        async with database.transaction() as db:
            await directory.load_vocabulary(db, SYSTEM, now=clock.now())
            await directory.fill_outlines(db, SYSTEM, now=clock.now())
        if written := await jobs.write_missing(database, clock.now()):
            say(f"Search rows of {written:,} services written anew")
    finally:
        await database.close()
