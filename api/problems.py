"""Every failure as problem+json (RFC 9457): a stable type, a title, and a detail that says what to do."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from psycopg import OperationalError as PsycopgOperationalError
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from api import watch
from api.bodies import Cut
from core.errors import (
    Conflict,
    DoorlightError,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    PreconditionMissing,
    TooMuch,
    Unauthenticated,
    Unavailable,
)

STATUS: dict[type[DoorlightError], int] = {
    Unauthenticated: 401, Forbidden: 403, NotFound: 404, Conflict: 409, PreconditionFailed: 412, Invalid: 422,
    PreconditionMissing: 428, TooMuch: 429, Unavailable: 503,
}  # fmt: skip
_TITLES = {400: "That request cannot be read.", 404: "There is nothing here.", 405: "That method is not offered here."}
NO_DATABASE = (PsycopgOperationalError, OperationalError, PoolTimeout)
NO_DATABASE_TITLE = "The database does not answer."
NO_DATABASE_DETAIL = "Please try again in a moment. Whoever runs this: `doorlight doctor` says why."
INVALID, INVALID_TITLE = "invalid-request", "Something in the request cannot be used."
_log = structlog.get_logger()


class Problem(Response):
    """An RFC 9457 answer."""

    media_type = "application/problem+json"

    def render(self, content: object) -> bytes:
        return orjson.dumps(content)


def problem(status: int, kind: str, title: str, detail: str, **more: object) -> Problem:
    """A problem whose `type` is a stable word under /problems/."""
    body = {"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail, **more}
    return Problem(body, status_code=status)


def status_of(error: DoorlightError) -> int:
    """The HTTP status of a kind of failure."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def kind_of(error: Exception) -> str:
    """The class name as a word for a URL: `UnknownCode` -> `unknown-code`."""
    name = type(error).__name__
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def install(app: FastAPI) -> None:
    """Answer every failure of the app with a problem."""
    app.add_exception_handler(DoorlightError, _ours)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Cut, _cut)
    for lost in NO_DATABASE:
        app.add_exception_handler(lost, _no_database)
    app.add_exception_handler(Exception, _unexpected)


_DESCRIBED = {
    400: "The request cannot be read",
    401: "Nobody is signed in, or the key opens nothing",
    403: "Your role does not allow that",
    404: "There is nothing here by that name, or it is not yours",
    408: "The request took too long to arrive",
    409: "It does not fit with how things stand now",
    412: "It has changed since you read it: read it again",
    413: "The body is larger than any that is taken here",
    414: "The address is longer than any that is taken here",
    415: "The body is not of a media type that is taken here",
    422: "Something in the request cannot be used",
    428: "Say in If-Match which version you have read",
    429: "That is more than may be asked in so short a time; `Retry-After` says when to try again",
    431: "The head of the request is larger than any that is taken here",
    503: "The database does not answer",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What the OpenAPI document says of these."""
    return {
        status: {
            "description": _DESCRIBED[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


# What it says of every operation.
DOCUMENTED = refusals(400, 422, 503)
SCHEMA = {
    "title": "Problem",
    "description": "What went wrong and what to do about it, RFC 9457.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "a stable word for this kind of problem"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "which part of the request, and why"},
    },
    "additionalProperties": True,
}


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, DoorlightError)  # noqa: S101 - registered for this class
    watch.refused(request, status=status_of(error), kind=kind_of(error), reason=error.facts.get("reason"))
    return told(error)


def told(error: DoorlightError) -> Problem:
    """The answer to a failure of ours."""
    answer = problem(status_of(error), kind_of(error), error.title, error.detail, **error.facts)
    if "retry_after" in error.facts:
        answer.headers["Retry-After"] = str(error.facts["retry_after"])
    if isinstance(error, Unauthenticated):
        answer.headers["WWW-Authenticate"] = 'Bearer realm="doorlight"'
    return answer


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    reasons = sorted({str(entry["type"]) for entry in error.errors()})  # never the input, nor what it was called
    watch.refused(request, status=422, kind=INVALID, reason=reasons)
    errors = [_one(entry) for entry in error.errors()]
    detail = "; ".join(f"{entry['where']}: {entry['why']}" if entry["where"] else entry["why"] for entry in errors)
    unreadable = any(entry["type"] == "json_invalid" for entry in error.errors())
    if unreadable:
        return problem(400, "unreadable", _TITLES[400], "The body is not JSON.")
    return problem(422, INVALID, INVALID_TITLE, detail, errors=errors)


def _one(entry: Mapping[str, Any]) -> dict[str, str]:
    where: Sequence[object] = [part for part in entry["loc"] if part not in {"query", "body", "path"}]
    why = str(entry["msg"]).removeprefix("Value error, ")
    if entry["type"] == "extra_forbidden":
        why = "there is no such parameter"
    return {"where": ".".join(str(part) for part in where), "why": why}


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    title = _TITLES.get(error.status_code, "That did not work.")
    answer = problem(error.status_code, f"http-{error.status_code}", title, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _cut(_: Request, error: Exception) -> Response:
    assert isinstance(error, Cut)  # noqa: S101 - registered for this class
    return cut_off(error)


def cut_off(error: Cut) -> Problem:
    """The answer to a body that was not taken to its end."""
    answer = problem(error.status_code, error.kind, error.title, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _no_database(request: Request, error: Exception) -> Response:
    _log.error("no database", route=watch.route(request), exc_info=error)
    return problem(503, "no-database", NO_DATABASE_TITLE, NO_DATABASE_DETAIL)


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("unexpected", route=watch.route(request), exc_info=error)
    return problem(500, "unexpected", "Something went wrong on our side.", "It has been logged. Please try again.")
