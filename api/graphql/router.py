"""GraphQL over HTTP; a request that holds no query is a problem like any other."""

from typing import Annotated, Any

from cross_web import HTTPException
from fastapi import APIRouter, Depends, Request, Response
from strawberry.fastapi import GraphQLRouter

from api.deps import caller, database, language
from api.graphql.context import Context
from api.graphql.schema import schema
from api.problems import problem
from core import clock


def _context(request: Request) -> Context:
    return Context(database(request), caller(), language(request), clock.now())


def graphql_router() -> APIRouter:
    """POST a query; a browser that GETs is shown the explorer by the pages."""
    inner: GraphQLRouter[Context, None] = GraphQLRouter(schema, graphql_ide=None, allow_queries_via_get=False)
    router = APIRouter()

    @router.post("")
    async def answer(request: Request, response: Response, context: Annotated[Context, Depends(_context)]) -> Any:
        inner.temporal_response = response  # type: ignore[attr-defined]  # as its own route sets it
        try:
            return await inner.run(request=request, context=context, root_value=None)
        except HTTPException as error:
            kind = "unreadable" if error.status_code == 400 else f"http-{error.status_code}"  # noqa: PLR2004
            return problem(error.status_code, kind, "That GraphQL request cannot be read.", error.reason)

    return router
