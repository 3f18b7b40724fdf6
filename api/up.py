"""`doorlight up`: the database, then API, worker and clock, in the foreground, with one stop for all."""

import errno
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TextIO

from core import cluster, migrate
from core.cluster import CannotOpen, Database, Process
from core.packages import Say
from core.settings import Settings

DOORLIGHT = (str(Path(sys.prefix) / "bin" / "doorlight"),)
FIRST, REST = "serve", ("work", "clock")
# An owner's address has no business in a process that serves.
OWNERS = ("DATABASE_URL", "DOORLIGHT_DATABASE_URL", "DOORLIGHT_OWNER_DSN")
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_S = 10.0
SLOW_S = 30.0

Load = Callable[[Database], None]


class StopAskedError(BaseException):
    """Ctrl-C, or another polite request to end."""


class StartFailedError(Exception):
    """Doorlight cannot start; the message is one line for a person."""


@dataclass
class Children:
    """The processes that we started: recorded, so that the next start can end what a kill -9 left."""

    record: Path
    program: Sequence[str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def end_leftovers(self) -> None:
        """End what an earlier `up` left, only where process id and start time both still match."""
        with suppress(FileNotFoundError, ValueError):
            for kept in json.loads(self.record.read_text()):
                left = cluster.recorded(kept)
                if left:
                    cluster.end(left)
        self.record.unlink(missing_ok=True)

    def start(self, name: str, environment: dict[str, str]) -> None:
        """Start `doorlight NAME` in a session of its own, so that Ctrl-C reaches it through us, in order."""
        self.running[name] = subprocess.Popen(  # noqa: S603
            [*self.program, name],
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=cluster.die_with_parent,  # noqa: PLW1509 - we have one thread
        )
        known = [cluster.process(child.pid) for child in self.running.values()]
        self.record.write_text(json.dumps([one.as_json() for one in known if isinstance(one, Process)]))

    def ended(self) -> tuple[str, int] | None:
        """The first that has ended by itself, with its exit code."""
        codes = ((name, child.poll()) for name, child in self.running.items())
        return next(((name, code) for name, code in codes if code is not None), None)

    def stop(self) -> None:
        """Ask all of them at once, wait, then insist."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            for child in self.running.values():
                if child.poll() is None or number is signal.SIGKILL:
                    with suppress(ProcessLookupError, PermissionError):
                        os.killpg(child.pid, number)
            limit = time.monotonic() + GRACE_S
            for child in self.running.values():
                with suppress(subprocess.TimeoutExpired):
                    child.wait(max(0.0, limit - time.monotonic()))
            if all(child.poll() is not None for child in self.running.values()):
                break
        self.record.unlink(missing_ok=True)


def up(settings: Settings, *, say: Say, load: Load, renew: Load, program: Sequence[str] = DOORLIGHT) -> int:
    """Run all of Doorlight until it is asked to stop; answers the exit code.

    `load` fills a database that this home never filled, and `renew` brings one that it did fill up to what this
    version cannot do without; `program` is whose verbs the processes are. 0 after
    Ctrl-C or SIGTERM, 1 when it could not start or one of its processes ended: nothing is restarted in silence.
    """
    home = settings.home.expanduser().resolve()
    try:
        with _stop_signals(), _only_one(home):
            children = Children(home / "run" / "children.json", program)
            return _run(settings, children, home, say=say, load=load, renew=renew)
    except StopAskedError:
        say("Stopped")
        return 0
    except (CannotOpen, StartFailedError) as problem:
        say(f"doorlight: {problem}")
        return 1


def _run(settings: Settings, children: Children, home: Path, *, say: Say, load: Load, renew: Load) -> int:
    children.end_leftovers()
    port = _free_port(settings.host, settings.port)
    database = cluster.open_database(home=home, database_url=settings.database_url, say=say)
    try:
        say("Migrating")
        migrate.upgrade(database.owner_dsn)
        _fill(database, stamp(home), load, renew)
        environment = {name: value for name, value in os.environ.items() if name not in OWNERS}
        environment |= {
            "DOORLIGHT_SERVICE_DSN": database.service_dsn,
            "DOORLIGHT_HOME": str(home),
            "PORT": str(port),
        }
        children.start(FIRST, environment)
        return _watch(children, environment, settings.host, port, say)
    finally:
        with _deaf():
            if children.running:
                say("Stopping")
            children.stop()
            database.stop()


def _watch(children: Children, environment: dict[str, str], host: str, port: int, say: Say) -> int:
    begun = time.monotonic()
    ready = told = False
    while True:
        ended = children.ended()
        if ended:
            say(f"doorlight: `doorlight {ended[0]}` ended with exit code {ended[1]}, so the rest is stopped")
            return 1
        if not ready:
            ready = _ready(host, port)
            if ready:
                # Later than the API, so that on a small machine their imports do not slow its own.
                for name in REST:
                    children.start(name, environment)
                say(f"Ready: http://{_address(host)}:{port}")
            elif not told and time.monotonic() - begun > SLOW_S:
                say("Still waiting for /health/ready to answer")
                told = True
        time.sleep(0.25 if ready else 0.1)


def stamp(home: Path) -> Path:
    """The file that names the database which this home filled."""
    return home.expanduser().resolve() / "loaded"


def _fill(database: Database, filled: Path, load: Load, renew: Load) -> None:
    """Fill a new database, renew another; the stamp names the database, so that one put in its place is filled too."""
    name = cluster.identity(database)
    with suppress(FileNotFoundError):
        if filled.read_text() == name:
            renew(database)
            return
    load(database)
    filled.write_text(name)


def _free_port(host: str, port: int) -> int:
    """The port to serve on (0 asks for any). Raises StartFailedError when something else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise StartFailedError(f"port {port} is in use: set PORT to a free one") from problem
            raise StartFailedError(f"cannot serve on {host}, port {port}: {problem.strerror}") from problem
        return int(trial.getsockname()[1])


def _ready(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(_address(host).strip("[]"), port, timeout=2)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _address(host: str) -> str:
    """Where a person on this machine finds it: a wildcard is no address."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # nosec B104 # noqa: S104


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    run = home / "run"
    try:
        run.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (run / "up.lock").open("a+") as handle:
            _lock(handle, home)
            yield
    except PermissionError as problem:
        raise StartFailedError(f"{problem.filename or home} is not ours to write") from problem


def _lock(handle: TextIO, home: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        raise StartFailedError(
            f"Doorlight already runs in {home} (process {handle.read().strip() or 'unknown'}): "
            "stop that one, or set DOORLIGHT_HOME to another folder"
        ) from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()


@contextmanager
def _stop_signals() -> Iterator[None]:
    def stop(_: int, __: FrameType | None) -> None:
        raise StopAskedError

    before = {number: signal.signal(number, stop) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _deaf() -> Iterator[None]:
    """While we stop, a second Ctrl-C must not leave half of it running."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
