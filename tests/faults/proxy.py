"""A wire that can be cut: between clients and an API, or between a process and PostgreSQL."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

# Closing sends a reset in place of an end: what was on its way is lost on both sides.
_AT_ONCE = struct.pack("ii", 1, 0)
_TURNS = 5  # of the loop, until a connection that was accepted is ours to cut


class _End(asyncio.Protocol):
    """One end of a connection. What it hears goes to the other end, as long as it `passes`."""

    def __init__(self, made: Callable[["_End"], object], lost: Callable[["_End"], object]) -> None:
        self.other: _End | None = None
        self.passes = True
        self._made, self._lost = made, lost
        self._early: list[bytes] = []
        self._transport: asyncio.Transport | None = None

    @property
    def open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._made(self)

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            self._early.append(data)
        elif self.passes:
            self.other.write(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - however it ended
        self._lost(self)
        if self.other is not None:
            self.other.close()

    def join(self, other: "_End") -> None:
        """From here on there is somebody to pass things on to."""
        self.other = other
        for data in self._early:
            self.data_received(data)
        self._early.clear()

    def write(self, data: bytes) -> None:
        if self._transport is not None and self.open:
            self._transport.write(data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def cut(self) -> None:
        """End it by a reset."""
        if self._transport is None:
            return
        held = self._transport.get_extra_info("socket")
        if held is not None and held.family != socket.AF_UNIX:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self._transport.abort()


@dataclass
class Proxy:
    """Listens on a `port` of this machine for what is `far`: a port too, or a socket in its files."""

    far: int | Path
    port: int = 0
    _near: set[_End] = field(default_factory=set)
    _far: set[_End] = field(default_factory=set)
    _joining: set[asyncio.Task[None]] = field(default_factory=set)
    _swallows: bool = False
    _ended: bool = False

    def reset(self) -> int:
        """Cut every connection there is; how many."""
        cut = len(self._near)
        for end in [*self._near, *self._far]:
            end.cut()
        return cut

    def swallow(self, swallows: bool) -> None:
        """Whether the answers of the far side are lost on their way, of new connections too."""
        self._swallows = swallows
        for far in self._far:
            far.passes = not swallows

    def near(self) -> asyncio.Protocol:
        """For who connects; the far end follows."""
        return _End(self._join, self._near.discard)

    async def end(self) -> None:
        """Cut everything, what is just being accepted too, and wait until the system has it back."""
        self._ended = True
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        await asyncio.gather(*self._joining)
        while self._near or self._far:
            self.reset()
            await asyncio.sleep(0)

    def _join(self, near: _End) -> None:
        self._near.add(near)
        if self._ended:
            near.cut()
            return
        task = asyncio.get_running_loop().create_task(self._joined(near))
        self._joining.add(task)
        task.add_done_callback(self._joining.discard)

    async def _joined(self, near: _End) -> None:
        far = _End(self._far.add, self._far.discard)
        loop = asyncio.get_running_loop()
        try:
            if isinstance(self.far, Path):
                await loop.create_unix_connection(lambda: far, str(self.far))
            else:
                await loop.create_connection(lambda: far, "127.0.0.1", self.far)
        except OSError:
            near.cut()
            return
        if not (near.open and far.open):  # one of them left while we asked
            near.cut()
            far.cut()
            return
        far.passes = not self._swallows
        far.join(near)
        near.join(far)


@asynccontextmanager
async def a_proxy(far: int | Path) -> AsyncIterator[Proxy]:
    """To a port of this machine, or to a socket in its files."""
    proxy = Proxy(far)
    server = await asyncio.get_running_loop().create_server(proxy.near, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.end()
