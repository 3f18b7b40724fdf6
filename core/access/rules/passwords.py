"""Passwords: how long, and how often one may be wrong. Length counts, composition does not (NIST SP 800-63B)."""

from datetime import datetime, timedelta

SHORTEST, LONGEST = 12, 256
_FREE_TRIES = 5
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=30)
# Common enough to be tried first by whoever guesses; longer ones of the lists fall to the rule of few characters.
_COMMON = frozenset({
    "password1234", "passwordpassword", "123456789012", "1234567890123", "qwertyuiop123", "letmeinletmein",
    "iloveyouiloveyou", "administrator", "changemechangeme", "welcomewelcome", "doorlightdoorlight",
})  # fmt: skip
_FEWEST_CHARACTERS = 5


def weakness(password: str, *, about: tuple[str, ...] = ()) -> str | None:
    """What is wrong with it, for the person who chose it; None when it will do. `about`: their name and address."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. A few words in a row are easy to keep in mind."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    plain = password.casefold()
    if len(set(plain)) < _FEWEST_CHARACTERS or plain in _COMMON:
        return "That one is among the first to be guessed. Choose another."
    if any(len(part) >= SHORTEST // 2 and part.casefold() in plain for part in about):
        return "It holds your own name or address. Choose another."
    return None


def shut_until(failed: int, now: datetime) -> datetime | None:
    """Until when no password is looked at after so many wrong ones in a row; each doubles the wait."""
    if failed < _FREE_TRIES:
        return None
    doubled = 1 << min(failed - _FREE_TRIES, 16)
    return now + min(_LONGEST_WAIT, _FIRST_WAIT * doubled)
