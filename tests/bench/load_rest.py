"""A lean HTTP/1.1 client: requests are bytes made beforehand, answers are read to their length and not parsed.

Reads a first line {"port": ..., "sets": {name: [request, ...]}}, then the commands of `loads`.
"""

import asyncio
import json
import sys
from typing import Any

from tests.bench.loads import Load, obey

_LENGTH = b"content-length: "


class Line(asyncio.Protocol):
    """One kept-alive connection, one request at a time."""

    def __init__(self) -> None:
        self.transport: Any = None
        self.answer: asyncio.Future[None] | None = None
        self.seen = bytearray()
        self.wanted = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what requests are written to."""
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[None]:
        """Send; done when the whole answer has arrived."""
        self.seen.clear()
        self.wanted = 0
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.answer

    def data_received(self, data: bytes) -> None:
        """Count bytes; only the head is looked at."""
        self.seen += data
        if not self.wanted:
            head = self.seen.find(b"\r\n\r\n")
            if head < 0:
                return
            begin = self.seen.lower().index(_LENGTH, 0, head) + len(_LENGTH)
            self.wanted = head + 4 + int(self.seen[begin : self.seen.index(b"\r", begin)])
        if len(self.seen) >= self.wanted and self.answer:
            if self.seen.startswith(b"HTTP/1.1 200 "):
                self.answer.set_result(None)
            else:
                self.answer.set_exception(RuntimeError(self.seen[:500].decode(errors="replace")))

    def connection_lost(self, error: Exception | None) -> None:
        """A server that goes away is an error, not a wait."""
        if self.answer and not self.answer.done():
            self.answer.set_exception(error or ConnectionResetError("the server closed the connection"))


class Rest(Load):
    """Requests to one worker on this machine."""

    def __init__(self, port: int, sets: dict[str, list[str]]) -> None:
        super().__init__()
        self.port = port
        self.sets = {name: [request.encode() for request in requests] for name, requests in sets.items()}
        self.lines: list[Line] = []

    async def open(self, connections: int) -> None:
        """New ones for each command: the server closes what was idle for some seconds."""
        while self.lines:
            self.lines.pop().transport.close()
        while len(self.lines) < connections:
            _, line = await asyncio.get_running_loop().create_connection(Line, "127.0.0.1", self.port)
            self.lines.append(line)

    async def ask(self, connection: int, name: str, n: int) -> None:
        """One request and its whole answer."""
        await self.lines[connection].ask(self.sets[name][n])

    def size(self, name: str) -> int:
        """How many requests the set has."""
        return len(self.sets[name])


if __name__ == "__main__":
    obey(Rest(**json.loads(sys.stdin.readline())))
