"""Connections of clients that are slow, or many: none of them keeps a place from others.

Uvicorn waits without end for the head of a request, for a reader, and for as many as come. Here a head comes whole
within a time and a size, an answer is read at some speed, and whoever comes when all places are taken gets that of the
connection that has been waiting longest without asking anything.
"""

from asyncio import TimerHandle, Transport
from collections import Counter
from dataclasses import dataclass, field

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from core.addresses import Network
from core.peers import HERE, is_among, source

HEAD_WITHIN_S, READ_WITHIN_S = 10.0, 20.0
LARGEST_HEAD = 32_000  # bytes
FROM_ONE = 256
_LINGERS_S = 1.0
_SAID = {
    400: ("unreadable", "That request cannot be read."),
    431: ("head-too-large", "The head of the request is too large."),
}


@dataclass(slots=True)
class Places:
    """Who is connected to this process. `most`: how many may be; `trusted`: proxies, who come for many."""

    most: int
    trusted: tuple[Network, ...] = ()
    from_one: int = FROM_ONE
    waiting: "dict[Guarded, None]" = field(default_factory=dict)  # who has asked nothing yet, the longest first
    from_each: Counter[str] = field(default_factory=Counter)

    def where(self, client: tuple[str, int] | None) -> str:
        """For whom a connection counts; proxies and this machine's sockets for nobody."""
        peer = client[0] if client else None
        return HERE if is_among(peer, self.trusted) else source(peer, "")

    def make_room(self, where: str, taken: int) -> bool:
        """Whether another may come from there, in the place of one that waits if need be."""
        if where != HERE and self.from_each[where] >= self.from_one:
            return self._end(where)
        return taken < self.most or self._end(None)

    def _end(self, where: str | None) -> bool:
        longest = next((one for one in self.waiting if where in (None, one.where)), None)
        if longest is None:
            return False
        self.waiting.pop(longest, None)
        longest.end()
        return True


class Guarded(HttpToolsProtocol):
    """Uvicorn's protocol, with an end to its patience."""

    places: Places
    where = HERE
    _waits: TimerHandle | None = None
    _writes: TimerHandle | None = None
    _status = 400
    _in_head = _refused = False
    _size = _chunk = 0  # of the head so far, and of what came last

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.where = self.places.where(self.client)
        if not self.places.make_room(self.where, len(self.connections) - 1):
            transport.abort()
            self.where = HERE
            return
        if self.where != HERE:
            self.places.from_each[self.where] += 1
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._go_on()
        if self._writes:
            self._writes.cancel()
        if self.where != HERE:
            self.places.from_each[self.where] -= 1
            if not self.places.from_each[self.where]:
                del self.places.from_each[self.where]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._chunk = len(data)
        if self._in_head:
            self._size += len(data)
            if self._size > LARGEST_HEAD + len(data):  # as much had come before, without an end
                self._refuse(431)
                return
        super().data_received(data)
        if self._is_idle() and self._is_open():
            self._wait()

    def on_message_begin(self) -> None:
        self._in_head, self._size = True, self._chunk
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._go_on()
        if self._size > LARGEST_HEAD:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > LARGEST_HEAD:
                self._status = 431
                raise ValueError("the head is too large")
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._is_idle():
            self.places.waiting[self] = None  # uvicorn's own timer ends it

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words
        self._refuse(self._status)

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._writes is None:
            self._writes = self.loop.call_later(READ_WITHIN_S, self.end)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._writes is not None:
            self._writes.cancel()
            self._writes = None

    def end(self) -> None:
        """End it at once; what is still being answered goes nowhere."""
        self._leave()
        self.transport.abort()

    def _leave(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None:
            cycle.disconnected = True  # else it would write to what is closed, and be logged as a failure

    def _is_open(self) -> bool:
        return not (self._refused or self.transport.is_closing())

    def _is_idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn says that there always is one
        return cycle is None or cycle.response_complete

    def _wait(self) -> None:
        self.places.waiting.setdefault(self)
        if self._waits is None:
            self._waits = self.loop.call_later(HEAD_WITHIN_S, self._too_long)

    def _go_on(self) -> None:
        self.places.waiting.pop(self, None)
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None

    def _too_long(self) -> None:
        self._waits = None
        self.end()

    def _refuse(self, status: int) -> None:
        kind, title = _SAID[status]
        body = orjson.dumps({
            "type": f"/problems/{kind}", "title": title, "status": status, "detail": "Nothing of it was looked at.",
        })  # fmt: skip
        head = (
            b"content-type: application/problem+json\r\nx-content-type-options: nosniff\r\ncache-control: no-store\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        )
        self._leave()
        self._go_on()
        self._refused = True
        self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.write_eof()
        # to close what still has something to be read would take the answer back
        self.loop.call_later(_LINGERS_S, self.transport.abort)


def guarded(places: Places) -> type[Guarded]:
    """The protocol for a server with these places."""
    return type("Guarded", (Guarded,), {"places": places})
