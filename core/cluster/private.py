"""A private cluster: made once, started, reused, stopped. All of it runs under the cluster's lock."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.cluster import processes
from core.cluster.errors import CannotOpen
from core.cluster.place import SOCKET, Place
from core.cluster.processes import Process
from core.cluster.server import Server
from core.packages import Say

ADMIN = "doorlight_admin"
RETRY_S = 10.0
LONGEST_START_S = 600  # recovery after a crash reads the whole log again; pg_ctl returns as soon as it is done
LARGEST_LOG = 10_000_000
_STATUS = 7  # the line of postmaster.pid that says whether it is ready
NOT_GONE_YET = re.compile(r"lock file .* already exists|shared memory block|is another postmaster|still in use")
LOCK_FILES = ("postmaster.pid", f"{SOCKET}.lock")

SETTINGS = """\
# Written by doorlight at each start. Your own settings belong below the include line of postgresql.conf.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
port = 5432                        # only names the socket
hba_file = '{folder}/pg_hba.conf'
ident_file = '{folder}/pg_ident.conf'
timezone = '{zone}'
log_timezone = '{zone}'
jit = off                          # costs more than it gives on queries of a few milliseconds
shared_buffers = {buffers}MB
max_connections = 100
random_page_cost = 1.1
log_min_error_statement = panic    # statements may hold where somebody is: they stay out of the log
"""
NOT_DURABLE = "fsync = off\nfull_page_writes = off\n"  # a killed process still loses nothing, a power cut may
RULES = "local all doorlight_admin,doorlight_owner,doorlight_service peer map=doorlight\n"


def major_of(place: Place) -> int | None:
    """The PostgreSQL version that made the data, or None when there is none yet."""
    try:
        return int((place.data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def initialise(place: Place, server: Server, say: Say, *, durable: bool) -> None:
    """Run initdb into a folder beside, then rename: a crash leaves nothing that looks like data."""
    for left in place.folder.glob("data.part-*"):
        shutil.rmtree(left, ignore_errors=True)
    say(f"Making a private database in {place.data}")
    part = place.folder / f"data.part-{os.getpid()}"
    command = [
        str(server.programs / "initdb"),
        f"--pgdata={part}",
        f"--username={ADMIN}",
        "--auth=reject",
        "--encoding=UTF8",
        *(["--locale=C.UTF-8"] if os.uname().sysname == "Linux" else ["--locale=C", "--lc-ctype=UTF-8"]),
        *([] if durable else ["--no-sync"]),
    ]
    answer = _run(command, place, server, preexec_fn=processes.die_with_parent)
    if answer.returncode:
        shutil.rmtree(part, ignore_errors=True)
        raise CannotOpen(f"initdb failed: {_reason(answer.stderr)}")
    with (part / "postgresql.conf").open("a") as main:
        main.write(f"\ninclude '{place.folder}/doorlight.conf'\n# Your own settings, which win:\n")
    part.rename(place.data)


def running(place: Place) -> Process | None:
    """The server that runs on this data now. A lock file whose id went to another process is cleared away."""
    try:
        pid = int((place.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    now = processes.process(pid)
    if now is None:
        return None  # PostgreSQL itself clears a lock file whose process is gone
    if now == _recorded(place) or processes.works_in(pid) == place.data:
        _record(place, now)
        return now
    if os.uname().sysname != "Linux":
        return now  # without /proc nobody can tell: let PostgreSQL judge
    for name in LOCK_FILES:
        (place.data / name).unlink(missing_ok=True)
        (place.socket_folder() / name).unlink(missing_ok=True)
    return None


def ready(place: Place) -> bool:
    """Whether a server runs on this data and takes connections; waits for one that is starting, its starter gone."""
    limit = time.monotonic() + LONGEST_START_S
    while running(place) is not None:
        try:
            lines = (place.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        if lines[_STATUS:] and lines[_STATUS].strip() == "ready":
            return True
        if time.monotonic() > limit:
            raise CannotOpen(f"PostgreSQL is still starting after {LONGEST_START_S} s (its log: {place.log})")
        time.sleep(0.02)
    return False


def start(place: Place, server: Server, say: Say, *, durable: bool) -> None:
    """Start the server, wait until it takes connections; CannotOpen carries PostgreSQL's own reason."""
    _configure(place, durable=durable)
    command = [
        *(str(server.programs / "pg_ctl"), "start", "-D", str(place.data), "-l", str(place.log)),
        *("-w", "-t", str(LONGEST_START_S)),
    ]
    limit = time.monotonic() + RETRY_S
    told = False
    while True:
        before = place.log.stat().st_size if place.log.exists() else 0
        if _run(command, place, server).returncode == 0:
            break
        said = _read_from(place.log, before)
        if not NOT_GONE_YET.search(said) or time.monotonic() > limit:
            raise CannotOpen(f"PostgreSQL did not start: {_reason(said)} (its log: {place.log})")
        # After kill -9 of the server its children need a moment to notice.
        if not told:
            say("Waiting for what is left of a PostgreSQL that was killed")
            told = True
        time.sleep(0.5)
    running(place)


