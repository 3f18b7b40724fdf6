"""What every answer tells a browser: to guess nothing, to tell nobody, to be framed by nobody, to keep nothing.

A page brings a policy of its own (`api/web/render.py`); this one is for all that is no page.
"""

NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "Content-Security-Policy": NOTHING,
    "Cache-Control": "no-store",  # the phone may be borrowed
}
# A year, and as long anew with each answer.
_TLS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def every_answer(public_url: str) -> dict[str, str]:
    """The headers; those of TLS where we are reached by it."""
    return _ALWAYS | (_TLS if public_url.startswith("https://") else {})
