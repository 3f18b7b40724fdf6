"""A cell: people are passed on, one fault strikes at one step, all is mended, and the judge looks at what is left."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from tests.faults.asked import Log, requests
from tests.faults.gates import NobodyCame
from tests.faults.judge import Verdict, judge
from tests.faults.passages import Passages
from tests.faults.programs.quick import LEASE
from tests.faults.scene import Scene, a_scene
from tests.faults.stack import Stack
from tests.faults.steps import Fault, Step
from tests.faults.strikes import STAYS, STRIKES, Blow, ways
from tests.faults.tables import due, stored

TWO_LEASES_S = 2 * LEASE.total_seconds()
_BEFORE = 4  # acknowledged, before anything is done to the service
_LOAD_S = 60.0


@dataclass(frozen=True)
class Outcome:
    """`trouble`: why the cell could not try what it is for."""

    verdict: Verdict
    took_s: float
    trouble: str = ""

    @property
    def holds(self) -> bool:
        return self.verdict.holds and not self.trouble

    def __str__(self) -> str:
        return "\n".join(filter(None, [str(self.verdict), self.trouble]))


async def tried(stack: Stack, fault: Fault, step: Step, folder: Path) -> Outcome:
    """One cell, from its scene to its verdict; the stack is whole afterwards, whatever came of it."""
    begun = time.monotonic()
    log = Log.at(folder / f"{fault.name}-{step.place}-{time.time_ns()}.log")
    scene = await a_scene(stack, log)
    passages = Passages(scene, ways(fault, step))
    blow = Blow(stack, step, passages)
    await blow.prepare()
    trouble = ""
    try:
        async with asyncio.timeout(_LOAD_S), asyncio.TaskGroup() as group:
            group.create_task(passages.run())
            await _acknowledged(log, _BEFORE)
            try:
                await STRIKES[fault](blow)
            except NobodyCame as error:
                trouble = str(error)
            finally:
                if fault not in STAYS:
                    await stack.whole()
                stack.gates.open_all()
        await _healed(stack, scene)
        verdict = judge(requests(log.lines), [], await stored(stack, scene, late_s=TWO_LEASES_S))
    finally:
        log.close()
        await stack.whole()
    return Outcome(verdict, time.monotonic() - begun, trouble)


async def _acknowledged(log: Log, many: int) -> None:
    before = log.acknowledged
    while log.acknowledged - before < many:  # noqa: ASYNC110 - bounded by the cell's own time
        await asyncio.sleep(0.01)


async def _healed(stack: Stack, scene: Scene) -> None:
    """Wait until nothing is due any more; no longer than the judge lets anything wait."""
    limit = time.monotonic() + TWO_LEASES_S + 1
    while await due(stack, scene) and time.monotonic() < limit:  # noqa: ASYNC110 - the tables tell nobody
        await asyncio.sleep(0.05)
