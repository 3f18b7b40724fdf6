"""Every cell of the table, as often as one likes, and every planted defect: `script/faults --times N`."""

import argparse
import asyncio
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from tests.faults.cells import Outcome, tried
from tests.faults.defects import DEFECTS, planted
from tests.faults.report import holds, table
from tests.faults.stack import Stack, a_stack
from tests.faults.steps import TABLE, Fault, Step

Cells = list[tuple[Fault, Step]]


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


async def run(times: int, cells: Cells, *, defects: bool) -> bool:
    """Whether nothing was lost and every defect was found. Each round has a stack of its own."""
    results: dict[tuple[Fault, Step], list[Outcome]] = defaultdict(list)
    missed: list[str] = []
    for n in range(times):
        with tempfile.TemporaryDirectory(prefix="doorlight-faults-") as folder:
            async with a_stack(Path(folder)) as stack:
                await _round(stack, Path(folder), cells, results, f"{n + 1}/{times}")
                if defects:
                    missed += [one.name for one in DEFECTS if not await _found(stack, Path(folder), one.name)]
    print(table(results))
    if defects:
        print(f"{times * len(DEFECTS)} planted defects, {len(missed)} missed {' '.join(missed)}")
    return holds(results) and not missed


async def _round(
    stack: Stack, folder: Path, cells: Cells, results: dict[tuple[Fault, Step], list[Outcome]], which: str
) -> None:
    for fault, step in cells:
        outcome = await tried(stack, fault, step, folder)
        results[fault, step].append(outcome)
        say(f"{which} {fault} at {step.place}: {'well' if outcome.holds else 'NOT WELL'}, {outcome.took_s:.1f} s")
        if not outcome.holds:
            say(f"{outcome}\n{stack.last_said()}")


async def _found(stack: Stack, folder: Path, name: str) -> bool:
    defect = next(one for one in DEFECTS if one.name == name)
    outcome = await planted(stack, defect, folder)
    found = outcome.verdict.count(defect.found) > 0
    say(f"planted {name}: {'found' if found else 'MISSED'}, {outcome.took_s:.1f} s")
    return found


def main() -> int:
    reader = argparse.ArgumentParser(prog="script/faults", description=__doc__)
    reader.add_argument("--times", type=int, default=1, help="how often each cell is run")
    reader.add_argument("--only", default="", help="cells whose fault and step hold these words")
    asked = reader.parse_args()
    words = asked.only.split()
    cells = [(fault, step) for fault, step in TABLE if all(word in f"{fault} {step.place}" for word in words)]
    if not cells or asked.times < 1:
        say("there is no such cell")
        return 2
    return 0 if asyncio.run(run(asked.times, cells, defects=not words)) else 1


if __name__ == "__main__":
    sys.exit(main())
