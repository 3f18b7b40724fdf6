"""The places between a commit and its reply, where a process can be made to fail; in no service as it is run."""

import re
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import failpoints

_FIRST_GOOD, _FIRST_OTHER = 200, 300
_PLACES: Final[tuple[tuple[re.Pattern[str], failpoints.Name], ...]] = (
    (re.compile(r"/api/v1/referrals"), "create.before_reply"),
    (re.compile(r"/api/v1/offers/[^/]+/accept"), "accept.before_reply"),
)


class Failing:
    """Reaches the place of an operation when its reply is about to leave: what it did has been committed by then."""

    def __init__(self, app: ASGIApp) -> None:
        """`app` does the work."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or fail before the first byte of the answer."""
        place = _place(scope)
        if place is None:
            await self._app(scope, receive, send)
            return

        async def reply(message: Message) -> None:
            if message["type"] == "http.response.start" and _FIRST_GOOD <= message["status"] < _FIRST_OTHER:
                await failpoints.reach(place)
            await send(message)

        await self._app(scope, receive, reply)


def _place(scope: Scope) -> failpoints.Name | None:
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    return next((name for path, name in _PLACES if path.fullmatch(scope["path"])), None)
