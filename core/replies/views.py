"""A request that may be sent again, and what was answered to it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """A request. `scope`: who sent it, in any words that tell callers apart; `request`: all that makes it the same."""

    scope: str
    key: str
    request: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
