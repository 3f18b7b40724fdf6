"""One transaction in the place of a database: what is opened on it is a part of it, and ends with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from core.db import Database, Reader, driver_of
from core.security import PUBLIC, Caller
from core.tenancy import act_for, remember


class Joined(Database):
    """A database to whoever uses it: parts that end well stay, parts that raise are undone, as they would be alone.

    One task at a time is inside a part; within a part it may open others.
    """

    def __init__(self, session: AsyncSession, outer: Caller) -> None:
        self.session = session
        self.done = 0  # parts that ended well
        self._callers = [outer]
        self._free = asyncio.Lock()
        self._within: asyncio.Task[object] | None = None

    @asynccontextmanager
    async def transaction(
        self,
        caller: Caller | None = None,
        *,
        looking: bool = False,  # noqa: ARG002 - a part of what writes cannot be of another kind
    ) -> AsyncIterator[AsyncSession]:
        """A part, for that caller."""
        async with self._alone():
            self._callers.append(caller or PUBLIC)
            try:
                async with self.session.begin_nested():
                    await act_for(self.session, self._callers[-1])
                    yield self.session
                self.done += 1
            finally:
                self._callers.pop()
                remember(self.session, self._callers[-1])  # as it is again where the part is undone
            await act_for(self.session, self._callers[-1])

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reader]:
        """The same connection, which sees what was written on it."""
        async with self._alone():
            yield await driver_of(self.session)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        task = asyncio.current_task()
        if self._within is task:
            yield
            return
        async with self._free:
            self._within = task
            try:
                yield
            finally:
                self._within = None


@asynccontextmanager
async def joined(database: Database, caller: Caller) -> AsyncIterator[Joined]:
    """One transaction for all that is opened within. Where the block raises, parts that ended well still stay."""
    raised: Exception | None = None
    async with database.transaction(caller) as session:
        try:
            yield (one := Joined(session, caller))
        except Exception as error:
            raised = error
            if not one.done:
                raise
    if raised is not None:
        raise raised
