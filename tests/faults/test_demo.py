"""`doorlight referrals demo` on a running service; only the minute that a house lets go by is made shorter."""

from datetime import timedelta

import pytest

from api.evening import put_on
from core import clock
from tests.access.builders import RING
from tests.faults.stack import a_stack
from tests.referrals.builders import DatabaseClock


async def test_the_evening_ends_well_and_nothing_of_it_is_shown_afterwards(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    said: list[str] = []
    async with a_stack(tmp_path_factory.mktemp("demo"), apis=1, workers=1, clocks=1) as stack, stack.database() as db:
        time = DatabaseClock(stack.postgres.database.owner_dsn)

        def say(line: str) -> None:
            said.append(line)
            if "lets its minute go by" in line:
                time.stands_at(clock.now() + timedelta(seconds=70))

        evening = await put_on(db, url=str(stack.clients[0].base_url), ring=RING, say=say)
        await evening.play()
        left = await stack.rows("SELECT s.status FROM service AS s")
        states = await stack.rows("SELECT status, reason FROM referral")
    assert states == [{"status": "closed", "reason": "served"}]
    assert {row["status"] for row in left} == {"inactive"}
    assert [line for line in said if "[closed]" in line]
    assert any("refused, That offer is expired" in line for line in said)
