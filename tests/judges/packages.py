"""What pip-audit knows of the packages that we lock; says plainly where it could ask nobody."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-test.txt", "requirements-peers.txt")
SERVICES = ("pypi", "osv")
_DEADLINE_S = 300


@dataclass(frozen=True, slots=True)
class Told:
    """What one service knows of one lock file; `known` is None where it could not be asked at all."""

    known: int | None
    unknown: int = 0
    holes: tuple[str, ...] = ()


def read(report: dict[str, Any]) -> Told:
    """Its report: of packages that are left out nothing was found out."""
    packages = report["dependencies"]
    known = [one for one in packages if "vulns" in one]
    holes = [f"{one['name']} {one['version']}: {hole['id']}" for one in known for hole in one["vulns"]]
    return Told(len(known) or None, len(packages) - len(known), tuple(holes))


def ask(lock: Path, service: str) -> Told:
    """Ask a service of every package in a lock file."""
    command = [
        sys.executable, "-m", "pip_audit", "-r", str(lock), "--disable-pip", "--require-hashes", "--service", service,
        "--format", "json", "--progress-spinner", "off",
    ]  # fmt: skip
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=_DEADLINE_S, check=False)
        return read(json.loads(ran.stdout))
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return Told(None)


def judge(told: Iterable[tuple[str, Told]], say: Any = print) -> int:
    """Say what was found, and answer the exit code."""
    worst, asked = 0, False
    for lock, one in told:
        if one.known is None:
            say(f"{lock}: NOT LOOKED AT: no service that knows of holes could be reached")
            continue
        asked = True
        left = f", {one.unknown} unknown to it" if one.unknown else ""
        say(f"{lock}: {one.known} packages looked at{left}, {len(one.holes)} with known holes")
        for hole in one.holes:
            say(f"  {hole}")
        worst = max(worst, bool(one.holes))
    return worst if asked else 2


def _first(lock: str) -> Told:
    for service in SERVICES:
        told = ask(PROJECT / lock, service)
        if told.known is not None:
            return told
    return Told(None)


if __name__ == "__main__":
    sys.exit(judge((lock, _first(lock)) for lock in LOCKS))
