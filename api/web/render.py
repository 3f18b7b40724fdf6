"""Pages: rendered with everything escaped, and sent with what keeps a browser from telling anybody else."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.deps import LANGUAGES, language
from api.web.words import Words, words

_TEMPLATES = Path(__file__).parent / "templates"
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Vary": "Accept-Language",
    "Cache-Control": "no-store",  # the phone may be borrowed
}
_POLICY = (
    "default-src 'self'; style-src 'self'{styles}; img-src 'self'{data}; font-src 'self'{data}; object-src 'none';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
STRICT = _POLICY.format(styles="", data="")
# The two explorers are other people's programs: they write styles into the page and carry pictures within.
EXPLORER = _POLICY.format(styles=" 'unsafe-inline'", data=" data:")


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


def page(request: Request, template: str, *, status: int = 200, policy: str = STRICT, **shown: Any) -> HTMLResponse:
    """A page of ours, from a template."""
    say = chosen(request)
    here = f"/?lang={say.language}" if request.query_params.get("lang") in LANGUAGES else "/"
    body = _templates().get_template(template).render(say=say, here=here, **shown)
    headers = {**_SAFE, "Content-Security-Policy": policy, "Content-Language": say.language}
    return HTMLResponse(body, status_code=status, headers=headers)
