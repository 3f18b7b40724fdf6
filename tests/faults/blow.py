"""One step, made to come and to be stood at while people are passed on."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.faults.passages import Passages
from tests.faults.process import Process
from tests.faults.programs.quick import LEASE
from tests.faults.receivers import Manner, Receiver
from tests.faults.stack import Stack
from tests.faults.steps import Step
from tests.faults.tables import age, due, end_long_ago, forgetting

TWO_LEASES_S = 2 * LEASE.total_seconds()
_WAITING, _OVER = 4, 5  # people for whom time brings something about, and those who are to be forgotten
_LONG = "45 minutes"  # beyond the time in which an urgent offer is answered


class NotMended(AssertionError):
    """While one is stopped or gone, nobody did what it had in hand."""


@dataclass
class Blow:
    """`waiting`: those whose time is about to run out. `over`: those who are to be forgotten."""

    stack: Stack
    step: Step
    passages: Passages
    waiting: tuple[str, ...] = ()
    over: tuple[str, ...] = ()

    @property
    def odd(self) -> Receiver:
        """The receiver that does not always behave."""
        assert self.passages.scene.far is not None
        return self.passages.scene.far

    async def prepare(self, manner: Manner) -> None:
        """What has to be there before the step can come."""
        if self.passages.scene.far is not None:
            self.odd.manner = manner
        if self.step.place == "timer.fired":
            asked = [self.passages.offered(pattern="cascade") for _ in range(_WAITING)]
            self.waiting = tuple(str(one["id"]) for one in await asyncio.gather(*asked) if one is not None)
        if self.step.place == "purge.before_commit":
            self.over = tuple(filter(None, await asyncio.gather(*(self.passages.ended() for _ in range(_OVER)))))

    @asynccontextmanager
    async def stood(self, *, times: int = 1) -> AsyncIterator[Process]:
        """Within, somebody stands at the step; the first of them."""
        place, gates = self.step.place, self.stack.gates
        with gates.closed(place):
            await self.bring_about()
            pids = await gates.reached(place, times=times)
            while self.over and not await forgetting(self.stack):  # the same place is come to for all that is purged
                gates.let_on(place)
                pids = await gates.reached(place)
            yield self.stack.by_pid(pids[0])

    async def bring_about(self) -> None:
        """Have the step come, where it does not come by itself while people are passed on."""
        if self.waiting:
            await age(self.stack, self.waiting, _LONG)
        if self.over:
            await end_long_ago(self.stack, self.over)

    async def mended(self, within_s: float) -> None:
        """Wait until nothing is due but the jobs of this moment, which come anew each second.

        Raises:
            NotMended: something was, all that time.
        """
        limit = time.monotonic() + within_s
        while left := [one for one in await due(self.stack, self.passages.scene) if not one.is_a_tick]:
            if time.monotonic() > limit:
                raise NotMended(f"after {within_s:g} s there still wait {left}")
            await asyncio.sleep(0.05)
