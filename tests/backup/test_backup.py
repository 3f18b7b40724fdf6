"""A backup is whole or not there, for its owner alone, and shows that it was changed."""

import signal
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import orjson
import psycopg
import pytest

from api.backup import BackupRefused, Manifest, back_up, manifest_of
from core import audit, cluster
from core.cluster import DumpFailed, dumps
from core.db import Database
from tests.access.builders import a_member, an_agency
from tests.backup.conftest import Make
from tests.builders import NOON

pytestmark = pytest.mark.security


def silent(_: str) -> None: ...


async def _peopled(held: cluster.Database) -> None:
    database = Database(held.service_dsn, pool_size=2)
    await a_member(database, await an_agency(database))
    await database.close()


async def test_a_backup_is_its_owners_alone_and_says_what_it_is(make: Make, tmp_path: Path) -> None:
    held, file = make("backup"), tmp_path / "one.dump"
    await _peopled(held)
    made = await back_up(held, file, now=NOON, say=silent)
    assert [stat.S_IMODE(one.stat().st_mode) for one in (file, manifest_of(file))] == [0o600, 0o600]
    assert Manifest.beside(file) == made
    assert (made.size, made.made_at) == (file.stat().st_size, NOON)
    assert audit.Head.read(made.audit_head).position > 1
    assert _there(tmp_path) == ["one.dump", "one.dump.json"]
    with psycopg.connect(held.service_dsn) as service:
        service.execute("SET doorlight.trusted = 'on'")
        found = service.execute("SELECT count(*) FROM audit_entry WHERE act = 'backup'").fetchone()
    assert found == (1,), "who copies everything reads everything"


async def test_a_backup_is_never_written_over(make: Make, tmp_path: Path) -> None:
    file = tmp_path / "one.dump"
    file.write_bytes(b"precious")
    with pytest.raises(BackupRefused, match="there already"):
        await back_up(make("backup"), file, now=NOON, say=silent)
    assert file.read_bytes() == b"precious"


async def test_where_it_cannot_be_written_it_says_so(make: Make, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="No such file"):
        await back_up(make("backup"), tmp_path / "nowhere" / "one.dump", now=NOON, say=silent)


@pytest.mark.parametrize(
    ("change", "said"),
    [("cut", "cut short"), ("flipped", "digest"), ("alone", "both files"), ("no backup", "no backup of ours")],
)
async def test_what_was_changed_or_cut_short_is_refused(make: Make, tmp_path: Path, change: str, said: str) -> None:
    file = tmp_path / "one.dump"
    await back_up(make("backup"), file, now=NOON, say=silent)
    body = bytearray(file.read_bytes())
    match change:
        case "cut":
            file.write_bytes(body[:-1])
        case "flipped":
            body[len(body) // 2] ^= 1
            file.write_bytes(body)
        case "alone":
            manifest_of(file).unlink()
        case _:
            manifest_of(file).write_bytes(orjson.dumps({"size": 1}))
    with pytest.raises(BackupRefused, match=said):
        Manifest.beside(file)


async def test_a_backup_that_was_killed_leaves_no_file(make: Make, tmp_path: Path) -> None:
    """At many points; the next one of that name clears away what is left."""
    held, file = make("backup"), tmp_path / "one.dump"
    await _peopled(held)
    program = (
        "import asyncio; from pathlib import Path; from core import cluster, clock; from api.backup import back_up\n"
        f"held = cluster.Database({held.owner_dsn!r}, {held.service_dsn!r}, {held.admin_dsn!r}, '', started=False)\n"
        "print('begun', flush=True)\n"
        f"asyncio.run(back_up(held, Path({str(file)!r}), now=clock.now(), say=lambda _: None))\n"
    )
    killed = 0
    for n in range(0, 12, 2):
        _killed_after(program, n * 0.06)
        if file.exists():
            Manifest.beside(file)
            file.unlink()
        else:
            killed += 1
    assert killed > 1
    await back_up(held, file, now=NOON, say=silent)
    assert _there(tmp_path) == ["one.dump", "one.dump.json"]


async def test_programs_that_are_too_old_are_named(make: Make, tmp_path: Path) -> None:
    held, file = make("backup"), tmp_path / "one.dump"
    await back_up(held, file, now=NOON, say=silent)
    with pytest.raises(DumpFailed, match="PostgreSQL 99 or newer"):
        dumps.load(held.owner_dsn, file, made_by=99, then="SELECT", say=silent)


async def test_an_owner_who_is_not_above_row_level_security_backs_up_all_rows(make: Make, tmp_path: Path) -> None:
    """As under DATABASE_URL: there the owner is no administrator."""
    held = make("backup")
    await _peopled(held)
    given = cluster.Database(held.owner_dsn, held.service_dsn, held.owner_dsn, "", started=False)
    as_admin, as_owner = tmp_path / "admin.dump", tmp_path / "owner.dump"
    await back_up(held, as_admin, now=NOON, say=silent)
    await back_up(given, as_owner, now=NOON, say=silent)
    for table in ("person", "membership", "agency", "legal_hold", "letter"):
        assert _copied(as_owner, table) == _copied(as_admin, table)
    assert len(_copied(as_owner, "person")) == 1


async def test_a_policy_that_hides_rows_from_the_owner_stops_the_backup(make: Make, tmp_path: Path) -> None:
    held = make("backup")
    with psycopg.connect(held.owner_dsn, autocommit=True) as owner:
        owner.execute("DROP POLICY system ON letter")
        owner.execute("CREATE POLICY own ON letter USING (doorlight_is('nobody'))")
    given = cluster.Database(held.owner_dsn, held.service_dsn, held.owner_dsn, "", started=False)
    with pytest.raises(DumpFailed, match="letter"):
        await back_up(given, tmp_path / "one.dump", now=NOON, say=silent)
    assert _there(tmp_path) == []


def _there(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def _killed_after(program: str, seconds: float) -> None:
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.readline()
        with suppress(subprocess.TimeoutExpired):
            running.wait(seconds)
        running.send_signal(signal.SIGKILL)


def _copied(file: Path, table: str) -> list[str]:
    """The rows of a table in a backup, as text."""
    server = cluster.server.find_server(silent)
    told = subprocess.run(
        [str(server.programs / "pg_restore"), "--data-only", f"--table={table}", "--file=-", str(file)],
        env=server.environ(), capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    lines = told.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("COPY "))
    return lines[start + 1 : lines.index("\\.", start)]
