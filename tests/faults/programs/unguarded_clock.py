"""A defect: a clock that nobody elected, and that does not look whether another has ticked for the slot."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from api.cli import background
from core import jobs
from tests.faults.programs.quick import run


async def lead(_dsn: str, _name: str, *, while_leading: Callable[[], AbstractAsyncContextManager[None]]) -> None:
    async with while_leading():
        await asyncio.Event().wait()


async def enqueued(session: psycopg.AsyncConnection[tuple[Any, ...]], job: str, slot: datetime) -> bool:
    await session.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, %s)",
        (job, Jsonb({"slot": slot.isoformat()})),
    )
    return True


if __name__ == "__main__":
    vars(background)["lead"] = lead
    vars(jobs)["_enqueued"] = enqueued
    run()
