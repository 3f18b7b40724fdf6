"""`/api/v1/search`: GET for links, POST to keep a person's position out of URLs."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ValidationError

import directory
from api.deps import Asker, Labels, Spoken, labelled
from api.problems import DOCUMENTED, refusals
from api.who import asking, database
from core import clock
from core.security import Caller

_LISTS = frozenset({"kind", "mode", "must", "must_not"})


class SearchRoute(APIRoute):
    """The hot path reads its input itself: resolving dependencies costs as much as the rest of the answer.

    What the functions below declare is what the OpenAPI document says and what they are called with.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def handle(request: Request) -> Response:
            asked = await _body(request) if request.method == "POST" else _query(request)
            try:
                ask = directory.SearchInput.model_validate(asked)
            except ValidationError as error:
                raise RequestValidationError(error.errors(include_url=False, include_context=False)) from error
            answer: Response = await self.endpoint(request, ask, await asking(request), labelled(request))
            return answer

        return handle


router = APIRouter(tags=["search"], route_class=SearchRoute)
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
_ACCEPT: dict[str, Any] = {
    "name": "Accept-Language",
    "in": "header",
    "description": "the language of labels: en or es; where neither is asked for they are in English, and say so",
    "schema": {"type": "string", "examples": ["es-MX, es;q=0.9"]},
}
_ANSWER: dict[str, Any] = {
    "response_model": directory.SearchAnswer,
    "responses": DOCUMENTED | refusals(401, 403),  # of keys: who shows none needs none
    "openapi_extra": {"parameters": [_ACCEPT]},
}


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


async def _answer(request: Request, ask: directory.SearchInput, asker: Caller, labels: Spoken) -> Response:
    async with database(request).reading() as reader:
        answer = await directory.search(
            reader, asker, ask=ask, now=clock.now(), labels=labels.language, fallback=labels.fallback
        )
    return Response(answer.body, media_type="application/json", headers=labels.headers)


def _query(request: Request) -> dict[str, object]:
    """Parameters by name; what is no list and stands there twice has two readings, and so is none that can be used."""
    given = {name: request.query_params.getlist(name) for name in request.query_params}
    return {name: values if name in _LISTS or len(values) > 1 else values[0] for name, values in given.items()}


async def _body(request: Request) -> object:
    try:
        return orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body",), "msg": str(error)}]) from error
