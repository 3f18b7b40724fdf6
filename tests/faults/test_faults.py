"""Nothing that was acknowledged is lost, booked twice, done twice or left lying, whatever goes wrong where.

A spread of the table: every fault and every step. `script/faults` runs all of it. The planted defects prove the judge.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Counted
from tests.faults.cells import tried
from tests.faults.defects import DEFECTS, Defect, planted
from tests.faults.stack import Stack, a_stack
from tests.faults.steps import STEPS, TABLE, Fault, Step, left_out, spread
from tests.faults.warming import library


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with a_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


@pytest.mark.parametrize("cell", spread(), ids=lambda cell: f"{cell[0].name} at {cell[1].place}")
async def test_a_fault_at_a_step(stack: Stack, tmp_path: Path, counted: Counted, cell: tuple[Fault, Step]) -> None:
    fault, step = cell
    if fault in {Fault.ahead, Fault.behind} and library() is None:
        pytest.skip("the distribution has nothing that sets a clock wrong")
    outcome = await tried(stack, fault, step, tmp_path)
    assert outcome.holds, f"{outcome}\n{stack.last_said()}"
    counted("faults: cells", 1)
    counted("faults: acknowledged, none lost", outcome.verdict.acknowledged)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
async def test_a_planted_defect_is_found(stack: Stack, tmp_path: Path, counted: Counted, defect: Defect) -> None:
    outcome = await planted(stack, defect, tmp_path)
    assert outcome.verdict.count(defect.found), f"{outcome}\n{stack.last_said()}"
    counted("faults: planted defects found", 1)


def test_the_spread_touches_every_fault_and_every_step() -> None:
    assert {fault for fault, _ in spread()} == set(Fault)
    assert {step for _, step in spread()} == set(STEPS)
    assert set(spread()) <= set(TABLE)


def test_what_is_not_tried_is_left_out_for_a_reason() -> None:
    why = [left_out(fault, step) for fault in Fault for step in STEPS]
    assert len(TABLE) == why.count(None)
    assert {one for one in why if one is not None} == {
        "no client and no API has a part in it", "no worker has a part in it", "no clock has a part in it",
        "nothing is sent in it", "whoever stands there holds no connection",
    }  # fmt: skip
