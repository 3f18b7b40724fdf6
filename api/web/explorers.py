"""The two explorers for programmers, served whole from here: `/docs` for REST, `/graphql` for GraphQL."""

from fastapi import APIRouter, HTTPException, Request, Response

from api.web.render import EXPLORER, page

router = APIRouter()


@router.get("/docs")
async def rest_explorer(request: Request) -> Response:
    """Every REST operation, with examples to try."""
    return page(request, "docs.html", policy=EXPLORER)


@router.get("/graphql")
async def graphql_explorer(request: Request) -> Response:
    """The schema and a place to try queries, for browsers; programs POST to the same address."""
    if "text/html" not in request.headers.get("accept", ""):
        raise HTTPException(405, "POST a GraphQL query here; a browser gets an explorer.", headers={"Allow": "POST"})
    return page(request, "graphiql.html", policy=EXPLORER)
