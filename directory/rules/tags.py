"""A number for each thing that a search row can be filtered on: the same on every installation, and no two alike.

A number says what it is of in bits, and is then stirred: the index folds numbers into 1,280 places, where neighbours
would share one.
"""

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache

_BITS = 31
_MASK = (1 << _BITS) - 1
_ODD = 0x2C1B3C6D
# Letters of a language code, as digits to base 27.
_LETTERS = " abcdefghijklmnopqrstuvwxyz"
_LANGUAGE = re.compile("[a-z]{2,3}")
_SHARE = 15


class Of(IntEnum):
    """What a tag speaks of."""

    kind = 1
    language = 2
    mode = 3
    yes = 4
    no = 5
    police = 6  # some way there is stated to be at this level or below
    hold = 7
    kind_language = 8
    mode_language = 9
    team = 10
    withheld = 11  # from readers who are not the public


@lru_cache(maxsize=65_536)
def tag(of: Of, number: int = 0, language: str | None = None) -> int:
    """The tag of a term by its lasting number, with a language where the pair is rarer than its parts.

    ValueError for a term's number beyond 2047 or a language that is no ISO 639 code.
    """
    if not 0 <= number < 1 << (_BITS - 5 - _SHARE):
        raise ValueError(f"{number} is no number of a term.")
    return _stirred(of << (_BITS - 5) | number << _SHARE | (0 if language is None else _spelled(language)))


def language_tag(code: str) -> int:
    """The tag of a language; a regional variant counts as the language."""
    return tag(Of.language, 0, code)


def language_of(code: str) -> str | None:
    """The language behind a code, `es` for `es-MX`; None of what is no code of a language (ISO 639-1 or 639-2)."""
    base = code.partition("-")[0].lower()
    return base if _LANGUAGE.fullmatch(base) else None


def any_of(groups: Iterable[Iterable[int]]) -> str | None:
    """A condition in the words of `intarray`: one of each group must be there; None when nothing is asked."""
    written = ["|".join(map(str, group)) for group in groups]
    return "&".join(f"({group})" for group in written) or None


def _spelled(code: str) -> int:
    number = 0
    base = language_of(code)
    if base is None:
        raise ValueError(f"{code!r} is no language code.")
    for letter in base:
        number = number * len(_LETTERS) + _LETTERS.index(letter)
    return number


def _stirred(number: int) -> int:
    """One to one over 31 bits: shifts and odd factors can all be undone."""
    number ^= number >> 15
    number = number * _ODD & _MASK
    number ^= number >> 12
    number = number * _ODD & _MASK
    return number ^ number >> 15
