"""The drill: a service works and is backed up, its cluster is killed, and another one goes on from the backup.

Letters cross a real connection to a mail server on this machine; its Message-IDs tell which of them went twice.
"""

import asyncio
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import kill
from pathlib import Path
from uuid import UUID

from api.backup import back_up
from api.restore import restore
from core import audit, clock, cluster, letters, migrate
from core.cluster import place, private
from core.db import Database, driver_of
from core.letters import Channel
from core.letters.transports.smtp import Smtp
from core.security import SYSTEM, Role
from tests.access.builders import a_member, an_agency
from tests.letters.builders import KEYS, SENDER, Box, a_letter, a_mail_server

_MANY = (200, 200)


@dataclass(frozen=True)
class Drilled:
    """What came of it. `lost`: acts after the backup that nothing brings back."""

    people: int
    letters: int
    bytes: int
    backup_s: float
    restore_s: float
    entries: int
    verdict: audit.Verdict
    held: int
    sent_unasked: int
    released: int
    arrived: Counter[str]
    wanted: set[str]
    lost: int
    behind_s: float

    @property
    def twice(self) -> int:
        return sum(count - 1 for count in self.arrived.values())

    @property
    def missing(self) -> int:
        return len(self.wanted - self.arrived.keys())


def silent(_: str) -> None: ...


@contextmanager
def _home() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="doorlight-drill-"))
    base.chmod(0o755)
    try:
        yield base / "home"
    finally:
        shutil.rmtree(base, ignore_errors=True)


async def drill(people: int, many: int) -> Drilled:
    with _home() as one, _home() as other, a_mail_server() as box:
        first = cluster.open_database(home=one, database_url=None, say=silent, durable=False)
        try:
            migrate.upgrade(first.owner_dsn)
            file = one.parent / "drill.dump"
            worked = await _work(first, box, people, many)
            begun = time.perf_counter()
            made = await back_up(first, file, now=clock.now(), say=silent)
            backup_s = time.perf_counter() - begun
            at_backup = time.perf_counter()
            lost = await _work_on(first, box, many)
            await _killed(one)
            behind_s = time.perf_counter() - at_backup
        finally:
            first.stop()
        begun = time.perf_counter()
        with cluster.open_database(home=other, database_url=None, say=silent, durable=False) as second:
            done = await restore(
                second, file, into=None, replace=False, broken=False, keys=KEYS, now=clock.now(), say=silent
            )
            restore_s = time.perf_counter() - begun
            unasked = await _sent(second, box)
            released = await _release(second, box)
            await _sent(second, box)
        arrived = Counter(mail["Message-ID"] for mail in box.mails)
        entries = done.verdict.sealed
    return Drilled(
        people, 3 * many // 2, made.size, backup_s, restore_s, entries, done.verdict, done.held, unasked, released,
        arrived, {_message(one) for one in worked}, lost, behind_s,
    )  # fmt: skip


async def _killed(home: Path) -> None:
    running = private.running(place.choose(home, silent))
    assert running is not None
    kill(running.pid, signal.SIGKILL)
    while cluster.alive(running):  # noqa: ASYNC110 - the system tells nobody
        await asyncio.sleep(0.02)


async def _work(held: cluster.Database, box: Box, people: int, many: int) -> list[UUID]:
    """People join, and letters are written: a third are sent, the rest wait when the backup is made."""
    database = Database(held.service_dsn, pool_size=2)
    agency = await an_agency(database)
    for n in range(people):
        await a_member(database, agency, Role.responder, name=f"Person{n}")
    written = [await a_letter(database, to=f"one{n}@example.org", now=clock.now()) for n in range(many // 2)]
    await _sent(held, box)
    written += [await a_letter(database, to=f"two{n}@example.org", now=clock.now()) for n in range(many)]
    async with database.transaction(SYSTEM) as db:
        await audit.seal(await driver_of(db))
    await database.close()
    return written


async def _work_on(held: cluster.Database, box: Box, many: int) -> int:
    """Half of those that waited go out, and new ones too: nothing in the backup knows of it."""
    database = Database(held.service_dsn, pool_size=2)
    async with database.transaction(SYSTEM) as db:
        await letters.hold_all(db, now=clock.now())
        waiting = [one.id for one in await letters.held(db)]
        await letters.release(db, only=waiting[: many // 2], now=clock.now())
    lost = [await a_letter(database, to=f"three{n}@example.org", now=clock.now()) for n in range(many // 4)]
    await _sent(held, box)
    await database.close()
    return len(lost)


async def _sent(held: cluster.Database, box: Box) -> int:
    database = Database(held.service_dsn, pool_size=2)
    by = {Channel.mail: Smtp.read(f"smtp://127.0.0.1:{box.port}", sender=SENDER)}
    done = await letters.send_due(database, keys=KEYS, transports=by, now=clock.now)
    await database.close()
    return done


async def _release(held: cluster.Database, box: Box) -> int:
    """As an operator does it: what the mail server's log does not show goes."""
    went = {mail["Message-ID"] for mail in box.mails}
    database = Database(held.service_dsn, pool_size=2)
    async with database.transaction(SYSTEM) as db:
        unsent = [one.id for one in await letters.held(db) if _message(one.id) not in went]
        released = await letters.release(db, only=unsent, now=clock.now())
    await database.close()
    return released


def _message(letter: UUID) -> str:
    return f"<{letter}@example.org>"


def main() -> int:
    done = asyncio.run(drill(*_MANY))
    print(f"backup    {done.backup_s:.2f} s, {done.bytes:,} bytes: {done.people} people, {done.letters} letters")
    print(f"RTO       {done.restore_s:.2f} s from nothing to a database that serves, on another cluster")
    print(f"RPO       the time since the last backup: here {done.behind_s:.2f} s, {done.lost} letters written in it")
    print(f"audit     {done.entries} sealed entries hold, up to the head beside the backup: {done.verdict.holds}")
    print(f"letters   {done.held} held back, {done.sent_unasked} sent unasked, {done.released} released")
    print(f"effects   {sum(done.arrived.values())} arrived, {done.twice} twice, {done.missing} missing")
    return 0 if done.verdict.holds and not (done.twice or done.missing or done.sent_unasked) else 1


if __name__ == "__main__":
    sys.exit(main())
