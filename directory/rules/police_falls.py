"""When a police level falls: what is claimed of a service, and by which way in, before a change and after it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from directory.rules.numbers import called
from directory.rules.police import HOLDS_FOR, MAY_CALL, attribute_floor, floor, rank

# From best to worst for who judges whether a claim has become better. Taking a stated "may call" back makes it better,
# though a filter takes both alike.
_ORDER = ("P0", "P1", "P2", "PU", "P3", "P4", "P5")
_NOTHING = "PU"
_PROFESSIONAL = "AP.PRO"  # which is published to nobody


@dataclass(frozen=True, slots=True)
class Stated:
    """A way in as it is stated. `claims`: levels as they count. `place`: None at every place of the service."""

    kind: str
    claims: Collection[str] = ()
    number: str | None = None
    url: str | None = None
    place: UUID | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """A way in as it counts. `reached`: what one calls or opens; its kind where that is all there is of it."""

    level: str
    reached: frozenset[str]
    place: UUID | None
    shown: bool

    def stands_for(self, other: "Way") -> bool:
        """Whether everybody who finds the other finds this one as well: by all its numbers, wherever it is."""
        everywhere = self.place is None or self.place == other.place
        return everywhere and self.reached >= other.reached and (self.shown or not other.shown)

    def meets(self, other: "Way") -> bool:
        """Whether somebody finds both by one number at one place."""
        return not self.reached.isdisjoint(other.reached) and (
            self.place is None or other.place is None or self.place == other.place
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """What is claimed of a service, by what counts on that day: over all, through its door, and by each way in."""

    overall: str
    door: str
    ways: Mapping[UUID, Way]


@dataclass(frozen=True, slots=True)
class Shift:
    """One level that another change would make another. `where`: a way in; None for the service."""

    where: UUID | None
    before: str
    after: str


def counting(level: str, stated_on: date | None, on: date) -> str:
    """What a claim counts as on that day: a low one is a promise, and one that is too old counts as not stated."""
    if rank(level) >= MAY_CALL:
        return level
    return level if stated_on is not None and on <= stated_on + HOLDS_FOR else _NOTHING


def worst(levels: Iterable[str]) -> str:
    """The worst of these by the order in which levels fall; nothing stated is not stated."""
    return max(levels, key=_ORDER.index, default=_NOTHING)


def below(level: str, other: str) -> bool:
    """Whether a level has fallen if it was the other before."""
    return _ORDER.index(level) < _ORDER.index(other)


def lowest(down: Sequence[Shift]) -> Shift:
    """Of levels that fall the one that ends lowest; of those the one that falls furthest."""
    return min(down, key=lambda shift: (_ORDER.index(shift.after), -_ORDER.index(shift.before)))


def picture(
    of_service: Iterable[str], ways: Mapping[UUID, Stated], *, kinds: Iterable[str], yes: Iterable[str]
) -> Picture:
    """The picture that these make: claims of the service, and each way in; as they count."""
    stated = list(of_service)
    brought = [level for level in (floor(kinds), attribute_floor(yes)) if level is not None]
    by_way = {}
    for way_id, way in ways.items():
        shown = way.kind != _PROFESSIONAL
        if not shown and not (way.number or way.url):
            continue  # nobody is told of it, and it reaches nothing that another way could be told to reach
        own = floor([way.kind])
        said = [*stated, *way.claims]
        level = worst([*(said or [_NOTHING]), *brought, *([own] if own else [])])
        by_way[way_id] = Way(level, _reached(way), way.place, shown)
    door = worst([*(stated or [_NOTHING]), *brought])
    told = [way.level for way in by_way.values() if way.shown]
    return Picture(worst([*told, door]), door, by_way)


def shifts(before: Picture, after: Picture) -> tuple[list[Shift], list[Shift]]:
    """What falls and what rises from one picture to the next.

    A number that loses its way in may be said anew, as a phone of the service or as another way, and then counts as the
    door does: so the door is held against every way that left its number or its place. A way that is new at a number
    is held against the door, and against all that stood there; one that stays, against what left it. One that is new
    altogether is held against all that left, for it may be the same one anew.
    """
    left = [way_id for way_id, way in before.ways.items() if not _stays(way, after.ways.values())]
    pairs = [Shift(None, before.overall, after.overall), Shift(None, before.door, after.door)]
    for way_id, way in after.ways.items():
        if way.shown or way_id in before.ways:
            pairs.append(Shift(way_id, worst(_held_against(before, left, way_id, way)), way.level))
    falls = [one for one in pairs if below(one.after, one.before)]
    falls += [Shift(one, before.ways[one].level, after.door) for one in left
              if below(after.door, before.ways[one].level)]  # fmt: skip
    rises = [one for one in pairs if below(one.before, one.after)]
    return list(dict.fromkeys(falls)), list(dict.fromkeys(rises))


def _reached(way: Stated) -> frozenset[str]:
    found = {*(called(way.number) if way.number else ()), *([way.url] if way.url else ())}
    return frozenset(found or {way.kind})


def _stays(way: Way, after: Iterable[Way]) -> bool:
    return any(one.stands_for(way) and not below(one.level, way.level) for one in after)


def _held_against(before: Picture, left: Collection[UUID], way_id: UUID, way: Way) -> list[str]:
    """The levels that a way was known by before."""
    same = before.ways.get(way_id)
    if same is None:
        there = {one for one, each in before.ways.items() if each.meets(way)}
        return [before.door, *(before.ways[one].level for one in {*left} | there)]
    if same.stands_for(way):
        return [same.level, *(before.ways[one].level for one in left if before.ways[one].meets(way))]
    return [same.level, before.door, *(each.level for each in before.ways.values() if each.meets(way))]
