"""The hot path: what is near, open, reachable and willing, in one statement and no objects in between."""

from datetime import datetime

from core.db import Reader
from core.security import Caller
from directory.search.answer import Answer, compose
from directory.search.ask import question
from directory.search.beyond import beyond
from directory.search.places import find
from directory.search.walk import walk
from directory.views.search import SearchInput

__all__ = ["Answer", "search"]


async def search(reader: Reader, caller: Caller, *, ask: SearchInput, now: datetime, labels: str = "en") -> Answer:
    """What fits, what might, and how many were ruled out and why; nothing unknown disappears.

    `labels`: the language of labels and questions, `en` or `es`.

    Raises:
        PlaceNotFound, PlaceAmbiguous: `near` names no place, or several.
        UnknownCode: a kind or mode that is not ours; names the nearest.
        BadCursor: a cursor that is not ours.
    """
    asked = question(ask, await find(reader, ask), now)
    found = await walk(reader, asked) if asked.computed else await beyond(reader, asked)
    return compose(asked, found, labels=labels)
