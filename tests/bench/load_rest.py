"""A lean HTTP/1.1 client: requests are bytes made beforehand, answers are read to their length and not parsed.

Reads a first line {"port": ..., "sets": {name: [request, ...]}}, then the commands of `loads`.
"""

import asyncio
import json
import sys
from typing import Any

from tests.bench.loads import Load, obey

_LENGTH = b"content-length: "
_CHUNKED = b"transfer-encoding: chunked"
_CLOSE = b"connection: close"
_UNTIL_CLOSED = sys.maxsize


class Line(asyncio.Protocol):
    """One connection, one request at a time; kept alive if the server does."""

    def __init__(self) -> None:
        self.transport: Any = None
        self.answer: asyncio.Future[None] | None = None
        self.seen = bytearray()
        self.wanted = 0
        self.chunk = 0  # where the next chunk begins, if there are chunks
        self.closing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what requests are written to."""
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[None]:
        """Send; done when the whole answer has arrived."""
        self.seen.clear()
        self.wanted = self.chunk = 0
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.answer

    def data_received(self, data: bytes) -> None:
        """Count bytes; only the head is looked at, and the lengths of chunks."""
        self.seen += data
        if not self.wanted:
            end = self.seen.find(b"\r\n\r\n")
            if end < 0:
                return
            self._look_at(self.seen[: end + 2].lower(), end + 4)
        if self.chunk:
            self._walk()
        if len(self.seen) >= self.wanted:
            self._done()

    def _look_at(self, head: bytearray, body: int) -> None:
        self.closing = _CLOSE in head
        begin = head.find(_LENGTH) + len(_LENGTH)
        if begin >= len(_LENGTH):
            self.wanted = body + int(head[begin : head.index(b"\r", begin)])
            return
        self.wanted = _UNTIL_CLOSED
        if _CHUNKED in head:
            self.chunk = body
        else:
            self.closing = True

    def _walk(self) -> None:
        """Each chunk says its length in hexadecimal; an empty one is the last. Trailers are sent by nobody here."""
        while (end := self.seen.find(b"\r\n", self.chunk)) >= 0:
            long = int(self.seen[self.chunk : end].partition(b";")[0], 16)
            after = end + 2 + long + 2
            if not long:
                self.wanted = after
                return
            if after > len(self.seen):
                return
            self.chunk = after

    def _done(self) -> None:
        if not self.answer or self.answer.done():
            return
        if self.seen.startswith(b"HTTP/1.1 200 ") and b'"errors":[{' not in self.seen:  # GraphQL's failures are 200
            self.answer.set_result(None)
        else:
            self.answer.set_exception(RuntimeError(self.seen[:500].decode(errors="replace")))

    def connection_lost(self, error: Exception | None) -> None:
        """A server that goes away is an error, not a wait; unless that is how it ends an answer."""
        self.closing = True
        if self.wanted == _UNTIL_CLOSED and not self.chunk and error is None:
            self._done()
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
            self.lines.append(await self._connect())

    async def _connect(self) -> Line:
        _, line = await asyncio.get_running_loop().create_connection(Line, "127.0.0.1", self.port)
        return line

    async def ask(self, connection: int, name: str, n: int) -> None:
        """One request and its whole answer; some servers take a new connection for each."""
        line = self.lines[connection]
        if line.closing:
            line.transport.close()
            line = self.lines[connection] = await self._connect()
        await line.ask(self.sets[name][n])

    def size(self, name: str) -> int:
        """How many requests the set has."""
        return len(self.sets[name])


if __name__ == "__main__":
    obey(Rest(**json.loads(sys.stdin.readline())))