def stop(place: Place, server: Server) -> None:
    """Stop the server that runs on this data; connections still open are ended."""
    if running(place):
        answer = _run(
            [str(server.programs / "pg_ctl"), "stop", "-D", str(place.data), "-m", "fast", "-w", "-t", "60"],
            place,
            server,
        )
        if answer.returncode:
            raise CannotOpen(f"PostgreSQL did not stop: {_reason(answer.stderr)} (its log: {place.log})")
    place.record.unlink(missing_ok=True)


def socket_folder(place: Place) -> Path:
    """Where the running server listens, as it says itself."""
    lines = (place.data / "postmaster.pid").read_text().splitlines()
    return Path(lines[4]) if len(lines) > 4 and lines[4] else place.socket_folder()  # noqa: PLR2004 - its fifth line


def _configure(place: Place, *, durable: bool) -> None:
    if place.log.exists() and place.log.stat().st_size > LARGEST_LOG:
        place.log.replace(place.log.with_suffix(".log.1"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    settings = SETTINGS.format(
        sockets=place.socket_folder(),
        folder=place.folder,
        buffers=min(8192, max(64, memory // 4)),  # a nation of rows fits, and what is not used is not taken
        # The server reads zones from the system; a bare container has none, and GMT is built in.
        zone="UTC" if Path("/usr/share/zoneinfo/UTC").exists() else "GMT",
    )
    _write(place, "doorlight.conf", settings + ("" if durable else NOT_DURABLE))
    _write(place, "pg_hba.conf", RULES)
    # Root may become anybody anyway; naming it lets root look after a cluster that another user runs.
    users = dict.fromkeys([place.account.name, "root"])
    roles = (ADMIN, "doorlight_owner", "doorlight_service")
    _write(place, "pg_ident.conf", "".join(f'doorlight "{user}" {role}\n' for user in users for role in roles))


def _write(place: Place, name: str, text: str) -> None:
    part = place.folder / f"{name}.part"
    part.write_text(text)
    if place.account.switch():
        os.chown(part, place.account.uid, place.account.gid)
    part.replace(place.folder / name)


def _record(place: Place, server: Process) -> None:
    if _recorded(place) != server:
        place.record.write_text(json.dumps(server.as_json()))


def _recorded(place: Place) -> Process | None:
    with suppress(OSError, ValueError):
        return processes.recorded(json.loads(place.record.read_text()))
    return None


def _run(command: Sequence[str], place: Place, server: Server, **how: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        command,
        cwd="/",
        env=server.environ(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        umask=0o077,
        **place.account.switch(),
        **how,
    )


def _read_from(log: Path, start: int) -> str:
    try:
        with log.open(errors="replace") as file:
            file.seek(start)
            return file.read()
    except FileNotFoundError:
        return ""


def _reason(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    fatal = [line for line in lines if re.search(r"FATAL|PANIC|error", line)]
    chosen = (fatal or lines or ["it did not say why"])[-1]
    return re.sub(r"^.*?(FATAL|PANIC|error):\s+", "", chosen)
