"""The pages of an account: sign in, take an invitation up, see who one is, set up codes, sign out.

A link only ever shows; every act is a form sent from a page of ours. What another site makes a browser send is refused.
"""

from typing import Annotated, Any
from urllib.parse import quote, urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import notices, watch
from api.deps import ring
from api.web.elsewhere import elsewhere
from api.web.glass import looked
from api.web.render import chosen
from api.web.say import moment
from api.web.visits import given as given_by
from api.web.visits import refused, shown, to, with_cookie
from api.who import COOKIE, asking, cookie, database
from core import access, clock
from core.security import SYSTEM, Caller

router = APIRouter()
Asking = Annotated[Caller, Depends(asking)]
_LONGEST_NAME = 100


@router.get("/sign-in")
async def sign_in_form(request: Request, asker: Asking) -> Response:
    """The form; who is signed in already goes on to their account."""
    return to("/account") if asker.id else shown(request, "sign_in.html")


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Address, password and perhaps a code, for a sign-in."""
    given = await given_by(request)
    if given is None:
        return refused(request)
    async with database(request).transaction(SYSTEM) as db:
        signed = await access.sign_in(
            db, email=given.get("email", ""), password=given.get("password", ""), code=given.get("code", ""),
            shared="shared" in given, ring=ring(request), now=clock.now(),
        )  # fmt: skip
        before = cookie(request)
        if signed is not None and before is not None:  # whoever sat there before is out, were it the same person
            await access.sign_out(db, token=before, now=clock.now())
    if signed is None:
        wrong = {"email": given.get("email", ""), "shared": "shared" in given}
        return shown(request, "sign_in.html", note="wrong_password", given=wrong, status=401)
    watch.signed_in(request, signed.caller, by="password", shared="shared" in given)
    return with_cookie(to("/account"), signed, shared="shared" in given)


@router.get("/invitation/{token}")
async def invitation(request: Request, token: str) -> Response:
    """What is offered; looking uses nothing up."""
    async with database(request).transaction(SYSTEM) as db:
        return await _offered(request, db, token)


@router.post("/invitation/{token}")
async def accept(request: Request, token: str) -> Response:
    """Take the role on; who has no account yet chooses a password."""
    given = await given_by(request)
    if given is None:
        return refused(request)
    name = " ".join(given.get("name", "").split())[:_LONGEST_NAME]
    try:
        async with database(request).transaction(SYSTEM) as db:
            signed = await _accept(request, db, token, name, given.get("password", ""))
    except access.LinkUsedUp:
        return shown(request, "gone.html", status=404)
    except access.TooWeak as weak:
        async with database(request).transaction(SYSTEM) as db:
            return await _offered(request, db, token, note=str(weak.facts["code"]), name=name, status=422)
    if signed is None:
        return to("/sign-in")
    watch.signed_in(request, signed.caller, by="invitation", shared=False)
    return with_cookie(to("/account"), signed, shared=False)


@router.get("/account")
async def account(request: Request, asker: Asking) -> Response:
    """Who one is, for which agency, and what else can be done."""
    return await _account(request, asker)


@router.post("/account/agency")
async def act_for_another(request: Request, asker: Asking) -> Response:
    """Go on for another of one's agencies."""
    given, token = await given_by(request), cookie(request)
    if given is None or token is None or asker.id is None:
        return refused(request)
    try:
        agency = UUID(given.get("agency", ""))
    except ValueError:
        return await _account(request, asker)
    async with database(request).transaction(SYSTEM) as db:
        await access.act_for_agency(db, asker, token=token, agency_id=agency)
    return to("/account")


@router.post("/account/password")
async def change_password(request: Request, asker: Asking) -> Response:
    """Another password, for whoever knows the one of today; all their other sign-ins end."""
    given, token = await given_by(request), cookie(request)
    if given is None or token is None or asker.id is None:
        return refused(request)
    try:
        async with database(request).transaction(asker) as db:
            signed = await access.change_password(
                db, asker, token=token, password=given.get("password", ""), code=given.get("code", ""),
                new=given.get("new", ""), ring=ring(request), now=clock.now(),
            )  # fmt: skip
            if signed is not None:
                await _tell_them(request, db, asker)
    except access.TooWeak as weak:
        return await _account(request, asker, note=str(weak.facts["code"]), status=422)
    if signed is None:
        return await _account(request, asker, note="not_proved", status=422)
    watch.changed(request, asker, "password")
    return with_cookie(to("/account"), signed, shared=signed.shared)


