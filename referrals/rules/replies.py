"""What somebody says by text message or on the keypad: yes or no, to which offer, and why not."""

import re
from dataclasses import dataclass

from referrals.rules.reasons import Declined

CODE = 6  # digits
TRIES = 5
_YES = frozenset({"yes", "y", "si", "sí", "s"})
_NO = frozenset({"no", "n"})
_SPANISH = frozenset({"si", "sí", "s", "lleno", "cerrado", "idioma"})
_WHY = {
    "full": Declined.no_capacity, "lleno": Declined.no_capacity, "closed": Declined.closed,
    "cerrado": Declined.closed, "staff": Declined.staff_short, "personal": Declined.staff_short,
    "language": Declined.language, "idioma": Declined.language, "age": Declined.age, "edad": Declined.age,
    "far": Declined.out_of_area, "lejos": Declined.out_of_area,
}  # fmt: skip
_PRESSED = re.compile(rf"([0-9]{{{CODE}}})[*#]?([12])#?")


@dataclass(frozen=True, slots=True)
class Reply:
    """`reason`: of a no. `language`: of the words, where they are of one."""

    code: str
    yes: bool
    reason: Declined = Declined.other
    language: str | None = None


def texted(said: str) -> Reply | None:
    """`YES 482716`, `no 482716 full`, `SI 482716`; None of what says neither, or names no code or several."""
    words = re.findall(r"[^\W_]+", said.casefold())
    codes = {one for one in words if len(one) == CODE and one.isascii() and one.isdigit()}
    yes, no = not _YES.isdisjoint(words), not _NO.isdisjoint(words)
    if len(codes) != 1 or yes == no:
        return None
    reason = next((_WHY[one] for one in words if one in _WHY), Declined.other)
    return Reply(codes.pop(), yes, reason, None if _SPANISH.isdisjoint(words) else "es")


def pressed(digits: str) -> Reply | None:
    """The code, then 1 for yes or 2 for no."""
    found = _PRESSED.fullmatch(digits.strip())
    return None if found is None else Reply(found[1], found[2] == "1")
