"""A stack starts, people are passed on through it, and nothing of what was acknowledged is missing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.asked import Log, requests
from tests.faults.judge import judge
from tests.faults.passages import Passages
from tests.faults.scene import a_scene
from tests.faults.stack import Stack, a_stack
from tests.faults.tables import stored


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with a_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack


async def test_without_any_fault_all_is_well(stack: Stack, tmp_path: Path) -> None:
    log = Log.at(tmp_path / "log")
    scene = await a_scene(stack, log)
    await Passages(scene, {}).run()
    log.close()
    verdict = judge(requests(log.lines), [], await stored(stack, scene, late_s=4))
    assert verdict.holds, f"{verdict}\n{stack.last_said()}"
