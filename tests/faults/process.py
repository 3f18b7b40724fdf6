"""One process of the service, of our own: started, killed, stopped, made to go on, its clock set wrong."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from core import failpoints
from core.cluster.processes import PR_SET_PDEATHSIG
from tests.conftest import PROJECT
from tests.faults.proxy import Proxy
from tests.letters.builders import free_port

Kind = Literal["serve", "work", "clock"]
READY_S, GRACE_S = 60.0, 5.0
_OURS = ("DOORLIGHT_", "FAKETIME", "LD_PRELOAD", "DATABASE_URL", "PORT")


@dataclass
class Process:
    """`doorlight serve`, `work` or `clock`, by way of a `program` that runs it; what it says is in `said`.

    `wire` is its way to PostgreSQL; an API's `front` the clients' way to it. `time` holds how far its clock is off.
    """

    kind: Kind
    name: str
    folder: Path
    environment: Mapping[str, str]
    wire: Proxy
    front: Proxy | None = None
    program: str = "quick"
    running: subprocess.Popen[bytes] | None = None
    killed: list[int] = field(default_factory=list)

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
        return self.running is not None and self.running.poll() is None

    def start(self, *, program: str | None = None, **more: str) -> None:
        """Start it anew, by another program or with something more in its environment if asked to."""
        assert not self.alive
        if program is not None:
            self.program = program
        if not self.time.exists():
            self.skew("+0")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        environment |= dict(self.environment) | {"FAKETIME_TIMESTAMP_FILE": str(self.time)} | more
        if self.front is not None:
            self.front.far = free_port()
            environment["PORT"] = str(self.front.far)
        with self.said.open("ab") as said:
            self.running = subprocess.Popen(
                [sys.executable, "-m", f"tests.faults.programs.{self.program}", self.kind],
                cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                start_new_session=True, preexec_fn=_end_with_us,  # noqa: PLW1509 - before any thread of ours
            )  # fmt: skip

    async def ready(self) -> None:
        """Wait until an API answers that it is ready; of the others nobody is told."""
        limit = time.monotonic() + READY_S
        while self.front is not None and not await _answers(self.front.far):
            assert self.alive, self.last_said()
            assert time.monotonic() < limit, self.last_said()
            await asyncio.sleep(0.05)

    def kill(self) -> None:
        """As `kill -9` does; it is gone when this returns."""
        assert self.running is not None
        self.killed.append(self.pid)
        self.running.kill()
        self.running.wait()
        for left in Path("/dev/shm").glob(f"*faketime_*_{self.pid}"):  # noqa: S108 - of the library, whoever was killed
            left.unlink(missing_ok=True)

    def stop(self) -> None:
        """It stands still, and knows nothing of it."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def skew(self, by: str) -> None:
        """From here on its clock is off: `+2h`, `-1h`, `+0`. A jump, as after a machine slept or was set right."""
        part = self.time.with_suffix(".part")
        part.write_text(f"{by}\n")
        part.replace(self.time)  # it is read whole or not at all

    async def end(self) -> None:
        """Ask it to end, then insist."""
        if not self.alive:
            return
        assert self.running is not None
        self.running.terminate()
        self.go_on()
        limit = time.monotonic() + GRACE_S
        while self.running.poll() is None and time.monotonic() < limit:  # noqa: ASYNC110 - the system tells nobody
            await asyncio.sleep(0.02)
        if self.running.poll() is None:
            self.kill()

    def last_said(self, lines: int = 20) -> str:
        said = self.said.read_text(errors="replace").splitlines() if self.said.exists() else []
        return "\n".join([f"--- {self.name}", *said[-lines:]])


def failing(folder: Path) -> dict[str, str]:
    """The environment of a process that stands at any place whose gate in the folder is closed."""
    return {failpoints.VARIABLE: ";".join(f"{name}=block({folder})" for name in failpoints.NAMES)}


def off(library: Path | None) -> dict[str, str]:
    """The environment of a process whose clock can be set wrong while it runs; its timers count on as they did.

    A library loaded before it, and not a patch of `core.clock`: the queue, the scheduler and the server ask the system.
    """
    if library is None:
        return {}
    return {
        "LD_PRELOAD": str(library), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
    }  # fmt: skip


def _end_with_us() -> None:
    """One that was stopped would not hear that it is to end: it is killed with whoever started it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


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
