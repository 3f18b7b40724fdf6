"""One process of the service, of our own: started, killed, stopped, made to go on, its clock set wrong."""

import asyncio
import signal
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core import cluster, failpoints
from core.cluster import processes
from tests.faults.proxy import Proxy
from tests.faults.warming import Warm
from tests.letters.builders import free_port

Kind = Literal["serve", "work", "clock"]
READY_S = 60.0


@dataclass
class Process:
    """`doorlight serve`, `work` or `clock`, by way of a `program` that runs it; what it says is in `said`.

    `wire` is its way to PostgreSQL; an API's `front` the clients' way to it. `time` holds how far its clock is off.
    """

    kind: Kind
    name: str
    folder: Path
    environment: Mapping[str, str]
    warm: Warm
    wire: Proxy
    front: Proxy | None = None
    program: str = "quick"
    running: cluster.Process | None = None

    @property
    def said(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def time(self) -> Path:
        return self.folder / f"{self.name}.time"

    @property
    def pid(self) -> int:
        assert self.running is not None
        return self.running.pid

    @property
    def alive(self) -> bool:
        return self.running is not None and cluster.alive(self.running)

    def start(self, *, program: str | None = None, **more: str) -> None:
        """Start it anew, by another program or with something more in its environment if asked to."""
        assert not self.alive
        if program is not None:
            self.program = program
        if not self.time.exists():
            self.skew("+0")
        environment = dict(self.environment) | {"FAKETIME_TIMESTAMP_FILE": str(self.time)} | more
        if self.front is not None:
            self.front.far = free_port()
            environment["PORT"] = str(self.front.far)
        self.running = self.warm.fork(self.program, self.kind, environment, self.said)

    async def ready(self) -> None:
        """Wait until an API answers that it is ready; of the others nobody is told."""
        limit = time.monotonic() + READY_S
        while self.front is not None and not await _answers(self.front.far):
            assert self.alive, self.last_said()
            assert time.monotonic() < limit, self.last_said()
            await asyncio.sleep(0.05)

    def kill(self) -> None:
        """As `kill -9` does; it is gone when this returns."""
        self._signal(signal.SIGKILL)
        while self.alive:
            time.sleep(0.002)

    def stop(self) -> None:
        """It stands still, and knows nothing of it."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        """To this very process: an id may have gone to somebody else."""
        if self.running is not None:
            processes._send(self.running, number)

    def skew(self, by: str) -> None:
        """From here on its clock is off: `+2h`, `-1h`, `+0`. A jump, as after a machine slept or was set right."""
        part = self.time.with_suffix(".part")
        part.write_text(f"{by}\n")
        part.replace(self.time)  # it is read whole or not at all

    def last_said(self, lines: int = 20) -> str:
        said = self.said.read_text(errors="replace").splitlines() if self.said.exists() else []
        return "\n".join([f"--- {self.name}", *said[-lines:]])


def failing(folder: Path) -> dict[str, str]:
    """The environment of a process that stands at any place whose gate in the folder is closed."""
    return {failpoints.VARIABLE: ";".join(f"{name}=block({folder})" for name in failpoints.NAMES)}


async def _answers(port: int | Path) -> bool:
    assert isinstance(port, int)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with closing(writer):
            writer.write(b"GET /health/ready HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            head = await asyncio.wait_for(reader.readline(), 2)
    except (OSError, TimeoutError):
        return False
    return head.split()[1:2] == [b"200"]
