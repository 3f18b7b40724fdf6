"""How long a change takes until everybody who listens has heard of it: measured over real connections."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import UUID

import referrals
from core.db import Database
from core.security import Caller
from tests.access.builders import RING
from tests.referrals.listeners import Heard, Stream, cookie_of, listening

_APART_S = 0.1  # between two changes


@dataclass(frozen=True, slots=True)
class Took:
    """From just before a change is committed to when each listener has read it, in milliseconds, the least first."""

    listeners: int
    ms: list[float]

    def at(self, share: float) -> float:
        """That share of them took no longer: 0.99 for the p99."""
        return self.ms[min(len(self.ms) - 1, int(len(self.ms) * share))]

    def __str__(self) -> str:
        said = ", ".join(f"p{share:g} {self.at(share / 100):.0f} ms" for share in (50, 95, 99))
        return f"change to event, {self.listeners} listeners: {said}, {len(self.ms):,} heard"


async def change_to_event(database: Database, port: int, caller: Caller, *, listeners: int, changes: int) -> Took:
    """So many listen to the API process on that port, all of the caller's agency, and so many changes are made here.

    Raises:
        AssertionError: one of them did not hear of all, or of one twice.
    """
    shown = await cookie_of(database, caller)
    begun: dict[UUID, float] = {}
    took: list[float] = []
    async with AsyncExitStack() as all_of_them:
        streams = [await _ready(all_of_them, port, shown) for _ in range(listeners)]
        reading = [asyncio.create_task(_read(stream, changes)) for stream in streams]
        for _ in range(changes):
            async with database.transaction(caller) as db:
                asked = referrals.ReferralIn(kinds=["SITE.SOBER"])
                made = await referrals.create(db, caller, referral=asked, ring=RING)
                begun[made.id] = time.perf_counter()
            await asyncio.sleep(_APART_S)  # the load is steady, nothing is waited for
        for heard in await asyncio.gather(*reading):
            assert [one for one, _ in heard] == list(begun)
            took += [(at - begun[one]) * 1_000 for one, at in heard]
    return Took(listeners, sorted(took))


async def _ready(all_of_them: AsyncExitStack, port: int, shown: Mapping[str, str]) -> Stream:
    stream = await all_of_them.enter_async_context(listening(port, shown))
    await stream.until("ready")
    return stream


async def _read(stream: Stream, many: int) -> list[tuple[UUID, float]]:
    heard: list[tuple[UUID, float]] = []
    while len(heard) < many:
        one: Heard = await stream.until("referral")
        heard.append((UUID(one.data["referral_id"]), time.perf_counter()))
    return heard
