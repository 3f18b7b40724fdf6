"""What the pages of an account share: a form that a page of ours sent, a page with a note, a cookie."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response, status
from fastapi.responses import RedirectResponse

from api import watch
from api.web.forms import fields
from api.web.render import chosen, page
from api.who import COOKIE, from_here
from core import access


async def given(request: Request) -> dict[str, str] | None:
    """The form's fields, the last of each; None of what no page of ours sent."""
    if not from_here(request):
        return None
    read = await fields(request)
    return None if read is None else {name: values[-1] for name, values in read.items()}


def shown(
    request: Request,
    template: str,
    *,
    note: str = "",
    given: Mapping[str, Any] | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    """A page, with a note over it, and what was given kept in its form."""
    said = chosen(request)(note) if note else ""
    kept = {"email": "", "name": "", "shared": False, **(given or {})}
    return page(request, template, status=status, note=said, given=kept, **more)


def refused(request: Request) -> Response:
    """What no page of ours sent does nothing."""
    watch.refused(request, status=403, kind="not-from-here")
    return shown(request, "sign_in.html", note="not_from_here", status=403)


def to(path: str) -> RedirectResponse:
    """Go on to another page of ours."""
    return RedirectResponse(path, status_code=status.HTTP_303_SEE_OTHER, headers={"Cache-Control": "no-store"})


def with_cookie(answer: Response, signed: access.SignedIn, *, shared: bool) -> Response:
    """On a shared computer the browser forgets it when it closes; the server ends it in any case."""
    answer.set_cookie(
        COOKIE, signed.token, path="/", secure=True, httponly=True, samesite="lax",
        expires=None if shared else signed.ends_at,
    )  # fmt: skip
    return answer
