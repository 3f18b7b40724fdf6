"""Signed tokens of others (JWS, compact), read strictly: what can be understood in two ways is not understood."""

import binascii
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import JWKRegistry
from joserfc.util import urlsafe_b64decode

LONGEST = 8_192
_KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}


class Unproven(Exception):
    """That token proves nothing; the text is for tests and for nobody else."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A token as it was sent. Nothing of it is true before `verify`."""

    text: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    @property
    def kid(self) -> str | None:
        """Which key it says that signed it."""
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) and kid else None


class _Registry(jws.JWSRegistry):
    """Which algorithms are good enough is decided here: the library warns of EdDSA for its name alone (RFC 9864)."""

    max_header_length = 2_048

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


def read(text: str, *, longest: int = LONGEST) -> Signed:
    """Its header and claims.

    Raises:
        Unproven: too long, not three parts of base64url, not JSON objects, or something in it twice.
    """
    parts = text.split(".")
    if len(text) > longest or len(parts) != 3 or not all(parts):  # noqa: PLR2004 - header, claims, signature
        raise Unproven("not a signed token")
    signed = Signed(text, _object(parts[0]), _object(parts[1]))
    if signed.header.keys() & {"crit", "b64"}:  # we do nothing of what these could ask for
        raise Unproven("header")
    return signed


def verify(signed: Signed, jwk: Mapping[str, Any], *, algorithms: Collection[str]) -> None:
    """That the holder of that key signed it, by one of these algorithms.

    Raises:
        Unproven: somebody else did, or otherwise.
    """
    alg = signed.header.get("alg")
    if not isinstance(alg, str) or alg not in algorithms:
        raise Unproven("algorithm")
    # The key decides what may be done with it, never the token: no public key is anybody's shared secret.
    if jwk.get("kty") != _KEY_TYPES.get(alg[:2]) or jwk.get("alg", alg) != alg or jwk.get("use", "sig") != "sig":
        raise Unproven("key")
    try:
        jws.deserialize_compact(
            signed.text,
            JWKRegistry.import_key(dict(jwk)),
            registry=_Registry(algorithms=[alg], strict_check_header=False),
        )
    except (JoseError, ValueError, TypeError) as error:
        raise Unproven("signature") from error


def moment(claims: Mapping[str, Any], name: str) -> float | None:
    """A time among the claims; None where there is none.

    Raises:
        Unproven: it is no number.
    """
    value = claims.get(name)
    if value is None and name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unproven(name)
    try:
        return float(value)
    except OverflowError:
        raise Unproven(name) from None


def _object(part: str) -> Mapping[str, Any]:
    try:
        read_: Any = json.loads(
            urlsafe_b64decode(part.encode("ascii")).decode(), object_pairs_hook=_once, parse_constant=_never
        )
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Unproven("not JSON") from error
    if not isinstance(read_, dict):
        raise Unproven("not an object")
    return read_


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _never(constant: str) -> float:
    raise ValueError(constant)
