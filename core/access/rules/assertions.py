"""What a machine says to prove itself (RFC 7523, `private_key_jwt`; SMART backend services), and when it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from core.access.rules.key_sets import ALGORITHMS
from core.access.rules.signed import Signed, Unproven, moment, verify

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_LIFE = timedelta(minutes=5)
# Clocks differ. A proof that has ended has ended, though: five minutes are room enough.
_LEEWAY_S = 10
_LONGEST_JTI = 256
_HEADERS = frozenset({"alg", "kid", "typ", "jku"})
_TYPES = frozenset({"jwt", "client-authentication+jwt"})


@dataclass(frozen=True, slots=True)
class Proven:
    """A proof that holds. It may be used once."""

    jti: str
    ends_at: datetime


def claimed_client(signed: Signed) -> UUID:
    """Who it says to be. Only the very form in which an id is given out is one.

    Raises:
        Unproven: nobody.
    """
    said = signed.claims.get("iss")
    try:
        own_id = UUID(said) if isinstance(said, str) else None
    except ValueError:
        own_id = None
    if own_id is None or str(own_id) != said or signed.claims.get("sub") != said:
        raise Unproven("issuer")
    return own_id


def prove(
    signed: Signed,
    keys: Sequence[Mapping[str, Any]],
    *,
    client_id: UUID,
    audience: str,
    jwks_uri: str | None,
    now: datetime,
) -> Proven:
    """That this client made it, with one of these keys, for us, just now.

    Raises:
        Unproven: it did not.
    """
    _check_header(signed, jwks_uri)
    jwk = next((key for key in keys if key.get("kid") == signed.kid), None)
    if jwk is None:
        raise Unproven("no such key")
    verify(signed, jwk, algorithms=ALGORITHMS.values())
    if claimed_client(signed) != client_id:
        raise Unproven("issuer")
    if signed.claims.get("aud") not in (audience, [audience]):
        raise Unproven("audience")
    jti = signed.claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI:
        raise Unproven("jti")
    return Proven(jti, _ends_at(signed, now))


def _check_header(signed: Signed, jwks_uri: str | None) -> None:
    """Nothing in it may lead to another key than those that were registered, or ask for what we do not do."""
    if signed.header.keys() - _HEADERS:
        raise Unproven("header")
    typ = signed.header.get("typ", "JWT")
    if not isinstance(typ, str) or typ.lower() not in _TYPES:
        raise Unproven("type")
    if "jku" in signed.header and (jwks_uri is None or signed.header["jku"] != jwks_uri):
        raise Unproven("jku")
    if signed.kid is None:
        raise Unproven("kid")


def _ends_at(signed: Signed, now: datetime) -> datetime:
    this = now.timestamp()
    exp = moment(signed.claims, "exp")
    if exp is None or not this < exp <= this + LONGEST_LIFE.total_seconds() + _LEEWAY_S:
        raise Unproven("exp")
    for name in ("nbf", "iat"):
        at = moment(signed.claims, name)
        if at is not None and at > this + _LEEWAY_S:
            raise Unproven(name)
    return datetime.fromtimestamp(exp, UTC)
