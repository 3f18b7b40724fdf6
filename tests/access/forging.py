"""Proofs and tokens signed by hand, so that they can be wrong in every way that a library would not let pass."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey, RSAKey

HASHES: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
Signer = Callable[[bytes], bytes]


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def part(said: Mapping[str, Any] | str) -> str:
    return b64((said if isinstance(said, str) else json.dumps(said)).encode())


def token(header: Mapping[str, Any] | str, claims: Mapping[str, Any] | str, signer: Signer) -> str:
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{b64(signer(text.encode()))}"


def ecdsa(key: ECKey, sha: str = "384") -> Signer:
    private = key.private_key
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    size = (private.key_size + 7) // 8

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(private.sign(data, ec.ECDSA(HASHES[sha])))
        return r.to_bytes(size) + s.to_bytes(size)

    return sign


def rsa(key: RSAKey, sha: str = "384", *, pss: bool = False) -> Signer:
    algorithm = HASHES[sha]
    pad: padding.AsymmetricPadding = (
        padding.PSS(padding.MGF1(algorithm), algorithm.digest_size) if pss else padding.PKCS1v15()
    )
    private = key.private_key
    assert private is not None
    return lambda data: private.sign(data, pad, algorithm)


def hs256(secret: bytes) -> Signer:
    return lambda data: hmac.digest(secret, data, hashlib.sha256)


def nothing(_: bytes) -> bytes:
    return b""


@dataclass
class Machine:
    """A machine with a key of its own, and the proofs that it makes."""

    client_id: str
    key: ECKey
    audience: str
    now: datetime
    header: dict[str, Any] = field(default_factory=dict)

    def claims(self, **other: Any) -> dict[str, Any]:
        said = {
            "iss": self.client_id, "sub": self.client_id, "aud": self.audience, "jti": uuid4().hex,
            "exp": int(self.now.timestamp()) + 240,
        } | other  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}

    def head(self, **other: Any) -> dict[str, Any]:
        said = {"alg": "ES384", "kid": self.key.kid, "typ": "JWT"} | other
        return {name: value for name, value in said.items() if value is not None}

    def proof(self, *, head: Mapping[str, Any] | None = None, **claims: Any) -> str:
        return token(self.head(**(head or {})), self.claims(**claims), ecdsa(self.key))


def form(proof: str, *, scope: str = "directory.read", **other: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": proof,
        "scope": scope,
    } | other
