"""Where PostgreSQL with PostGIS comes from; the first hit wins, and says where it was."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core import packages
from core.cluster.errors import CannotOpen
from core.packages import Say

OLDEST = 15
EXTENSIONS = ("postgis", "pg_trgm", "unaccent", "btree_gist", "intarray")
DEBIAN = "/usr/lib/postgresql"
PLACES = (
    "/opt/homebrew/opt/postgresql@*/bin",
    "/opt/homebrew/opt/postgresql/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/pgsql-*/bin",
)


@dataclass(frozen=True)
class Server:
    """Programs of one PostgreSQL: their folder, version, and the environment that they alone are given."""

    programs: Path
    major: int
    source: str
    environment: Mapping[str, str] = field(default_factory=dict)

    def environ(self) -> dict[str, str]:
        """The whole environment for a program of this server: nothing of ours leaks in."""
        return {"PATH": os.defpath, "LC_ALL": "C", **self.environment}


def find_server(say: Say, *, major: int | None = None, cache: Path | None = None) -> Server:
    """A PostgreSQL that has PostGIS and the contrib extensions: local, or the distribution's packages.

    With `major`, only that version will do: the data on disk was made by it. Raises CannotOpen with one line.
    """
    local = [server for server in _local() if major in (None, server.major)]
    if local:
        return max(local, key=lambda server: server.major)
    try:
        carried, tree = packages.postgis(say, major=major, cache=cache)
    except packages.PackagesError as problem:
        raise CannotOpen(_advice(major, str(problem))) from problem
    share = tree.root / "usr/share/proj"
    return Server(
        tree.root / f"usr/lib/postgresql/{carried}/bin",
        carried,
        f"PostgreSQL {carried} with PostGIS, the distribution's packages unpacked in {tree.root}",
        {
            "LD_LIBRARY_PATH": packages.library_path(tree),
            "PROJ_DATA": str(share),
            "PROJ_LIB": str(share),  # the same, for PROJ before 9.1
        },
    )


def _local() -> Iterator[Server]:
    seen: set[Path] = set()
    for folder in _folders():
        real = folder.resolve()
        if real in seen or not (real / "postgres").exists() or not (real / "initdb").exists():
            continue
        seen.add(real)
        major = _major(real)
        share = _share(real, major)
        if major >= OLDEST and share and all((share / "extension" / f"{name}.control").exists() for name in EXTENSIONS):
            yield Server(real, major, f"PostgreSQL {major} with PostGIS in {real}")


def _folders() -> Iterator[Path]:
    for pattern in (f"{DEBIAN}/*/bin", *PLACES):
        yield from Path("/").glob(pattern.lstrip("/"))
    asked = _answer("pg_config", "--bindir")
    if asked:
        yield Path(asked)


def _major(folder: Path) -> int:
    found = re.search(r"\) (\d+)", _answer(str(folder / "postgres"), "--version"))
    return int(found[1]) if found else 0


def _share(folder: Path, major: int) -> Path | None:
    debian = Path(f"/usr/share/postgresql/{major}")
    if str(folder).startswith(DEBIAN) and debian.exists():
        return debian
    asked = _answer(str(folder / "pg_config"), "--sharedir")
    return Path(asked) if asked else None


def _answer(program: str, option: str) -> str:
    found = shutil.which(program)
    if not found:
        return ""
    answer = subprocess.run([found, option], capture_output=True, text=True, check=False)  # noqa: S603
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _advice(major: int | None, reason: str) -> str:
    version = str(major) if major else f"{OLDEST} or newer"
    if platform.system() == "Darwin":
        how = f"brew install postgis postgresql@{major or 17}"
    elif packages.supported():
        how = f"apt-get install postgresql-{major or OLDEST}-postgis-3"
    else:
        how = f"install PostgreSQL {version} with PostGIS and its contrib extensions"
    kept = f" (the data here was made by PostgreSQL {major})" if major else ""
    return f"No PostgreSQL {version} with PostGIS{kept}: {how}, or set DATABASE_URL to your own ({reason})."
