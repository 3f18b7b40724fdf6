"""Run the statement, and go on walking until nothing further away can still belong in front."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from psycopg import AsyncRawCursor

from core.db import Reader
from directory.search.ask import GONE, LOOK, LOOK_LINES, Question
from directory.search.position import FITS, HIDDEN, MIGHT, NO_ID, Position
from directory.search.sql import statement

# A little more than is shown, so that one walk is nearly always enough.
_MARGIN = 14
_FARTHER = 4
# A look that shows nothing is widened up to so many rows, and where more are at one point past all of them; then the
# list goes on with its cursor.
_FARTHEST_LOOK = 1_280
PLACE, TEAM, LINE = "place", "team", "line"
# As the statement numbers them.
_LISTS, _WALKS = (FITS, MIGHT, HIDDEN), (PLACE, TEAM, LINE)


class Pick(NamedTuple):
    """One row of the answer, as the database gave it."""

    list: str
    walk: str
    covered: bool
    key: float
    id: str
    group: str  # whether one goes there, they come, or one calls
    text: str  # the members of the result, but capacity and what to ask
    capacity: str | None
    unsure: Sequence[str] | None
    answered: Sequence[int] | None
    service_id: Any = None  # only where hours are put in afterwards


@dataclass(frozen=True, slots=True)
class Walk:
    """What was found, how many were ruled out, and where each list goes on."""

    fits: list[Pick]
    might_fit: list[Pick]
    ruled_out: list[Pick]
    counts: Counter[tuple[str, str]]  # by group and reason
    looked_at_all: bool
    elsewhere: int
    zone: str | None
    next: Position | None
    next_might_fit: Position | None
    next_ruled_out: Position | None


async def walk(reader: Reader, asked: Question) -> Walk:
    """The exact first of what fits, and the first of what might, or of what is ruled out, among the nearest rows."""
    reach = {PLACE: asked.ask.limit + 1 + _MARGIN, TEAM: asked.fewer + 1 + _MARGIN}
    look = LOOK
    while True:
        told, picks = await _run(reader, asked, reach, look)
        seen = _Seen(asked, told, reach, look)
        fits = [pick for pick in picks if pick.list == FITS and seen.surely(pick)]
        rest = [pick for pick in picks if pick.list != FITS and seen.looked(pick)]
        short = [one for one in (PLACE, TEAM) if asked.shape.fits and seen.short(one, fits)]
        stuck = asked.shape.looks and seen.stuck(fits, rest) and (look < _FARTHEST_LOOK or seen.nowhere)
        if not short and not stuck:
            return _walk(asked, told, fits, rest, seen)
        for one in short:
            reach[one] *= _FARTHER
        look *= _FARTHER if stuck else 1


@dataclass(frozen=True, slots=True)
class _Seen:
    """How far the walks have come: below these keys every row has been seen."""

    asked: Question
    told: dict[str, Any]
    reach: dict[str, int]
    look: int

    def certain(self, walk: str) -> float:
        if walk == LINE or self.told.get(f"enough_{walk}s"):
            return GONE if walk == LINE else self.edge
        suffix = "_teams" if walk == TEAM else ""
        count, far = self.told.get(f"walked{suffix}", (0, None))
        return GONE if count < self.reach[walk] else self.asked.certain(far)

    @property
    def edge(self) -> float:
        """Below which key the look has seen every row."""
        if self.told.get("looked", 0) < self.look:
            return GONE
        return float(self.told["looked_to"]) / float(self.asked.parameters["stretch"])

    @property
    def nowhere(self) -> bool:
        """Whether the look did not get past what was shown before: its list could not go on from here."""
        return self.edge <= max(self.asked.after.place_key, 0)

    def surely(self, pick: Pick) -> bool:
        return pick.key < self.certain(pick.walk)

    def looked(self, pick: Pick) -> bool:
        return pick.walk == LINE or pick.key < self.edge

    def short(self, walk: str, fits: list[Pick]) -> bool:
        """Whether more of this walk is needed before its page is certain."""
        wanted = self.asked.ask.limit if walk == PLACE else self.asked.fewer
        return self.certain(walk) < GONE and sum(pick.walk == walk for pick in fits) <= wanted

    def stuck(self, fits: list[Pick], rest: list[Pick]) -> bool:
        """Whether the look ended before it showed a place or passed what was shown before."""
        if self.edge >= GONE or any(pick.walk != LINE for pick in rest):
            return False
        if self.edge <= self.asked.after.place_key or not self.asked.shape.fits:
            return True
        return sum(pick.walk != LINE for pick in fits) <= self.asked.ask.limit


async def _run(reader: Reader, asked: Question, reach: dict[str, int], look: int) -> tuple[dict[str, Any], list[Pick]]:
    values = asked.parameters | {
        "walk": reach[PLACE], "walk_teams": reach[TEAM], "look": look, "look_lines": LOOK_LINES,
    }  # fmt: skip
    asks = statement(asked.shape)
    async with AsyncRawCursor(reader) as cursor:
        await cursor.execute(asks.query, asks.values(values), prepare=True)
        rows: list[tuple[Any, ...]] = await cursor.fetchall()
    told: dict[str, Any] = {}
    picks = []
    for summary, list_, walk_, *row in rows:
        if list_ is None:
            told = summary
        else:
            picks.append(Pick(_LISTS[list_], _WALKS[walk_], *row))
    return told, picks


def _walk(asked: Question, told: dict[str, Any], fits: list[Pick], rest: list[Pick], seen: _Seen) -> Walk:
    limits = {PLACE: asked.ask.limit, TEAM: asked.fewer, LINE: asked.fewer}
    shown, more = _first(fits, limits)
    might = [pick for pick in rest if pick.list == MIGHT]
    ruled_out = [pick for pick in rest if pick.list == HIDDEN]
    next_might, next_out = None, None
    if asked.shape.might:  # while little fits, there is room for more of what might
        might, next_might = _page(asked, might, dict.fromkeys((PLACE, LINE), told["room"]), seen, told)
    if asked.shape.hidden:
        ruled_out, next_out = _page(asked, ruled_out, dict.fromkeys((PLACE, LINE), limits[PLACE]), seen, told)
    return Walk(
        fits=shown,
        might_fit=might,
        ruled_out=ruled_out,
        counts=Counter(tuple(one) for one in told.get("reasons") or ()),
        looked_at_all=seen.edge >= GONE and told.get("last_line") is None,
        elsewhere=told.get("elsewhere") or 0,
        zone=told.get("zone"),
        next=_after(asked.after, shown) if more else None,
        next_might_fit=next_might,
        next_ruled_out=next_out,
    )


def _first(picks: list[Pick], limits: dict[str, int]) -> tuple[list[Pick], bool]:
    """The first of each walk, and whether any walk has more."""
    shown: list[Pick] = []
    more = False
    for one, limit in limits.items():
        of_walk = sorted((pick for pick in picks if pick.walk == one), key=lambda pick: (pick.key, pick.id))
        shown += of_walk[:limit]
        more = more or len(of_walk) > limit
    return shown, more


def _page(
    asked: Question, picks: list[Pick], limits: dict[str, int], seen: _Seen, told: dict[str, Any]
) -> tuple[list[Pick], Position | None]:
    """A page of what was looked at, and where the list goes on; None at its end."""
    shown, more = _first(picks, limits)
    last_line, edge = told.get("last_line"), seen.edge
    if not more and edge >= GONE and last_line is None:
        return shown, None
    position = _after(asked.after, shown)
    # where everything looked at has been shown, go on where the look ended; a place exactly at the edge has not been
    # seen, so no id is behind us there
    if sum(pick.walk == PLACE for pick in picks) <= limits[PLACE]:
        position = replace(position, place_key=edge, place_id=NO_ID)
    if sum(pick.walk == LINE for pick in picks) <= limits[LINE]:
        position = replace(position, line_key=GONE) if last_line is None else replace(
            position, line_key=float(last_line[0]), line_id=str(last_line[1])
        )  # fmt: skip
    return shown, position


def _after(position: Position, shown: list[Pick]) -> Position:
    """The position behind the last of each walk that was shown."""
    for pick in shown:
        position = position.behind(pick.walk, pick.key, pick.id)
    return position
