"""A gateway for text messages and phones on this machine: it takes what is sent, and signs what it brings."""

import re
import time
from dataclasses import dataclass, field
from itertools import count

import orjson
from httpx import AsyncClient, Response

from core import clock
from core.db import Database
from core.letters import Channel
from core.signed import key_of, signature
from tests.letters.builders import Sink, send

SECRET = "whsec_bGFudGVybnMgYmVzaWRlIGV2ZXJ5IGRvb3Igb2YgdG93bg=="
_numbers = count(1)


@dataclass
class Gateway:
    """`at`: when it says that it signed."""

    client: AsyncClient
    database: Database
    key: bytes = field(default_factory=lambda: key_of(SECRET))

    async def brings(self, what: str, number: str, said: str, *, own_id: str = "", at: float | None = None) -> Response:
        """What came in by `text` or `keypad` from that number."""
        name = "text" if what == "text" else "digits"
        body = orjson.dumps({"from": number, name: said})
        own_id = own_id or f"msg_{next(_numbers)}"
        stamp = str(int(time.time() if at is None else at))
        headers = {
            "content-type": "application/json", "webhook-id": own_id, "webhook-timestamp": stamp,
            "webhook-signature": signature(self.key, own_id=own_id, stamp=stamp, body=body),
        }  # fmt: skip
        return await self.client.post(f"/api/v1/gateway/{what}", content=body, headers=headers)

    async def sent(self) -> list[str]:
        """The text messages that were to be sent since."""
        sink = Sink()
        await send(self.database, {Channel.text: sink}, clock.now())
        return [letter.body for letter in sink.taken]

    async def code(self) -> str:
        """The code in the only message that was to be sent."""
        (body,) = await self.sent()
        found = re.search(r"\b[0-9]{6}\b", body)
        assert found is not None
        return found[0]
