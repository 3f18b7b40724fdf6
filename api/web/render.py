"""Pages: rendered with everything escaped, and sent with what keeps a browser from telling anybody else."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.deps import LANGUAGES, language
from api.web.words import Words, words

_TEMPLATES = Path(__file__).parent / "templates"
_VARY = {"Vary": "Accept-Language"}
# Where a form may lead beside here, such as to an agency's own provider for signing in: browsers look at what a form's
# answer redirects to as well. Whoever renders such a page names the origin.
_FORMS = "form-action 'self'{elsewhere}"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self'{data}; font-src 'self'{data};"
    " connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
)


def policy(*, data: bool = False, nonce: str = "", forms: Sequence[str] = ()) -> str:
    """What a page may load: our own files alone.

    `data`: pictures that a program carries within; `nonce`: of styles that it makes; `forms`: origins beside ours that
    its forms may end up at.
    """
    elsewhere = "".join(f" {origin}" for origin in forms)
    style = f" 'nonce-{nonce}'" if nonce else ""
    return _POLICY.format(data=" data:" if data else "", style=style) + _FORMS.format(elsewhere=elsewhere)


STRICT = policy()


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def chosen(request: Request) -> Words:
    """The words to answer in: what `?lang=` says, else what the browser asks for."""
    asked = request.query_params.get("lang")
    return words(asked if asked in LANGUAGES else language(request))


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    policy: str = STRICT,
    say: Words | None = None,
    **shown: Any,
) -> HTMLResponse:
    """A page of ours, from a template; in the words that are given, where whoever reads it speaks another language."""
    say = say or chosen(request)
    here = f"/?lang={say.language}" if request.query_params.get("lang") in LANGUAGES else "/"
    body = _templates().get_template(template).render(say=say, here=here, **shown)
    headers = {**_VARY, "Content-Security-Policy": policy, "Content-Language": say.language}
    return HTMLResponse(body, status_code=status, headers=headers)
