"""`/`: what somebody needs, where, and what answers now. The position travels in the body of a POST, never in a URL."""

import asyncio
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import psycopg
from fastapi import APIRouter, Request, Response

import directory
from api.deps import Asker
from api.problems import kind_of
from api.web import say as speak
from api.web.asked import FREE, LASTING, LINKABLE, REACHES, SEVERAL, SPOKEN, Asked, NotUsable, Trouble
from api.web.demo import TOWN, is_loaded
from api.web.forms import fields
from api.web.found import Found, found
from api.web.needs import ATTRIBUTES, LIMITS, NEEDS, TILES
from api.web.render import chosen, page
from api.web.words import Words
from api.who import database
from core import clock
from core.errors import DoorlightError, Invalid, Unavailable
from core.paging import BadCursor
from core.security import Caller

router = APIRouter()
LIMIT = 20
_PATIENCE = 8  # seconds; then a person is better served by a number to call
_AMBIGUOUS, _UNKNOWN, _OFF_MAP = "place-ambiguous", "place-not-found", "outside-the-world"
_CONTRADICTION, _TOO_LATE = "contradiction", "time-too-far"
_CODED = ("kind", "mode", "who", "arrive", "police_max", "involuntary_max", *SEVERAL)
_FIELDS = frozenset({*_CODED, "near", "open", "language", "q", "within_m", "age", "free", "lasting"})
# Every level up to the one that leaves nothing out.
_POLICE, _HOLDS = ("P0", "P1", "P2", "P3", "P4"), ("I0", "I1", "I2")


@router.get("/")
async def ask(request: Request) -> Response:
    """The question. Links may fill in what is needed and how, never where a person is."""
    given = {name: request.query_params.getlist(name) for name in request.query_params}
    return _shown(request, Asked.of(given, LINKABLE), town=TOWN if await is_loaded(request) else None)


@router.post("/")
async def answer(request: Request, asker: Asker) -> Response:
    """The answer, or the question again with what to mend."""
    say = chosen(request)
    body = await fields(request)
    if body is None:
        return _shown(request, Asked(), trouble=Trouble(note=say("big_form")), status=413)
    asked = Asked.of(body)
    try:
        shown = await _search(request, asker, asked, say)
    except NotUsable as error:
        return _shown(request, asked, trouble=_mend(error.fields, say), status=422)
    except (Unavailable, psycopg.OperationalError, TimeoutError):
        return _shown(request, asked, trouble=Trouble(note=say("busy")), status=503)
    except BadCursor:
        asked = asked.but(hidden=asked.hidden)
        shown = await _search(request, asker, asked, say)
        return _shown(request, asked, found=shown, trouble=Trouble(note=say("bad_cursor")))
    except Invalid as error:
        return _shown(request, asked, trouble=_refused(error, asked, say), status=422)
    return _shown(request, asked, found=shown)


async def _search(request: Request, asker: Caller, asked: Asked, say: Words) -> Found:
    search = asked.search(LIMIT)
    now = clock.now()
    async with asyncio.timeout(_PATIENCE), database(request).reading() as reader:
        answer = await directory.search(reader, asker, ask=search, now=now, labels=say.language)
    return found(answer.view(), asked, search.within_m, now, say)


def _mend(fields: frozenset[str], say: Words) -> Trouble:
    by_field = {name: say(f"error_{name}") for name in sorted(fields & _FIELDS)}
    return Trouble(by_field, note="" if by_field else say("error_other"))


def _refused(error: DoorlightError, asked: Asked, say: Words) -> Trouble:
    """What the directory cannot use, said at the field it came from."""
    kind = kind_of(error)
    if kind == _OFF_MAP:
        return Trouble({"near": say("error_point")})
    if kind == _TOO_LATE:
        return Trouble({"open": say("error_open_far")})
    if kind == _CONTRADICTION:
        brought = asked.arrive == "police" and asked.police_max and not asked.cursor
        return Trouble({"police_max": say("error_brought")}) if brought else _mend(frozenset(), say)
    if kind not in {_AMBIGUOUS, _UNKNOWN}:
        code = error.facts.get("code")
        wrong = (
            name
            for name in _CODED
            if (code in getattr(asked, name) if name in SEVERAL else code == getattr(asked, name))
        )
        return replace(_mend(frozenset({next(wrong, "other")}), say), refused=str(code or ""))
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
    zone = found.answer.at.zone if found and found.answer.at else None
    say = chosen(request)
    return page(
        request,
        "results.html" if found else "ask.html",
        status=status,
        asked=asked,
        other=f"/?{urlencode({'lang': say.other} | asked.in_link())}",
        moment=asked.time and say("open_at", when=speak.moment(asked.time, zone=zone, say=say)),
        found=found,
        trouble=trouble or Trouble(),
        town=town,
        needs=NEEDS,
        tiles=TILES,
        spoken=SPOKEN,
        reaches=[str(reach) for reach in REACHES],
        modes=list(directory.vocabulary("mode").terms),
        askers=list(directory.vocabulary("from").terms),
        arrivals=list(directory.vocabulary("arrive").terms),
        levels=_POLICE,
        holds=_HOLDS,
        attributes=ATTRIBUTES,
        limits=LIMITS,
        lastings=LASTING,
        places=FREE,
    )
