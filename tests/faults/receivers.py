"""Receivers of webhooks on this machine: each writes down what reached it, and then answers as it was told to."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.faults.state import Told

SLOW_S = 1.0
ODD_TIMES = 8  # whoever is not odd for good is so for the first few
_LARGEST = 100_000


class Manner(StrEnum):
    """How a receiver behaves."""

    well = "well"
    slow = "slow"  # the first few times it takes its time, and has it then
    failing = "failing"  # 503
    gone = "gone"  # 410: it wants nothing any more
    cutting = "cutting"  # the first few it has, and hangs up without an answer: they will be sent again
    late = "late"  # the first few it refuses once, so that later ones pass by


@dataclass(frozen=True, slots=True)
class Delivery:
    """What reached a receiver, in the order in which it did."""

    webhook: str
    head: dict[str, str]
    body: dict[str, Any]
    taken: bool


@dataclass
class Receiver:
    """`heard`: everything that reached it, taken or not."""

    name: str
    port: int = 0
    manner: Manner = Manner.well
    heard: list[Delivery] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    @property
    def listens(self) -> bool:
        """Whether it wants to hear of everything, however it behaves."""
        return self.manner is not Manner.gone

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    async def refusing(self, times: int) -> None:
        """Wait until it has refused so often; its cell bounds how long."""
        while sum(not one.taken for one in self.heard) < times:  # noqa: ASYNC110 - whoever asks is another process
            await asyncio.sleep(0.02)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            _, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
            head = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            body = await reader.readexactly(min(int(head.get("content-length", "0")), _LARGEST))
            status = self._status(head.get("webhook-id", ""))
            if self.manner is Manner.slow and len(self.heard) < ODD_TIMES:
                await asyncio.sleep(SLOW_S)
            self.heard.append(Delivery(head.get("webhook-id", ""), head, json.loads(body or b"{}"), status in (0, 204)))
            if status:
                writer.write(f"HTTP/1.1 {status} So\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
        writer.close()

    def _status(self, webhook: str) -> int:
        """What it answers; 0: nothing at all."""
        always = {Manner.failing: 503, Manner.gone: 410}
        first = {Manner.late: 503, Manner.cutting: 0}
        status = always.get(
            self.manner, 204 if webhook in self._known or len(self._known) >= ODD_TIMES else first.get(self.manner, 204)
        )
        self._known.add(webhook)
        return status

    def told(self) -> list[Told]:
        """What it was told of which change."""
        return [
            Told(self.name, one.webhook, str(data.get("referral_id", "")), int(data.get("version", 0)), one.taken)
            for one in self.heard
            if (data := one.body.get("data", {})) is not None
        ]


@asynccontextmanager
async def receivers(*names: str) -> AsyncIterator[list[Receiver]]:
    """Listening, and well-behaved until told otherwise."""
    async with AsyncExitStack() as ends:
        found = []
        for name in names:
            receiver = Receiver(name)
            server = await asyncio.start_server(receiver.answer, "127.0.0.1", 0)
            ends.callback(server.close)
            receiver.port = server.sockets[0].getsockname()[1]
            found.append(receiver)
        yield found
