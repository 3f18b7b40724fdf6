"""Public keys that an agency registers for its machine (JWKS), and those that a provider publishes."""

from collections.abc import Mapping, Sequence
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey
from joserfc.util import base64_to_int

from core.access.errors import BadKeys

MOST_KEYS = 10
_MOST_PUBLISHED = 50  # of whole companies; each is looked at whenever one is sought
_LONGEST_KID = 200
_SMALLEST_RSA, _LARGEST_RSA = 2_048, 8_192
_SMALLEST_EXPONENT = 65_537
# What of a key is for its owner's eyes alone (RFC 7518).
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
# What machines sign with, by the kind of key: SMART's two, and no others.
ALGORITHMS = {"RSA": "RS384", "EC": "ES384"}
_PUBLIC = {"RSA": ("n", "e"), "EC": ("crv", "x", "y")}


def registered(jwks: Any) -> list[dict[str, Any]]:
    """The keys of a set as they are kept: public, strong enough, each with its own id, and nothing else.

    Raises:
        BadKeys: says which, and what to send instead.
    """
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(keys, Sequence) or isinstance(keys, str) or not 0 < len(keys) <= MOST_KEYS:
        raise BadKeys(f'Send a JWKS: {{"keys": [...]}} with 1 to {MOST_KEYS} public keys.', code="no_set")
    kept = [_kept(key) for key in keys]
    if len({key["kid"] for key in kept}) != len(kept):
        raise BadKeys("Two of the keys have the same kid. Give each its own.", code="same_kid")
    return kept


def usable(jwks: Any) -> list[Mapping[str, Any]]:
    """What of a published set may be looked at: public keys for signatures. The rest is left alone (RFC 7517)."""
    keys = jwks.get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(keys, list) or len(keys) > _MOST_PUBLISHED:
        return []
    return [
        {name: key[name] for name in ("kty", "crv", "x", "y", "n", "e", "kid", "alg", "use") if name in key}
        for key in keys
        if isinstance(key, Mapping) and not _PRIVATE & key.keys() and key.get("use", "sig") == "sig" and _strong(key)
    ]


def _kept(key: Any) -> dict[str, Any]:
    if not isinstance(key, Mapping):
        raise BadKeys("A key is a JSON object.", code="no_key")
    if key.get("kty") == "oct":
        raise BadKeys("That is a shared secret. Send a public key, RSA or EC P-384.", code="symmetric")
    if _PRIVATE & key.keys():
        raise BadKeys(
            "That is a private key. It should not be used any more: make a new one, and send its public half.",
            code="private",
        )
    kid, kty = key.get("kid"), key.get("kty")
    if not isinstance(kid, str) or not 0 < len(kid) <= _LONGEST_KID:
        raise BadKeys(f"Each key needs a kid of at most {_LONGEST_KID} characters.", code="no_kid")
    if not isinstance(kty, str) or kty not in ALGORITHMS or key.get("alg", ALGORITHMS[kty]) != ALGORITHMS[kty]:
        raise BadKeys("Keys are RSA for RS384, or EC P-384 for ES384.", code="kind")
    if key.get("use", "sig") != "sig" or "verify" not in key.get("key_ops", ["verify"]):
        raise BadKeys("That key is not for signatures.", code="use")
    public = {"kty": kty, "kid": kid, "alg": ALGORITHMS[kty], **{name: key.get(name) for name in _PUBLIC[kty]}}
    if kty == "EC" and public["crv"] != "P-384":
        raise BadKeys("The curve for ES384 is P-384.", code="curve")
    if not _strong(public):
        raise BadKeys(
            f"That is no usable key. RSA keys have {_SMALLEST_RSA} to {_LARGEST_RSA} bits, and {_SMALLEST_EXPONENT}"
            " or more as exponent.",
            code="weak",
        )
    return public


def _strong(key: Mapping[str, Any]) -> bool:
    """Whether it is a public key at all, and one that nobody breaks."""
    try:
        # looked at before the key is made: working with a monstrous one is what its sender may be after
        if key.get("kty") == "RSA" and _size(key["n"]) < _SMALLEST_RSA:
            return False
        read = JWKRegistry.import_key(dict(key))
    except (JoseError, ValueError, TypeError, KeyError):
        return False
    if isinstance(read, RSAKey):
        numbers = read.public_key.public_numbers()
        return numbers.e >= _SMALLEST_EXPONENT and numbers.n.bit_length() <= _LARGEST_RSA
    return isinstance(read, ECKey) or key.get("crv") == "Ed25519"


def _size(n: str) -> int:
    """In bits; 0 of what is too long to look at."""
    return base64_to_int(n).bit_length() if len(n) * 6 <= _LARGEST_RSA + 12 else 0
