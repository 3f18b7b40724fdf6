"""A cell: people are passed on, one fault strikes at one step, all is mended, and the judge looks at what is left."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.asked import Log, requests
from tests.faults.blow import TWO_LEASES_S, Blow, NotMended
from tests.faults.gates import NobodyCame
from tests.faults.judge import Verdict, judge
from tests.faults.passages import FEW, PEOPLE, Passages
from tests.faults.receivers import Manner, Receiver, receivers
from tests.faults.scene import a_scene
from tests.faults.stack import Stack
from tests.faults.steps import Fault, Step
from tests.faults.strikes import MANNERS, STAYS, STRIKES, ways
from tests.faults.tables import stored

_BEFORE = 4  # acknowledged, before anything is done to the service
_LOAD_S = 60.0
_SLACK_S = 1.0


@dataclass(frozen=True)
class Outcome:
    """`trouble`: why the cell could not try what it is for, or what was not even mended meanwhile."""

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
    told = ("near", "far") if step.place.startswith("outbox.") else ()
    async with receivers(*told) as listening:
        try:
            verdict, trouble = await _verdict(stack, fault, step, log, listening)
        finally:
            log.close()
            await stack.whole()
    return Outcome(verdict, time.monotonic() - begun, trouble)


async def _verdict(stack: Stack, fault: Fault, step: Step, log: Log, listening: list[Receiver]) -> tuple[Verdict, str]:
    scene = await a_scene(stack, log, *listening)
    passages = Passages(scene, ways(fault, step), people=FEW if listening else PEOPLE)
    blow = Blow(stack, step, passages)
    await blow.prepare(MANNERS.get(fault, Manner.well))
    async with asyncio.timeout(_LOAD_S), asyncio.TaskGroup() as group:
        group.create_task(passages.run())
        trouble = await _struck(blow, fault, log)
    with suppress(NotMended):  # the judge says what waits
        await blow.mended(TWO_LEASES_S + _SLACK_S)
    heard = [one for receiver in listening for one in receiver.told()]
    state = await stored(stack, scene, late_s=TWO_LEASES_S, over=blow.over)
    return judge(requests(log.lines), heard, state), trouble


async def _struck(blow: Blow, fault: Fault, log: Log) -> str:
    """Strike, once people are on their way; what came in between."""
    before = log.acknowledged
    while log.acknowledged - before < _BEFORE:  # noqa: ASYNC110 - bounded by the cell's own time
        await asyncio.sleep(0.01)
    try:
        await STRIKES[fault](blow)
    except (NobodyCame, NotMended) as error:
        return str(error)
    finally:
        blow.stack.gates.open_all()
        if fault not in STAYS:
            await blow.stack.whole()
    return ""
