"""apt with lists, cache and settings of its own: nothing outside the cache is written, no script run.

apt verifies what it always verifies: signed lists, and the hash of every file.
"""

import concurrent.futures
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Say = Callable[[str], None]

LISTS_MAX_AGE_S = 6 * 3600
# The C library belongs to the loader of the machine (another copy on the library path ends in a crash);
# LLVM is for PostgreSQL's JIT, which we keep off, and would be half of the download.
NEVER = re.compile(r"^(libc6|libc-bin|libc6-[a-z0-9]+|libllvm[0-9.]+)$")
# The machine's proxies, sources and keys are ours too; its hooks are not: they write to the system.
KEPT_SETTINGS = ("Acquire::", "APT::Architecture ", "APT::Default-Release", "Dir::Etc::")


class PackagesError(Exception):
    """The packages cannot be had; the message is one line for a person."""


def supported() -> bool:
    """Whether this machine has apt and dpkg at all."""
    return sys.platform == "linux" and all(shutil.which(tool) for tool in ("apt-get", "dpkg-deb", "ldd"))


class Apt:
    """apt with lists, cache and settings of its own; the machine's sources, keys and proxies."""

    def __init__(self, cache: Path, say: Say) -> None:
        self.home = cache / "apt"
        self.say = say
        self.environment = {**os.environ, "LC_ALL": "C", "APT_CONFIG": str(self.home / "apt.conf")}

    def matching(self, pattern: str) -> list[str]:
        """The first group of `pattern` for every package name that it matches."""
        self._refresh()
        names = self._apt("apt-cache", "pkgnames").splitlines()
        return [match[1] for match in (re.match(pattern, name) for name in names) if match]

    def closure(self, packages: Sequence[str], *, as_if_empty: bool = False) -> list[str]:
        """`name=version` of what has to be unpacked so that `packages` work here."""
        self._refresh()
        simulate = ["apt-get", "-s", "install", "--no-install-recommends", "--no-remove", *packages]
        empty = ["-o", "Dir::State::status=/dev/null"]
        try:
            plan = self._apt(*simulate, *(empty if as_if_empty else []))
        except PackagesError:
            if as_if_empty:
                raise
            plan = self._apt(*simulate, *empty)  # the machine's own packages are in disorder
        named = re.findall(r"^Inst (\S+) (?:\[[^\]]*\] )?\((\S+) ", plan, re.MULTILINE)
        versions = {name: f"{name}={version}" for name, version in named if not NEVER.match(name.partition(":")[0])}
        return sorted({**{name: name for name in packages}, **versions}.values())

    def unpack(self, packages: Sequence[str], root: Path) -> None:
        """Download and unpack over each other."""
        self._refresh()
        for left in self.home.glob("debs-*"):
            shutil.rmtree(left, ignore_errors=True)  # by a process that was killed: the caller holds the lock
        with tempfile.TemporaryDirectory(prefix="debs-", dir=self.home) as folder:
            self._download(packages, Path(folder))
            files = sorted(Path(folder).glob("*.deb"))
            self.say(f"Unpacking {len(files)} packages")
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                for answer in pool.map(lambda file: run(["dpkg-deb", "-x", str(file), str(root)]), files):
                    if answer.returncode:
                        raise PackagesError(f"dpkg-deb: {_last_line(answer.stderr)}")

    def _download(self, packages: Sequence[str], folder: Path) -> None:
        asked = ["apt-get", "-q", "download", *packages]
        sizes = re.findall(r"^'\S+' \S+ (\d+) ", self._apt(*asked, "--print-uris"), re.MULTILINE)
        total = sum(map(int, sizes))
        self.say(f"Downloading {len(sizes)} packages, {total / 1e6:.0f} MB, signed by the distribution")
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(  # noqa: S603
                asked,
                cwd=folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(5)
                    break
                got = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
                self.say(f"  {got / 1e6:.0f} of {total / 1e6:.0f} MB")
            if process.returncode:
                errors.seek(0)
                raise PackagesError(f"downloading packages failed: {_last_line(errors.read())}")

    def _refresh(self) -> None:
        fresh = self.home / "fresh"
        with contextlib.suppress(OSError):
            if time.time() - fresh.stat().st_mtime < LISTS_MAX_AGE_S:
                return
        if not supported():
            raise PackagesError("this machine has no apt-get and dpkg to fetch packages with")
        for folder in ("lists/partial", "cache/archives/partial"):
            make_folder(self.home / folder)
        (self.home / "apt.conf").write_text(self._settings())
        self.say("Reading the distribution's package lists")
        answer = run(["apt-get", "-q", "update"], env=self.environment)
        if answer.returncode and not any((self.home / "lists").glob("*_Packages*")):
            raise PackagesError(f"apt-get update: {_last_line(answer.stderr)}")
        # One source of several may be out of reach; the others suffice, or the next step says so.
        fresh.touch()

    def _settings(self) -> str:
        machine = run(["apt-config", "dump"], env={**os.environ, "LC_ALL": "C"}).stdout.splitlines()
        ours = {
            "Dir::State::lists": self.home / "lists",
            "Dir::Cache": self.home / "cache",
            "Dir::Etc::main": "/dev/null",
            "Dir::Etc::parts": "/dev/null",
            "Debug::NoLocking": "true",
            "Acquire::Languages": "none",
            "Acquire::AllowInsecureRepositories": "false",
            "APT::Get::AllowUnauthenticated": "false",
        }
        kept = [
            line for line in machine if line.startswith(KEPT_SETTINGS) and not line.startswith("Acquire::Languages")
        ]
        return "\n".join([*kept, *(f'{name} "{value}";' for name, value in ours.items()), ""])

    def _apt(self, *command: str) -> str:
        answer = run(command, env=self.environment)
        if answer.returncode:
            raise PackagesError(f"{command[0]}: {_last_line(answer.stderr)}")
        return answer.stdout


def run(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(("W:", "N:"))]
    return lines[-1].removeprefix("E: ") if lines else "it failed without saying why"


def make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise PackagesError(f"cannot make {path}: {problem.strerror}") from problem
