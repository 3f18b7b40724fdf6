"""Trees: packages unpacked together into the cache, once, whole or not at all."""

import contextlib
import fcntl
import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.packages.apt import Apt, PackagesError, Say, make_folder, run, supported

STAMP = "doorlight.json"


@dataclass(frozen=True)
class Bundle:
    """What to unpack together: `packages` always, even when installed, since they must share one prefix.

    `programs` are globs inside the tree; every library those files ask for must be found, in it or outside.
    `finish` does what the packages' own scripts would have done; it gets the root and the library folders.
    """

    name: str
    packages: tuple[str, ...]
    programs: tuple[str, ...] = ()
    finish: Callable[[Path, Sequence[str]], None] | None = None


@dataclass(frozen=True)
class Tree:
    """An unpacked bundle: its root, and the library path for the programs in it (and for nothing else)."""

    root: Path
    libraries: tuple[Path, ...]


def cache_home() -> Path:
    """Where unpacked packages live; as root a place that an unprivileged user can reach too."""
    if os.geteuid() == 0:
        return Path("/var/cache/doorlight")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "doorlight"


def distribution() -> str:
    """`debian-12-x86_64` and the like: a tree is only right for the release it was made for."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {"ID": platform.system().lower()}
    return f"{release.get('ID', 'linux')}-{release.get('VERSION_ID', 'rolling')}-{platform.machine()}"


def unpacked(bundle: Bundle, say: Say, *, cache: Path | None = None) -> Tree:
    """The bundle's tree, made once however many processes ask at the same time.

    A tree appears by one rename when it is whole, so a crash leaves nothing that looks finished. A tree whose
    libraries have since left the machine is made anew. Raises PackagesError.
    """
    cache = cache or cache_home()
    place = cache / distribution()
    final = place / bundle.name
    ready = _ready(final, bundle)
    if ready:
        return ready
    if not supported():
        raise PackagesError("this machine has no apt-get and dpkg to fetch packages with")
    with locked(cache, say):
        ready = _ready(final, bundle)
        if ready:
            return ready
        make_folder(place)
        for half_made in place.glob(f".{bundle.name}.part-*"):
            shutil.rmtree(half_made, ignore_errors=True)
        part = Path(tempfile.mkdtemp(prefix=f".{bundle.name}.part-", dir=place))
        part.chmod(0o755)
        try:
            _fill(part, bundle, Apt(cache, say), say)
            if final.exists():
                final.rename(part.with_name(f"{part.name}-old"))
            part.rename(final)
        finally:
            for left in place.glob(f"{part.name}*"):
                shutil.rmtree(left, ignore_errors=True)
    made = _ready(final, bundle)
    if made is None:
        raise PackagesError(f"{final} is not usable after unpacking")
    return made


def library_path(tree: Tree) -> str:
    """The value of LD_LIBRARY_PATH for a program of the tree."""
    return os.pathsep.join(str(folder) for folder in tree.libraries)


def majors_unpacked(cache: Path) -> list[int]:
    """The PostgreSQL versions that the cache already holds whole."""
    stamps = (cache / distribution()).glob(f"postgis-*/{STAMP}")
    return [int(stamp.parent.name.partition("-")[2]) for stamp in stamps]


@contextlib.contextmanager
def locked(cache: Path, say: Say) -> Iterator[None]:
    """One process at a time fetches into a cache; the system frees the lock of one that dies."""
    make_folder(cache)
    with (cache / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another process that is fetching packages")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _ready(final: Path, bundle: Bundle) -> Tree | None:
    try:
        stamp = json.loads((final / STAMP).read_text())
    except (OSError, ValueError):
        return None
    folders = tuple(final / folder for folder in stamp["libraries"])
    if not _programs(final, bundle) and bundle.programs:
        return None
    return None if _not_found(_programs(final, bundle), folders) else Tree(final, folders)


def _fill(part: Path, bundle: Bundle, apt: Apt, say: Say) -> None:
    wanted = apt.closure(bundle.packages) if bundle.programs else list(bundle.packages)
    apt.unpack(wanted, part)
    folders, missing = _library_folders(part, bundle)
    if missing:
        # dpkg's record of this machine says more than is there: take the whole closure instead.
        rest = set(apt.closure(bundle.packages, as_if_empty=True)) - set(wanted)
        apt.unpack(sorted(rest), part)
        folders, missing = _library_folders(part, bundle)
    if missing:
        raise PackagesError(f"no package brings {', '.join(sorted(missing))}, which {bundle.name} needs")
    relative = [str(folder.relative_to(part)) for folder in folders]
    if bundle.finish:
        bundle.finish(part, relative)
    (part / STAMP).write_text(json.dumps({"libraries": relative, "packages": wanted}, indent=1))
    say("Keeping what was unpacked")
    os.sync()  # a rename that outlives a power cut must not point at empty files


def _programs(root: Path, bundle: Bundle) -> list[Path]:
    found = [list(root.glob(pattern)) for pattern in bundle.programs]
    return [path for paths in found for path in paths] if all(found) else []


def _library_folders(root: Path, bundle: Bundle) -> tuple[list[Path], set[str]]:
    """The folders to search, and the libraries found neither in them nor on the machine."""
    folders = [path for base in ("lib", "usr/lib") for path in sorted(root.glob(f"{base}/*-linux-*")) if path.is_dir()]
    programs = _programs(root, bundle)
    if bundle.programs and not programs:
        raise PackagesError(f"the packages of {bundle.name} do not carry {' or '.join(bundle.programs)}")
    while True:
        missing = _not_found(programs, folders)
        homes = {next(iter(sorted(root.glob(f"**/{name}"))), None) for name in missing}
        new = sorted({home.parent for home in homes if home is not None} - set(folders))
        if not new:
            return folders, missing
        folders += new  # BLAS, PulseAudio and others keep theirs in a folder below


def _not_found(programs: Sequence[Path], folders: Sequence[Path]) -> set[str]:
    environment = {"PATH": os.defpath, "LC_ALL": "C", "LD_LIBRARY_PATH": os.pathsep.join(map(str, folders))}
    missing: set[str] = set()
    for program in programs:
        answer = run(["ldd", str(program)], env=environment).stdout
        missing.update(re.findall(r"^\s*(\S+) => not found", answer, re.MULTILINE))
    return missing
