"""What the two load processes share: a line of JSON in, a line of JSON out, until their input ends.

Both run in processes of their own, so that neither side of a comparison is driven by a busier loop than the other.
"""

import asyncio
import json
import sys
import time
from abc import ABC, abstractmethod
from typing import Any

import uvloop

Command = dict[str, Any]


class Load(ABC):
    """Asks one set of questions over and over, on some connections at once, for some seconds."""

    def __init__(self) -> None:
        self.turn: dict[str, int] = {}

    @abstractmethod
    async def open(self, connections: int) -> None:
        """Have that many connections."""

    @abstractmethod
    async def ask(self, connection: int, name: str, n: int) -> None:
        """Ask question `n` of that set on one connection and read the whole answer; raise if it is none."""

    @abstractmethod
    def size(self, name: str) -> int:
        """How many questions the set has."""

    async def run(self, name: str, connections: int, seconds: float, most: int) -> dict[str, Any]:
        """Every connection asks as fast as it is answered; each takes the next question of the set."""
        await self.open(connections)
        took: list[float] = []
        started = time.perf_counter()
        end = started + seconds

        async def keep_asking(connection: int) -> None:
            while (begun := time.perf_counter()) < end and len(took) < most:
                n = self.turn.get(name, 0)
                self.turn[name] = n + 1
                await self.ask(connection, name, n % self.size(name))
                took.append(time.perf_counter() - begun)

        async with asyncio.TaskGroup() as group:
            for connection in range(connections):
                group.create_task(keep_asking(connection))
        return {"count": len(took), "seconds": time.perf_counter() - started, "took": [round(t * 1e6) for t in took]}


def obey(load: Load) -> None:
    """Do what each line of the input says; ends with the input, so also with whoever started us."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for line in sys.stdin:
            answer = runner.run(load.run(**json.loads(line)))
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
