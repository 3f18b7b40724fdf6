"""The bare driver: exactly the statements that the front door executes for each question, and nothing around them.

Reads a first line {"dsn": ..., "now": ..., "sets": {name: [question, ...]}}, then the commands of `loads`.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from psycopg import AsyncConnection, AsyncCursor

import directory
from core.db import Reader, _read_only
from core.security import PUBLIC
from directory import SearchInput
from tests.bench.loads import Load, obey

Executed = tuple[type[AsyncCursor[Any]], Any, Any]


@contextmanager
def listening() -> Iterator[list[Executed]]:
    """Everything that any connection of this process executes, and by which kind of cursor."""
    heard: list[Executed] = []
    execute = AsyncCursor.execute

    async def heard_and_executed(cursor: AsyncCursor[Any], query: Any, params: Any = None, **how: Any) -> Any:
        heard.append((type(cursor), query, params))
        return await execute(cursor, query, params, **how)

    with patch.object(AsyncCursor, "execute", heard_and_executed):
        yield heard


class Driver(Load):
    """Statements through psycopg alone, prepared, on connections set up as the pool sets up its own."""

    def __init__(self, dsn: str, now: str, sets: dict[str, list[dict[str, Any]]]) -> None:
        super().__init__()
        self.dsn = dsn
        self.now = datetime.fromisoformat(now)
        self.asked = {name: [SearchInput(**each) for each in several] for name, several in sets.items()}
        self.statements: dict[str, list[list[Executed]]] = {}
        self.readers: list[Reader] = []

    async def open(self, connections: int) -> None:
        """Connections stay open from one command to the next; the first learns what the front door executes."""
        while len(self.readers) < connections:
            reader: Reader = await AsyncConnection.connect(self.dsn, autocommit=True)
            await _read_only(reader)
            self.readers.append(reader)
        for name in self.asked.keys() - self.statements.keys():
            self.statements[name] = [await self._listen(ask) for ask in self.asked[name]]

    async def _listen(self, ask: SearchInput) -> list[Executed]:
        with listening() as heard:
            await directory.search(self.readers[0], PUBLIC, ask=ask, now=self.now)
        return heard

    async def ask(self, connection: int, name: str, n: int) -> None:
        """Execute and fetch all rows."""
        for cursor, statement, values in self.statements[name][n]:
            found = await cursor(self.readers[connection]).execute(statement, values, prepare=True)
            await found.fetchall()

    def size(self, name: str) -> int:
        """How many questions the set has."""
        return len(self.asked[name])


if __name__ == "__main__":
    obey(Driver(**json.loads(sys.stdin.readline())))