@router.post("/account/codes")
async def start_codes(request: Request, asker: Asking) -> Response:
    """A new secret for an authenticator, shown this once, to whoever proves anew who they are."""
    given = await given_by(request)
    if given is None or asker.id is None:
        return refused(request)
    async with database(request).transaction(asker) as db:
        made = await access.start_totp(
            db, asker, password=given.get("password", ""), code=given.get("code", ""), ring=ring(request),
            now=clock.now(),
        )  # fmt: skip
    if made is None:
        return await _account(request, asker, note="not_proved", status=422)
    return await _account(request, asker, made=made, link=_for_authenticator(made.secret))


@router.post("/account/codes/confirm")
async def confirm_codes(request: Request, asker: Asking) -> Response:
    """A code of it proves that it works; then the codes for recovery are shown, this once."""
    given = await given_by(request)
    if given is None or asker.id is None:
        return refused(request)
    async with database(request).transaction(asker) as db:
        recovery = await access.confirm_totp(
            db, asker, sealed=given.get("sealed", ""), code=given.get("code", ""), ring=ring(request), now=clock.now()
        )
        if recovery is not None:
            await _tell_them(request, db, asker)
    if recovery is None:
        return await _account(request, asker, note="wrong_code", status=422)
    watch.changed(request, asker, "codes")
    return await _account(request, asker, recovery=recovery)


@router.post("/account/sign-ins/end")
async def end_sign_in(request: Request, asker: Asking) -> Response:
    """One of one's own sign-ins, on whatever device, for whoever proves anew who they are."""
    given = await given_by(request)
    if given is None or asker.id is None:
        return refused(request)
    try:
        chosen_one = UUID(given.get("sign_in", ""))
    except ValueError:
        return await _account(request, asker)
    async with database(request).transaction(asker) as db:
        ended = await access.end_sign_in(
            db, asker, sign_in_id=chosen_one, password=given.get("password", ""), code=given.get("code", ""),
            ring=ring(request), now=clock.now(),
        )  # fmt: skip
    return to("/account") if ended else await _account(request, asker, note="not_proved", status=422)


@router.post("/sign-out")
async def sign_out(request: Request, asker: Asking) -> Response:
    """End this sign-in, or everywhere all of them."""
    given, token = await given_by(request), cookie(request)
    if given is None:
        return refused(request)
    if "everywhere" in given and asker.id is not None:
        async with database(request).transaction(SYSTEM) as db:
            await access.sign_out_everywhere(db, asker, now=clock.now())
    elif token is not None:
        async with database(request).transaction(SYSTEM) as db:
            await access.sign_out(db, token=token, now=clock.now())
    if asker.id is not None:
        watch.signed_out(request, asker, everywhere="everywhere" in given)
    answer = await _farewell(request, asker)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return answer


async def _farewell(request: Request, asker: Caller) -> Response:
    """The start page; or where they can sign out of their agency's provider, too: on a shared computer at once."""
    url = None
    if asker.provider_id is not None:
        url = await elsewhere(request).farewell(asker.provider_id, now=clock.now())
    if url is None:
        return to("/")
    return shown(request, "signed_out.html", url=url, host=urlsplit(url).netloc, shared=asker.shared)


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


async def _tell_them(request: Request, db: AsyncSession, asker: Caller) -> None:
    await notices.sign_in_changed(
        db, asker, language=chosen(request).language, public_url=request.app.state.public_url, ring=ring(request),
        now=clock.now(),
    )  # fmt: skip


async def _offered(
    request: Request, db: AsyncSession, token: str, *, note: str = "", name: str = "", status: int = 200
) -> Response:
    try:
        offer = await access.look_at_invitation(db, token=token, ring=ring(request), now=clock.now())
    except access.LinkUsedUp:
        return shown(request, "gone.html", status=404)
    return shown(
        request, "invitation.html", note=note, given={"name": name}, offer=offer, shortest=access.SHORTEST_PASSWORD,
        status=status,
    )  # fmt: skip


async def _account(request: Request, asker: Caller, *, status: int = 200, note: str = "", **told: Any) -> Response:
    if asker.id is None:
        return to("/sign-in")
    async with database(request).transaction(asker) as db:
        me = await access.me(db, asker)
        signed_in = await access.sign_ins(db, asker, token=cookie(request) or "", now=clock.now())
        seen = await looked(db, asker, chosen(request))
    once = {"made": None, "link": None, "recovery": None} | told
    return shown(
        request,
        "account.html",
        note=note,
        me=me,
        looked=seen,
        signed_in=signed_in,
        moment=moment,
        status=status,
        shortest=access.SHORTEST_PASSWORD,
        **once,
    )


def _for_authenticator(secret: str) -> str:
    return f"otpauth://totp/{quote('Doorlight')}?secret={secret}&issuer={quote('Doorlight')}"
