"""`doorlight restore`: a backup into a new database, looked at there, made quiet, and only then put in its place."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import LiteralString

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api.backup import BackupRefused, Manifest
from core import access, audit, cluster, letters, migrate
from core.cluster import dumps
from core.db import Database, driver_of
from core.errors import Conflict
from core.packages import Say
from core.secrets import Keys, KeysUnusable
from core.security import SYSTEM

# What the queue held was asked for at a time that is past; the clock asks anew.
_QUEUE: tuple[LiteralString, ...] = (
    "DELETE FROM procrastinate_jobs",
    "DELETE FROM procrastinate_periodic_defers",
    "DELETE FROM procrastinate_workers",
)


_STAYS = "What was loaded stays there, and sends nothing: make another empty database before you try again."


class NotRestored(Conflict):
    """The backup was not brought back."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it. `before`: what the database is called now that was there until then."""

    manifest: Manifest
    verdict: audit.Verdict
    held: int
    signed_out: int
    readable: bool
    name: str
    before: str | None


async def restore(
    database: cluster.Database, file: Path, *, into: str | None, replace: bool, broken: bool, keys: Keys, now: datetime,
    say: Say,
) -> Restored:  # fmt: skip
    """Bring a backup back. `into`: into a new database of that name, and leave it at that; else in place of ours.

    What is there is never lost: it stays beside under another name, and at DATABASE_URL nothing may be there. Letters
    that waited are held back, as they may have been sent since; everybody is signed out; the queue is empty. `broken`:
    also where the audit's chain does not hold.

    Raises:
        BackupRefused: the file is not what was made, or of another version.
        NotRestored: there is data in the way and no `replace`, or a database of the name `into`; somebody is connected,
            or the audit does not hold.
        DumpFailed: PostgreSQL's programs say why.
    """
    said = Manifest.beside(file)
    _known(said)
    current = dumps.name_of(database.owner_dsn)
    private = database.admin_dsn != database.owner_dsn
    empty = dumps.tables(database.owner_dsn) == 0
    if into is None:
        _check_place(database, private=private, empty=empty, replace=replace)
    elif dumps.exists(database.admin_dsn, into):
        raise NotRestored("There is a database of that name, and it is never written over: choose another name.")
    in_place = into is None and not private
    name = current if in_place else into or f"{current}_restored"
    target = database if in_place else cluster.scratch(database, name)
    try:
        dumps.load(target.owner_dsn, file, made_by=said.postgres, then=letters.HOLD, say=say)
        migrate.upgrade(target.owner_dsn)
        done = await _made_quiet(target.service_dsn, said, keys, broken=broken, now=now)
    except NotRestored as refused:
        if in_place:
            raise NotRestored(f"{refused.detail} {_STAYS}") from refused
        cluster.discard(database, name)
        raise
    except BaseException:
        if not in_place:
            cluster.discard(database, name)
        raise
    if into is not None or in_place:
        return Restored(said, *done, name=name, before=None)
    return Restored(said, *done, name=current, before=_swapped(database, current, name, empty=empty, now=now))


def _known(said: Manifest) -> None:
    script = ScriptDirectory.from_config(Config(toml_file=migrate.PROJECT / "pyproject.toml"))
    ours = {one.revision for one in script.walk_revisions()}
    newer = [one for one in said.revisions if one not in ours]
    if newer:
        raise BackupRefused(
            f"It was made by a newer Doorlight (its tables are at {', '.join(newer)}): install that one."
        )


def _check_place(database: cluster.Database, *, private: bool, empty: bool, replace: bool) -> None:
    if not private and not empty:
        raise NotRestored(
            "The database at DATABASE_URL holds tables. Make an empty one, name it in DATABASE_URL, and restore there."
        )
    if dumps.connected(database.owner_dsn):
        raise NotRestored("Doorlight runs, or somebody else is connected to its database: stop that first.")
    if not empty and not replace:
        raise NotRestored("The database here holds data. --yes puts the backup in its place, and keeps it beside.")


def _swapped(database: cluster.Database, current: str, name: str, *, empty: bool, now: datetime) -> str | None:
    before = f"{current}_before_{now:%Y%m%d_%H%M%S}"
    dumps.rename(database.admin_dsn, (current, before), (name, current))
    if empty:
        cluster.discard(database, before)
    return None if empty else before


async def _made_quiet(
    service_dsn: str, said: Manifest, keys: Keys, *, broken: bool, now: datetime
) -> tuple[audit.Verdict, int, int, bool]:
    database = Database(service_dsn, pool_size=1)
    try:
        async with database.transaction(SYSTEM) as db:  # first of all: it may be refused, and stay where it is
            await letters.hold_all(db, now=now)
            held = len(await letters.held(db))
            out = await access.sign_everybody_out(db, SYSTEM, now=now)
            for statement in _QUEUE:
                await db.execute(text(statement))
            of = f"{said.made_at:%Y-%m-%d %H:%M} UTC"
            await audit.record(db, SYSTEM, act="restore", table="*", row_id=None, reason=of, now=now)
            readable = await _readable(db, keys)
        async with database.transaction(SYSTEM) as db:
            verdict = await audit.verify(await driver_of(db), kept=audit.Head.read(said.audit_head))
        if not (verdict.holds or broken):
            raise NotRestored(
                f"Its audit does not hold at place {verdict.broken_at}: {verdict.why}."
                " --despite-audit restores it all the same."
            )
        return verdict, held, out, readable
    finally:
        await database.close()


async def _readable(db: AsyncSession, keys: Keys) -> bool:
    """Whether the ring that is here opens what was sealed there."""
    try:
        return await access.opens(db, SYSTEM, ring=keys.ring)
    except KeysUnusable:
        return False
