"""Run the statement, and go on walking until nothing further away can still belong in front."""

from dataclasses import dataclass, replace
from typing import Any

from core.db import Reader
from directory.search.ask import FITS, GONE, MIGHT, Position, Question
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
    """The exact first `limit` of what fits, and the first of what might among the nearest rows."""
    reach = asked.ask.limit + 1 + _MARGIN
    while True:
        rows = await _run(reader, asked, reach)
        summary = rows[0][:_SUMMARY]
        walked, walked_to = summary[0] or 0, summary[1]
        # beyond this many metres a row not yet walked to may still be nearer than one already seen
        certain = walked_to / asked.stretch if walked == reach else GONE
        fits = [pick for pick in _picks(rows, FITS) if pick.key <= certain or _is_line(asked, pick)]
        if walked < reach or len([p for p in fits if not _is_line(asked, p)]) > asked.ask.limit:
            return _walk(asked, rows, fits)
        reach *= _FARTHER


async def _run(reader: Reader, asked: Question, reach: int) -> list[tuple[Any, ...]]:
    values = asked.parameters | {"walk": reach, "look": LOOK, "count": COUNT}
    found = await reader.execute(statement(asked.shape), values, prepare=True)
    return await found.fetchall()


def _picks(rows: list[tuple[Any, ...]], wanted: str) -> list[Pick]:
    return [
        Pick(row[_SUMMARY], row[_SUMMARY + 1], row[_SUMMARY + 2], row[_SUMMARY + 3], row[_SUMMARY + 5 :])
        for row in rows
        if row[_SUMMARY] == wanted
    ]


def _walk(asked: Question, rows: list[tuple[Any, ...]], fits: list[Pick]) -> Walk:
    _, _, looked, looked_to, ruled_out, last_line, elsewhere = rows[0][:_SUMMARY]
    limit = asked.ask.limit
    all_places = not looked or looked < LOOK
    certain = GONE if all_places else looked_to / asked.stretch
    might = [pick for pick in _picks(rows, MIGHT) if pick.key <= certain or _is_line(asked, pick)]
    more_might = len(might) > limit or not all_places or last_line is not None
    next_might = _after(asked, might[:limit]) if more_might else None
    if next_might is not None and len(might) <= limit:
        # everything looked at has been shown; go on where the look ended
        if not all_places:
            next_might = replace(next_might, place_key=certain)
        if last_line is not None:
            next_might = replace(next_might, line_key=float(last_line[0]), line_id=str(last_line[1]))
    return Walk(
        fits=fits[:limit],
        might_fit=might[:limit],
        ruled_out=ruled_out or {},
        looked_at_all=all_places and last_line is None,
        elsewhere=elsewhere or 0,
        next=_after(asked, fits[:limit]) if len(fits) > limit else None,
        next_might_fit=next_might,
    )


def _after(asked: Question, shown: list[Pick]) -> Position:
    """The position behind the last place and the last line shown."""
    position = asked.after
    for pick in shown:
        if _is_line(asked, pick):
            position = replace(position, line_key=pick.key, line_id=pick.id)
        else:
            position = replace(position, place_key=pick.key, place_id=pick.id)
    return position


def _is_line(asked: Question, pick: Pick) -> bool:
    return bool(pick.stage == asked.parameters["line_stage"])
