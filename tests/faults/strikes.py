"""What each fault does to a stack while somebody stands at a step, and how it is mended afterwards."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.faults.gates import NobodyCame
from tests.faults.passages import Passages, Way
from tests.faults.process import Process
from tests.faults.programs.quick import DEAD_S, RESCUE_S
from tests.faults.stack import ANSWER_S, POOL, Stack
from tests.faults.steps import By, Fault, Step
from tests.faults.tables import age

_WAITING = 4  # people for whom time brings something about
_LONG = "45 minutes"  # beyond the time in which an urgent offer is answered
TICKED_S = 6.0
WORKERS_POOL = 2
_BUSY = """
SELECT count(*) AS many FROM pg_stat_activity
WHERE usename = 'doorlight_service' AND (state = 'idle in transaction' OR wait_event_type = 'Lock')
"""


@dataclass
class Blow:
    """One fault at one step, while people are passed on. `waiting`: those whose time is about to run out."""

    stack: Stack
    step: Step
    passages: Passages
    waiting: tuple[str, ...] = ()

    async def prepare(self) -> None:
        """What has to be there before the step can come."""
        if self.step.place == "timer.fired":
            asked = [self.passages.offered(pattern="cascade") for _ in range(_WAITING)]
            found = await asyncio.gather(*asked)
            self.waiting = tuple(str(one["id"]) for one in found if one is not None)

    @asynccontextmanager
    async def stood(self, *, times: int = 1) -> AsyncIterator[Process]:
        """Within, somebody stands at the step; the first of them."""
        with self.stack.gates.closed(self.step.place):
            await self.bring_about()
            pids = await self.stack.gates.reached(self.step.place, times=times)
            yield self.stack.by_pid(pids[0])

    async def bring_about(self) -> None:
        """Have the step come, where it does not come by itself while people are passed on."""
        if self.waiting:
            await age(self.stack, self.waiting, _LONG)


Strike = Callable[[Blow], Awaitable[None]]


async def kill_at(blow: Blow) -> None:
    async with blow.stood() as one:
        one.kill()
    one.start()
    await one.ready()


async def kill_postgres(blow: Blow) -> None:
    async with blow.stood():
        await asyncio.sleep(0.15)  # whoever was just told yes has heard it
        await blow.stack.postgres.kill()
    await blow.stack.postgres.start()


async def stop_worker(blow: Blow) -> None:
    """Whoever is stopped is taken for dead; then it goes on, and knows nothing of it."""
    async with blow.stood() as one:
        one.stop()
    await asyncio.sleep(DEAD_S + 2 * RESCUE_S)
    one.go_on()


async def reset_client(blow: Blow) -> None:
    async with blow.stood() as one:
        assert one.front is not None
        one.front.reset()


async def reset_database(blow: Blow) -> None:
    async with blow.stood() as one:
        one.wire.reset()


async def timed_out(blow: Blow) -> None:
    async with blow.stood() as one:
        assert one.front is not None
        one.front.swallow(True)
    await asyncio.sleep(ANSWER_S + 0.2)
    one.front.swallow(False)


async def in_turn(_: Blow) -> None:
    """The clients do it."""


async def at_once(blow: Blow) -> None:
    """The clients do it; the first of two stands there while the second comes."""
    async with blow.stood():
        await asyncio.sleep(0.3)


async def exhausted(blow: Blow) -> None:
    """All connections of a process are with what stands there or waits for it, and more comes."""
    async with blow.stood():
        await asyncio.sleep(1.0)
        busy = (await blow.stack.rows(_BUSY))[0]["many"]
        wanted = POOL if blow.step.by is By.api else WORKERS_POOL
        if busy < wanted:
            raise NobodyCame(f"{busy} connections are taken, of {wanted} that a process has")


def clocks(many: int, killed: int) -> Strike:
    async def strike(blow: Blow) -> None:
        stack = blow.stack
        more = [await stack.add("clock") for _ in range(many - len(stack.clocks))]
        async with blow.stood():
            pass  # so that it is tried at this step
        for one in stack.clocks[:killed]:
            one.kill()
            await ticked(stack)
            one.start()
        await ticked(stack)
        for one in more:
            await stack.remove(one)

    return strike


def skewed(by: str) -> Strike:
    """Half of the processes have the wrong time, whoever stands at the step among them, and keep it to the end."""

    async def strike(blow: Blow) -> None:
        for kind in (blow.stack.apis, blow.stack.workers, blow.stack.clocks):
            kind[0].skew(by)
        async with blow.stood() as one:
            one.skew(by)
        await ticked(blow.stack)

    return strike


STRIKES: Mapping[Fault, Strike] = {
    Fault.kill_api: kill_at,
    Fault.kill_worker: kill_at,
    Fault.kill_postgres: kill_postgres,
    Fault.stop_worker: stop_worker,
    Fault.reset_client: reset_client,
    Fault.reset_database: reset_database,
    Fault.timed_out: timed_out,
    Fault.twice_in_turn: in_turn,
    Fault.twice_at_once: at_once,
    Fault.two_clocks: clocks(2, 1),
    Fault.five_clocks: clocks(5, 2),
    Fault.ahead: skewed("+2h"),
    Fault.behind: skewed("-1h"),
    Fault.exhausted: exhausted,
}
STAYS = {Fault.ahead, Fault.behind}  # it is mended after all has been judged


def ways(fault: Fault, step: Step) -> Mapping[str, Way]:
    """How clients send what brings the step about."""
    return {Fault.twice_in_turn: {step.act: "twice_in_turn"}, Fault.twice_at_once: {step.act: "twice_at_once"}}.get(
        fault, {}
    )  # type: ignore[return-value]


async def ticked(stack: Stack) -> None:
    """Wait until a clock puts something into the queue anew; as long as it should take at most."""
    before = await _enqueued(stack)
    for _ in range(round(TICKED_S / 0.05)):
        if await _enqueued(stack) > before:
            return
        await asyncio.sleep(0.05)
    raise NobodyCame(f"no clock has ticked for {TICKED_S:g} s")


async def _enqueued(stack: Stack) -> int:
    return int((await stack.rows("SELECT coalesce(max(id), 0) AS last FROM faults.enqueued"))[0]["last"])
