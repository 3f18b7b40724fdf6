"""`/mine`: the person's own page, by the code on their paper. The code stands in bodies alone, never in an address."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

import referrals
from api import watch
from api.deps import LANGUAGES, ring
from api.problems import kind_of, status_of
from api.web.passage import OUTCOMES, passage
from api.web.render import chosen, page
from api.web.visits import given
from api.web.words import words
from api.who import database
from core.errors import Conflict
from core.security import SYSTEM

router = APIRouter()
_KINDS = {kind.verb: kind for kind in referrals.OF_PERSON}
_PICKED = {"outcome", "offer_id"}  # from what the page offers
_LONGEST = 80


@router.get("/mine")
async def ask(request: Request) -> Response:
    """The form that takes the code."""
    return page(request, "mine_ask.html", note="")


@router.post("/mine")
async def show(request: Request) -> Response:
    """Where it stands; and, where a button was pressed, after what they said."""
    here = await given(request)
    if here is None:
        watch.refused(request, status=403, kind="not-from-here")
        return page(request, "mine_ask.html", status=403, note=chosen(request)("not_from_here"))
    code = here.get("code", "")[:_LONGEST]
    try:
        return await _answered(request, code, here)
    except referrals.NoSuchCode:
        watch.refused(request, status=404, kind="no-such-code")
        return page(request, "mine_ask.html", status=404, note=chosen(request)("mine_no_such"))


async def _answered(request: Request, code: str, here: Mapping[str, str]) -> Response:
    kind = _KINDS.get(here.get("do", ""))
    if kind is None:
        return await _look(request, code)
    try:
        said = kind.model_validate({name: here.get(name) for name in _PICKED & kind.model_fields.keys()})
    except ValueError:
        return await _look(request, code, note=f"mine_pick_{kind.verb}", status=422)
    try:
        async with database(request).transaction(SYSTEM) as db:
            mine = await referrals.say_mine(db, code=code, said=said, ring=ring(request))
    except Conflict as error:
        watch.refused(request, status=status_of(error), kind=kind_of(error))
        return await _look(request, code, note="mine_not_now", status=409)
    return _shown(request, mine, code, note=f"mine_did_{said.verb}")


async def _look(request: Request, code: str, *, note: str = "", status: int = 200) -> Response:
    async with database(request).transaction(SYSTEM) as db:
        mine = await referrals.mine(db, code=code, ring=ring(request))
    return _shown(request, mine, code, note=note, status=status)


def _shown(
    request: Request, mine: referrals.MineView, code: str, *, note: str = "", status: int = 200
) -> Response:  # fmt: skip
    """In the language that was asked for, else in theirs."""
    say = chosen(request)
    theirs = (mine.language or "").split("-")[0]
    if request.query_params.get("lang") not in LANGUAGES and theirs in LANGUAGES:
        say = words(theirs)
    return page(
        request, "mine.html", status=status, say=say, note=say(note) if note else "", code=code,
        outcomes=[(one, say(f"mine_outcome_{one}")) for one in OUTCOMES], mine=passage(mine, say),
    )  # fmt: skip
