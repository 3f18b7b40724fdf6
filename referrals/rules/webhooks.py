"""What an agency's system is sent, how it is signed, and when it is tried again.

Signed as Standard Webhooks has it (https://www.standardwebhooks.com), in an envelope of CloudEvents 1.0. Codes and ids
alone: whoever wants to know more asks for the referral, and is asked who they are.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

LEASE: Final = timedelta(minutes=1)  # longer than any receiver is given
OVERLAP: Final = timedelta(days=1)  # how long the secret before a rotation signs too
PREFIX: Final = "whsec_"
KEY: Final = 32  # bytes
GONE: Final = 410
MEDIA: Final = "application/cloudevents+json"
# How long after the one before each try is made; the first at once.
WAITS: Final = (
    timedelta(0), timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30),
    timedelta(hours=2), timedelta(hours=5), timedelta(hours=10), timedelta(days=1), timedelta(days=2),
)  # fmt: skip
_JITTER = 0.2


@dataclass(frozen=True, slots=True)
class Told:
    """An event as those hear of it whom it concerns."""

    id: int
    referral_id: UUID
    version: int
    of: str
    verb: str
    to: str
    at: datetime

    @property
    def name(self) -> str:
        """What it is known by, however often it is sent."""
        return f"evt_{self.id}"


def wait(tries: int, chance: float) -> timedelta | None:
    """How long to wait after so many tries (1 or more) came to nothing; None: that was the last.

    `chance`: 0 to 1, drawn anew each time, so that what failed together does not come back together.
    """
    if tries >= len(WAITS):
        return None
    return WAITS[tries] * (1 + _JITTER * (2 * chance - 1))


def secret_text(key: bytes) -> str:
    """A key as it is handed over."""
    return PREFIX + base64.b64encode(key).decode()


def key_of(secret: str) -> bytes:
    """The key that a secret is.

    Raises:
        ValueError: it is none.
    """
    if not secret.startswith(PREFIX):
        raise ValueError("a secret begins with whsec_")
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a secret is base64") from error


def signature(secret: str, name: str, at: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of `id.timestamp.body`. `at`: seconds since 1970."""
    signed = b".".join((name.encode(), str(at).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256)).decode()


def headers(secrets: Iterable[str], told: Told, at: datetime, body: bytes) -> Mapping[str, str]:
    """What goes with that body, signed with each of these; `at`: now, of each try anew."""
    seconds = int(at.timestamp())
    return {
        "content-type": MEDIA,
        "webhook-id": told.name,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signature(one, told.name, seconds, body) for one in secrets),
    }


def envelope(told: Told, source: str) -> bytes:
    """The same bytes each time. `source`: where we are reached."""
    said = {
        "specversion": "1.0",
        "id": told.name,
        "source": f"{source}/api/v1/referrals",
        "type": f"org.doorlight.{told.of}.{told.verb}",
        "subject": str(told.referral_id),
        "time": told.at.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "referral_id": str(told.referral_id), "version": told.version, "of": told.of, "verb": told.verb,
            "status": told.to,
        },
    }  # fmt: skip
    return json.dumps(said, separators=(",", ":")).encode()
