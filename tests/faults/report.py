"""The table of what was tried: a line a fault, a column a step."""

from collections.abc import Mapping, Sequence

from tests.faults.cells import Outcome
from tests.faults.judge import Kind
from tests.faults.steps import STEPS, Fault, Step, left_out

Results = Mapping[tuple[Fault, Step], Sequence[Outcome]]
_FIRST, _WIDTH = 31, 14


def table(results: Results) -> str:
    """For each cell, summed over its runs: acknowledged/lost/double-booked/duplicate/stuck; `!` where it is void."""
    head = [" ".join((" " * _FIRST, *(_short(step).rjust(_WIDTH) for step in STEPS)))]
    lines = [
        " ".join((fault.ljust(_FIRST), *(_cell(results, fault, step).rjust(_WIDTH) for step in STEPS)))
        for fault in Fault
    ]  # fmt: skip
    return "\n".join([*head, *lines, "", *_legend(results)])


def holds(results: Results) -> bool:
    """Whether all is well in all of them."""
    return all(one.holds for runs in results.values() for one in runs)


def _short(step: Step) -> str:
    return step.place.replace("before_", "").replace("hand_off.commit", "hand_off")


def _cell(results: Results, fault: Fault, step: Step) -> str:
    if left_out(fault, step) is not None:
        return "."
    runs = results.get((fault, step), ())
    if not runs:
        return "-"
    counts = [sum(one.verdict.acknowledged for one in runs)]
    counts += [sum(one.verdict.count(kind) for one in runs) for kind in Kind]
    mark = "!" if any(one.verdict.void or one.trouble for one in runs) else ""
    return "/".join(map(str, counts)) + mark


def _legend(results: Results) -> list[str]:
    runs = [one for found in results.values() for one in found]
    why = sorted({reason for fault in Fault for step in STEPS if (reason := left_out(fault, step))})
    told = sum(one.verdict.acknowledged for one in runs)
    sums = ", ".join(f"{sum(one.verdict.count(kind) for one in runs):,} {kind}" for kind in Kind)
    return [
        f"{len(runs):,} runs of {len(results)} cells, {told:,} acknowledged: {sums}",
        f"acknowledged/{'/'.join(Kind)}; ! too little was tried; - not tried; . left out: {'; '.join(why)}",
    ]  # fmt: skip
