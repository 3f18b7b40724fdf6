"""A subscription over HTTP: each result as a server-sent event, in the "distinct connections mode" of graphql-sse.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. Not over a WebSocket, though Strawberry speaks
graphql-transport-ws: that takes a second protocol in the server, beside the one that is guarded here, and a browser
sends our cookie with it from any site. So it is a request like any other, counted, limited and refused as they are.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import orjson
from fastapi import Response
from graphql import GraphQLError
from strawberry.types.execution import PreExecutionError

from api.graphql.context import Context
from api.graphql.documents import ERRORS
from api.graphql.http import Asked
from api.graphql.schema import schema
from api.rest.events import EVENTS, HEADERS, Streamed


def wants_stream(accept: str) -> bool:
    """Whether events are what is asked for."""
    return any(part.partition(";")[0].strip().lower() == EVENTS for part in accept.split(","))


async def stream(asked: Asked, context: Context) -> Response:
    """The results as they come; a document that cannot be executed is refused at once."""
    results: Any = await schema.subscribe(
        asked.query, asked.variables, context, operation_name=asked.operation
    )  # fmt: skip
    first = await anext(results)
    if isinstance(first, PreExecutionError):
        body = orjson.dumps({"errors": _said(first.errors or [])[:ERRORS]})
        return Response(body, status_code=400, media_type="application/json")
    return Streamed(_text(first, results), headers=HEADERS)


async def _text(first: Any, results: Any) -> AsyncGenerator[bytes]:
    async with aclosing(results):
        yield _next(first)
        async for one in results:
            yield _next(one)
        yield b"event: complete\ndata:\n\n"


def _next(result: Any) -> bytes:
    said = {"data": result.data} | ({"errors": _said(result.errors)} if result.errors else {})
    return b"event: next\ndata: " + orjson.dumps(said) + b"\n\n"


def _said(errors: list[GraphQLError]) -> list[Any]:
    return [error.formatted for error in errors]
