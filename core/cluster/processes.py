"""Which process is meant: an id alone is reused, an id with its start time is not."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from core.cluster.errors import CannotOpen

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Process:
    """A process that ran or runs: `started` is opaque, equal only for the same process of the same boot."""

    pid: int
    started: str

    def as_json(self) -> dict[str, object]:
        """What to keep in a file, for `recorded` to read back."""
        return asdict(self)


def recorded(kept: object) -> Process | None:
    """The process that a file of ours names, or None when the file says nothing usable."""
    match kept:
        case {"pid": int(pid), "started": str(started)}:
            return Process(pid, started)
    return None


def process(pid: int) -> Process | None:
    """The process that has this id now; None when there is none, or only its remains (a zombie)."""
    started = _started(pid)
    return Process(pid, started) if started else None


def current() -> Process:
    """The process that asks."""
    me = process(os.getpid())
    if me is None:
        raise CannotOpen("cannot read this process's own start time (is /proc mounted?)")
    return me


def alive(one: Process) -> bool:
    """Whether exactly that process still runs."""
    return process(one.pid) == one


def works_in(pid: int) -> Path | None:
    """The directory a process works in; None when it is gone or not ours to ask."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return None


def end(one: Process, *, grace_s: float = 5.0) -> None:
    """End exactly that process: asked first, then made to. Harmless when it is gone."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if not _send(one, number):
            return
        limit = time.monotonic() + grace_s
        while time.monotonic() < limit:
            if not alive(one):
                return
            time.sleep(0.05)


def die_with_parent() -> None:
    """In a child, before it becomes another program: end with the parent, even by kill -9 (Linux only)."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _send(one: Process, number: signal.Signals) -> bool:
    """Signal it if it is still that process; a pidfd keeps the id from being reused between look and send."""
    if not hasattr(os, "pidfd_open"):
        if alive(one):
            with suppress(ProcessLookupError):
                os.kill(one.pid, number)
                return True
        return False
    try:
        handle = os.pidfd_open(one.pid)
    except OSError:
        return False
    try:
        if not alive(one):
            return False
        signal.pidfd_send_signal(handle, number)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def _started(pid: int) -> str | None:
    if sys.platform != "linux":
        answer = subprocess.run(  # noqa: S603
            ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return answer.stdout.strip() or None
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat[stat.rindex(")") + 2 :].split()  # the name before may hold spaces and brackets
    if fields[0] in "ZX":
        return None
    return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()}:{fields[19]}"
