"""`/api/v1/referrals/events`: what happens to an agency's referrals, as it happens."""

import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import StreamingResponse
from starlette.types import Send

import referrals
from api.deps import Known
from api.live import news_of
from api.news import News
from api.problems import DOCUMENTED, refusals

router = APIRouter(tags=["referrals"])
# a proxy that buffers would keep it to itself
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
EVENTS = "text/event-stream"
# OpenAPI 3.1 has no word for a stream of things: what is described is each event of it.
_EVENT = {
    "type": "object",
    "required": ["event", "id", "data"],
    "properties": {
        "event": {"enum": ["referral", "ready", "reset"]},
        "id": {"type": "string", "description": "where to go on: `Last-Event-ID`"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}
_STREAM: dict[str, Any] = {
    "responses": DOCUMENTED
    | refusals(401, 403, 414, 431)
    | {200: {"description": "Events, until either side ends it", "content": {EVENTS: {"schema": _EVENT}}}}
}
_LONGEST = 10_000
_LAST = Annotated[str | None, Header(alias="last-event-id", max_length=_LONGEST, description="where to go on")]
_AFTER = Annotated[
    str | None, Query(description="the same, for a first time", max_length=_LONGEST, pattern=referrals.CURSOR)
]


class Streamed(StreamingResponse):
    """One that lets go of what it reads from, however it ends."""

    media_type = EVENTS

    async def stream_response(self, send: Send) -> None:
        """Send it."""
        async with aclosing(self.body_iterator):  # type: ignore[type-var] # it is a generator
            await super().stream_response(send)


@router.get(
    "/referrals/events", summary="What happens to your referrals, as it happens", response_class=Streamed, **_STREAM
)
async def events(request: Request, asker: Known, last_event_id: _LAST = None, after: _AFTER = None) -> Streamed:
    """Server-sent events; each thing that happens at least once. It ends with your sign-in.

    `referral`: codes and ids. `ready`: there is nothing that you missed. `reset`: the last id was of another database.
    """
    news = news_of(request, asker)(last_event_id or after)
    first = await anext(news)  # so that a refusal is one
    return Streamed(_text(first, news), headers=HEADERS)


async def _text(first: News, news: AsyncGenerator[News, None]) -> AsyncGenerator[bytes]:
    async with aclosing(news):
        # when to come back: each at another moment, where a process ends that all of them listened to
        yield b"retry: %d\n" % (1_000 + secrets.randbelow(3_000)) + first.text
        async for one in news:
            yield one.text
