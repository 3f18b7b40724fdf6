"""The pages of an account: sign in, take an invitation up, see who one is, set up codes, sign out.

A link only ever shows; every act is a form sent from a page of ours. What another site makes a browser send is refused.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, status
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import ring
from api.web.forms import fields
from api.web.glass import looked
from api.web.render import chosen, page
from api.who import COOKIE, asking, cookie, database, from_here
from core import access, clock
from core.security import SYSTEM, Caller

router = APIRouter()
Asking = Annotated[Caller, Depends(asking)]
_LONGEST_NAME = 100


@router.get("/sign-in")
async def sign_in_form(request: Request, asker: Asking) -> Response:
    """The form; who is signed in already goes on to their account."""
    return _to("/account") if asker.id else _shown(request, "sign_in.html")


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Address, password and perhaps a code, for a sign-in."""
    given = await _given(request)
    if given is None:
        return _refused(request)
    async with database(request).transaction(SYSTEM) as db:
        signed = await access.sign_in(
            db, email=given.get("email", ""), password=given.get("password", ""), code=given.get("code", ""),
            shared="shared" in given, ring=ring(request), now=clock.now(),
        )  # fmt: skip
    if signed is None:
        wrong = {"email": given.get("email", ""), "shared": "shared" in given}
        return _shown(request, "sign_in.html", note="wrong_password", given=wrong, status=401)
    return _with_cookie(_to("/account"), signed, shared="shared" in given)


@router.get("/invitation/{token}")
async def invitation(request: Request, token: str) -> Response:
    """What is offered; looking uses nothing up."""
    async with database(request).transaction(SYSTEM) as db:
        return await _offered(request, db, token)


@router.post("/invitation/{token}")
async def accept(request: Request, token: str) -> Response:
    """Take the role on; who has no account yet chooses a password."""
    given = await _given(request)
    if given is None:
        return _refused(request)
    name = " ".join(given.get("name", "").split())[:_LONGEST_NAME]
    try:
        async with database(request).transaction(SYSTEM) as db:
            signed = await _accept(request, db, token, name, given.get("password", ""))
    except access.LinkUsedUp:
        return _shown(request, "gone.html", status=404)
    except access.TooWeak as weak:
        async with database(request).transaction(SYSTEM) as db:
            return await _offered(request, db, token, note=str(weak.facts["code"]), name=name, status=422)
    return _to("/sign-in") if signed is None else _with_cookie(_to("/account"), signed, shared=False)


@router.get("/account")
async def account(request: Request, asker: Asking) -> Response:
    """Who one is, for which agency, and what else can be done."""
    return await _account(request, asker)


@router.post("/account/agency")
async def act_for_another(request: Request, asker: Asking) -> Response:
    """Go on for another of one's agencies."""
    given, token = await _given(request), cookie(request)
    if given is None or token is None or asker.id is None:
        return _refused(request)
    try:
        agency = UUID(given.get("agency", ""))
    except ValueError:
        return await _account(request, asker)
    async with database(request).transaction(SYSTEM) as db:
        await access.act_for_agency(db, asker, token=token, agency_id=agency)
    return _to("/account")


@router.post("/account/codes")
async def start_codes(request: Request, asker: Asking) -> Response:
    """A new secret for an authenticator, shown this once."""
    if await _given(request) is None or asker.id is None:
        return _refused(request)
    async with database(request).transaction(asker) as db:
        secret = await access.start_totp(db, asker, ring=ring(request))
    return await _account(request, asker, secret=secret, link=_for_authenticator(secret))


@router.post("/account/codes/confirm")
async def confirm_codes(request: Request, asker: Asking) -> Response:
    """A code of it proves that it works; then the codes for recovery are shown, this once."""
    given = await _given(request)
    if given is None or asker.id is None:
        return _refused(request)
    async with database(request).transaction(asker) as db:
        recovery = await access.confirm_totp(db, asker, code=given.get("code", ""), ring=ring(request), now=clock.now())
    if recovery is None:
        return await _account(request, asker, note="wrong_code", status=422)
    return await _account(request, asker, recovery=recovery)


@router.post("/sign-out")
async def sign_out(request: Request, asker: Asking) -> Response:
    """End this sign-in, or everywhere all of them."""
    given, token = await _given(request), cookie(request)
    if given is None:
        return _refused(request)
    if "everywhere" in given and asker.id is not None:
        async with database(request).transaction(asker) as db:
            await access.sign_out_everywhere(db, asker, now=clock.now())
    elif token is not None:
        async with database(request).transaction(SYSTEM) as db:
            await access.sign_out(db, token=token, now=clock.now())
    answer = _to("/")
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return answer


async def _accept(request: Request, db: AsyncSession, token: str, name: str, password: str) -> access.SignedIn | None:
    """None where somebody who has a password must still show that they know it."""
    now = clock.now()
    offer = await access.look_at_invitation(db, token=token, ring=ring(request), now=now)
    if not offer.has_account and not name:
        raise access.TooWeak("Say what you are called.", code="no_name")
    person, agency = await access.accept_invitation(db, token=token, name=name, ring=ring(request), now=now)
    if offer.has_account:
        return None
    await access.set_password(db, person_id=person, password=password, about=(name, offer.email), now=now)
    return await access.open_for(db, person_id=person, agency_id=agency, shared=False, now=now)


async def _offered(
    request: Request, db: AsyncSession, token: str, *, note: str = "", name: str = "", status: int = 200
) -> Response:
    try:
        offer = await access.look_at_invitation(db, token=token, ring=ring(request), now=clock.now())
    except access.LinkUsedUp:
        return _shown(request, "gone.html", status=404)
    return _shown(
        request, "invitation.html", note=note, given={"name": name}, offer=offer, shortest=access.SHORTEST_PASSWORD,
        status=status,
    )  # fmt: skip


async def _account(request: Request, asker: Caller, *, status: int = 200, note: str = "", **shown: Any) -> Response:
    if asker.id is None:
        return _to("/sign-in")
    async with database(request).transaction(asker) as db:
        me = await access.me(db, asker)
        seen = await looked(db, asker, chosen(request))
    once = {"secret": None, "link": None, "recovery": None} | shown
    return _shown(request, "account.html", note=note, me=me, looked=seen, status=status, **once)


async def _given(request: Request) -> dict[str, str] | None:
    """The form's fields, the last of each; None of what no page of ours sent."""
    if not from_here(request):
        return None
    read = await fields(request)
    return None if read is None else {name: values[-1] for name, values in read.items()}


def _shown(
    request: Request,
    template: str,
    *,
    note: str = "",
    given: Mapping[str, Any] | None = None,
    status: int = 200,
    **shown: Any,
) -> Response:
    said = chosen(request)(note) if note else ""
    kept = {"email": "", "name": "", "shared": False, **(given or {})}
    return page(request, template, status=status, note=said, given=kept, **shown)


def _refused(request: Request) -> Response:
    return _shown(request, "sign_in.html", note="not_from_here", status=403)


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=status.HTTP_303_SEE_OTHER, headers={"Cache-Control": "no-store"})


def _with_cookie(answer: Response, signed: access.SignedIn, *, shared: bool) -> Response:
    """On a shared computer the browser forgets it when it closes; the server ends it in any case."""
    answer.set_cookie(
        COOKIE, signed.token, path="/", secure=True, httponly=True, samesite="lax",
        expires=None if shared else signed.ends_at,
    )  # fmt: skip
    return answer


def _for_authenticator(secret: str) -> str:
    return f"otpauth://totp/{quote('Doorlight')}?secret={secret}&issuer={quote('Doorlight')}"
