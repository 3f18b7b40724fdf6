"""Secrets that are shown once: drawn at random, kept as a hash, and told apart from other secrets by how they begin."""

import hmac
import re
import secrets
from hashlib import sha256
from uuid import UUID

_BYTES = 32
# What is read off paper: no letter that looks like a digit. 25 of 32 are 125 bits.
_READABLE = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP = 5, 5
_KEY = re.compile(r"dlk_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")
ACCESS = "dla_"
_ACCESS = re.compile(r"dla_([A-Za-z0-9_-]{43})")


def drawn() -> str:
    """A secret of 256 bits, as text that can stand in a URL or a cookie."""
    return secrets.token_urlsafe(_BYTES)


def recovery_code() -> str:
    """A code for who has lost their authenticator, in groups. As random as what is kept as a plain hash has to be."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(_GROUP)) for _ in range(_GROUPS))


def plain_code(typed: str) -> str:
    """A code however it is typed: without spaces and dashes, and in capitals."""
    return "".join(typed.replace("-", "").split()).upper()


def hashed(secret: str) -> bytes:
    """What is kept of it. A secret drawn from 256 bits needs no slow hash: nobody can try them all."""
    return sha256(secret.encode()).digest()


def is_of(secret: str, kept: bytes) -> bool:
    """Whether that is the secret, in a time that tells nothing of how far it is right."""
    return hmac.compare_digest(hashed(secret), kept)


def key_text(key_id: UUID, secret: str) -> str:
    """An API key as its machine holds it: which key it is, and its secret. Scanners for leaked keys know the prefix."""
    return f"dlk_{key_id.hex}_{secret}"


def key_parts(text: str) -> tuple[UUID, str] | None:
    """The two again; None of what is no key of ours."""
    found = _KEY.fullmatch(text)
    return (UUID(hex=found[1]), found[2]) if found else None


def access_text(secret: str) -> str:
    """A token for a few minutes as its machine holds it."""
    return f"{ACCESS}{secret}"


def access_secret(text: str) -> str | None:
    """Its secret again; None of what is no such token."""
    found = _ACCESS.fullmatch(text)
    return found[1] if found else None
