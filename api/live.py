"""Whoever listens for what happens to referrals, in this process: one task and one query for all of them.

It wakes when something was committed anywhere, asks the database for what has come into sight since, and hands to each
agency's listeners what concerns that agency. A listener comes with a cursor, or begins now.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from fastapi import Request

import referrals
from api.news import News
from api.problems import NO_DATABASE
from api.who import acting_for, still
from core.announcing import woken
from core.db import Database
from core.errors import Unavailable
from core.security import SYSTEM, Caller
from referrals import Cursor, Kind, Line, Page, Seen, UpdateView

_log = structlog.get_logger()
KEEP_ALIVE_S = 15.0
CHECKED_S = 45.0  # whether who listens still may
WAITING = 64  # updates that a slow reader may be behind

# Whether who listens still may.
Still = Callable[[], Awaitable[bool]]


class Stopping(Unavailable):
    """Nobody is told of anything here just now."""


@dataclass(eq=False)
class _Listener:
    """`None` in its queue is the end."""

    queue: asyncio.Queue[News | None] = field(default_factory=lambda: asyncio.Queue(WAITING))

    def tell(self, news: News | None) -> None:
        """One that is too far behind is let go of: it comes back with the cursor of what it has read."""
        if news is None or self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            news = None
        self.queue.put_nowait(news)


class Live:
    """All that listen in this process. The task begins with the first of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._of: dict[UUID, set[_Listener]] = defaultdict(set)
        self._cursor: Cursor | None = None
        self._begun = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def many(self) -> int:
        """How many listen."""
        return sum(map(len, self._of.values()))

    def close(self) -> None:
        """Let go of all of them; who comes now is let go of at once."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()
        for listener in self._everybody():
            listener.tell(None)

    async def news(self, caller: Caller, after: str | None, may_still: Still) -> AsyncGenerator[News, None]:
        """What their agency may know of, from the cursor on, or from now; each event at least once, none left out.

        Ends when they may listen no more, read too slowly, or the process stops.

        Raises:
            NotAllowed, LacksScope: neither sends nor receives people, or acts for no agency. Stopping: as it says.
        """
        referrals.may_listen(caller)
        agency, listener = acting_for(caller), _Listener()
        self._of[agency].add(listener)
        try:
            await self._began()
            seen = None
            if after is None:
                yield self._here(Kind.ready)
            else:
                async for page in self._missed(caller, after):
                    yield News.of(page)
                    if page.reset:
                        return
                    seen = page.upto
            async for news in self._heard(listener, may_still):
                told = news if seen is None else news.without(seen)
                if told is not None:
                    yield told
                if news.update.kind is Kind.reset:
                    return
        finally:
            self._of[agency].discard(listener)
            if not self._of[agency]:
                del self._of[agency]

    async def _heard(self, listener: _Listener, may_still: Still) -> AsyncGenerator[News, None]:
        clock = asyncio.get_running_loop()
        # not all at the same moment, after a start at the same moment
        check_at = clock.time() + CHECKED_S * (0.7 + secrets.randbelow(300) / 1_000)
        while True:
            news = await listener.queue.get()
            if clock.time() >= check_at:
                if not await may_still():
                    return
                check_at = clock.time() + CHECKED_S
            if news is None:
                return
            yield news

    async def _missed(self, caller: Caller, after: str) -> AsyncGenerator[Page, None]:
        """What came since the cursor. The listener is in its place by now, so nothing falls between the two."""
        try:
            cursor = referrals.read_cursor(after)
        except referrals.BadCursor:
            cursor = Cursor(Seen(1 << 62, 1 << 62, frozenset()))  # of no database: begin anew
        more = True
        while more:
            async with self._database.transaction(caller) as db:
                page = await referrals.page_of(db, caller, after=cursor)
            cursor, more = page.cursor, page.more
            yield page

    def _here(self, kind: Kind) -> News:
        assert self._cursor is not None  # noqa: S101 - the task has begun
        return News(UpdateView(kind=kind, cursor=str(self._cursor)))

    async def _began(self) -> None:
        """Once the task knows where it stands."""
        if self._closed:
            self._begun.set()
        elif self._task is None or self._task.done():
            self._begun.clear()
            self._task = asyncio.create_task(self._listen())
            self._task.add_done_callback(self._ended)
        await self._begun.wait()
        if self._closed or self._cursor is None:
            raise Stopping("Try again in a moment.")

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Whoever listens comes back, and begins another."""
        if not task.cancelled() and task.exception() is not None:
            _log.error("nobody listens for events", exc_info=task.exception())
        self._begun.set()
        for listener in self._everybody():
            listener.tell(None)

    def _everybody(self) -> list[_Listener]:
        return [one for each in self._of.values() for one in each]

    async def _keep_alive(self) -> None:
        """One clock for all: a timer of each one's own would cost more than what it is told."""
        while True:
            await asyncio.sleep(KEEP_ALIVE_S)
            if self._cursor is not None:
                alive = self._here(Kind.alive)
                for listener in self._everybody():
                    if listener.queue.empty():
                        listener.tell(alive)

    async def _listen(self) -> None:
        async with (
            aclosing(woken(self._database.dsn, referrals.CHANNEL)) as waking,
            asyncio.TaskGroup() as beside,
        ):
            beside.create_task(self._keep_alive())
            async for _ in waking:
                with suppress(*NO_DATABASE):  # the listener says it, and the next look goes on from the same cursor
                    await self._look()
                    self._begun.set()

    async def _look(self) -> None:
        async with self._database.transaction(SYSTEM) as db:
            page = await referrals.all_since(db, self._cursor)
        self._cursor = page.cursor
        if page.reset:
            for listener in self._everybody():
                listener.tell(News.of(page))
            return
        concerned: dict[UUID, list[Line]] = defaultdict(list)
        for line in page.lines:
            for agency in line.agencies & self._of.keys():
                concerned[agency].append(line)
        for agency, lines in concerned.items():
            news = News.of(Page(lines, page.cursor, more=False, upto=page.upto))
            for listener in self._of[agency]:
                listener.tell(news)


def news_of(request: Request, asker: Caller) -> Callable[[str | None], AsyncGenerator[News]]:
    """What they are told of who asks so, from a cursor on, as long as they may."""
    live: Live = request.app.state.live

    async def here() -> bool:
        try:
            return await still(request, asker)
        except NO_DATABASE:
            return False

    return lambda after: live.news(asker, after, here)
