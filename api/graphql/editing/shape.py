"""What every change has in common: who makes it, and the transaction it is made in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from api.graphql.accounts import Asked, known
from core.security import Caller

Version = Annotated[str, strawberry.argument(description="the version that was read; another one changes nothing")]
Clear = Annotated[list[str] | None, strawberry.argument(description="fields to empty, as `alternate_name`")]
Source = Annotated[str | None, strawberry.argument(description="why a police level may fall by it, where one does")]


@dataclass(frozen=True, slots=True)
class Change:
    """By which transaction, by whom, and when."""

    db: AsyncSession
    caller: Caller
    now: datetime


@asynccontextmanager
async def changing(info: Asked) -> AsyncIterator[Change]:
    """A transaction of whoever is signed in; it is over before the answer is written."""
    caller = known(info)
    async with info.context.database.transaction(caller) as db:
        yield Change(db, caller, info.context.now)
