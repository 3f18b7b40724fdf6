"""What letters say, in every language they are written in: one file each, the same keys in all of them."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files

import orjson

from core.letters.errors import TooLong
from core.letters.rules.lines import one_line, shortened
from core.letters.rules.segments import bare, plain, segments
from core.letters.views import Channel, Kind

LANGUAGES = ("en", "es")
_SEGMENTS = 2
_UNCUT = {"code", "link", "until"}
_LONGEST, _SHORTEST = 200, 12  # of a name


def spoken(language: str) -> str:
    """That language where letters speak it, else English."""
    return language if language in LANGUAGES else LANGUAGES[0]


def subject_and_body(kind: Kind, channel: Channel, language: str, parts: Mapping[str, str]) -> tuple[str, str]:
    """The letter's own text, with its parts filled in. A text message has no subject, and at most two segments.

    Raises:
        KeyError: a part is missing.
        TooLong: the link alone leaves no room.
    """
    said = texts(language)
    fit = {name: _whole(name, part) for name, part in parts.items()}
    if channel is Channel.text:
        return "", _text(said[f"{kind}_text"], fit)
    body = said[f"{kind}_mail"].format_map(fit)
    return said[f"{kind}_subject"].format_map(fit), f"{body}\n\n{said['mail_end']}\n"


@lru_cache(maxsize=len(LANGUAGES))
def texts(language: str) -> dict[str, str]:
    """The sentences of that language, by key."""
    said: dict[str, str] = orjson.loads(files(__package__).joinpath("texts", f"{language}.json").read_bytes())
    return said


def _whole(name: str, part: str) -> str:
    return one_line(part) if name in _UNCUT else shortened(one_line(part), _LONGEST)


def _text(sentence: str, parts: Mapping[str, str]) -> str:
    for spelled in (plain, bare):  # a link that works matters more than how a name is spelled
        if (body := _fitted(sentence, parts, spelled)) is not None:
            return body
    raise TooLong("A text message has two segments, and the link needs most of them.")


def _fitted(sentence: str, parts: Mapping[str, str], spelled: Callable[[str], str]) -> str | None:
    """Names give way, a sign at a time, the longest first; None: not even so."""
    fit = dict(parts)
    while segments(body := spelled(sentence.format_map(fit))) > _SEGMENTS:
        longest = max(sorted(fit.keys() - _UNCUT), key=lambda name: len(fit[name]), default=None)
        if longest is None or len(fit[longest]) <= _SHORTEST:
            return None
        fit[longest] = shortened(fit[longest], len(fit[longest]) - 1)
    return body
