"""What would give a hidden place away in a text: its street, its ZIP, its name, its point, or a link to a map."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import unquote_plus

_SHORTEST = 6
_LEFT_OUT = "…"
_SHORT = {
    "street": "st",
    "avenue": "ave",
    "av": "ave",
    "road": "rd",
    "boulevard": "blvd",
    "drive": "dr",
    "lane": "ln",
    "court": "ct",
    "place": "pl",
    "parkway": "pkwy",
    "highway": "hwy",
    "terrace": "ter",
    "circle": "cir",
    "trail": "trl",
    "square": "sq",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
}
_SUFFIXES = frozenset(
    {"st", "ave", "rd", "blvd", "dr", "ln", "ct", "pl", "pkwy", "hwy", "ter", "cir", "trl", "sq", "way"}
)
_MAP = re.compile(
    r"(\bmaps?\.(google|apple|app\.goo)|google\.[a-z.]+/maps|goo\.gl/maps|bing\.com/maps|openstreetmap\.org|\bosm\.org"
    r"|waze\.com|mapquest\.com|what3words\.com|w3w\.co|plus\.codes|\bgeo:-?\d)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Traces:
    """Phrases as runs of folded words, and degrees as their first digits."""

    phrases: frozenset[tuple[str, ...]] = frozenset()
    degrees: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, place: Mapping[str, Any], addresses: Iterable[Mapping[str, Any]], *, known: Iterable[str | None] = ()
    ) -> Self:
        """What a place leaves behind; a name of it that is among the `known` ones, of its service, is no trace."""
        phrases: set[tuple[str, ...]] = set()
        public = [_folded(name) for name in known if name]
        for name in (place.get("name"), place.get("alternate_name")):
            words = _folded(name or "")
            if len(" ".join(words)) >= _SHORTEST and not any(_runs(words, other) for other in public):
                phrases.add(words)
        for address in addresses:
            for line in (address.get("address_1"), address.get("address_2")):
                phrases |= _street(line or "")
            postal = _folded(address.get("postal_code") or "")
            if postal:
                phrases |= {postal, postal[:1]} if postal[0].isdigit() else {postal}
        return cls(frozenset(phrases), frozenset(_digits(place.get("latitude")) | _digits(place.get("longitude"))))

    def __or__(self, other: "Traces") -> "Traces":
        return Traces(self.phrases | other.phrases, self.degrees | other.degrees)

    def found_in(self, value: Any) -> bool:
        """Whether a text, or any text in a list or an object, says where one of these places is."""
        if isinstance(value, str):
            plain = unquote_plus(value)
            words = _folded(plain)
            return (
                any(_runs(phrase, words) for phrase in self.phrases)
                or any(digits in plain for digits in self.degrees)
                or bool(_MAP.search(plain))
            )
        if isinstance(value, Mapping):
            return any(self.found_in(one) for pair in value.items() for one in pair)
        return isinstance(value, list | tuple) and any(self.found_in(one) for one in value)

    @property
    def words(self) -> frozenset[str]:
        """Every word of the phrases."""
        return frozenset(word for phrase in self.phrases for word in phrase)

    def cut(self, text: str) -> str:
        """A text that must stand, without the words that gave the place away."""
        words = [(match.start(), match.end(), _fold(match.group())) for match in _WORD.finditer(text)]
        kept, at, clean = [], 0, 0
        while at < len(words):
            hit = max((len(one) for one in self.phrases if _starts(one, words, at)), default=0)
            if hit:
                kept.append(text[clean : words[at][0]] + _LEFT_OUT)
                clean = words[at + hit - 1][1]
            at += hit or 1
        cut = "".join([*kept, text[clean:]]).strip()
        return _LEFT_OUT if self.found_in(cut) else cut


def _starts(phrase: tuple[str, ...], words: list[tuple[int, int, str]], at: int) -> bool:
    return tuple(word for *_, word in words[at : at + len(phrase)]) == phrase


def _street(line: str) -> set[tuple[str, ...]]:
    """A line of an address as it stands, and up to its street alone when a number leads it."""
    words = _folded(line)
    found = {words} if len(" ".join(words)) >= _SHORTEST else set()
    end = next((at for at, word in enumerate(words) if at > 1 and word in _SUFFIXES), None)
    if end is not None and words[0][0].isdigit():
        found |= {words[: end + 1], words[:end]}
    return {one for one in found if len(" ".join(one)) >= _SHORTEST}


def _fold(word: str) -> str:
    word = word.casefold()
    return _SHORT.get(word, word)


def _folded(text: str) -> tuple[str, ...]:
    return tuple(_fold(word) for word in _WORD.findall(text))


def _runs(phrase: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether the words hold this run of words."""
    return bool(phrase) and f" {' '.join(phrase)} " in f" {' '.join(words)} "


def _digits(degrees: float | None) -> set[str]:
    """The first digits of a coordinate, cut off and rounded; none when it is too coarse to tell a house."""
    if degrees is None or len(str(degrees).partition(".")[2]) < 3:  # noqa: PLR2004 - a hundred metres
        return set()
    size = abs(degrees)
    return {f"{int(size * 1000 + 1e-6) / 1000:.3f}", f"{size:.3f}"}
