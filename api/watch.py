"""What the log says of security: who came in and how, what was refused and why. `docs/safeguards.md` lists it all.

Ids and words of ours, never a name, an address, or anything that was typed. A path may hold a link's secret, so where
it happened is said by the route.
"""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

import structlog
from fastapi import Request

from core.security import PUBLIC, Caller

_log = structlog.get_logger()
Way = Literal["password", "invitation", "provider"]


def asked_by(request: Request, caller: Caller) -> Caller:
    """Keep who asked beside the request, for what is said of it later."""
    request.state.caller = caller
    return caller


def signed_in(request: Request, caller: Caller, *, by: Way, shared: bool) -> None:
    """Somebody proved who they are."""
    _log.info("signed in", route=route(request), by=by, shared=shared, **_who(caller))


def token_given(request: Request, client_id: UUID, scopes: Sequence[str]) -> None:
    """A machine proved who it is."""
    _log.info("token given", route=route(request), by="private_key_jwt", key=str(client_id), scopes=list(scopes))


def signed_out(request: Request, caller: Caller, *, everywhere: bool) -> None:
    """A sign-in was ended by its holder."""
    _log.info("signed out", route=route(request), everywhere=everywhere, **_who(caller))


def changed(request: Request, caller: Caller, what: Literal["password", "codes"]) -> None:
    """How somebody signs in is another from now on."""
    _log.info("credential changed", route=route(request), what=what, **_who(caller))


def refused(request: Request, *, status: int, kind: str, reason: object = None) -> None:
    """Somebody was not let in, or not to that. `kind`: of the problem; `reason`: the class that was told, or less."""
    refused_at(route(request), getattr(request.state, "caller", PUBLIC), status=status, kind=kind, reason=reason)


def refused_at(where: str, caller: Caller, *, status: int, kind: str, reason: object = None) -> None:
    """The same, for who holds no request. What is not there is worth a line only where somebody known asks for it."""
    if status == 404 and not caller.is_known:  # noqa: PLR2004
        return
    say = _log.warning if status in {401, 403, 429} else _log.info
    say("refused", route=where, status=status, kind=kind, reason=reason, **_who(caller))


def held_back(*, status: int, kind: str, many: int) -> None:
    """So many asked more than they may since the last such line; who and where is counted, not written down."""
    _log.warning("held back", status=status, kind=kind, many=many)


def route(request: Request) -> str:
    """Where that is, with the names of its parts in place of what was asked for; "none" of what we do not have."""
    if request.scope.get("route") is None:
        return "none"
    names = {str(value): f"{{{name}}}" for name, value in request.path_params.items()}
    return "/".join(names.get(part, part) for part in request.scope["path"].split("/"))


def _who(caller: Caller) -> dict[str, Any]:
    known = {"person": caller.id, "key": caller.key_id, "agency": caller.agency_id}
    return {name: str(value) for name, value in known.items() if value is not None}
