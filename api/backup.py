"""`doorlight backup`: all of the database in a file, and beside it what shows that neither was changed since."""

import asyncio
import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Self

import orjson
from psycopg import AsyncConnection
from pydantic import BaseModel, ConfigDict, ValidationError

from core import audit, cluster, migrate
from core.cluster import DumpFailed, dumps
from core.db import Database, driver_of
from core.errors import Invalid
from core.packages import Say
from core.security import SYSTEM


class BackupRefused(Invalid):
    """That backup cannot be used."""


class Manifest(BaseModel):
    """What FILE.json says of FILE."""

    model_config = ConfigDict(frozen=True)

    made_at: datetime
    postgres: int
    revisions: list[str]
    audit_head: str
    size: int
    sha256: str

    @classmethod
    def beside(cls, file: Path) -> Self:
        """What stands beside that file.

        Raises:
            BackupRefused: nothing does, or the file is not as it was when that was written.
        """
        try:
            said = cls.model_validate_json(manifest_of(file).read_bytes())
            size = file.stat().st_size
        except OSError as error:
            raise BackupRefused(
                f"{error.filename} cannot be read: {error.strerror}. A backup is both files."
            ) from error
        except ValidationError as error:
            raise BackupRefused(f"{manifest_of(file)} says of no backup of ours what it is.") from error
        if size != said.size:
            raise BackupRefused(f"{file} has {size} bytes, and had {said.size} when it was made: it was cut short.")
        if _digest(file) != said.sha256:
            raise BackupRefused(f"{file} is not as it was made: its digest is another.")
        return said


def manifest_of(file: Path) -> Path:
    """Where that is written."""
    return file.with_name(f"{file.name}.json")


async def back_up(database: cluster.Database, file: Path, *, now: datetime, say: Say) -> Manifest:
    """Write FILE and FILE.json, for their owner alone; there is never half a one, whenever we are killed.

    Raises:
        BackupRefused: there is such a file.
        DumpFailed: says why.
    """
    half = _begun(file)
    await _recorded(database.service_dsn, now)
    try:
        said = await _dumped(database, half, now, say)
        beside = half.with_name(f"{half.name}.json")
        _new(beside, orjson.dumps(said.model_dump(mode="json"), option=orjson.OPT_INDENT_2))
        # Whoever sees FILE sees all of it, and what belongs beside it.
        beside.replace(manifest_of(file))
        half.replace(file)
        _flushed(file.parent)
    except BaseException:
        _sweep(file)
        raise
    return said


async def _dumped(database: cluster.Database, half: Path, now: datetime, say: Say) -> Manifest:
    dsn = dumps.as_reader(database.owner_dsn, database.admin_dsn)
    async with await AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        await connection.execute("SET LOCAL doorlight.trusted = 'on'")
        exported = await (await connection.execute("SELECT pg_export_snapshot()")).fetchone()
        head = await audit.head(connection)  # of the very moment that is dumped
        major = connection.info.server_version // 10_000
        if exported is None:
            raise DumpFailed("the database exports no snapshot")
        await asyncio.to_thread(dumps.dump, dsn, half, snapshot=str(exported[0]), say=say)
        await connection.execute("COMMIT")
    _flushed(half)
    return Manifest(
        made_at=now,
        postgres=major,
        revisions=sorted(migrate.current(database.owner_dsn)),
        audit_head=str(head),
        size=_size(half),
        sha256=_digest(half),
    )


async def _recorded(service_dsn: str, now: datetime) -> None:
    """Who copies everything reads everything."""
    database = Database(service_dsn, pool_size=1)
    try:
        async with database.transaction(SYSTEM) as db:
            await audit.record(db, SYSTEM, act="backup", table="*", row_id=None, now=now)
        async with database.transaction(SYSTEM) as db:
            await audit.seal(await driver_of(db))
    finally:
        await database.close()


def _begun(file: Path) -> Path:
    if file.exists():
        raise BackupRefused(f"{file} is there already. Name another: a backup is never written over.")
    _sweep(file)
    half = file.with_name(f"{file.name}.half-{os.getpid()}")
    try:
        _new(half, b"")
    except OSError as error:
        raise BackupRefused(f"{file} cannot be written: {error.strerror}.") from error
    return half


def _size(file: Path) -> int:
    return file.stat().st_size


def _sweep(file: Path) -> None:
    """Remove what a backup of that name left that was killed."""
    for left in file.parent.glob(f"{file.name}.half-*"):
        left.unlink(missing_ok=True)


def _new(file: Path, body: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(body)
        opened.flush()
        os.fsync(opened.fileno())


def _flushed(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
