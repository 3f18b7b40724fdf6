"""A whole API process of our own, as `doorlight serve` runs it, on a port of this machine."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.access.builders import RING
from tests.bench.children import _free_port, _running, _wait_until_ready

SERVE = (sys.executable, "-m", "api.cli", "serve")


@contextmanager
def serving(
    dsn: str, said: Path | None = None, *, program: Sequence[str] = SERVE, **environment: str
) -> Iterator[tuple[int, int]]:
    """Its port and process id, once it is ready; what it says goes into the file `said`."""
    port = _free_port()
    ours = {"DOORLIGHT_SERVICE_DSN": dsn, "PORT": str(port), "DOORLIGHT_KEYS": RING.written()}
    with (
        (said or Path(os.devnull)).open("w") as handle,
        _running([*program], os.environ | ours | environment, log=handle) as up,
    ):
        _wait_until_ready(up, port)
        yield port, up.pid
