"""Whoever listens to an API process over a real connection, and reads what comes as it comes."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from api.who import COOKIE
from core import access, clock
from core.db import Database
from core.security import SYSTEM, Caller

SOON_S = 10.0
PATH = "/api/v1/referrals/events"


@dataclass
class Heard:
    """One server-sent event."""

    kind: str = "message"
    data: Any = None
    id: str | None = None


@dataclass
class Stream:
    """What comes on one connection. `last`: the id of the last event that had one; `retry_ms`: when to come back."""

    status: int
    reader: asyncio.StreamReader
    headers: Mapping[str, str] = field(default_factory=dict)
    last: str = ""
    retry_ms: int | None = None
    _rest: bytes = b""

    async def next(self) -> Heard | None:
        """The next event, leaving out comments; None at the end."""
        async with asyncio.timeout(SOON_S):
            while True:
                while b"\n\n" not in self._rest:
                    size = int((await self.reader.readline()).strip() or b"0", 16)
                    if size == 0:
                        return None
                    self._rest += (await self.reader.readexactly(size + 2))[:-2]
                block, _, self._rest = self._rest.partition(b"\n\n")
                if (heard := self._read(block.decode())) is not None:
                    return heard

    async def until(self, kind: str) -> Heard:
        """The next event of that kind."""
        while (heard := await self.next()) is not None:
            if heard.kind == kind:
                return heard
        raise AssertionError(f"the stream ended before any {kind}")

    def _read(self, block: str) -> Heard | None:
        said = dict(line.partition(":")[::2] for line in block.split("\n"))
        if "id" in said:
            self.last = said["id"].strip()
        if "retry" in said:
            self.retry_ms = int(said["retry"])
        if "data" not in said:
            return None
        data = said["data"].strip()
        return Heard(said.get("event", "message").strip(), json.loads(data) if data else None, said.get("id"))


@asynccontextmanager
async def listening(
    port: int, headers: Mapping[str, str], *, path: str = PATH, after: str | None = None, body: str | None = None
) -> AsyncIterator[Stream]:
    """Ask for it, or post for it where there is a body, and read."""
    more = {} if after is None else {"last-event-id": after}
    if body is not None:
        more |= {"content-type": "application/json", "content-length": str(len(body.encode()))}
    sent = "".join(f"{name}: {value}\r\n" for name, value in {**headers, **more}.items())
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        method = "GET" if body is None else "POST"
        writer.write(f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n{sent}\r\n{body or ''}".encode())
        async with asyncio.timeout(SOON_S):
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        got = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        yield Stream(int(first.split()[1]), reader, got)
    finally:
        writer.close()


async def cookie_of(database: Database, caller: Caller) -> dict[str, str]:
    """What the browser of a person sends along."""
    assert caller.id is not None
    async with database.transaction(SYSTEM) as db:
        signed = await access.open_for(
            db, person_id=caller.id, agency_id=caller.agency_id, shared=False, now=clock.now()
        )
    return {"cookie": f"{COOKIE}={signed.token}", "sec-fetch-site": "same-origin"}
