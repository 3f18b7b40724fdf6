"""Police involvement: what is known is said, and the highest level on the way to help is the one that counts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

# Not stated sorts and filters as "may call", and is never shown as anything else than not stated.
_RANK = {"P0": 0, "P1": 1, "P2": 2, "P3": 3, "PU": 3, "P4": 4, "P5": 5}
# What something is says that police are there, whatever is claimed of it.
_FLOOR = {"MOBILE.CORESP": "P4", "AP.911": "P5", "AP.NONEMERG": "P4"}
# What is stated of it that says so too.
_ATTRIBUTE_FLOOR = {"POLICE_ONLY": "P4", "POLICE_RUN": "P4"}
MAY_CALL = _RANK["P3"]
# A promise older than this counts as no better than "may call".
_HOLDS_FOR = timedelta(days=180)
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
    return Path(known, min((on + _HOLDS_FOR for on in low if on is not None), default=date.max))


def above(level: str, other: str) -> bool:
    """Whether a level is higher than another."""
    return _RANK[level] > _RANK[other]


def most_exposed(answers: Iterable[str]) -> str:
    """Of what is said of tracing or recording along the way, the worst; nothing said is not stated."""
    return max(answers, key=_EXPOSURE.index, default="not_stated")


# From best to worst for who judges whether a claim has become better. Taking a stated "may call" back makes it better,
# though a filter takes both alike.
_ORDER = ("P0", "P1", "P2", "PU", "P3", "P4", "P5")
_NOTHING = "PU"


@dataclass(frozen=True, slots=True)
class Picture:
    """What is claimed of a service, by what counts on that day: over all, through its door, and by each way in."""

    overall: str
    door: str
    ways: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class Shift:
    """One level that another change would make another. `where`: a way in; None for the service."""

    where: UUID | None
    before: str
    after: str


def counting(level: str, stated_on: date | None, on: date) -> str:
    """What a claim counts as on that day: a low one is a promise, and one that is too old counts as not stated."""
    if _RANK[level] >= MAY_CALL:
        return level
    return level if stated_on is not None and on <= stated_on + _HOLDS_FOR else _NOTHING


def worst(levels: Iterable[str]) -> str:
    """The worst of these by the order in which levels fall; nothing stated is not stated."""
    return max(levels, key=_ORDER.index, default=_NOTHING)


def picture(
    of_service: Iterable[str],
    ways: Mapping[UUID, tuple[str, Collection[str]]],
    *,
    kinds: Iterable[str],
    yes: Iterable[str],
) -> Picture:
    """The picture that these make: claims of the service, and kind and claims of each way in; as they count."""
    stated = list(of_service)
    brought = [level for level in (floor(kinds), attribute_floor(yes)) if level is not None]
    by_way = {}
    for way, (kind, claims) in ways.items():
        own = floor([kind])
        said = [*stated, *claims]
        by_way[way] = worst([*(said or [_NOTHING]), *brought, *([own] if own else [])])
    door = worst([*(stated or [_NOTHING]), *brought])
    return Picture(worst([*by_way.values(), door]) if stated or not by_way else worst(by_way.values()), door, by_way)


def shifts(before: Picture, after: Picture) -> tuple[list[Shift], list[Shift]]:
    """What falls and what rises from one picture to the next.

    A new way in is held against the door as it was, and against each way that has gone: it may be the same one anew.
    """
    gone = worst([before.door, *(level for way, level in before.ways.items() if way not in after.ways)])
    pairs = [Shift(None, before.overall, after.overall), Shift(None, before.door, after.door)]
    pairs += [Shift(way, before.ways.get(way, gone), level) for way, level in after.ways.items()]
    falls = [one for one in pairs if _ORDER.index(one.after) < _ORDER.index(one.before)]
    rises = [one for one in pairs if _ORDER.index(one.after) > _ORDER.index(one.before)]
    return list(dict.fromkeys(falls)), list(dict.fromkeys(rises))
