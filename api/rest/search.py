"""`/api/v1/search`: GET for links, POST to keep a person's position out of URLs."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response

import directory
from api.deps import Asker, Labels, database
from api.problems import DOCUMENTED
from core import clock
from core.security import Caller

router = APIRouter(tags=["search"])
_EXAMPLES = {
    "sobering": {
        "summary": "A sobering centre, open now, near a point in Denver",
        "value": {"lat": 39.7392, "lon": -104.9848, "open": "now", "kind": ["SITE.SOBER"]},
    },
    "spanish_text": {
        "summary": "Somebody to text with in Spanish, near a ZIP",
        "value": {"near": "79901", "mode": "text", "language": "es", "open": "now"},
    },
    "later": {"summary": "Open tomorrow morning", "value": {"near": "Denver, CO", "open": "2026-11-21T08:00:00-07:00"}},
}
_ANSWER: dict[str, Any] = {"response_model": directory.SearchAnswer, "responses": DOCUMENTED}


@router.get("/search", summary="What is open, near, and takes this person", **_ANSWER)
async def search(
    request: Request, ask: Annotated[directory.SearchInput, Query()], asker: Asker, labels: Labels
) -> Response:
    """Fits, might fit (with what to ask), and how many were ruled out and why. Unknown is never open or closed."""
    return await _answer(request, ask, asker, labels)


@router.post("/search", summary="The same, with the position in the body", **_ANSWER)
async def search_by_post(
    request: Request,
    ask: Annotated[directory.SearchInput, Body(openapi_examples=_EXAMPLES)],
    asker: Asker,
    labels: Labels,
) -> Response:
    """The same answer as GET; a person's position stays out of URLs, histories and logs."""
    return await _answer(request, ask, asker, labels)


async def _answer(request: Request, ask: directory.SearchInput, asker: Caller, labels: str) -> Response:
    async with database(request).reading() as reader:
        answer = await directory.search(reader, asker, ask=ask, now=clock.now(), labels=labels)
    headers = {"Content-Language": labels, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    return Response(answer.body, media_type="application/json", headers=headers)
