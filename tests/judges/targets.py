"""What sqlmap is to try: every kind of value that a request may bring, in each of the places where it may stand."""

from dataclasses import dataclass, field
from typing import Any

import orjson

_JSON = {"Content-Type": "application/json"}
_HERE = {"Sec-Fetch-Site": "same-origin"}
_QUERY = (
    "query ($near: String, $q: String, $kind: [String!]) { search(input: {near: $near, q: $q, kind: $kind}) { next } }"
)
_ASKED = {"near": "80202", "q": "bed", "kind": "x"}


@dataclass(frozen=True)
class Target:
    """A request that works, and which of its parameters are tried; `*` in it is a place without a name."""

    path: str
    parameters: tuple[str, ...] = ()
    data: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    known: bool = False  # as an administrator
    method: str | None = None

    @property
    def places(self) -> int:
        """How many are tried."""
        written = (self.path, self.data or "", *self.headers.values())
        return len(self.parameters) or sum(one.count("*") for one in written)


def _body(**said: Any) -> str:
    return orjson.dumps(said).decode()


TARGETS = (
    Target("/api/v1/search?near=Denver,%20CO&q=sober&open=now&kind=SITE.SOBER", ("near", "q", "open", "kind")),
    Target(
        "/api/v1/search?lat=39.7&lon=-104.9&within_m=9000&limit=5&language=es&mode=phone",
        ("lat", "lon", "within_m", "limit", "language", "mode"),
    ),
    Target("/api/v1/search?near=80202&cursor=WyJmaXRzIl0&police_max=P1&age=40", ("cursor", "police_max", "age")),
    Target("/api/v1/search", ("near", "q", "language"), _body(near="Denver, CO", q="sober", language="es"), _JSON),
    Target("/graphql", ("near", "q", "kind"), _body(query=_QUERY, variables=_ASKED), _JSON),
    Target("/?lang=es", ("near", "q", "hidden"), "near=80202&q=bed&hidden=closed&need=any"),
    Target("/sign-in", ("email", "password", "code"), "email=a@example.org&password=lantern-door-9&code=1", _HERE),
    Target("/invitation/abc*"),
    Target("/api/v1/me", headers={"Authorization": "Bearer dlk_0123456789abcdef0123456789abcdef_abc*"}),
    Target("/api/v1/me", headers={"Cookie": "__Host-doorlight=abc*"}),
    Target("/api/v1/keys", ("name",), _body(name="Board", scopes=["directory.read"]), _JSON | _HERE, known=True),
    Target("/api/v1/keys/2f6b9a52-4d3c-4a51-9d2e-6d3f2f8f2b11*/end", headers=_HERE, known=True, method="POST"),
    Target("/api/v1/invitations", ("email",), _body(email="a@example.org", role="responder"), _JSON | _HERE,
           known=True),
    Target("/api/v1/keys", data=_body(name="B", scopes=["directory.read"]),
           headers=_JSON | _HERE | {"Idempotency-Key": "abc*"}, known=True),
)  # fmt: skip
