"""Passwords: how long, and how often one may be wrong. Length counts, composition does not (NIST SP 800-63B)."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from core.access.rules.guessable import unexplained

SHORTEST, LONGEST = 12, 256
_FREE_TRIES = 5
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=30)
_PARTS = re.compile(r"[\s@.]+")  # of a name or an address
# What is left of it where everything common was taken away; a password that a manager draws has twice that.
_FEWEST_UNEXPLAINED = 5


class Weakness(StrEnum):
    """What is wrong with a password; each has its sentence, in every language we speak."""

    too_short = "too_short"
    too_long = "too_long"
    too_common = "too_common"
    too_personal = "too_personal"


SAID = {
    Weakness.too_short: f"Use at least {SHORTEST} characters. A few words in a row are easy to keep in mind.",
    Weakness.too_long: f"Use at most {LONGEST} characters.",
    Weakness.too_common: "That one is among the first to be guessed. Choose another.",
    Weakness.too_personal: "It holds your own name or address. Choose another.",
}


def weakness(password: str, *, about: tuple[str, ...] = ()) -> Weakness | None:
    """What is wrong with it; None when it will do. `about`: their name and address."""
    if not SHORTEST <= len(password) <= LONGEST:
        return Weakness.too_short if len(password) < SHORTEST else Weakness.too_long
    if unexplained(password) < _FEWEST_UNEXPLAINED:
        return Weakness.too_common
    plain, theirs = password.casefold(), [part for whole in about for part in (whole, *_PARTS.split(whole)) if part]
    if any(len(part) >= SHORTEST // 2 and part.casefold() in plain for part in theirs):
        return Weakness.too_personal
    return Weakness.too_personal if unexplained(password, about=theirs) < _FEWEST_UNEXPLAINED else None


def shut_until(failed: int, now: datetime) -> datetime | None:
    """Until when no password is looked at after so many wrong ones in a row; each doubles the wait."""
    if failed < _FREE_TRIES:
        return None
    doubled = 1 << min(failed - _FREE_TRIES, 16)
    return now + min(_LONGEST_WAIT, _FIRST_WAIT * doubled)
