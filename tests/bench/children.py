"""Processes of the bench: one API worker, and the loads that drive it. Each ends with the block that started it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from core import cluster

_DEADLINE_S = 60.0
_SLACK_S = 120.0  # the first command also prepares everything
_PROJECT = Path(__file__).resolve().parents[2]


class Broken(Exception):
    """A process of the bench did not do its part."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one load reached: answers a second, and how long each took, in microseconds."""

    rate: float
    took: list[int]


@dataclass(frozen=True, slots=True)
class Child:
    """A load process."""

    process: subprocess.Popen[str]

    def run(self, name: str, *, connections: int, seconds: float, most: int = 1_000_000) -> Ran:
        """Ask a set for so long, or so often."""
        assert self.process.stdin
        assert self.process.stdout
        command = {"name": name, "connections": connections, "seconds": seconds, "most": most}
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        with _not_longer(seconds + _SLACK_S):
            line = self.process.stdout.readline()
        if not line:
            raise Broken(f"{' '.join(map(str, self.process.args))} ended; its reason stands above")  # type: ignore[arg-type]
        found = json.loads(line)
        return Ran(found["count"] / found["seconds"], found["took"])


@contextmanager
def load(module: str, first: dict[str, Any]) -> Iterator[Child]:
    """Run `python -m tests.bench.MODULE` and hand it its first line."""
    with _running([sys.executable, "-m", f"tests.bench.{module}"], os.environ, piped=True) as process:
        assert process.stdin
        process.stdin.write(json.dumps(first) + "\n")
        process.stdin.flush()
        yield Child(process)


@contextmanager
def worker(service_dsn: str) -> Iterator[tuple[int, int]]:
    """One API worker as `doorlight serve` runs it; its port and process id."""
    port = _free_port()
    # counted like everybody, and never refused
    rates = {"DOORLIGHT_RATES": "search=1000000/second"}
    environment = dict(os.environ) | rates | {"DOORLIGHT_SERVICE_DSN": service_dsn, "PORT": str(port)}
    with _running([sys.executable, "-m", "api.cli", "serve"], environment) as process:
        _wait_until_ready(process, port)
        yield port, process.pid


def memory_mb(pid: int) -> float | None:
    """What a process holds in memory now; None where the system does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")), None)


@contextmanager
def _running(
    command: list[str], environment: Any, *, piped: bool = False, log: IO[str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE if piped else subprocess.DEVNULL
    with subprocess.Popen(
        command,
        cwd=_PROJECT,
        env=environment,
        stdin=pipe,
        stdout=log or pipe,
        stderr=log,
        text=True,
        preexec_fn=cluster.die_with_parent,  # noqa: PLW1509 - we have one thread
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[str], port: int) -> None:
    limit = time.monotonic() + _DEADLINE_S
    while process.poll() is None and time.monotonic() < limit:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Broken("doorlight serve did not get ready")


@contextmanager
def _not_longer(seconds: float) -> Iterator[None]:
    """Readline knows no deadline; a load that hangs must not hang the bench."""

    def late(_: int, __: Any) -> None:
        raise Broken(f"a load process did not answer within {seconds:.0f} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
