"""A client that takes no silence for an answer: it asks again with the same key, until it is told yes or no."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from httpx import AsyncClient, HTTPError, Response

from tests.faults.asked import Line, Log, Said, a_key

PATIENCE_S = 25.0
_PAUSE_S = 0.1
_LEAVES_IT_OPEN = {408, 425, 429}
_UNDER_WAY = "still-under-way"  # the problem of a key whose first request is not yet done


@dataclass
class Client:
    """Somebody of an agency. `at`: the APIs, of which any may be asked."""

    at: Sequence[AsyncClient]
    log: Log
    headers: Mapping[str, str]
    patience_s: float = PATIENCE_S
    _turn: Iterator[AsyncClient] = field(init=False)

    def __post_init__(self) -> None:
        self._turn = cycle(self.at)

    async def ask(
        self, act: str, path: str, body: Mapping[str, Any], *, about: str = "", key: str = ""
    ) -> dict[str, Any] | None:
        """What was acknowledged; None where it was refused, or nothing settled it in time."""
        key = key or a_key()
        limit = time.monotonic() + self.patience_s
        while True:
            said, answer = await self._once(Line(key, act, about, Said.asked), path, body)
            if said is Said.acknowledged:
                assert answer is not None
                found: dict[str, Any] = answer.json()
                return found
            if said is Said.refused or time.monotonic() > limit:
                return None
            await asyncio.sleep(_PAUSE_S)

    async def _once(self, line: Line, path: str, body: Mapping[str, Any]) -> tuple[Said, Response | None]:
        client = next(self._turn)
        self.log.add(line)
        try:
            answer = await client.post(path, json=body, headers={**self.headers, "Idempotency-Key": line.key})
        except HTTPError:
            self.log.add(Line(line.key, line.act, line.about, Said.unknown))
            return Said.unknown, None
        said = _said(answer)
        named = answer.json() if said is Said.acknowledged else {}
        self.log.add(
            Line(
                line.key, line.act, line.about, said, answer.status_code, named.get("id", ""), named.get("version", 0),
                "" if said is Said.acknowledged else _kind(answer),
            )
        )  # fmt: skip
        return said, answer

    async def twice_at_once(
        self, act: str, path: str, body: Mapping[str, Any], *, about: str = ""
    ) -> dict[str, Any] | None:
        """The same request, sent again before it is answered."""
        key = a_key()
        both = await asyncio.gather(*(self.ask(act, path, body, about=about, key=key) for _ in range(2)))
        return both[0] or both[1]

    async def twice_in_turn(
        self, act: str, path: str, body: Mapping[str, Any], *, about: str = ""
    ) -> dict[str, Any] | None:
        """The same request, sent again after it was answered."""
        key = a_key()
        await self.ask(act, path, body, about=about, key=key)
        return await self.ask(act, path, body, about=about, key=key)


def _said(answer: Response) -> Said:
    if answer.is_success:
        return Said.acknowledged
    if answer.is_server_error or answer.status_code in _LEAVES_IT_OPEN or _kind(answer) == _UNDER_WAY:
        return Said.unknown
    return Said.refused


def _kind(answer: Response) -> str:
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return ""
    return str(answer.json().get("type", "")).rpartition("/")[2]
