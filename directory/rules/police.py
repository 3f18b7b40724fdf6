"""Police involvement: what is known is said, and the highest level on the way to help is the one that counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

# Not stated sorts and filters as "may call", and is never shown as anything else than not stated.
_RANK = {"P0": 0, "P1": 1, "P2": 2, "P3": 3, "PU": 3, "P4": 4, "P5": 5}
# What something is says that police are there, whatever is claimed of it.
_FLOOR = {"MOBILE.CORESP": "P4", "AP.911": "P5", "AP.NONEMERG": "P4"}
# What is stated of it that says so too.
_ATTRIBUTE_FLOOR = {"POLICE_ONLY": "P4", "POLICE_RUN": "P4"}
MAY_CALL = _RANK["P3"]
# A promise older than this counts as no better than "may call".
HOLDS_FOR = timedelta(days=180)
# From best to worst for somebody who does not want to be found or recorded.
_EXPOSURE = ("none", "not_stated", "can", "does")


def highest(levels: Iterable[str]) -> str:
    """The level of a whole path; PU beats a stated P3, because unknown must show. Nothing stated is PU."""
    return max(levels, key=lambda level: (_RANK[level], level == "PU"), default="PU")


def floor(codes: Iterable[str]) -> str | None:
    """The level that kinds of service and of access points bring with them; None when they bring none."""
    brought = [_FLOOR[code] for code in codes if code in _FLOOR]
    return highest(brought) if brought else None


def attribute_floor(stated_yes: Iterable[str]) -> str | None:
    """The level that stated attributes bring with them; None when they bring none."""
    brought = [_ATTRIBUTE_FLOOR[code] for code in stated_yes if code in _ATTRIBUTE_FLOOR]
    return highest(brought) if brought else None


def rank(level: str) -> int:
    """Where a level stands among the others; not stated stands with "may call"."""
    return _RANK[level]


@dataclass(frozen=True, slots=True)
class Path:
    """A way to help, from access point to destination, as a filter goes by it.

    `known`: the highest level that is stated on it or that follows from what it is; 0 where nothing is.
    `sure_until`: through which day every low claim on it holds; None when a part of it is not stated.
    """

    known: int
    sure_until: date | None


def path(claims: Iterable[tuple[str, date | None]], *, brought: str | None) -> Path:
    """The path with these claims (level, stated on), and with what it brings by what it is."""
    said = list(claims)
    levels = [_RANK[level] for level, _ in said if level != "PU"]
    known = max([*levels, *([_RANK[brought]] if brought else [])], default=0)
    if not said or any(level == "PU" for level, _ in said):
        return Path(known, None)
    low = [on for level, on in said if _RANK[level] < MAY_CALL]
    if any(on is None for on in low):
        return Path(known, None)
    return Path(known, min((on + HOLDS_FOR for on in low if on is not None), default=date.max))


def above(level: str, other: str) -> bool:
    """Whether a level is higher than another."""
    return _RANK[level] > _RANK[other]


def most_exposed(answers: Iterable[str]) -> str:
    """Of what is said of tracing or recording along the way, the worst; nothing said is not stated."""
    return max(answers, key=_EXPOSURE.index, default="not_stated")
