"""A defect: the answer leaves before what it says has been committed, and the commit takes its time."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from fastapi import Request, Response, routing
from starlette._exception_handler import wrap_app_handling_exceptions
from starlette.types import ASGIApp, Receive, Scope, Send

LATE_S = 0.3


def request_response(handle: Callable[[Request], Awaitable[Response]]) -> ASGIApp:
    """As FastAPI's own, but the answer is sent within what the function depends on, not after it."""

    async def whole(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)

        async def answered(scope: Scope, receive: Receive, send: Send) -> None:
            async with AsyncExitStack() as around:
                scope["fastapi_inner_astack"] = around
                async with AsyncExitStack() as function:
                    scope["fastapi_function_astack"] = function
                    response = await handle(request)
                    await response(scope, receive, send)
                    await asyncio.sleep(LATE_S)

        await wrap_app_handling_exceptions(answered, request)(scope, receive, send)

    return whole


if __name__ == "__main__":
    routing.request_response = request_response  # type: ignore[assignment]
    # routes are made when their modules are loaded
    from tests.faults.programs.quick import run

    run()
