"""What the tests of the cluster do with processes."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from core.cluster import Database, place, private

SCRIPTS = Path(__file__).parent / "scripts"
Open = Callable[[Path], Database]


def silent(_: str) -> None:
    """Nobody reads along."""


def server_of(home: Path) -> int:
    """The process id of the server that runs in a home."""
    running = private.running(place.choose(home, silent))
    assert running is not None
    return running.pid


def script(name: str, *arguments: object) -> subprocess.Popen[str]:
    """One of the scripts beside, started with pipes."""
    command = [sys.executable, str(SCRIPTS / name), *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def gone(pid: int) -> bool:
    """Whether no process of that id runs (one that nobody has asked about yet counts as gone)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
