"""Who is asking: a person by the cookie of their sign-in, a machine by its key, anybody else as the public."""

from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request

from api import counting
from api.counting import Counting
from api.watch import asked_by
from core import access, clock
from core.db import Database
from core.peers import Source
from core.security import PUBLIC, SYSTEM, Caller

COOKIE = counting.COOKIE
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# What a request carries along once it is known: a database in the place of the process's, and who asks.
DATABASE, _ASKER = "doorlight.database", "doorlight.asker"


def database(request: Request) -> Database:
    """The database of this process, or what stands in its place for this request."""
    held: Database = request.scope.get(DATABASE) or request.app.state.database
    return held


def origin(request: Request) -> str:
    """Where it comes from, as far as one counts: an address, or a network of one household or firm."""
    peer = request.client.host if request.client else None
    source: Source = request.app.state.source
    return source(peer, ",".join(request.headers.getlist("x-forwarded-for")))


def become(request: Request, caller: Caller) -> None:
    """From here on this is who asks, without looking them up again."""
    request.scope[_ASKER] = asked_by(request, caller)


async def asking(request: Request) -> Caller:
    """The caller of a request. Nothing is looked up for the many who show nothing.

    Raises:
        NotSignedIn: a key was shown that opens nothing. A cookie that is over makes its holder one of the public.
    """
    held: Caller | None = request.scope.get(_ASKER)
    if held is not None:
        return held
    shown, token = request.headers.get("authorization"), cookie(request)
    if shown is None and token is None:
        return PUBLIC
    caller = PUBLIC
    if shown is not None:
        caller = await _machine(request, shown)
    elif token and (request.method in _READING or from_here(request)):
        async with database(request).transaction(SYSTEM) as db:
            caller = await access.caller_of(db, token=token, now=clock.now()) or PUBLIC
    await _counting(request).known(request.scope, caller)
    become(request, caller)
    return asked_by(request, caller)


async def still(request: Request, caller: Caller) -> bool:
    """Whether it still is the same caller, with the same rights; to have asked keeps no sign-in alive."""
    shown, token, now = request.headers.get("authorization"), cookie(request), clock.now()
    async with database(request).transaction(SYSTEM) as db:
        with db.no_autoflush:
            if shown is not None:
                found = await access.machine_of(db, text=shown.partition(" ")[2].strip(), now=now)
            else:
                found = await access.caller_of(db, token=token or "", now=now)
        db.expunge_all()  # with what was noted on them
    return found == caller


async def known(asker: Annotated[Caller, Depends(asking)]) -> Caller:
    """The same, where the public has no business.

    Raises:
        NotSignedIn: nobody is signed in here, and no key was shown.
    """
    if not asker.is_known:
        raise access.NotSignedIn("missing")
    return asker


def acting_for(asker: Caller) -> UUID:
    """The agency a caller acts for.

    Raises:
        NotAllowed: they act for none.
    """
    if asker.agency_id is None:
        raise access.NotAllowed("You act for no agency at the moment.")
    return asker.agency_id


def cookie(request: Request) -> str | None:
    """The secret of a sign-in, where the browser has one."""
    return request.cookies.get(COOKIE) if "cookie" in request.headers else None


def from_here(request: Request) -> bool:
    """Whether a browser says that a page of ours sent this: what another site makes it send acts for nobody."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host", "-")


async def _machine(request: Request, shown: str) -> Caller:
    scheme, _, key = shown.partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        await _counting(request).refused(request.scope)
        raise access.NotSignedIn("malformed")
    async with database(request).transaction(SYSTEM) as db:
        caller = await access.machine_of(db, text=key.strip(), now=clock.now())
    if caller is None:
        await _counting(request).refused(request.scope)
        raise access.NotSignedIn("invalid")
    return caller


def _counting(request: Request) -> Counting:
    held: Counting = request.app.state.counting
    return held
