"""What each fault does to a stack while somebody stands at a step."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from tests.faults.blow import TWO_LEASES_S, Blow
from tests.faults.gates import NobodyCame
from tests.faults.passages import Way
from tests.faults.programs.quick import DEAD_S
from tests.faults.receivers import Manner
from tests.faults.stack import ANSWER_S, POOL, Stack
from tests.faults.steps import By, Fault, Step

TICKED_S = 6.0
WORKERS_POOL = 2
_HEARD_S = 0.15
_WAKES_S = 1.0  # until whoever goes on has done what it still had in mind
_BUSY = """
SELECT count(*) AS many FROM pg_stat_activity
WHERE usename = 'doorlight_service' AND (state = 'idle in transaction' OR wait_event_type = 'Lock')
"""

Strike = Callable[[Blow], Awaitable[None]]


async def kill(blow: Blow) -> None:
    async with blow.stood() as one:
        one.kill()
    one.start()
    await one.ready()


async def kill_postgres(blow: Blow) -> None:
    async with blow.stood():
        await asyncio.sleep(_HEARD_S)  # whoever was just told yes has heard it
        await blow.stack.postgres.kill()
    await blow.stack.postgres.start()


async def stop_worker(blow: Blow) -> None:
    """Whoever is stopped is taken for dead: others do what it had in hand. Then it goes on, and knows of nothing."""
    async with blow.stood() as one:
        one.stop()
    try:
        await asyncio.sleep(DEAD_S)
        await blow.mended(DEAD_S + TWO_LEASES_S)
    finally:
        one.go_on()
    await asyncio.sleep(_WAKES_S)


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


async def told(blow: Blow) -> None:
    """The receiver does it; the step comes all the same, and whoever failed recovers."""
    async with blow.stood():
        pass
    if blow.odd.manner is Manner.failing:
        await blow.odd.refusing(2)
        blow.odd.manner = Manner.well


async def exhausted(blow: Blow) -> None:
    """All connections of a process are with what stands there or waits for it, and more comes."""
    async with blow.stood():
        await asyncio.sleep(1.0)
        busy = (await blow.stack.rows(_BUSY))[0]["many"]
        wanted = POOL if blow.step.by is By.api else 1
        if busy < wanted:
            raise NobodyCame(f"{busy} connections are taken, of {wanted} that a process has")


async def clocks_stopped(blow: Blow) -> None:
    """Each in turn stands still, and the other ticks in its place."""
    async with blow.stood():
        pass  # so that it is tried at this step
    for one in blow.stack.clocks:
        one.stop()
        try:
            await ticked(blow.stack)
        finally:
            one.go_on()


async def clocks_killed(blow: Blow) -> None:
    """Of five, two die."""
    stack = blow.stack
    more = [await stack.add("clock") for _ in range(5 - len(stack.clocks))]
    async with blow.stood():
        pass
    for one in stack.clocks[:2]:
        one.kill()
        await ticked(stack)
        one.start()
    await ticked(stack)
    for one in more:
        stack.remove(one)


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
    Fault.kill_api: kill,
    Fault.kill_worker: kill,
    Fault.kill_postgres: kill_postgres,
    Fault.stop_worker: stop_worker,
    Fault.reset_client: reset_client,
    Fault.reset_database: reset_database,
    Fault.timed_out: timed_out,
    Fault.twice_in_turn: in_turn,
    Fault.twice_at_once: at_once,
    Fault.replayed: told,
    Fault.reordered: told,
    Fault.two_clocks: clocks_stopped,
    Fault.five_clocks: clocks_killed,
    Fault.slow: told,
    Fault.failing: told,
    Fault.gone: told,
    Fault.ahead: skewed("+2h"),
    Fault.behind: skewed("-1h"),
    Fault.exhausted: exhausted,
}
MANNERS = {
    Fault.replayed: Manner.cutting, Fault.reordered: Manner.late, Fault.slow: Manner.slow,
    Fault.failing: Manner.failing, Fault.gone: Manner.gone,
}  # fmt: skip
STAYS = {Fault.ahead, Fault.behind}  # it is mended after all has been judged


def ways(fault: Fault, step: Step) -> dict[str, Way]:
    """How clients send what brings the step about."""
    if fault is Fault.twice_in_turn:
        return {step.act: "twice_in_turn"}
    if fault is Fault.twice_at_once:
        return {step.act: "twice_at_once"}
    return {}


async def ticked(stack: Stack) -> None:
    """Wait until a clock puts something into the queue anew.

    Raises:
        NobodyCame: none did in time.
    """
    before = await _enqueued(stack)
    for _ in range(round(TICKED_S / 0.05)):
        if await _enqueued(stack) > before:
            return
        await asyncio.sleep(0.05)
    raise NobodyCame(f"no clock has ticked for {TICKED_S:g} s")


async def _enqueued(stack: Stack) -> int:
    return int((await stack.rows("SELECT coalesce(max(id), 0) AS last FROM faults.enqueued"))[0]["last"])
