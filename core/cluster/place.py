"""Where a private cluster lives, and which operating-system user runs it."""

import hashlib
import os
import pwd
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.cluster.errors import CannotOpen
from core.packages import Say

# macOS allows 103 bytes for a socket's path, Linux 107.
LONGEST_SOCKET = 103
SOCKET = ".s.PGSQL.5432"
FOR_ROOT = Path("/var/lib/doorlight")
SHARED_TEMPORARY = Path("/tmp")  # nosec B108 # noqa: S108 - short, on every system; the folder in it is checked to be ours


@dataclass(frozen=True)
class Account:
    """An operating-system user, as `subprocess` wants it."""

    name: str
    uid: int
    gid: int

    def switch(self) -> dict[str, Any]:
        """Arguments for `subprocess` that become this user; none when we already are."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class Place:
    """The folder that holds `data`, the log and (if its path is short enough) the socket; and whose it is."""

    folder: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def record(self) -> Path:
        return self.folder / "server.json"

    def socket_folder(self) -> Path:
        """The cluster's own folder, or a short one when that path is too long for a unix socket."""
        if len(os.fsencode(self.folder / SOCKET)) <= LONGEST_SOCKET:
            return self.folder
        return SHARED_TEMPORARY / f"doorlight-{_short(self.folder)}"


def choose(home: Path, say: Say) -> Place:
    """The place for `home`: inside it, or, as root, where the cluster's unprivileged user can reach it."""
    usual = home / "postgres"
    if os.geteuid() != 0:
        return Place(usual, _account(os.geteuid()))
    for folder in (usual, FOR_ROOT / _short(home)):
        data = folder / "data"
        if data.exists() and data.stat().st_uid != 0:
            return Place(folder, _account(data.stat().st_uid))
    account = _unprivileged()
    if _reachable(home, account):
        return Place(usual, account)
    folder = FOR_ROOT / _short(home)
    say(f"{home} is out of reach for the user {account.name}, who runs PostgreSQL: its data goes to {folder}")
    return Place(folder, account)


def make(place: Place) -> None:
    """Create the folders of a place, owned by its account and closed to others."""
    if place.folder.parent == FOR_ROOT:
        FOR_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
    _own(place.folder, place.account)
    sockets = place.socket_folder()
    if sockets != place.folder:
        _own(sockets, place.account)


def _own(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700, parents=folder.parent != SHARED_TEMPORARY, exist_ok=True)
    seen = folder.lstat()
    if os.geteuid() == 0 and seen.st_uid == 0 and stat.S_ISDIR(seen.st_mode):
        os.chown(folder, account.uid, account.gid)
        seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != account.uid or seen.st_mode & 0o022:
        # In a shared folder anybody may have made the name first.
        raise CannotOpen(f"{folder} is not a folder of the user {account.name} alone: remove it and start again")


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise CannotOpen(
            f"the user id {uid} has no name on this system, which PostgreSQL needs: "
            "run as a named user, or set DATABASE_URL"
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _unprivileged() -> Account:
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise CannotOpen("there is no user postgres or nobody to run PostgreSQL as: add one, or set DATABASE_URL")


def _reachable(folder: Path, account: Account) -> bool:
    """Whether the account may walk down to the folder, judged by the folders that exist."""
    return all(_may_walk(path, account) for path in _existing([folder, *folder.parents]))


def _existing(paths: Sequence[Path]) -> list[Path]:
    return [path for path in paths if path.exists()]


def _may_walk(path: Path, account: Account) -> bool:
    seen = path.stat()
    if seen.st_uid == account.uid:
        return bool(seen.st_mode & stat.S_IXUSR)
    if seen.st_gid == account.gid:
        return bool(seen.st_mode & stat.S_IXGRP)
    return bool(seen.st_mode & stat.S_IXOTH)


def _short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
