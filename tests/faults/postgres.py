"""The PostgreSQL of a stack: durable, on files of its own, killed with all its processes and started again."""

import asyncio
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from core import cluster, migrate
from core.cluster import place, private, processes
from tests.conftest import PROJECT, _load

_HOMES = 8
_PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Postgres:
    """A private cluster with everything that a commit promises switched on, and the migrated database in it."""

    home: Path
    database: cluster.Database

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return private.socket_folder(self._place) / place.SOCKET

    @property
    def _place(self) -> place.Place:
        return place.choose(self.home, _silent)

    async def kill(self) -> None:
        """As `kill -9` of every process of it at once: nobody writes down what they still hold in memory."""
        first = private.running(self._place)
        assert first is not None
        processes._send(first, signal.SIGSTOP)  # it starts nobody while we look who there is
        everybody = [first, *(one for pid in _children(first.pid) if (one := cluster.process(pid)))]
        for one in everybody:
            processes._send(one, signal.SIGKILL)
        while any(map(cluster.alive, everybody)):  # noqa: ASYNC110 - the system tells nobody
            await asyncio.sleep(0.01)
        _reap(*everybody)

    async def start(self) -> None:
        """As the next start of the service does it."""
        self.database.stop()  # of the one that was killed
        self.database = await asyncio.to_thread(_opened, self.home)


@contextmanager
def a_postgres() -> Iterator[Postgres]:
    """Made for this stack, gone with it. What a killed run left is ended and cleared away by the next."""
    with _adopting(), _a_home() as home:
        postgres = Postgres(home, _opened(home))
        try:
            migrate.upgrade(postgres.database.owner_dsn)
            yield postgres
        finally:
            last = private.running(place.choose(home, _silent))
            postgres.database.stop()
            if last is not None:
                _reap(last)


async def furnished(postgres: Postgres) -> None:
    """With our vocabulary and outlines, which everything else refers to."""
    await _load(postgres.database.service_dsn)


@contextmanager
def _adopting() -> Iterator[None]:
    """What a child leaves behind is ours: a killed server is in the way of the next until somebody reaps it."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        libc.prctl(_PR_SET_CHILD_SUBREAPER, 0)


def _reap(*dead: cluster.Process) -> None:
    for one in dead:
        with suppress(ChildProcessError):
            os.waitpid(one.pid, 0)


def _opened(home: Path) -> cluster.Database:
    return cluster.open_database(home=home, database_url=None, say=_silent)


@contextmanager
def _a_home() -> Iterator[Path]:
    """The first of a few folders that no other stack of this account uses now."""
    account = hashlib.sha256(f"{os.getuid()}{PROJECT}".encode()).hexdigest()[:12]
    for n in range(_HOMES):
        base = Path(tempfile.gettempdir()) / f"doorlight-faults-{account}-{n}"
        base.mkdir(exist_ok=True)
        base.chmod(0o755)  # as root, PostgreSQL runs as somebody else
        with (base / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            _clear(base / "home")
            yield base / "home"
            _clear(base / "home")
            return
    raise AssertionError(f"{_HOMES} stacks run already")


def _clear(home: Path) -> None:
    where = place.choose(home, _silent)
    if left := private.running(where):
        cluster.end(left)
    shutil.rmtree(home, ignore_errors=True)
    if where.folder.parent == place.FOR_ROOT:
        shutil.rmtree(where.folder, ignore_errors=True)


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def _silent(_: str) -> None: ...
