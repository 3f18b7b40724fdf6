"""Defects that are planted in the service: each has to be found by the judge, or the harness proves nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.cells import Outcome, tried
from tests.faults.judge import Kind
from tests.faults.process import Kind as Verb
from tests.faults.stack import Stack
from tests.faults.steps import STEPS, Fault


@dataclass(frozen=True)
class Defect:
    """`programs`: what runs in the place of the service's own. `found`: what the judge must say of it.

    `tries`: how often at most, where chance has a part in whether it shows.

    `still`: those that do nothing meanwhile, because what they write would happen to save what is lost.
    """

    name: str
    fault: Fault
    place: str
    found: Kind
    programs: Mapping[Verb, str] = field(default_factory=dict)
    still: tuple[Verb, ...] = ()
    tries: int = 1
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


DEFECTS: tuple[Defect, ...] = (
    Defect(
        "reply before commit", Fault.kill_api, "create.before_reply", Kind.lost, {"serve": "reply_before_commit"}
    ),
    Defect(
        "no row lock", Fault.exhausted, "accept.before_commit", Kind.double, {"serve": "no_row_lock"},
        tries=5,  # two have to come to one place at the same moment
    ),
    Defect(
        "synchronous_commit=off", Fault.kill_postgres, "accept.before_commit", Kind.lost, still=("clock", "work"),
        tries=3,  # nothing is lost where all was written the moment before
        before=(
            "ALTER ROLE doorlight_service SET synchronous_commit = off",
            "ALTER SYSTEM SET wal_writer_delay = '10s'",  # else only the last fifth of a second may be lost
            "SELECT pg_reload_conf()",
        ),
        after=(
            "ALTER ROLE doorlight_service RESET synchronous_commit", "ALTER SYSTEM RESET wal_writer_delay",
            "SELECT pg_reload_conf()",
        ),
    ),
    Defect("mark before send", Fault.kill_worker, "outbox.delivered", Kind.lost, {"work": "mark_before_send"}),
    Defect("letters apart", Fault.kill_worker, "outbox.picked_up", Kind.duplicate, {"work": "letters_apart"}),
    Defect("no lease fence", Fault.stop_worker, "timer.fired", Kind.duplicate, {"work": "no_lease_fence"}),
    Defect("two clocks unguarded", Fault.two_clocks, "timer.fired", Kind.duplicate, {"clock": "unguarded_clock"}),
)  # fmt: skip


async def planted(stack: Stack, defect: Defect, folder: Path) -> Outcome:
    """What the judge says of a stack with that defect, which is healthy again afterwards."""
    step = next(one for one in STEPS if one.place == defect.place)
    await _plant(stack, defect)
    try:
        for _ in range(defect.tries):
            for one in stack.processes:
                if one.kind in defect.still:
                    one.stop()
            outcome = await tried(stack, defect.fault, step, folder)
            if outcome.verdict.count(defect.found):
                break
        return outcome
    finally:
        await _uproot(stack, defect)


async def _plant(stack: Stack, defect: Defect) -> None:
    for statement in defect.before:
        await stack.rows(statement)
    for one in stack.processes:
        if one.kind in defect.programs:
            one.kill()
            one.start(program=defect.programs[one.kind])
        else:
            one.wire.reset()  # what a session is set to, it is set to when it begins
    await stack.ready()


async def _uproot(stack: Stack, defect: Defect) -> None:
    for statement in defect.after:
        await stack.rows(statement)
    for one in stack.processes:
        if one.kind in defect.programs and one.alive:
            one.kill()
        elif one.alive:
            one.wire.reset()
    await stack.whole()
