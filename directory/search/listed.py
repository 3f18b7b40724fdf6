"""One list of a search, a page at a time, where every row has a cursor of its own.

The order is one of keys, not of numbers: places, then teams, then lines, each by its key. So rows that are added or go
away meanwhile move no other row across a page's end.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from core.db import Reader
from core.security import Caller, within_scope
from directory.errors import Contradiction, TimeTooFar, TooMany
from directory.search.ask import GONE, Question, question
from directory.search.places import find
from directory.search.position import FITS, MIGHT, Position, read
from directory.search.result import result
from directory.search.walk import LINE, PLACE, TEAM, Pick, Walk, walk
from directory.search.words import asked_words
from directory.views.search import MOST, Listed, Result, SearchInput


@dataclass(frozen=True, slots=True)
class Row:
    """A result as JSON, and the cursor that continues behind it."""

    body: str
    cursor: str

    def view(self) -> Result:
        """The result as typed values."""
        return Result.model_validate_json(self.body)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and where the list goes on: a page may be short, or empty, and still have a `next`."""

    rows: list[Row]
    next: str | None


async def page(
    reader: Reader,
    caller: Caller,
    *,
    ask: SearchInput,
    of: Listed,
    now: datetime,
    first: int = 20,
    after: str | None = None,
    labels: str = "en",
) -> Page:
    """The `first` rows of one list of that search, behind the cursor of a row.

    Raises:
        TooMany: `first` is not from 1 to 100.
        TimeTooFar: hours are worked out one by one for that time, so no list of what is open then has an end.
        Contradiction, PlaceNotFound, PlaceAmbiguous, UnknownCode, BadCursor, LacksScope: as for `search`.
    """
    within_scope(caller, "directory.read")
    if not 1 <= first <= MOST:
        raise TooMany(f"`first` is from 1 to {MOST}, not {first}. Go on with `after` for more.", most=MOST)
    start = _start(ask, of, after)
    found = await find(reader, ask)
    words = None if ask.q is None else await asked_words(reader, ask.q)
    of_page = ask.model_copy(update={"limit": first, "cursor": start})
    asked = question(of_page, found, words if words and words.query else None, now, labels=labels, caller=caller)
    asked = replace(asked, parameters=asked.parameters | {"fewer": first})  # a page may be one of teams, or of lines
    if not asked.computed:
        raise TimeTooFar("Lists go two weeks ahead and a day back. Ask `search` for other times.")
    walked = await walk(reader, asked)
    rows: list[Row] = []
    for pick, position in _behind(asked, walked, of):
        if pick is None or len(rows) == first:
            return Page(rows, position.cursor(of) if pick is None else rows[-1].cursor)
        rows.append(Row(result(asked, pick), position.cursor(of)))
    return Page(rows, None)


def _start(ask: SearchInput, of: Listed, after: str | None) -> str:
    if ask.cursor is not None:
        raise Contradiction("Lists go on with `after`: leave out `cursor`.")
    if (ask.hidden is None) == (of is Listed.RULED_OUT):
        raise Contradiction("What is ruled out is listed for a reason: give `hidden` with RULED_OUT, and only with it.")
    if after is None:
        return Position().cursor(of)
    if read(after)[0] != of:
        raise Contradiction("That cursor continues another list.")
    return after


def _behind(asked: Question, walked: Walk, of: Listed) -> Iterator[tuple[Pick | None, Position]]:
    """Each row with the position behind it; then none, and a position, where there may be more than was looked at."""
    picks, onward = {
        FITS: (walked.fits, walked.next),
        MIGHT: (walked.might_fit, walked.next_might_fit),
    }.get(of, (walked.ruled_out, walked.next_ruled_out))
    position = asked.after
    for walk_ in (PLACE, TEAM, LINE):
        for pick in sorted((one for one in picks if one.walk == walk_), key=lambda one: (one.key, one.id)):
            position = position.behind(walk_, pick.key, pick.id)
            yield pick, position
        if walk_ == PLACE and onward is not None and of != FITS and onward.place_key < GONE:
            # not every place was looked at, and no line comes before a place
            yield None, replace(position, place_key=onward.place_key, place_id=onward.place_id)
            return
    if onward is not None:
        yield None, onward
