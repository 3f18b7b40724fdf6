"""How a text message is counted: in segments of 7-bit signs (GSM 03.38); one sign that is none of them halves each."""

from collections.abc import Iterable
from unicodedata import combining, normalize

_SINGLE = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("\f^{}\\[~]|€")
_OURS = _SINGLE | _DOUBLE
_TYPED = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\xa0": " "})  # noqa: RUF001
# (alone, as one of several: each then says which it is)
_OF_7_BITS, _OF_16_BITS = (160, 153), (70, 67)


def plain(text: str) -> str:
    """The same in 7-bit signs where that only costs an accent: á is none of them, and one á would halve a segment."""
    return "".join(_nearest(sign) for sign in text.translate(_TYPED))


def bare(text: str) -> str:
    """The same in 7-bit signs, whatever that costs: what has no likeness among them is a question mark."""
    return "".join(sign if sign in _OURS else "?" for sign in plain(text))


def segments(text: str) -> int:
    """How many segments it is sent and paid as."""
    if set(text) <= _OURS:
        return _packed((2 if sign in _DOUBLE else 1 for sign in text), *_OF_7_BITS)
    return _packed((len(sign.encode("utf-16-le")) // 2 for sign in text), *_OF_16_BITS)


def _nearest(sign: str) -> str:
    if sign in _OURS:
        return sign
    bare = "".join(part for part in normalize("NFKD", sign) if not combining(part))
    return bare if bare and set(bare) <= _OURS else sign


def _packed(sizes: Iterable[int], alone: int, one_of_several: int) -> int:
    """No sign stands half in one segment and half in the next."""
    every = list(sizes)
    if sum(every) <= alone:
        return 1
    count, room = 1, one_of_several
    for size in every:
        if size > room:
            count, room = count + 1, one_of_several
        room -= size
    return count
