"""A backup that is brought back is what it was, proves it, and does nothing a second time."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import text

from api.backup import BackupRefused, back_up, manifest_of
from api.restore import NotRestored, Restored, restore
from core import access, audit, cluster, letters
from core.db import Database, driver_of
from core.letters import Channel
from core.secrets import Keys, new_ring
from core.security import SYSTEM, Role
from tests.access.builders import PASSWORD, RING, Member, a_member, an_agency
from tests.backup.conftest import Make
from tests.backup.test_backup import silent
from tests.builders import NOON
from tests.letters.builders import KEYS, Sink, a_letter, send

pytestmark = pytest.mark.security

# Rights, nets and what fires, of every table and function.
SHAPE = {
    "tables": "SELECT relname::text, relkind::text, relrowsecurity, relforcerowsecurity, relacl FROM pg_class"
    " WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
    "policies": "SELECT tablename::text, policyname::text, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2",
    "triggers": "SELECT tgrelid::regclass::text, tgname::text, tgenabled::text FROM pg_trigger"
    " WHERE NOT tgisinternal ORDER BY 1, 2",
    "functions": "SELECT proname::text, prosecdef, proacl FROM pg_proc WHERE proname LIKE 'doorlight%' ORDER BY 1",
    "constraints": "SELECT conname::text, contype::text, convalidated FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace ORDER BY 1",
    "rights later": "SELECT defaclobjtype::text, defaclacl FROM pg_default_acl ORDER BY 1",
}


async def _worked(held: cluster.Database) -> Member:
    """A service in which somebody works: a sign-in, a key, letters sent and unsent, a job."""
    database = Database(held.service_dsn, pool_size=2)
    agency = await an_agency(database)
    bea = await a_member(database, agency, Role.administrator, name="Bea", password=PASSWORD)
    async with database.transaction(SYSTEM) as db:
        await access.sign_in(db, email=bea.email, password=PASSWORD, code="", shared=False, ring=RING, now=NOON)
        await db.execute(
            text("INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'purge', '{}')")
        )
        await audit.seal(await driver_of(db))
    await a_letter(database, to="sent@example.org")
    await send(database, {Channel.mail: Sink()})
    await a_letter(database, to="waiting@example.org")
    await database.close()
    return bea


async def _restored(held: cluster.Database, file: Path, **more: Any) -> Restored:
    how: dict[str, Any] = {"into": None, "replace": True, "broken": False, "keys": KEYS, "now": NOON}
    return await restore(held, file, say=silent, **(how | more))


def _shape(dsn: str) -> dict[str, list[tuple[Any, ...]]]:
    def plain(value: Any) -> Any:
        return sorted(value.strip("{}").split(",")) if isinstance(value, str) and value.startswith("{") else value

    with psycopg.connect(dsn) as db:
        return {name: [tuple(map(plain, row)) for row in db.execute(each.encode())] for name, each in SHAPE.items()}


def _counts(dsn: str) -> dict[str, int]:
    each = SQL("SELECT count(*) FROM {}")
    with psycopg.connect(dsn) as db:
        db.execute("SET doorlight.trusted = 'on'")
        names = [name for name, kind, *_ in _shape(dsn)["tables"] if kind == "r"]
        return {name: (db.execute(each.format(Identifier(name))).fetchone() or (0,))[0] for name in names}


async def test_it_is_the_same_database_again_with_the_same_nets(make: Make, tmp_path: Path) -> None:
    held, file = make("restore"), tmp_path / "one.dump"
    await _worked(held)
    shape, counts = _shape(held.owner_dsn), _counts(held.owner_dsn)
    await back_up(held, file, now=NOON, say=silent)
    with psycopg.connect(held.owner_dsn, autocommit=True) as owner:
        owner.execute("TRUNCATE person, agency CASCADE")
    done = await _restored(held, file)
    assert (done.verdict.holds, done.held, done.signed_out, done.readable) == (True, 1, 1, True)
    assert _shape(held.owner_dsn) == shape
    after = _counts(held.owner_dsn)
    moved = {name for name in counts if counts[name] != after[name]}
    assert moved <= {"audit_entry", "audit_seal", "procrastinate_jobs", "procrastinate_events"}
    assert done.before is not None


@pytest.mark.slow
async def test_what_was_there_stays_beside(make: Make, tmp_path: Path) -> None:
    held, file = make("restore"), tmp_path / "one.dump"
    await back_up(held, file, now=NOON, say=silent)
    await _worked(held)
    done = await _restored(held, file)
    assert done.before is not None
    beside = cluster.given.with_database(held.owner_dsn, done.before)
    assert (_counts(beside)["person"], _counts(held.owner_dsn)["person"]) == (1, 0)


async def test_nothing_is_sent_twice(make: Make, tmp_path: Path) -> None:
    held, file, sink = make("restore"), tmp_path / "one.dump", Sink()
    await _worked(held)
    await back_up(held, file, now=NOON, say=silent)
    database = Database(held.service_dsn, pool_size=2)
    assert await send(database, {Channel.mail: sink}) == 1, "it goes after the backup was made"
    unsent = await a_letter(database, to="later@example.org")
    await database.close()
    await _restored(held, file)
    again = Database(held.service_dsn, pool_size=2)
    assert await send(again, {Channel.mail: sink}) == 0
    async with again.transaction(SYSTEM) as db:
        (waits,) = await letters.held(db)
        assert waits.id == sink.taken[0].id, "which a mail server's log shows"
        assert unsent != waits.id
    await again.close()
    assert len({one.id for one in sink.taken}) == len(sink.taken)


@pytest.mark.slow
async def test_a_letter_that_is_released_goes(make: Make, tmp_path: Path) -> None:
    held, file, sink = make("restore"), tmp_path / "one.dump", Sink()
    await _worked(held)
    await back_up(held, file, now=NOON, say=silent)
    await _restored(held, file)
    database = Database(held.service_dsn, pool_size=2)
    async with database.transaction(SYSTEM) as db:
        (waits,) = await letters.held(db)
        assert await letters.release(db, only=[], now=NOON) == 0
        assert await letters.release(db, only=[waits.id], now=NOON) == 1
    assert await send(database, {Channel.mail: sink}) == 1
    await database.close()
    assert sink.taken[0].to == "waiting@example.org"


async def test_everybody_signs_in_again(make: Make, tmp_path: Path) -> None:
    held, file = make("restore"), tmp_path / "one.dump"
    bea = await _worked(held)
    database = Database(held.service_dsn, pool_size=2)
    async with database.transaction(SYSTEM) as db:
        signed = await access.sign_in(
            db, email=bea.email, password=PASSWORD, code="", shared=False, ring=RING, now=NOON
        )
    assert signed is not None
    await back_up(held, file, now=NOON, say=silent)
    await database.close()
    await _restored(held, file)
    database = Database(held.service_dsn, pool_size=2)
    async with database.transaction(SYSTEM) as db:
        assert await access.caller_of(db, token=signed.token, now=NOON) is None
        assert await access.sign_in(db, email=bea.email, password=PASSWORD, code="", shared=False, ring=RING, now=NOON)
    await database.close()


@pytest.mark.slow
async def test_data_is_not_replaced_unasked(make: Make, tmp_path: Path) -> None:
    held, file = make("restore"), tmp_path / "one.dump"
    await back_up(held, file, now=NOON, say=silent)
    with pytest.raises(NotRestored, match="--yes"):
        await _restored(held, file, replace=False)
    with psycopg.connect(held.owner_dsn), pytest.raises(NotRestored, match="stop that first"):
        await _restored(held, file)


@pytest.mark.slow
async def test_into_another_database_changes_nothing_else(make: Make, tmp_path: Path) -> None:
    held, file = make("restore"), tmp_path / "one.dump"
    await _worked(held)
    await back_up(held, file, now=NOON, say=silent)
    before = _counts(held.owner_dsn)
    name = f"{cluster.dumps.name_of(held.owner_dsn)}_look"
    with psycopg.connect(held.owner_dsn):
        done = await _restored(held, file, into=name, replace=False)
    assert (done.name, done.before) == (name, None)
    assert _counts(held.owner_dsn) == before
    assert _counts(cluster.given.with_database(held.owner_dsn, name))["person"] == 1


@pytest.mark.parametrize("which", ["its own", "another"])
async def test_no_database_that_is_there_is_written_over(make: Make, tmp_path: Path, which: str) -> None:
    held, other, file = make("restore"), make("other"), tmp_path / "one.dump"
    await _worked(held)
    await back_up(held, file, now=NOON, say=silent)
    into = held if which == "its own" else other
    before = _counts(into.owner_dsn)
    for replace in (False, True):
        with pytest.raises(NotRestored, match="never written over"):
            await _restored(held, file, into=cluster.dumps.name_of(into.owner_dsn), replace=replace)
    assert _counts(into.owner_dsn) == before


@pytest.mark.slow
async def test_an_audit_that_was_changed_in_the_backup_shows(make: Make, tmp_path: Path) -> None:
    """By somebody who changed the database and then made a backup look right."""
    held, file = make("restore"), tmp_path / "one.dump"
    await _worked(held)
    await back_up(held, file, now=NOON, say=silent)
    said = orjson.loads(manifest_of(file).read_bytes())
    manifest_of(file).write_bytes(orjson.dumps(said | {"audit_head": f"999:{'ab' * 32}"}))
    with pytest.raises(NotRestored, match="cut off"):
        await _restored(held, file)
    with psycopg.connect(held.owner_dsn) as owner:
        left = owner.execute("SELECT FROM pg_database WHERE datname LIKE '%restored'").fetchall()
    assert left == []
    done = await _restored(held, file, broken=True)
    assert not done.verdict.holds


async def test_one_of_a_newer_version_is_refused(make: Make, tmp_path: Path) -> None:
    held, file = make("restore"), tmp_path / "one.dump"
    await back_up(held, file, now=NOON, say=silent)
    said = orjson.loads(manifest_of(file).read_bytes())
    manifest_of(file).write_bytes(orjson.dumps(said | {"revisions": ["9999"]}))
    with pytest.raises(BackupRefused, match="newer Doorlight"):
        await _restored(held, file)


@pytest.mark.slow
async def test_keys_that_open_nothing_of_it_are_noticed(make: Make, tmp_path: Path) -> None:
    held, file = make("restore"), tmp_path / "one.dump"
    await _worked(held)
    await back_up(held, file, now=NOON, say=silent)
    other = Keys(text=new_ring("2026-12").written())
    assert not (await _restored(held, file, keys=other)).readable
    assert not (await _restored(held, file, keys=Keys(), now=NOON + timedelta(hours=1))).readable


@pytest.mark.slow
async def test_an_empty_database_of_somebody_elses_is_filled_in_place(
    make: Make, server: cluster.Database, tmp_path: Path
) -> None:
    held, file = make("restore"), tmp_path / "one.dump"
    await _worked(held)
    shape = _shape(held.owner_dsn)
    await back_up(held, file, now=NOON, say=silent)
    name = f"{cluster.dumps.name_of(held.owner_dsn)}_given"
    empty = cluster.scratch(server, name)
    given = cluster.Database(empty.owner_dsn, empty.service_dsn, empty.owner_dsn, "", started=False)
    done = await _restored(given, file, replace=False)
    assert (done.name, done.before, done.verdict.holds) == (name, None, True)
    assert _shape(given.owner_dsn) == shape
    with pytest.raises(NotRestored, match="empty one"):
        await _restored(given, file)


async def test_what_is_refused_in_somebody_elses_database_sends_nothing(
    make: Make, server: cluster.Database, tmp_path: Path
) -> None:
    held, file = make("restore"), tmp_path / "one.dump"
    await _worked(held)
    await back_up(held, file, now=NOON, say=silent)
    said = orjson.loads(manifest_of(file).read_bytes())
    manifest_of(file).write_bytes(orjson.dumps(said | {"audit_head": f"999:{'ab' * 32}"}))
    empty = cluster.scratch(server, f"{cluster.dumps.name_of(held.owner_dsn)}_given")
    given = cluster.Database(empty.owner_dsn, empty.service_dsn, empty.owner_dsn, "", started=False)
    with pytest.raises(NotRestored, match="make another empty database"):
        await _restored(given, file, replace=False)
    with psycopg.connect(given.service_dsn, autocommit=True) as system:
        system.execute("SET doorlight.trusted = 'on'")
        waiting = system.execute("SELECT failed FROM letter WHERE sent_at IS NULL").fetchall()
        queued = system.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
        signed_in = system.execute("SELECT count(*) FROM sign_in WHERE ended_at IS NULL").fetchone()
    assert (queued, signed_in) == ((0,), (0,))
    assert waiting
    assert {failed for (failed,) in waiting} == {"held"}
