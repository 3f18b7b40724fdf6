"""Which quota a request counts against, by its method and path alone: nobody has looked at who asks yet.

What guards a secret (signing in, links of letters, tokens) is counted strictly, whatever is shown along with it.
"""

from functools import lru_cache

# Sliding windows, for each address (IPv6: each /64), or for each person and key where that is said.
USUAL = {
    "search": "600/minute",
    "reading": "600/minute",
    "writing": "30/minute",
    "sign_in": "30/minute",
    "link": "60/minute",
    "gateway": "1200/minute",  # one address brings the replies of everybody
    "token": "60/minute",  # nosec B105 # a quota
    # Who shows a cookie or a key is counted as themselves below; these stand in front of looking them up.
    "shown_reading": "6000/minute",
    "shown_writing": "600/minute",
    "refused": "30/minute",  # keys that open nothing
    "known": "1200/minute",  # a person, or a machine
}
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# The operator's own monitoring asks these, and browsers keep the rest.
_UNCOUNTED = ("/static/", "/health/", "/metrics")
_SEARCH = frozenset({"/", "/api/v1/search", "/graphql"})
# The first that fits. Signing in by a provider is under /sign-in/ too.
_STRICT = (
    ("/sign-in", "sign_in"), ("/account/codes", "sign_in"), ("/account/password", "sign_in"),
    ("/account/sign-ins", "sign_in"), ("/invitation/", "link"), ("/link/", "link"),
    ("/claim", "link"), ("/mine", "link"), ("/api/v1/mine", "link"), ("/offers/", "link"),
    ("/api/v1/gateway/", "gateway"), ("/oauth", "token"), ("/token", "token"),
)  # fmt: skip
STRICT = frozenset(name for _, name in _STRICT)


@lru_cache(maxsize=1_024)
def quota_of(method: str, path: str) -> str | None:
    """The name of its quota; None where it is not counted."""
    if path.startswith(_UNCOUNTED):
        return None
    strict = next((name for start, name in _STRICT if path.startswith(start)), None)
    if strict is not None:
        return strict
    if path in _SEARCH:
        return "search"
    return "reading" if method in _READING else "writing"


def shown(quota: str) -> str:
    """The quota instead, for who shows a cookie or a key."""
    if quota in STRICT:
        return quota
    return "shown_writing" if quota == "writing" else "shown_reading"
