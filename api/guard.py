"""What stands in front of the application: quotas, sizes, time, and what every answer says to a browser."""

import asyncio
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import bodies, counting, watch
from api.bodies import Counted, announced, most, throw_away, too_large
from api.counting import Counting
from api.problems import cut_off, kind_of, problem, status_of, told
from core.errors import DoorlightError

BEGUN_WITHIN_S = 30.0  # the first byte of an answer; how long the rest takes is the reader's
_LONGEST = 16_000  # bytes of an address
_EXPECT = b"expect"
_SAID_EVERY_S = 1.0

Header = tuple[bytes, bytes]


class Guard:
    """ASGI middleware. `said`: what every answer says, where it does not say otherwise itself."""

    def __init__(
        self, app: ASGIApp, counting: Counting, said: Mapping[str, str], within_s: float = BEGUN_WITHIN_S
    ) -> None:
        self._app, self._counting, self._within_s = app, counting, within_s
        self._said: list[Header] = [(name.lower().encode(), value.encode()) for name, value in said.items()]
        self._unsaid, self._say_from = 0, 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = asyncio.timeout(self._within_s)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                if not begun.expired():
                    begun.reschedule(None)
                self._add(scope, message)
            await send(message)

        try:
            async with begun:
                await self._let_in(scope, receive, sent)
        except TimeoutError:
            if not begun.expired():
                raise
            late = problem(503, "took-too-long", "That took too long.", "Ask for less at once, or try again.")
            await late(scope, receive, sent)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._counting.arrived(scope)
        except DoorlightError as error:
            self._held_back(error)
            await told(error)(scope, receive, send)
            return
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > _LONGEST:
            refused = problem(414, "address-too-long", "That address is too long.", "Send it in a body, by POST.")
            await refused(scope, receive, send)
            return
        size = announced(scope)
        if size is None:
            await self._app(scope, receive, send)
            return
        largest = most(scope["path"])
        if size > largest:
            if not any(name == _EXPECT for name, _ in scope["headers"]):
                await throw_away(receive)
            await cut_off(too_large(largest))(scope, receive, send)
            return
        deadline = asyncio.get_running_loop().time() + bodies.WHOLE_WITHIN_S
        await self._app(scope, Counted(receive, largest, deadline), send)

    def _held_back(self, error: DoorlightError) -> None:
        """A line a second at most, with how many there were: a flood must not fill the disk instead."""
        self._unsaid += 1
        now = asyncio.get_running_loop().time()
        if now >= self._say_from:
            watch.held_back(status=status_of(error), kind=kind_of(error), many=self._unsaid)
            self._unsaid, self._say_from = 0, now + _SAID_EVERY_S

    def _add(self, scope: Scope, message: Message) -> None:
        headers: list[Header] = list(message.get("headers", ()))
        has = {name.lower() for name, _ in headers}
        headers += [one for one in self._said if one[0] not in has]
        headers += counting.headers(scope)
        message["headers"] = headers
