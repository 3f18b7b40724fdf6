"""GraphQL over HTTP; a request that holds no query is a problem like any other."""

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from cross_web import HTTPException
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from graphql import GraphQLError
from graphql.error import located_error
from strawberry.fastapi import GraphQLRouter

import directory
from api.deps import labelled
from api.graphql.context import Context
from api.graphql.documents import Plan, core, document
from api.graphql.nodes import SearchInput
from api.graphql.schema import schema
from api.problems import problem
from api.who import asking, database
from core import clock
from core.access import Published
from core.secrets import Keys

_JSON = "application/json"


class _Strawberry(GraphQLRouter[Context, None]):
    """Whatever is not compiled."""

    async def get_sub_response(self, request: Request) -> Response:  # noqa: ARG002 - Strawberry's custom
        none = Response()
        del none.headers["content-length"]  # its headers are added to the answer's, which has its own length
        return none

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)


class GraphQLRoute(APIRoute):
    """Reads its input itself, as the route of REST does, and for the same reason."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def handle(request: Request) -> Response:
            context = Context(database(request), await asking(request), labelled(request), clock.now(), *_held(request))
            compiled = _compiled(request, await request.body())
            answer: Response = await (_select(*compiled, context) if compiled else self.endpoint(request, context))
            return answer

        return handle


def _held(request: Request) -> tuple[Keys, str, Published]:
    state = request.app.state
    return state.keys, state.public_url, state.published


def graphql_router() -> APIRouter:
    """POST a query; a browser that GETs is shown the explorer by the pages."""
    inner = _Strawberry(schema, graphql_ide=None, allow_queries_via_get=False)
    router = APIRouter(route_class=GraphQLRoute)

    @router.post("")
    async def answer(request: Request, context: Any) -> Response:
        try:
            executed = await inner.run(request=request, context=context, root_value=None)
        except HTTPException as error:
            kind = "unreadable" if error.status_code == 400 else f"http-{error.status_code}"  # noqa: PLR2004
            return problem(error.status_code, kind, "That GraphQL request cannot be read.", error.reason)
        executed.headers.update(context.labels.headers)
        return executed

    return router


def _compiled(request: Request, body: bytes) -> tuple[Plan, SearchInput] | None:
    """How to answer without executing GraphQL field by field; None where GraphQL may have something to say."""
    if _JSON not in request.headers.get("content-type", ""):
        return None
    try:
        asked = orjson.loads(body)
        plan = document(core(schema), asked["query"]).plan
        variables, operation = asked.get("variables"), asked.get("operationName")
    except (orjson.JSONDecodeError, GraphQLError, KeyError, TypeError, AttributeError):
        return None
    if plan is None or operation not in (None, plan.operation) or not isinstance(variables, dict | None):
        return None
    ask = plan.ask(variables or {})
    return None if ask is None else (plan, ask)


async def _select(plan: Plan, ask: SearchInput, context: Context) -> Response:
    try:
        async with context.database.reading() as reader:
            answer = await directory.search(
                reader,
                context.caller,
                ask=ask,
                now=context.now,
                labels=context.labels.language,
                fallback=context.labels.fallback,
                only=plan.only,
            )
    except Exception as error:  # noqa: BLE001 - GraphQL answers every failure of a field, and ours are told apart there
        located = located_error(error, [plan.node], [plan.key])
        schema.process_errors([located])
        body = orjson.dumps({"data": None, "errors": [located.formatted]})
        return Response(body, media_type=_JSON, headers=context.labels.headers)
    body = b'{"data":{"%s":%s}}' % (plan.key.encode(), answer.body)
    return Response(body, media_type=_JSON, headers=context.labels.headers)
