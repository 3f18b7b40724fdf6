"""A request with an Idempotency-Key is done once, and answered alike however often it is sent.

One transaction holds what is done and the reply to it. What the request opens on the database meanwhile is part of it.
"""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.bodies import large_enough
from api.who import DATABASE, asking, become, database, origin
from core import clock, replies
from core.joined import Joined, joined
from core.secrets import Keys
from core.security import Caller

HEADER = "Idempotency-Key"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_REPLAYED = {"Idempotent-Replayed": "true"}
_OWN = frozenset({"content-length", "date"})  # of each answer anew


class OnceRoute(APIRoute):
    """Every operation that changes something takes the key; what reads by POST has another class, and ignores it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        if not CHANGING & (self.methods or set()):
            return answer

        async def handle(request: Request) -> Response:
            # before anything that they sent is read: a key that opens nothing costs no more than looking at it
            caller = await asking(request)
            if not caller.is_known:
                await large_enough(request.scope, request.receive)
            if HEADER not in request.headers:
                return await answer(request)
            return await once(request, caller, lambda: answer(request))

        return handle


async def once(
    request: Request,
    caller: Caller,
    answer: Callable[[], Awaitable[Response]],
    *,
    worth: Callable[[Response], bool] = lambda _: True,
) -> Response:
    """The earlier reply to this request; else `answer`, which is kept where it is `worth` it.

    Raises:
        BadKey, KeyReused, StillUnderWay: as the front door of replies says; and whatever `answer` raises.
    """
    held: Keys = request.app.state.keys
    ring, now = held.ring, clock.now()
    key = replies.read_key(request.headers.getlist(HEADER))
    sent = replies.Sent(_scope(request, caller), key, _same(request, await request.body()))
    # FastAPI's own: it ends behind what the operation depends on, and before the reply leaves.
    stack: AsyncExitStack = request.scope["fastapi_function_astack"]
    one: Joined = await stack.enter_async_context(joined(database(request), caller))
    if before := await replies.earlier(one.session, sent=sent, ring=ring, now=now):
        return _again(before)
    request.scope[DATABASE] = one
    become(request, caller)
    response = await answer()
    if worth(response):
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers]
        kept = [(name, value) for name, value in headers if name not in _OWN]
        reply = replies.Reply(response.status_code, kept, bytes(response.body))
        await replies.keep(one.session, sent=sent, reply=reply, ring=ring, now=now)
    return response


def once_of(request: Request) -> str | None:
    """The key of the request as the log has it: it is compared, and leads back to nothing."""
    key = request.headers.get(HEADER)
    return None if key is None else sha256(key.encode()).hexdigest()[:32]


def _again(reply: replies.Reply) -> Response:
    answer = Response(reply.body, status_code=reply.status, headers=_REPLAYED)
    answer.raw_headers.extend((name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers)
    return answer


def _scope(request: Request, caller: Caller) -> str:
    """Who asks: as which person or machine, for which agency; of the public, from where."""
    if caller.is_known:
        return f"person {caller.id} key {caller.key_id} agency {caller.agency_id} provider {caller.provider_id}"
    return f"address {origin(request)}"


def _same(request: Request, body: bytes) -> bytes:
    """All that makes two requests one: the version of a record that is to be changed is part of what is asked."""
    parts = (request.method, request.url.path, request.url.query, request.headers.get("if-match", ""))
    return b"\0".join((*(part.encode() for part in parts), body))
