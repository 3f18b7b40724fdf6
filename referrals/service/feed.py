"""What an agency has not yet seen of its referrals: page by page, and at once for whoever listens for many."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core import tenancy
from core.db import driver_of
from core.security import Caller
from referrals.errors import BadCursor
from referrals.queries import allow
from referrals.rows.feed import Line, since, snapshot
from referrals.rules.cursor import Cursor, NoCursor, Seen
from referrals.views.feed import FeedView, Kind, NewsView, UpdateView

PAGE = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Events by id, and where to go on. `upto`: all that could be seen by then is in, once nothing is `more`."""

    lines: Sequence[Line]
    cursor: Cursor
    more: bool
    upto: Seen
    reset: bool = False


def may_listen(caller: Caller) -> None:
    """Raises NotAllowed, LacksScope: not of those who are told of referrals."""
    allow(caller, "referrals.read")


def read_cursor(said: str) -> Cursor:
    """Raises BadCursor: it is none of ours."""
    try:
        return Cursor.of(said)
    except NoCursor:
        raise BadCursor("Send a cursor as you were given it, or none.") from None


async def feed(db: AsyncSession, caller: Caller, *, after: str | None = None) -> FeedView:
    """What the caller's agency may know of and has not seen; without a cursor, only where to begin.

    Raises:
        NotAllowed, LacksScope: neither sends nor receives people. BadCursor: that is none.
    """
    may_listen(caller)
    page = await page_of(db, caller, after=None if after is None else read_cursor(after))
    return FeedView(
        events=[NewsView.of_event(one.told) for one in page.lines], cursor=str(page.cursor), more=page.more,
        reset=page.reset,
    )  # fmt: skip


async def page_of(db: AsyncSession, caller: Caller, *, after: Cursor | None) -> Page:
    """The next `PAGE` events at most of the caller's agency."""
    async with tenancy.trusted(db):
        connection = await driver_of(db)
        now = await snapshot(connection)
        if after is None or after.high > now.high:
            return Page([], Cursor(now), more=False, upto=now, reset=after is not None)
        if caller.agency_id is None:
            return Page([], Cursor(now), more=False, upto=now)
        to = after.to or now
        asked = Cursor(after.since, to, after.after)
        lines, _ = await since(connection, asked, agency=caller.agency_id, limit=PAGE)
    if len(lines) == PAGE:
        return Page(lines, Cursor(after.since, to, lines[-1].told.id), more=True, upto=to)
    # what was a page within an answer of long ago ends there, and the rest comes after it
    return Page(lines, Cursor(to), more=after.to is not None, upto=to)


async def all_since(db: AsyncSession, cursor: Cursor | None) -> Page:
    """Of every agency, in one query, for who tells them apart. Without a cursor, only where to begin.

    In a transaction of the system's own.
    """
    connection = await driver_of(db)
    if cursor is None:
        now = await snapshot(connection)
        return Page([], Cursor(now), more=False, upto=now)
    lines, now = await since(connection, cursor)
    return Page(lines, Cursor(now), more=False, upto=now, reset=cursor.high > now.high)


def update(page: Page) -> UpdateView:
    """The same as whoever listens is told it."""
    if page.reset:
        return UpdateView(kind=Kind.reset, cursor=str(page.cursor))
    events = [NewsView.of_event(one.told) for one in page.lines]
    return UpdateView(kind=Kind.news if events else Kind.ready, events=events, cursor=str(page.cursor))
