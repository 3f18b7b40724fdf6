"""The process that all others are forked from: loaded once, and with it a clock that can be set wrong in each."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core import cluster, packages
from core.cluster.processes import PR_SET_PDEATHSIG
from tests.conftest import PROJECT

_LOADED_S = 60.0
_OURS = ("DOORLIGHT_", "FAKETIME", "LD_PRELOAD", "DATABASE_URL", "PORT")


@dataclass(frozen=True)
class Warm:
    """It forks on demand. `environment`: what every child of it has."""

    process: subprocess.Popen[bytes]
    asking: socket.socket
    environment: Mapping[str, str]

    def fork(self, program: str, verb: str, environment: Mapping[str, str], said: Path) -> cluster.Process:
        """A child that runs `doorlight VERB` by way of a program of ours."""
        asked = {
            "program": program, "verb": verb, "environment": {**self.environment, **environment}, "said": str(said),
        }  # fmt: skip
        self.asking.sendall(json.dumps(asked).encode())
        pid = int(self.asking.recv(100))
        one = cluster.process(pid)
        return one or cluster.Process(pid, "it has ended already")


@contextmanager
def a_warm_process(folder: Path) -> Iterator[Warm]:
    """Loaded; whoever is forked from it ends with it, and it with us."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    environment |= off(library())
    at, clock = folder / "warm.socket", folder / "warm.time"
    clock.write_text("+0\n")
    with (folder / "warm.log").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.programs.warm", str(at)],
            cwd=PROJECT, env=environment | {"FAKETIME_TIMESTAMP_FILE": str(clock)}, stdin=subprocess.DEVNULL,
            stdout=said, stderr=said, preexec_fn=_end_with_us,  # noqa: PLW1509 - before any thread of ours
        )  # fmt: skip
    try:
        with _asking(process, at, folder / "warm.log") as asking:
            yield Warm(process, asking, environment)
    finally:
        process.kill()
        process.wait()
        for left in Path("/dev/shm").glob(f"*faketime_*_{process.pid}"):  # noqa: S108 - of the library, as it was killed
            left.unlink(missing_ok=True)


def library() -> Path | None:
    """What sets a clock wrong, where the distribution has it."""
    try:
        return packages.faketime(lambda _: None)
    except packages.PackagesError:
        return None


def off(library: Path | None) -> dict[str, str]:
    """The environment of a process whose clock can be set wrong while it runs; its timers count on as they did.

    A library loaded before it, and not a patch of `core.clock`: the queue, the scheduler and the server ask the system.
    """
    if library is None:
        return {}
    return {
        "LD_PRELOAD": str(library), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1",
    }  # fmt: skip


@contextmanager
def _asking(process: subprocess.Popen[bytes], at: Path, said: Path) -> Iterator[socket.socket]:
    limit = time.monotonic() + _LOADED_S
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asking:
        while True:
            try:
                asking.connect(str(at))
                break
            except (FileNotFoundError, ConnectionRefusedError):
                assert process.poll() is None, said.read_text()
                assert time.monotonic() < limit, said.read_text()
                time.sleep(0.02)
        yield asking


def _end_with_us() -> None:
    """One that was stopped would not hear that it is to end: it is killed with whoever started it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
