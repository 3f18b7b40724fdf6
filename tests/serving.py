"""The API as `doorlight serve` starts it, in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

_STARTS_WITHIN = 30.0


@contextmanager
def serving(dsn: str, *, home: Path, **settings: str) -> Iterator[str]:
    """Its address. `settings` are environment variables; keys for person data are this home's own without one."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    environment = os.environ | settings | {
        "DOORLIGHT_SERVICE_DSN": dsn, "DOORLIGHT_HOME": str(home), "PORT": str(port),
    }  # fmt: skip
    with subprocess.Popen([sys.executable, "-m", "api.cli", "serve"], env=environment) as running:
        try:
            yield _ready(f"http://127.0.0.1:{port}", running)
        finally:
            running.terminate()


def _ready(address: str, running: subprocess.Popen[bytes]) -> str:
    give_up = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < give_up and running.poll() is None:
        try:
            if httpx.get(f"{address}/health/ready").is_success:
                return address
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("doorlight serve did not get ready")
