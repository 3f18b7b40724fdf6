"""Messages that a machine of ours signs, as Standard Webhooks has it: HMAC-SHA256 of id, time and body."""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)
_PREFIX = "whsec_"
_SHORTEST = 24


def key_of(secret: str) -> bytes:
    """The key that `whsec_` and base64 stand for.

    Raises:
        ValueError: it is none, or shorter than 24 bytes.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if not secret.startswith(_PREFIX) or len(key) < _SHORTEST:
        raise ValueError("whsec_ and at least 24 bytes in base64")
    return key


def signature(key: bytes, *, own_id: str, stamp: str, body: bytes) -> str:
    """`v1,` and the signature in base64."""
    made = hmac.digest(key, f"{own_id}.{stamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(made).decode()}"


def is_signed(key: bytes, *, own_id: str, stamp: str, shown: str, body: bytes, now: datetime) -> bool:
    """Whether one of the signatures that are shown is right, and the message no older or newer than five minutes."""
    if not own_id or not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:  # noqa: PLR2004 - of seconds
        return False
    right = signature(key, own_id=own_id, stamp=stamp, body=body).encode()
    known = [hmac.compare_digest(right, one.encode()) for one in shown.split()]
    return any(known) and abs(now - datetime.fromtimestamp(int(stamp), UTC)) <= TOLERANCE
