"""The two explorers for programmers, served whole from here: `/docs` for REST, `/graphql` for GraphQL."""

from secrets import token_urlsafe

from fastapi import APIRouter, Request, Response

from api.graphql.router import GraphQLRoute, answer_get
from api.web.render import page, policy

router = APIRouter()
graphql = APIRouter(route_class=GraphQLRoute)


@router.get("/docs")
async def rest_explorer(request: Request) -> Response:
    """Every REST operation, with examples to try."""
    return page(request, "docs.html", policy=policy(data=True))


@graphql.get("/graphql")
async def graphql_explorer(request: Request) -> Response:
    """A place to try queries, for browsers; programs GET a query from the same address."""
    if "query" not in request.query_params and "text/html" in request.headers.get("accept", ""):
        nonce = token_urlsafe(16)  # of the style that keeps the page still behind a dialog
        return page(request, "graphiql.html", policy=policy(data=True, nonce=nonce), nonce=nonce)
    return await answer_get(request)


router.include_router(graphql)
