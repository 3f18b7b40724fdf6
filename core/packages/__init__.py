"""Distribution packages without root: downloaded and checked by apt, unpacked into a cache of our own.

Standard library only: script/setup runs this before any environment exists (`python3 -m core.packages pip`).
"""

import re
from collections.abc import Sequence
from pathlib import Path

from core.packages import browser
from core.packages.apt import Apt, PackagesError, Say, supported
from core.packages.trees import Bundle, Tree, cache_home, library_path, locked, majors_unpacked, unpacked

OLDEST_POSTGRESQL = 15


def postgis(say: Say, *, major: int | None = None, cache: Path | None = None) -> tuple[int, Tree]:
    """PostgreSQL with PostGIS, of `major` or else the newest the distribution carries (15 or newer)."""
    cache = cache or cache_home()
    wanted = major or max(majors_unpacked(cache), default=None)
    if wanted is None:
        with locked(cache, say):
            carried = Apt(cache, say).matching(r"^postgresql-([0-9]+)-postgis-3$")
        wanted = max((number for number in map(int, carried) if number >= OLDEST_POSTGRESQL), default=None)
        if wanted is None:
            raise PackagesError("the distribution carries no PostgreSQL 15 or newer with PostGIS 3")
    bundle = Bundle(
        f"postgis-{wanted}",
        (f"postgresql-{wanted}", f"postgresql-client-{wanted}", "libpq5", f"postgresql-{wanted}-postgis-3"),
        (
            f"usr/lib/postgresql/{wanted}/bin/postgres",
            f"usr/lib/postgresql/{wanted}/bin/initdb",
            f"usr/lib/postgresql/{wanted}/lib/postgis-3.so",
        ),
        _link_controls,
    )
    return wanted, unpacked(bundle, say, cache=cache)


def chromium(say: Say, *, cache: Path | None = None) -> Path:
    """The path of a Chromium that starts as it is, for browser tests."""
    bundle = Bundle("chromium", ("chromium", "fonts-dejavu-core"), ("usr/lib/chromium/chromium",), browser.write)
    return unpacked(bundle, say, cache=cache).root / browser.NAME


def pip_wheel(say: Say, *, cache: Path | None = None) -> Path:
    """The distribution's own pip, as a wheel, for a Python whose ensurepip was split off."""
    tree = unpacked(Bundle("pip", ("python3-pip-whl",)), say, cache=cache)
    wheels = sorted(tree.root.glob("usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        raise PackagesError("the distribution's python3-pip-whl carries no pip wheel")
    return wheels[-1]


def sqlmap(say: Say, *, cache: Path | None = None) -> Path:
    """The folder of sqlmap, to be run by a Python of ours: `python FOLDER/sqlmap.py`."""
    return unpacked(Bundle("sqlmap", ("sqlmap",)), say, cache=cache).root / "usr" / "share" / "sqlmap"


def faketime(say: Say, *, cache: Path | None = None) -> Path:
    """The library that, loaded before a program, has it read the time from a file: for clocks that go wrong."""
    pattern = "usr/lib/*/faketime/libfaketimeMT.so.1"
    tree = unpacked(Bundle("faketime", ("libfaketime",), (pattern,)), say, cache=cache)
    return next(tree.root.glob(pattern))


def _link_controls(root: Path, _: Sequence[str]) -> None:
    # postgis.control is made by update-alternatives in a maintainer script, which we do not run.
    for versioned in root.glob("usr/share/postgresql/*/extension/*-[0-9].control"):
        plain = versioned.with_name(re.sub(r"-[0-9]\.control$", ".control", versioned.name))
        if not plain.is_symlink() and not plain.exists():
            plain.symlink_to(versioned.name)


__all__ = [
    "PackagesError",
    "Say",
    "Tree",
    "cache_home",
    "chromium",
    "faketime",
    "library_path",
    "pip_wheel",
    "postgis",
    "sqlmap",
    "supported",
]
