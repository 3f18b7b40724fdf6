"""Many listeners hear of a change within a quarter of a second; and an agency's system of its own within a few."""

import asyncio
import os
import sys

import pytest

from core.cluster import Database as Cluster
from core.db import Database
from tests.access.builders import RING
from tests.bench.children import _running
from tests.conftest import Counted
from tests.referrals.builders import a_responder, created
from tests.referrals.heard import change_to_event
from tests.referrals.receivers import a_receiver, hooked
from tests.serving import serving

_BOUND_MS = 250


async def _within(clone: Cluster, database: Database, listeners: int, counted: Counted) -> None:
    rosa = await a_responder(database)
    # one address alone has fewer connections, unless it is a proxy's, who comes for many
    with serving(clone.service_dsn, DOORLIGHT_RATES="off", DOORLIGHT_TRUSTED_PROXIES="127.0.0.1") as (port, _):
        took = await change_to_event(database, port, rosa, listeners=listeners, changes=20)
    print(took)  # noqa: T201 - what was measured
    counted(f"change to event, {listeners} listeners, p99 in ms", round(took.at(0.99)))
    assert took.at(0.99) < _BOUND_MS


async def test_fifty_listeners_hear_of_a_change_within_a_quarter_of_a_second(
    clone: Cluster, database: Database, counted: Counted
) -> None:
    await _within(clone, database, 50, counted)


@pytest.mark.slow
async def test_five_hundred_listeners_hear_of_a_change_within_a_quarter_of_a_second(
    clone: Cluster, database: Database, counted: Counted
) -> None:
    await _within(clone, database, 500, counted)


async def test_a_worker_tells_an_agencys_system_without_waiting_for_a_tick(clone: Cluster, database: Database) -> None:
    """No clock runs here: whatever is told is told because the worker was woken."""

    rosa = await a_responder(database)
    ours = {
        "DOORLIGHT_SERVICE_DSN": clone.service_dsn, "DOORLIGHT_KEYS": RING.written(),
        "DOORLIGHT_OUTGOING_ALSO": "127.0.0.0/8",
    }  # fmt: skip
    async with a_receiver() as receiver:
        await hooked(database, rosa, receiver)
        with _running([sys.executable, "-m", "api.cli", "work"], os.environ | ours):
            first = await created(database, rosa)
            async with asyncio.timeout(20):
                await receiver.asked.wait()
            receiver.asked.clear()
            second = await created(database, rosa)
            async with asyncio.timeout(2):
                await receiver.asked.wait()
    assert {one["subject"] for one in receiver.said} == {str(first.id), str(second.id)}
