"""The naive plan as a load: one prepared statement through psycopg.

Reads a first line {"dsn": ..., "sets": {name: [[lon, lat, within, kind, at], ...]}}, then the commands of `loads`.
"""

import json
import sys
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection, AsyncRawCursor

from tests.bench.loads import Load, obey
from tests.bench.naive import QUERY


class Naive(Load):
    """The same questions, answered by joins and a sort."""

    def __init__(self, dsn: str, sets: dict[str, list[list[Any]]]) -> None:
        super().__init__()
        self.dsn = dsn
        self.sets = {name: [[*ask[:4], datetime.fromisoformat(ask[4])] for ask in asks] for name, asks in sets.items()}
        self.readers: list[AsyncConnection[Any]] = []

    async def open(self, connections: int) -> None:
        """Connections stay open from one command to the next."""
        while len(self.readers) < connections:
            self.readers.append(await AsyncConnection.connect(self.dsn, autocommit=True))

    async def ask(self, connection: int, name: str, n: int) -> None:
        """Execute and fetch all rows."""
        async with AsyncRawCursor(self.readers[connection]) as cursor:
            await cursor.execute(QUERY, self.sets[name][n], prepare=True)
            await cursor.fetchall()

    def size(self, name: str) -> int:
        """How many questions the set has."""
        return len(self.sets[name])


if __name__ == "__main__":
    obey(Naive(**json.loads(sys.stdin.readline())))
