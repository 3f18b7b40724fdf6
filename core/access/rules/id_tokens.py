"""What a provider says of somebody (an OpenID Connect ID token), and when it counts. The claims are read by authlib."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError

from core.access.rules.signed import Signed, Unproven, moment, verify

# Signatures by which nobody who can read the provider's keys could make one.
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
LONGEST = 16_384
_LEEWAY_S = 60
_OLDEST_S = 600
_LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at a provider. `email`: theirs, and the provider has seen that it is; else None."""

    subject: str
    email: str | None


def identify(
    signed: Signed,
    jwk: Mapping[str, Any],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str | None,
    now: datetime,
) -> Identity:
    """Whom the provider means.

    Raises:
        Unproven: it did not say that, or not to us, not now, or not in answer to what we asked.
    """
    verify(signed, jwk, algorithms=ALGORITHMS)
    _check_times(signed.claims, now)
    claims = dict(signed.claims)
    audience, party = claims.get("aud"), claims.get("azp")
    if audience not in (client_id, [client_id]) and party != client_id:
        raise Unproven("audience")
    if not isinstance(claims.get("nonce"), str):
        raise Unproven("nonce")
    asked = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "values": [client_id]},
        "sub": {"essential": True},
    }
    known = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
    # a newer name for the same, which the reader of at_hash does not know
    header = dict(signed.header) | ({"alg": "EdDSA"} if signed.header["alg"] == "Ed25519" else {})
    try:
        CodeIDToken(claims, header, asked, known).validate(now=int(now.timestamp()), leeway=_LEEWAY_S)
    except (JoseError, ValueError, TypeError) as error:
        raise Unproven("claims") from error
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise Unproven("subject")
    return Identity(subject, verified_address(claims))


def verified_address(claims: Mapping[str, Any]) -> str | None:
    """The address among these claims, where the provider has seen that it is theirs: `true`, and nothing like it."""
    email = claims.get("email")
    return email.strip() if isinstance(email, str) and claims.get("email_verified") is True else None


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    this = now.timestamp()
    exp, iat, nbf = (moment(claims, name) for name in ("exp", "iat", "nbf"))
    if exp is None or exp <= this - _LEEWAY_S:
        raise Unproven("exp")
    if iat is None or not this - _OLDEST_S <= iat <= this + _LEEWAY_S:
        raise Unproven("iat")
    if nbf is not None and nbf > this + _LEEWAY_S:
        raise Unproven("nbf")
