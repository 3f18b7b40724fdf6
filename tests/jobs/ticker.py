"""A clock that nobody elected: ticks every two seconds until it is ended."""

import asyncio
import sys
from datetime import timedelta

from core.jobs import ticking


async def tick() -> None:
    async with ticking(sys.argv[1], {"extend_hours": timedelta(seconds=2)}):
        await asyncio.Event().wait()


asyncio.run(tick())
