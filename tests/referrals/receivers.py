"""An agency's system on this machine that is told by webhooks, and how the two jobs are run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text

import referrals
from core.addresses import LOOPBACK
from core.db import Database
from core.outgoing import Outgoing
from core.secrets import Keys
from core.security import SYSTEM, Caller, Role
from tests.access.builders import RING

KEYS = Keys(text=RING.written())
SOURCE = "https://doorlight.example.org"


@dataclass
class Receiver:
    """What it was told; `says` answers first, one status each, then 204. It answers once `open` is set."""

    port: int = 0
    says: list[int] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def ids(self) -> list[str]:
        return [head["webhook-id"] for head in self.heads]

    @property
    def said(self) -> list[dict[str, Any]]:
        return [orjson.loads(body) for body in self.bodies]


@asynccontextmanager
async def a_receiver(*says: int, slow: bool = False) -> AsyncIterator[Receiver]:
    """It is told whatever comes; a slow one answers when its `open` is set, or never."""
    receiver = Receiver(says=list(says))
    if not slow:
        receiver.open.set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            _, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            head = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            receiver.heads.append(head)
            receiver.bodies.append(await reader.readexactly(int(head["content-length"])))
            receiver.asked.set()
            await receiver.open.wait()
            status = HTTPStatus(receiver.says.pop(0) if receiver.says else 204)
            writer.write(f"HTTP/1.1 {status} {status.phrase}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    receiver.port = listening.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        receiver.open.set()
        listening.close()


def boss_of(caller: Caller) -> Caller:
    """An administrator of the same agency."""
    return Caller(id=caller.id, agency_id=caller.agency_id, roles=frozenset({Role.administrator}))


async def hooked(database: Database, caller: Caller, receiver: Receiver) -> referrals.WebhookSecret:
    boss = boss_of(caller)
    async with database.transaction(boss) as db:
        return await referrals.make_webhook(db, boss, url=receiver.url, ring=RING, way=Outgoing(also=LOOPBACK))


async def handed_on(database: Database) -> int:
    async with database.transaction(SYSTEM) as db:
        return await referrals.fan_out(db, ring=RING, public_url="https://doorlight.example.org")


async def delivered(database: Database, *, total_s: float = 5) -> int:
    way = Outgoing(also=LOOPBACK, total_s=total_s)
    return await referrals.deliver_due(database, keys=KEYS, way=way, source=SOURCE)


async def stored(database: Database, webhook: UUID) -> list[dict[str, Any]]:
    """Its deliveries, in the order of their events."""
    asked = text("SELECT * FROM webhook_delivery WHERE endpoint_id = :it ORDER BY event_id")
    async with database.transaction(SYSTEM) as db:
        return [dict(row) for row in (await db.execute(asked, {"it": webhook})).mappings()]
