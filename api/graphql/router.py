"""GraphQL over HTTP; a request that holds no query is a problem like any other."""

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from graphql import GraphQLError, OperationDefinitionNode
from graphql import OperationType as Operation
from graphql.error import located_error
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

import directory
from api.bodies import large_enough
from api.deps import labelled
from api.graphql.context import Context
from api.graphql.documents import ERRORS, Plan, core, document
from api.graphql.http import JSON, Asked, NotGraphQL, check_content, linked, media_type, posted
from api.graphql.nodes import SearchInput
from api.graphql.schema import schema
from api.graphql.streaming import stream, wants_stream
from api.live import news_of
from api.once import HEADER, once, once_of
from api.problems import problem
from api.rest.events import EVENTS
from api.who import asking, database
from core import clock

_READS = frozenset({OperationType.QUERY})
_ALL = frozenset({OperationType.QUERY, OperationType.MUTATION})
# A message may quote what was sent, which may be long.
_LONGEST = 200


class GraphQLRoute(APIRoute):
    """Reads its input itself, as the route of REST does, and for the same reason."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def handle(request: Request) -> Response:
            try:
                answer: Response = await self.endpoint(request)
            except NotGraphQL as error:
                kind = "unreadable" if error.status == 400 else f"http-{error.status}"  # noqa: PLR2004
                return problem(error.status, kind, "That GraphQL request cannot be read.", error.detail)
            return answer

        return handle


def graphql_router() -> APIRouter:
    """POST a query or a mutation, or GET a query."""
    router = APIRouter(route_class=GraphQLRoute)
    router.add_api_route("", answer_post, methods=["POST"], name="graphql")
    return router


async def answer_post(request: Request) -> Response:
    """Whatever there is to be asked or done, or listened for."""
    accept = request.headers.get("accept", "")
    if not wants_stream(accept):
        media_type(accept)
    check_content(request.headers.get("content-type", ""))
    if not (await asking(request)).is_known:
        await large_enough(request.scope, request.receive)  # before any of it is read
    asked = posted(await request.body())
    context = await _context(request)
    compiled = _compiled(asked)
    if compiled:
        return await _select(*compiled, context, media_type(accept))
    if _listens(asked):
        if not wants_stream(accept):
            raise NotGraphQL(406, f"A subscription is answered as {EVENTS}: say so in `Accept`.")
        return await stream(asked, context)
    media = media_type(accept)
    mutation = _mutation(asked)
    if mutation is not None:
        # a stranger is counted by requests, and does one thing in each
        if HEADER in request.headers or not context.caller.is_known:
            _one_field(mutation)
        await request.app.state.counting.changing(request.scope, context.caller)
        if HEADER in request.headers:
            return await _once(request, asked, media)
    return (await _execute(asked, context, media))[0]


async def answer_get(request: Request) -> Response:
    """A query whose answer may be linked to; what changes something is posted."""
    media = media_type(request.headers.get("accept", ""))
    asked = linked(request.query_params)
    return (await _execute(asked, await _context(request), media, _READS))[0]


async def _context(request: Request) -> Context:
    state, caller = request.app.state, await asking(request)
    return Context(
        database(request), caller, labelled(request), clock.now(), state.keys, state.public_url, state.published,
        state.outgoing, news_of(request, caller), once_of(request),
    )  # fmt: skip


def _compiled(asked: Asked) -> tuple[Plan, SearchInput] | None:
    """How to answer without executing GraphQL field by field; None where GraphQL may have something to say."""
    try:
        plan = document(core(schema), asked.query).plan
    except GraphQLError:
        return None
    if plan is None or asked.operation not in (None, plan.operation):
        return None
    ask = plan.ask(asked.variables or {})
    return None if ask is None else (plan, ask)


async def _select(plan: Plan, ask: SearchInput, context: Context, media: str) -> Response:
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
        return _answer(body, context, media)
    return _answer(b'{"data":{"%s":%s}}' % (plan.key.encode(), answer.body), context, media)


async def _execute(
    asked: Asked, context: Context, media: str, allowed: frozenset[OperationType] = _ALL
) -> tuple[Response, bool]:
    """The answer, and whether nothing went wrong."""
    unnamed = [GraphQLError("Say by `operationName` which one of the document's operations.")]
    if asked.operation is None and len(_operations(asked)) > 1:
        return _refused(unnamed, context, media)
    try:
        result = await schema.execute(
            asked.query, asked.variables, context, operation_name=asked.operation, allowed_operation_types=allowed
        )
    except InvalidOperationTypeError:
        answer = problem(405, "http-405", "That method is not offered here.", "Post what changes something.")
        answer.headers["Allow"] = "POST"
        return answer, False
    except CannotGetOperationTypeError:
        return _refused(
            [GraphQLError("Say by `operationName` which one of the document's operations.")], context, media
        )
    errors = result.errors or []
    # of a field each says where it stands; without that, nothing was executed
    if result.data is None and errors and all(error.path is None for error in errors):
        return _refused(errors, context, media)
    said = {"data": result.data} | ({"errors": [error.formatted for error in errors]} if errors else {})
    return _answer(orjson.dumps(said), context, media), not errors


def _refused(errors: list[GraphQLError], context: Context, media: str) -> tuple[Response, bool]:
    """Nothing was executed: an error of the whole request, which the older media type tells as a success."""
    formatted = [dict(error.formatted) | {"message": error.message[:_LONGEST]} for error in errors[:ERRORS]]
    return _answer(orjson.dumps({"errors": formatted}), context, media, status=200 if media == JSON else 400), False


def _answer(body: bytes, context: Context, media: str, *, status: int = 200) -> Response:
    return Response(body, status_code=status, media_type=media, headers=context.labels.headers)


async def _once(request: Request, asked: Asked, media: str) -> Response:
    well = False

    async def answer() -> Response:
        nonlocal well
        answered, well = await _execute(asked, await _context(request), media)
        return answered

    return await once(request, await asking(request), answer, worth=lambda _: well)


def _listens(asked: Asked) -> bool:
    """Whether it is a subscription."""
    named = [one for one in _operations(asked) if asked.operation in (None, one.name.value if one.name else None)]
    return len(named) == 1 and named[0].operation is Operation.SUBSCRIPTION


def _mutation(asked: Asked) -> OperationDefinitionNode | None:
    """What it asks to be done, if anything."""
    named = [one for one in _operations(asked) if asked.operation in (None, one.name.value if one.name else None)]
    return named[0] if len(named) == 1 and named[0].operation is Operation.MUTATION else None


def _one_field(mutation: OperationDefinitionNode) -> None:
    """Raises NotGraphQL where several things are to be done, of which some might be and others not."""
    selected = mutation.selection_set.selections
    if len(selected) > 1 or selected[0].kind != "field":
        raise NotGraphQL(422, f"With {HEADER}, or without an account, one mutation with one field at a time.")


def _operations(asked: Asked) -> list[OperationDefinitionNode]:
    """Those of the document; none of one that is not executed anyway."""
    try:
        read = document(core(schema), asked.query)
    except GraphQLError:
        return []
    definitions = [] if read.errors else read.node.definitions
    return [one for one in definitions if isinstance(one, OperationDefinitionNode)]
