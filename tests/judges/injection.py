"""sqlmap on a real server, and first on one that is open on purpose: a judge who finds nothing must be able to."""

import asyncio
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from api import starter
from api.counting import COOKIE
from core import access, clock, cluster, migrate, packages
from core.db import Database
from core.security import SYSTEM, Role
from tests.access.builders import a_member, an_agency
from tests.judges.targets import TARGETS, Target
from tests.serving import serving

_FOUND = "sqlmap identified the following injection point"
_TRIED = "does not seem to be injectable"
_LIMIT_S = 240
_OPEN = "SELECT rolname FROM pg_roles WHERE rolname = "
# Blind, by errors, by unions and by time; stacked queries are what the driver's own protocol refuses.
_HOW = (
    "--batch", "--level", "1", "--risk", "1", "--technique", "BEUT", "--dbms", "PostgreSQL", "--time-sec", "2",
    "--timeout", "10", "--retries", "1", "--threads", "2", "--disable-coloring", "--flush-session",
    "--ignore-code", "*",
)  # fmt: skip


def tried(address: str, target: Target, *, known: str) -> tuple[bool, str]:
    """Whether sqlmap found a way in, and all it said. `known`: the cookie of an administrator."""
    program = packages.sqlmap(lambda line: print(line, file=sys.stderr)) / "sqlmap.py"  # noqa: T201
    headers = target.headers | ({"Cookie": f"{COOKIE}={known}"} if target.known else {})
    with tempfile.TemporaryDirectory(prefix="doorlight-") as folder:
        command = [sys.executable, str(program), "-u", address + target.path, *_HOW, "--output-dir", folder]
        command += ["-p", ",".join(target.parameters)] if target.parameters else []
        command += ["--data", target.data] if target.data is not None else []
        command += ["--method", target.method] if target.method else []
        command += ["--headers", "\n".join(f"{name}: {value}" for name, value in headers.items())] if headers else []
        try:
            ran = subprocess.run(
                command, capture_output=True, text=True, timeout=_LIMIT_S, check=False, stdin=subprocess.DEVNULL,
                cwd=folder, env={"HOME": folder, "PATH": "/usr/bin:/bin", "PYTHONWARNINGS": "ignore"},
            )  # fmt: skip
        except subprocess.TimeoutExpired as late:
            return False, f"CUT OFF after {_LIMIT_S} s\n{late.stdout!r}"
    return _FOUND in ran.stdout, ran.stdout + ran.stderr


@contextmanager
def open_on_purpose(dsn: str) -> Iterator[str]:
    """A server that puts a parameter into its statement."""

    class Open(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = parse_qs(urlsplit(self.path).query).get("name", [""])[0]
            with psycopg.connect(dsn, autocommit=True) as db:
                try:
                    rows = db.execute(_OPEN + f"'{name}'").fetchall()
                except psycopg.Error as error:
                    rows = [(str(error),)]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(repr(rows).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Open)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


async def _filled(dsn: str) -> str:
    """The demo town, an agency, and its administrator's cookie."""
    database = Database(dsn)
    await database.open()
    try:
        await starter.load(database, demo=True, now=clock.now(), say=lambda _: None)
        boss = await a_member(database, await an_agency(database), Role.administrator)
        assert boss.caller.id is not None
        async with database.transaction(SYSTEM) as db:
            signed = await access.open_for(
                db, person_id=boss.caller.id, agency_id=boss.caller.agency_id, shared=False, now=clock.now()
            )
    finally:
        await database.close()
    return signed.token


def main() -> int:
    """0: nothing was found, in a run that would have; 1: something was; 2: it could not be tried."""
    began = time.perf_counter()
    places = 0
    bad: list[str] = []
    with tempfile.TemporaryDirectory(prefix="doorlight-sqlmap-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        with cluster.open_database(home=home, database_url=None, say=_say, durable=False) as server:
            made = cluster.scratch(server, "doorlight_sqlmap")
            migrate.upgrade(made.owner_dsn)
            cookie = asyncio.run(_filled(made.service_dsn))
            with open_on_purpose(made.service_dsn) as address:
                found, said = tried(address, Target("/?name=postgres", ("name",)), known="")
            if not found:
                _say(f"sqlmap does not find what is open on purpose, so nothing was shown:\n{said[-2_000:]}")
                return 2
            _say("control: sqlmap finds its way into the server that is open on purpose")
            with serving(made.service_dsn, home / "said", DOORLIGHT_RATES="off") as (port, _):
                for target in TARGETS:
                    found, said = tried(f"http://127.0.0.1:{port}", target, known=cookie)
                    places += said.count(_TRIED)
                    what = ", ".join(target.parameters) or "the place marked *"
                    verdict = "FOUND" if found else "CUT OFF" if said.startswith("CUT OFF") else "nothing"
                    if verdict == "nothing" and said.count(_TRIED) < target.places:
                        verdict = f"TRIED {said.count(_TRIED)} OF {target.places}"
                    _say(f"{verdict}: {target.method or ('POST' if target.data else 'GET')} {target.path[:50]}: {what}")
                    if verdict != "nothing":
                        bad.append(target.path)
                        _say(said[-1_500:])
    _say(f"sqlmap: {places} parameters in {time.perf_counter() - began:.0f} s, {len(bad)} findings")
    return 1 if bad else 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
