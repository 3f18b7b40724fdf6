"""The hot path: what is near, open, reachable and willing, in one statement and no objects in between."""

from datetime import datetime

from core.db import Reader
from core.security import Caller, within_scope
from directory.search.answer import Answer, compose
from directory.search.ask import question
from directory.search.beyond import beyond
from directory.search.listed import Page, page
from directory.search.places import find
from directory.search.selected import Member, Selection
from directory.search.walk import walk
from directory.search.words import asked_words
from directory.views.search import SearchInput

__all__ = ["Answer", "Member", "Page", "Selection", "page", "search"]


async def search(
    reader: Reader,
    caller: Caller,
    *,
    ask: SearchInput,
    now: datetime,
    labels: str = "en",
    fallback: bool = False,
    only: Selection | None = None,
) -> Answer:
    """What fits, what might, and how many were ruled out and why; nothing unknown disappears.

    `labels`: the language of labels and questions, `en` or `es`; `fallback`: it is not one that was asked for.
    `only`: the members of the answer that are wanted, under the names they are wanted under.

    Raises:
        PlaceNotFound, PlaceAmbiguous: `near` names no place, or several.
        UnknownCode: a code that is not ours; names the nearest.
        BadCursor: a cursor that is not ours.
        Contradiction: parts of the question that cannot both hold.
        LacksScope: a machine whose key is not for reading the directory. Who shows no key needs none.
    """
    within_scope(caller, "directory.read")
    found = await find(reader, ask)
    words = None if ask.q is None else await asked_words(reader, ask.q)
    asked = question(ask, found, words if words and words.query else None, now, labels=labels, caller=caller)
    walked = await walk(reader, asked) if asked.computed else await beyond(reader, asked)
    return compose(asked, walked, fallback=fallback, only=only)
