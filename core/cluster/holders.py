"""Who has the private cluster open: one file a holder, so that the last one out stops the server."""

import fcntl
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.cluster import processes
from core.packages import Say


@contextmanager
def locked(run: Path, say: Say) -> Iterator[None]:
    """One process at a time opens or closes the cluster; a dead one's lock is freed by the system."""
    with (run / "cluster.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another process that is opening the same database")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def hold(run: Path) -> Path:
    """Say that this process uses the cluster; answers the file to remove when it no longer does."""
    mine = run / f"holder-{uuid.uuid4().hex}.json"
    mine.write_text(json.dumps(processes.current().as_json()))
    return mine


def others(run: Path) -> bool:
    """Whether a living process still holds the cluster; what dead ones left is cleared away."""
    living = False
    for path in run.glob("holder-*.json"):
        with suppress(OSError, ValueError):
            one = processes.recorded(json.loads(path.read_text()))
            if one and processes.alive(one):
                living = True
                continue
        path.unlink(missing_ok=True)
    return living
