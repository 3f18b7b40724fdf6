"""Run the statement, and go on walking until nothing further away can still belong in front."""

from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from typing import Any

from psycopg import AsyncRawCursor

from core.db import Reader
from directory.search.ask import FITS, GONE, MIGHT, NO_ID, Position, Question
from directory.search.sql import COUNT, LOOK, statement

# A little more than is shown, so that one walk is nearly always enough.
_MARGIN = 12
_FARTHER = 4
_SUMMARY = 7


@dataclass(frozen=True, slots=True)
class Pick:
    """One row of the answer, as the database gave it."""

    list: str
    covered: bool
    stage: int
    key: float
    shown: tuple[Any, ...]

    @property
    def id(self) -> str:
        return str(self.shown[0])


@dataclass(frozen=True, slots=True)
class Walk:
    """What was found, how many were ruled out, and where each list goes on."""

    fits: list[Pick]
    might_fit: list[Pick]
    ruled_out: dict[str, int]
    looked_at_all: bool
    elsewhere: int
    next: Position | None
    next_might_fit: Position | None


async def walk(reader: Reader, asked: Question) -> Walk:
    """The exact first `limit` of what fits, and the first of what might among the nearest rows.

    Looks further until the first page of what fits is certain, and until the look shows or passes something.
    """
    reach, look = asked.ask.limit + 1 + _MARGIN, LOOK
    while True:
        rows = await _run(reader, asked, reach, look)
        walked, walked_to, looked, looked_to = (rows[0][n] or 0 for n in range(4))
        certain = GONE if walked < reach else asked.certain(walked_to)
        fits = list(takewhile(partial(_is_sure, asked, certain), _picks(rows, FITS)))
        seen = GONE if looked < look else asked.certain(looked_to)
        might = list(filter(partial(_is_sure, asked, seen), _picks(rows, MIGHT)))
        short = certain < GONE and len(fits) <= asked.ask.limit
        stuck = seen < GONE and (seen <= asked.after.place_key or _unsure(asked, rows, might))
        if not short and not stuck:
            return _walk(asked, rows[0], fits, might, seen)
        reach *= _FARTHER if short else 1
        look *= _FARTHER if stuck else 1


def _is_sure(asked: Question, certain: float, pick: Pick) -> bool:
    """Whether nothing that was not walked to can come before it; at the very distance something still may."""
    return pick.key < certain or _is_line(asked, pick)


def _unsure(asked: Question, rows: list[tuple[Any, ...]], might: list[Pick]) -> bool:
    """Whether places were found that might fit, and none of them is certain yet."""
    found = any(not _is_line(asked, pick) for pick in _picks(rows, MIGHT))
    return found and all(_is_line(asked, pick) for pick in might)


async def _run(reader: Reader, asked: Question, reach: int, look: int) -> list[tuple[Any, ...]]:
    values = asked.parameters | {"walk": reach, "look": look, "count": COUNT}
    asks = statement(asked.shape)
    async with AsyncRawCursor(reader) as cursor:
        await cursor.execute(asks.query, asks.values(values), prepare=True)
        return await cursor.fetchall()


def _picks(rows: list[tuple[Any, ...]], wanted: str) -> list[Pick]:
    return [
        Pick(row[_SUMMARY], row[_SUMMARY + 1], row[_SUMMARY + 2], row[_SUMMARY + 3], row[_SUMMARY + 5 :])
        for row in rows
        if row[_SUMMARY] == wanted
    ]


def _walk(asked: Question, summary: tuple[Any, ...], fits: list[Pick], might: list[Pick], seen: float) -> Walk:
    ruled_out, last_line, elsewhere = summary[4:_SUMMARY]
    limit = asked.ask.limit
    all_places = seen >= GONE
    next_might = None
    if len(might) > limit or not all_places or last_line is not None:
        next_might = _after(asked, might[:limit])
        if len(might) <= limit:
            # everything looked at has been shown; go on where the look ended
            next_might = _behind(next_might, seen, last_line)
    return Walk(
        fits=fits[:limit],
        might_fit=might[:limit],
        ruled_out=ruled_out or {},
        looked_at_all=all_places and last_line is None,
        elsewhere=elsewhere or 0,
        next=_after(asked, fits[:limit]) if len(fits) > limit else None,
        next_might_fit=next_might,
    )


def _behind(position: Position, seen: float, last_line: Any) -> Position:
    """Behind all that was looked at. A place exactly at the edge has not been seen, so no id is behind us there."""
    position = replace(position, place_key=seen, place_id=NO_ID)
    if last_line is None:
        return replace(position, line_key=GONE)
    return replace(position, line_key=float(last_line[0]), line_id=str(last_line[1]))


def _after(asked: Question, shown: list[Pick]) -> Position:
    """The position behind the last place and the last line shown."""
    position = asked.after
    place = next((pick for pick in reversed(shown) if not _is_line(asked, pick)), None)
    line = next((pick for pick in reversed(shown) if _is_line(asked, pick)), None)
    if place is not None:
        position = replace(position, place_key=place.key, place_id=place.id)
    if line is not None:
        position = replace(position, line_key=line.key, line_id=line.id)
    return position


def _is_line(asked: Question, pick: Pick) -> bool:
    return bool(pick.stage == asked.parameters["line_stage"])
