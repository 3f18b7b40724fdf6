"""Ways in, as the page shows them: which come first, what to press, and when somebody answers in both clocks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.web import say as speak
from api.web.asked import SPOKEN, Asked
from api.web.words import Words
from directory import Access, Opening, Result

# The order in which ways in are offered: what reaches a person of that very service first.
_FIRST = ("AP.988", "AP.DIRECT", "AP.LOCAL", "AP.211", "AP.311", "AP.TEXT", "AP.CHAT", "AP.APP", "AP.WEBFORM")
# Never offered first: whoever looks here looks for another door.
_POLICE_DOORS = frozenset({"AP.911", "AP.NONEMERG"})
_OPEN_FIRST = ("open", "call_first", "unknown", "closed")
# The word and the symbol of the button for each mode.
_BUTTONS = {
    "phone": ("call", "phone"),
    "text": ("text", "text"),
    "chat": ("chat", "chat"),
    "video": ("video", "video"),
    "tty": ("call", "phone"),
    "relay": ("call", "phone"),
    "app": ("write", "text"),
    "form": ("write", "text"),
    "door": ("go", "place"),
}
_USUAL = ("phone", "text", "chat")


@dataclass(frozen=True, slots=True)
class Hours:
    """An open state in words, and the moment it speaks of, for the reader's own clock."""

    state: str
    words: str
    at: str | None
    zone: str | None
    soon: str
    elsewhere: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way in: what to press and what to know before."""

    label: str
    verb: str
    symbol: str
    href: str | None
    number: str | None
    place: str | None
    menu: str | None
    hours: Hours
    languages: str
    answered_by: str | None
    police: str


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes hours and ways in of one result, in both clocks."""

    result: Result
    asked: Asked
    now: datetime
    zone: str | None
    say: Words

    def ranked(self) -> tuple[Access, ...]:
        """What keeps to the police level and the way asked for, then one's own language, open ones, the plainest."""
        return tuple(sorted(self.result.access, key=lambda way: _rank(way, self.asked, self.say)))

    def way(self, way: Access, mode: str) -> Way:
        verb, symbol = _BUTTONS.get(mode, ("go", "pin"))
        return Way(
            label=way.label,
            verb=self.say(verb),
            symbol=symbol,
            href=_href(way, mode),
            number=way.number,
            place=way.url and speak.host(way.url),
            menu=way.menu_path,
            hours=self.hours(way.open),
            languages=languages(way.languages),
            answered_by=way.answered_by,
            police=self.police(way),
        )

    def police(self, way: Access) -> str:
        """The level by this way, where the ways differ or it is not the card's."""
        level = self.result.police.level
        if all(one.police == level for one in self.result.access):
            return ""
        aged = way.police not in {way.police_counts_as, "PU"}
        return f"{way.police_label} ({self.say('police_aged')})" if aged else way.police_label

    def hours(self, opening: Opening) -> Hours:
        shown = opening.until if opening.state in {"open", "call_first"} else opening.opens_at
        words = speak.opening(opening, now=self.now, say=self.say)
        if shown is None or opening.zone is None or opening.state == "unknown":
            return Hours(opening.state, words, None, opening.zone, "", "")
        soon = speak.soon(opening, self.say) if self.asked.open in {"any", "now"} else ""
        there = speak.elsewhere(shown, now=self.now, zone=opening.zone, there=self.zone, say=self.say)
        return Hours(opening.state, words, shown.isoformat(), opening.zone, soon, there)


def _rank(way: Access, asked: Asked, say: Words) -> tuple[bool, bool, bool, bool, int, int]:
    spoken = asked.language or say.language
    return (
        bool(asked.police_max) and way.police_counts_as > asked.police_max,
        way.kind in _POLICE_DOORS,
        bool(asked.mode) and asked.mode not in way.modes,
        bool(way.languages) and spoken not in way.languages,
        _OPEN_FIRST.index(way.open.state),
        _FIRST.index(way.kind) if way.kind in _FIRST else len(_FIRST),
    )


def pressable(ways: Sequence[Access], asked: Asked) -> Iterator[tuple[Access, str]]:
    """One button for each of call, text and chat, and for what was asked for, which comes first.

    Where none of them is open and another way is, that way leads, though nothing can be pressed to go through a door.
    """
    listed = []
    for mode in dict.fromkeys((asked.mode, *_USUAL) if asked.mode else _USUAL):
        best = next((way for way in ways if mode in way.modes and _href(way, mode)), None)
        if best is not None:
            listed.append((best, mode))
    if not any(way.open.state == "open" for way, _ in listed):
        others = (way for way in ways if way.open.state == "open" and way.kind not in _POLICE_DOORS)
        other = next(others, None if listed else next(iter(ways), None))
        if other is not None:
            yield other, mode_of(other)
    yield from listed


def mode_of(way: Access) -> str:
    """The mode a way is shown by."""
    return next((mode for mode in _BUTTONS if mode in way.modes), "")


def _href(way: Access, mode: str) -> str | None:
    if mode in {"chat", "form"} or (mode in {"app", "video"} and way.number is None):
        return speak.link(way.url)
    number = speak.dialled(way.number) if way.number else None
    if number is None or mode in {"app", ""}:  # a number on Signal is no number to dial
        return None
    return f"sms:{number}" if mode == "text" else f"tel:{number}"


def languages(codes: Iterable[str]) -> str:
    return ", ".join(SPOKEN.get(code, code) for code in codes)
