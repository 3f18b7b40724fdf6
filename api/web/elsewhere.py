"""The pages of signing in at an agency's own provider: choose it, go there, come back."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api import watch
from api.deps import ring
from api.elsewhere import Elsewhere
from api.problems import kind_of
from api.web.visits import given, refused, shown, to, with_cookie
from api.who import database
from core import access, clock
from core.errors import DoorlightError
from core.security import SYSTEM

router = APIRouter(prefix="/sign-in")
AWAY = "__Host-doorlight-away"


def elsewhere(request: Request) -> Elsewhere:
    """Providers, as this process asks them."""
    state = request.app.state
    return Elsewhere(database(request), state.published, state.public_url, ring(request))


@router.post("/elsewhere")
async def by_address(request: Request) -> Response:
    """Where somebody with such an address may sign in. The same is said whether or not there is such a person."""
    said = await given(request)
    if said is None:
        return refused(request)
    async with database(request).transaction(SYSTEM) as db:
        found = await access.offered(db, email=said.get("work", ""))
    return _choice(request, found, shared="shared" in said)


@router.get("/agency/{agency_id}")
async def by_agency(request: Request, agency_id: UUID) -> Response:
    """The same for people of one agency, as a link to keep."""
    async with database(request).transaction(SYSTEM) as db:
        found = await access.offered(db, agency_id=agency_id)
    return _choice(request, found, shared=False)


@router.post("/with/{provider_id}")
async def leave(request: Request, provider_id: UUID) -> Response:
    """On to the provider, by a page that leads there: a form of ours leads to no other site, and the policy says so."""
    said = await given(request)
    if said is None:
        return refused(request)
    try:
        url, browser = await elsewhere(request).leave(provider_id, shared="shared" in said, now=clock.now())
    except DoorlightError as error:
        return _failed(request, error)
    answer = shown(request, "leaving.html", url=url, host=urlsplit(url).netloc)
    answer.set_cookie(
        AWAY, browser, max_age=int(access.AWAY.total_seconds()), path="/", secure=True, httponly=True, samesite="lax"
    )
    return answer


@router.get("/back/{provider_id}")
async def come_back(request: Request, provider_id: UUID) -> Response:
    """Back from the provider: signed in, or told what is the matter."""
    said: dict[str, Any] = dict(request.query_params)
    if len(said) != len(request.query_params.multi_items()):
        return _failed(request, access.NotFromHere())
    try:
        signed, shared = await elsewhere(request).come_back(
            provider_id, said, browser=request.cookies.get(AWAY, ""), now=clock.now()
        )
    except (DoorlightError, access.Unproven) as error:
        return _failed(request, error)
    if signed is None:
        watch.refused(request, status=403, kind="not-invited")
        answer = shown(request, "sign_in.html", note="elsewhere_unknown", status=403)
    else:
        watch.signed_in(request, signed.caller, by="provider", shared=shared)
        answer = with_cookie(to("/account"), signed, shared=shared)
    answer.delete_cookie(AWAY, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def _choice(request: Request, found: list[access.ProviderOffered], *, shared: bool) -> Response:
    if not found:
        return shown(request, "sign_in.html", note="elsewhere_none", status=404)
    choices = [{"id": one.id, "agency": one.agency, "host": urlsplit(one.issuer).netloc} for one in found]
    return shown(request, "elsewhere.html", given={"shared": shared}, choices=choices)


def _failed(request: Request, error: Exception) -> Response:
    """What is the matter, in words that tell nobody who is not meant more than that; the log is told which it was."""
    watch.refused(
        request, status=403, kind=kind_of(error), reason=str(error) if isinstance(error, access.Unproven) else None
    )
    if isinstance(error, access.NotFromHere):
        return shown(request, "sign_in.html", note="elsewhere_gone", status=400)
    if isinstance(error, access.NoSuchProvider):
        return shown(request, "sign_in.html", note="elsewhere_none", status=404)
    if isinstance(error, access.Unproven | access.ProviderRefused):
        return shown(request, "sign_in.html", note="elsewhere_refused", status=403)
    if isinstance(error, access.ProviderUnreachable | access.BadProvider | access.BadAddress):
        return shown(request, "sign_in.html", note="elsewhere_down", status=503)
    raise error
