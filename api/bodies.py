"""Bodies of requests: counted as they come, whatever was announced, and cut off where they come too slowly."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

LARGEST = 256_000  # bytes
GRAPHQL, DRAWN = 1_000_000, 6_000_000
WHOLE_WITHIN_S = 20.0
# A client that is still sending hears nothing: so much more of it is taken and thrown away before it is told.
_THROWN_AWAY, _WITHIN_S = 4_000_000, 2.0


class Cut(HTTPException):
    """The body was not taken to its end; the connection is of no more use."""

    def __init__(self, status: int, kind: str, title: str, detail: str) -> None:
        super().__init__(status, detail, headers={"Connection": "close"})
        self.kind, self.title = kind, title


def too_large(most: int) -> Cut:
    """Of a body that is larger than that."""
    return Cut(413, "too-large", "That is larger than any body that is taken here.", f"At most {most:,} bytes.")


def too_slow() -> Cut:
    """Of a body that does not come to its end."""
    detail = f"The whole request comes within {WHOLE_WITHIN_S:.0f} seconds."
    return Cut(408, "too-slow", "The request took too long to arrive.", detail)


def most(path: str) -> int:
    """How large a body may be there."""
    if path.startswith("/api/v1/services/") and path.endswith("/service-areas"):  # areas are drawn there
        return DRAWN
    return GRAPHQL if path == "/graphql" else LARGEST


async def large_enough(scope: Scope, receive: Receive) -> None:
    """What is usual is enough for who is not known: the rest is thrown away, and nobody's work to read.

    Raises:
        Cut: it is larger, or does not say how large it is where more might come.
    """
    size = announced(scope)
    if size is not None and most(scope["path"]) > LARGEST and not 0 <= size <= LARGEST:
        await throw_away(receive)
        raise too_large(LARGEST)


def announced(scope: Scope) -> int | None:
    """How large a body is on its way: as its header says, -1 where it does not say, None where there is none."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else -1
        if name == b"transfer-encoding":
            return -1
    return None


class Counted:
    """A `receive` that gives up a body which is too large, or too slow."""

    def __init__(self, receive: Receive, largest: int, deadline: float) -> None:
        self._receive, self._largest, self._left, self._deadline = receive, largest, largest, deadline
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:  # what is waited for now is that the client goes away
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise too_slow() from None
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._left < 0:
                if not self._whole:
                    await throw_away(self._receive)
                raise too_large(self._largest)
        return message


async def throw_away(receive: Receive) -> None:
    """Take the rest of a body, as far as that is worth it."""
    thrown = 0
    try:
        async with asyncio.timeout(_WITHIN_S):
            while thrown < _THROWN_AWAY:
                message = await receive()
                thrown += len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return
