"""The bare driver: exactly the statements that the front door executes for each question, and nothing around them.

Reads a first line {"dsn": ..., "now": ..., "sets": {name: [question, ...]}}, then the commands of `loads`.
"""

import json
import sys
from datetime import datetime
from typing import Any, cast

from psycopg import AsyncConnection

import directory
from core.db import Reader, _read_only
from core.security import PUBLIC
from directory import SearchInput
from tests.bench.loads import Load, obey

Executed = tuple[bytes, dict[str, Any]]


class Listener:
    """A reader that keeps what it is asked to execute, then executes it."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.heard: list[Executed] = []

    async def execute(self, statement: bytes, values: dict[str, Any], **how: Any) -> Any:
        """Keep and pass on."""
        self.heard.append((statement, values))
        return await self.reader.execute(statement, values, **how)


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
        listener = Listener(self.readers[0])
        await directory.search(cast("Reader", listener), PUBLIC, ask=ask, now=self.now)
        return listener.heard

    async def ask(self, connection: int, name: str, n: int) -> None:
        """Execute and fetch all rows."""
        for statement, values in self.statements[name][n]:
            found = await self.readers[connection].execute(statement, values, prepare=True)
            await found.fetchall()

    def size(self, name: str) -> int:
        """How many questions the set has."""
        return len(self.asked[name])


if __name__ == "__main__":
    obey(Driver(**json.loads(sys.stdin.readline())))
