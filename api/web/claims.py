"""`/claim/TOKEN`: whoever reads what a listing publishes is asked whether that agency answers for it.

The link only shows; yes is said by a form sent from that page, which uses the link up.
"""

from fastapi import APIRouter, Request, Response

import directory
from api import claims, watch
from api.deps import ring
from api.web.render import chosen, page
from api.web.say import moment
from api.web.visits import given
from api.who import database
from core import access, clock
from core.security import SYSTEM

router = APIRouter()


@router.get("/claim/{token}")
async def look(request: Request, token: str) -> Response:
    """What is asked; looking uses nothing up."""
    try:
        async with database(request).transaction(SYSTEM) as db:
            offer = await directory.look_at_claim(db, token=token, ring=ring(request), now=clock.now())
    except access.LinkUsedUp:
        return page(request, "gone.html", status=404, note="")
    return _asked(request, offer)


@router.post("/claim/{token}")
async def say_yes(request: Request, token: str) -> Response:
    """From the page, and only from there."""
    here = await given(request)
    try:
        async with database(request).transaction(SYSTEM) as db:
            if here is None:
                watch.refused(request, status=403, kind="not-from-here")
                offer = await directory.look_at_claim(db, token=token, ring=ring(request), now=clock.now())
                return _asked(request, offer, note="not_from_here", status=403)
            claim = await claims.prove_by_link(db, token=token, writing=_writing(request), now=clock.now())
    except access.LinkUsedUp:
        return page(request, "gone.html", status=404, note="")
    return page(request, "claimed.html", note="", claim=claim)


def _asked(request: Request, offer: directory.ClaimOffer, *, note: str = "", status: int = 200) -> Response:
    say = chosen(request)
    until = moment(offer.ends_at, zone="UTC", say=say)
    return page(request, "claim.html", status=status, note=say(note) if note else "", offer=offer, until=until)


def _writing(request: Request) -> claims.Writing:
    return claims.Writing(chosen(request).language, request.app.state.public_url, ring(request))
