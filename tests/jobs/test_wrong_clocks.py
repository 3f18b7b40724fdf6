"""A machine whose clock is wrong, or is set while it runs, keeps no job from coming when it should."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from core import clock
from core.db import Database
from tests.faults.warming import library, off
from tests.jobs.test_clock import _slots

EVERY = timedelta(seconds=2)  # of the ticker
SOON_S = 10.0


@asynccontextmanager
async def ticking(database: Database, time: Path) -> AsyncIterator[None]:
    """A clock whose time is off by what stands in a file."""
    found = library()
    if found is None:
        pytest.skip("the distribution has nothing that sets a clock wrong")
    environment = os.environ | off(found) | {"FAKETIME_TIMESTAMP_FILE": str(time)}
    one = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.jobs.ticker", database.dsn, env=environment)
    try:
        yield
    finally:
        one.kill()
        await one.wait()
        for left in Path("/dev/shm").glob(f"*faketime_*_{one.pid}"):  # noqa: ASYNC240, S108
            left.unlink(missing_ok=True)


async def more(database: Database, many: int = 2) -> None:
    """So many slots more, soon."""
    wanted = len(_slots(database.dsn)) + many
    async with asyncio.timeout(SOON_S):
        while len(_slots(database.dsn)) < wanted:  # noqa: ASYNC110 - the database changes it
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("by", ["+2h", "-1h"])
async def test_a_slot_is_a_slot_by_the_databases_clock(database: Database, tmp_path: Path, by: str) -> None:
    wrong, right = tmp_path / "wrong", tmp_path / "right"
    wrong.write_text(by)
    right.write_text("+0")
    async with ticking(database, wrong):
        await more(database)
    assert abs(_slots(database.dsn)[-1] - clock.now()) < 2 * EVERY
    async with ticking(database, right):
        await more(database)


@pytest.mark.parametrize("by", ["+2h", "-1h"])
async def test_a_clock_that_is_set_goes_on_ticking(database: Database, tmp_path: Path, by: str) -> None:
    time = tmp_path / "time"
    time.write_text("+0")
    async with ticking(database, time):
        await more(database)
        time.with_suffix(".new").write_text(by)
        time.with_suffix(".new").replace(time)
        await more(database, 3)
    slots = _slots(database.dsn)
    # one may be missed until it is seen that the clock was set
    assert all(later - earlier in {EVERY, 2 * EVERY} for earlier, later in pairwise(slots))
