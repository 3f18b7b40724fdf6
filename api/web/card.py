"""One result, as the page shows it: everything decided here, so that the template only writes it down."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.web import say as speak
from api.web.asked import SPOKEN, Asked
from api.web.words import Words
from directory import Access, Opening, Result

# The order in which ways in are offered: what reaches a person of that very service first.
_FIRST = ("AP.988", "AP.DIRECT", "AP.LOCAL", "AP.211", "AP.311", "AP.TEXT", "AP.CHAT", "AP.APP", "AP.WEBFORM")
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


@dataclass(frozen=True, slots=True)
class Source:
    """Who said so and when."""

    name: str | None
    url: str | None
    on: str | None
    iso: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A result, ready to be written."""

    result: Result
    kinds: tuple[str, ...]
    hours: Hours
    distance: str
    address: str
    source: Source
    police_means: str
    police_ask: str
    confirmed: str
    stale: bool
    buttons: tuple[Way, ...]
    ways: tuple[Way, ...]
    languages: str


def card(result: Result, asked: Asked, now: datetime, say: Words) -> Card:
    """Everything the page says of a result."""
    ways = tuple(sorted(result.access, key=lambda way: _rank(way, asked, say)))
    police = result.police
    return Card(
        result=result,
        kinds=tuple(say.label("kind", kind) for kind in sorted(result.kinds, key=lambda kind: kind not in asked.kinds)),
        hours=_hours(result.open, now, say),
        distance=speak.distance(result, say),
        address=_address(result),
        source=Source(
            name=police.source and speak.host(police.source),
            url=speak.link(police.source),
            on=speak.day(police.stated_on, say) if police.stated_on else None,
            iso=police.stated_on.isoformat() if police.stated_on else None,
        ),
        police_means=say("police_any") if police.level == "PU" else say.defined("police", police.level),
        police_ask=say.asks("police", police.level),
        confirmed=_confirmed(result, say),
        stale=result.freshness != "fresh",
        buttons=tuple(_way(way, mode, now, say) for way, mode in _pressable(ways, asked)),
        ways=tuple(_way(way, _mode(way), now, say) for way in ways),
        languages=_languages(result.languages) or say("languages_unknown"),
    )


def _address(result: Result) -> str:
    place = result.address
    if place is None:
        return ""
    region = " ".join(part for part in (place.state, place.postal_code) if part)
    return ", ".join(part for part in (place.street, place.city, region) if part)


def _rank(way: Access, asked: Asked, say: Words) -> tuple[bool, bool, int, int]:
    """What was asked for first, then a line in one's own language, then what is open, then the plainest way."""
    spoken = asked.language or say.language
    return (
        bool(asked.mode) and asked.mode not in way.modes,
        bool(way.languages) and spoken not in way.languages,
        _OPEN_FIRST.index(way.open.state),
        _FIRST.index(way.kind) if way.kind in _FIRST else len(_FIRST),
    )


def _pressable(ways: Sequence[Access], asked: Asked) -> Iterator[tuple[Access, str]]:
    """One button for each of call, text and chat, and for what was asked for, which comes first.

    Where none of them is open and another way is, that way leads, though nothing can be pressed to go through a door.
    """
    listed = []
    for mode in dict.fromkeys((asked.mode, *_USUAL) if asked.mode else _USUAL):
        best = next((way for way in ways if mode in way.modes and _href(way, mode)), None)
        if best is not None:
            listed.append((best, mode))
    if not any(way.open.state == "open" for way, _ in listed):
        other = next((way for way in ways if way.open.state == "open"), None if listed else next(iter(ways), None))
        if other is not None:
            yield other, _mode(other)
    yield from listed


def _mode(way: Access) -> str:
    """The mode a way is shown by."""
    return next((mode for mode in _BUTTONS if mode in way.modes), "")


def _href(way: Access, mode: str) -> str | None:
    if mode in {"chat", "form"} or (mode in {"app", "video"} and way.number is None):
        return speak.link(way.url)
    number = speak.dialled(way.number) if way.number else None
    if number is None or mode in {"app", ""}:  # a number on Signal is no number to dial
        return None
    return f"sms:{number}" if mode == "text" else f"tel:{number}"


def _way(way: Access, mode: str, now: datetime, say: Words) -> Way:
    verb, symbol = _BUTTONS.get(mode, ("go", "pin"))
    return Way(
        label=way.label,
        verb=say(verb),
        symbol=symbol,
        href=_href(way, mode),
        number=way.number,
        place=way.url and speak.host(way.url),
        menu=way.menu_path,
        hours=_hours(way.open, now, say),
        languages=_languages(way.languages),
        answered_by=way.answered_by,
    )


def _hours(opening: Opening, now: datetime, say: Words) -> Hours:
    shown = opening.until if opening.state in {"open", "call_first"} else opening.opens_at
    at = shown.isoformat() if shown and opening.zone and opening.state != "unknown" else None
    return Hours(opening.state, speak.opening(opening, now=now, say=say), at, opening.zone)


def _confirmed(result: Result, say: Words) -> str:
    if result.confirmed_on is None:
        return say("not_confirmed")
    on = speak.day(result.confirmed_on, say)
    return say("confirmed" if result.freshness == "fresh" else "confirmed_stale", date=on)


def _languages(codes: Iterable[str]) -> str:
    return ", ".join(SPOKEN.get(code, code) for code in codes)
