"""`/`: what somebody needs, where, and what answers now. The position travels in the body of a POST, never in a URL."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import psycopg
from fastapi import APIRouter, Request, Response

import directory
from api.deps import Asker, database
from api.problems import kind_of
from api.web.asked import FARTHEST, LINKABLE, REACHES, SPOKEN, Asked, NotUsable, Trouble
from api.web.card import Card, card
from api.web.demo import TOWN, is_loaded
from api.web.needs import NEEDS, TILES
from api.web.render import chosen, page
from api.web.words import Words
from core import clock
from core.errors import DoorlightError, Invalid, Unavailable
from core.paging import BadCursor
from core.security import Caller
from directory import Hidden, SearchAnswer

router = APIRouter()
LIMIT = 20
_POINT = re.compile(r"-?[\d.]+, -?[\d.]+")
_LARGEST = 20_000  # bytes of a form
_PATIENCE = 8  # seconds; then a person is better served by a number to call
_AMBIGUOUS, _UNKNOWN, _OFF_MAP = "place-ambiguous", "place-not-found", "outside-the-world"
# What would show the services that a reason hides.
_LIFTED: dict[str, dict[str, str]] = {
    "closed": {"open": "any"},
    "language": {"language": ""},
    "mode": {"mode": ""},
    "kind": {"kind": "", "need": "any"},
    "too_far": {"within_m": str(FARTHEST)},
}


@dataclass(frozen=True, slots=True)
class Out:
    """A reason for which services were left out, and the question that would show them."""

    hidden: Hidden
    show: Asked | None


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, ready to be written."""

    answer: SearchAnswer
    fits: Sequence[Card]
    might_fit: Sequence[Card]
    out: Sequence[Out]
    farther: Asked | None

    @property
    def point(self) -> str | None:
        """What the place asked from is called when it is a bare point."""
        at = self.answer.at
        return at.label if at and _POINT.fullmatch(at.label) else None

    @property
    def invented(self) -> bool:
        """Whether anything on the page does not exist."""
        return any(one.result.invented for one in (*self.fits, *self.might_fit))


@router.get("/")
async def ask(request: Request) -> Response:
    """The question. Links may fill in what is needed and how, never where a person is."""
    given = {name: request.query_params.getlist(name) for name in request.query_params}
    return _shown(request, Asked.of(given, LINKABLE), town=TOWN if await is_loaded(request) else None)


@router.post("/")
async def answer(request: Request, asker: Asker) -> Response:
    """The answer, or the question again with what to mend."""
    say = chosen(request)
    body = await _body(request)
    if body is None:
        return _shown(request, Asked(), trouble=Trouble(note=say("big_form")), status=413)
    asked = Asked.of(body)
    try:
        found = await _search(request, asker, asked, say)
    except NotUsable as error:
        return _shown(request, asked, trouble=_mend(error.fields, say), status=422)
    except (Unavailable, psycopg.OperationalError, TimeoutError):
        return _shown(request, asked, trouble=Trouble(note=say("busy")), status=503)
    except BadCursor:
        asked = asked.but()
        found = await _search(request, asker, asked, say)
        return _shown(request, asked, found=found, trouble=Trouble(note=say("bad_cursor")))
    except Invalid as error:
        return _shown(request, asked, trouble=_refused(error, asked, say), status=422)
    return _shown(request, asked, found=found)


async def _body(request: Request) -> dict[str, list[str]] | None:
    """The fields of the form; None when there is more than a form of ours can hold."""
    read = b""
    async for part in request.stream():
        read += part
        if len(read) > _LARGEST:
            return None
    try:
        return parse_qs(read.decode("utf-8", "replace"), max_num_fields=50)
    except ValueError:
        return None


async def _search(request: Request, asker: Caller, asked: Asked, say: Words) -> Found:
    search = asked.search(LIMIT)
    now = clock.now()
    async with asyncio.timeout(_PATIENCE), database(request).reading() as reader:
        found = await directory.search(reader, asker, ask=search, now=now, labels=say.language)
    answered = found.view()
    near = answered.at is not None and search.within_m < FARTHEST
    return Found(
        answered,
        [card(result, asked, now, say) for result in answered.fits],
        [card(result, asked, now, say) for result in answered.might_fit],
        [Out(hidden, _lifting(asked, hidden.reason)) for hidden in answered.hidden],
        asked.but(within_m=str(FARTHEST)) if near and not asked.cursor else None,
    )


def _lifting(asked: Asked, reason: str) -> Asked | None:
    lifted = _LIFTED.get(reason)
    return asked.but(**lifted) if lifted else None


def _mend(fields: frozenset[str], say: Words) -> Trouble:
    known = {"near", "open", "kind", "language", "mode", "q", "within_m"}
    by_field = {name: say(f"error_{name}") for name in sorted(fields & known)}
    return Trouble(by_field, note="" if by_field else say("error_other"))


def _refused(error: DoorlightError, asked: Asked, say: Words) -> Trouble:
    """What the directory cannot use, said at the field it came from."""
    kind = kind_of(error)
    if kind == _OFF_MAP:
        return Trouble({"near": say("error_point")})
    if kind not in {_AMBIGUOUS, _UNKNOWN}:
        return _mend(frozenset({"mode" if error.facts.get("code") == asked.mode else "kind"}), say)
    listed: Any = error.facts.get("choices") or ()
    choices = tuple(str(choice["label"]) for choice in listed)
    key = "ambiguous" if kind == _AMBIGUOUS else "unknown_place"
    return Trouble({"near": say(key, place=asked.near)}, choices)


def _shown(
    request: Request,
    asked: Asked,
    *,
    found: Found | None = None,
    trouble: Trouble | None = None,
    town: str | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "results.html" if found else "ask.html",
        status=status,
        asked=asked,
        found=found,
        trouble=trouble or Trouble(),
        town=town,
        needs=NEEDS,
        tiles=TILES,
        spoken=SPOKEN,
        reaches=[str(reach) for reach in REACHES],
        modes=list(directory.vocabulary("mode").terms),
    )
