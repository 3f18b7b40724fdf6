"""The audit: who did what is added beside the act, sealed in order, and cannot be changed without showing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import AsyncConnection

from core import access, audit
from core.cluster import Database as Cluster
from core.db import Database
from core.security import Caller, Role
from tests.access.builders import RING, a_member, an_agency
from tests.builders import NOON
from tests.conftest import Counted

pytestmark = pytest.mark.security

MANY = 40
Connection = AsyncConnection[tuple[Any, ...]]


@pytest.fixture
async def system(clone: Cluster) -> AsyncIterator[Connection]:
    """The service, acting for the system."""
    async with await AsyncConnection.connect(clone.service_dsn, autocommit=True) as connection:
        await connection.execute("SET doorlight.trusted = 'on'")
        yield connection


async def _acts(database: Database, many: int) -> None:
    caller = Caller(id=uuid4(), agency_id=uuid4())
    async with database.transaction(caller) as db:
        for _ in range(many):
            await audit.record(
                db, caller, act="read", table="person", row_id=uuid4(), columns=("name", "email"), now=NOON
            )


async def _sealed(system: Connection) -> int:
    async with system.transaction():
        return await audit.seal(system)


async def test_what_is_shown_of_a_person_is_written_down_without_it(database: Database, clone: Cluster) -> None:
    boss = await a_member(database, await an_agency(database), Role.administrator, name="Bea")
    async with database.transaction(boss.caller) as db:
        await access.people(db, boss.caller, ring=RING, now=NOON)
    with psycopg.connect(clone.service_dsn) as connection:
        connection.execute("SET doorlight.trusted = 'on'")
        rows = connection.execute(
            "SELECT act, \"table\", row_id, columns, person_id, audit_entry::text FROM audit_entry WHERE act = 'read'"
        ).fetchall()
    ((act, table, row_id, columns, by, whole),) = rows
    assert (act, table, columns) == ("read", "person", ["name", "email"])
    assert row_id == by == boss.caller.id
    assert "Bea" not in whole


async def test_an_act_that_is_rolled_back_leaves_no_entry(database: Database, system: Connection) -> None:
    caller = Caller(id=uuid4(), agency_id=uuid4())

    async def act() -> None:
        async with database.transaction(caller) as db:
            await audit.record(db, caller, act="write", table="person", row_id=uuid4(), now=NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await act()
    assert await _sealed(system) == 0


async def test_entries_are_sealed_in_order_and_once(database: Database, system: Connection) -> None:
    await _acts(database, 3)
    assert [await _sealed(system), await _sealed(system)] == [3, 0]
    await _acts(database, 2)
    before = await audit.verify(system)
    assert (before.holds, before.sealed, before.unsealed) == (True, 3, 2)
    assert await _sealed(system) == 2
    assert (await audit.verify(system, kept=before.head)).sealed == 5


async def test_an_entry_that_shows_late_is_sealed_behind(database: Database, system: Connection) -> None:
    """Its number is older than those of others that were sealed while it was not yet committed."""
    caller = Caller(id=uuid4(), agency_id=uuid4())
    async with database.transaction(caller) as late:
        await audit.record(late, caller, act="write", table="person", row_id=uuid4(), now=NOON)
        await _acts(database, 2)
        assert await _sealed(system) == 2
    assert await _sealed(system) == 1
    assert (await audit.verify(system)).holds


async def test_of_several_sealers_one_is_at_it(database: Database, clone: Cluster, system: Connection) -> None:
    await _acts(database, 50)

    async def one() -> int:
        async with await AsyncConnection.connect(clone.service_dsn, autocommit=True) as own:
            await own.execute("SET doorlight.trusted = 'on'")
            return await _sealed(own)

    done = await asyncio.gather(*(one() for _ in range(5)))
    assert sum(done) == 50
    assert (await audit.verify(system)).holds


async def test_no_writer_waits_for_another_or_for_the_sealer(database: Database, system: Connection) -> None:
    caller = Caller(id=uuid4(), agency_id=uuid4())
    async with asyncio.timeout(5), database.transaction(caller) as first, database.transaction(caller) as second:
        for db in (first, second, first):
            await audit.record(db, caller, act="read", table="person", row_id=uuid4(), now=NOON)
        assert await _sealed(system) == 0


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry",
     "UPDATE audit_seal SET hash = '\\x00'", "DELETE FROM audit_seal"],
)  # fmt: skip
async def test_the_service_can_only_add(database: Database, system: Connection, statement: str) -> None:
    await _acts(database, 1)
    await _sealed(system)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await system.execute(statement)


CHANGES = {
    "changed": "UPDATE audit_entry SET act = 'write' WHERE id = (SELECT entry_id FROM audit_seal WHERE position = {n})",
    "one column less": "UPDATE audit_entry SET columns = '{{}}'"
    " WHERE id = (SELECT entry_id FROM audit_seal WHERE position = {n})",
    "removed": "DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_seal WHERE position = {n})",
    "seal removed": "DELETE FROM audit_seal WHERE position = {n}",
    "another in its place": "UPDATE audit_seal SET entry_id = -1 WHERE position = {n}",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_the_first_place_that_is_not_as_it_was_is_named(
    database: Database, clone: Cluster, system: Connection, change: str, counted: Counted
) -> None:
    await _acts(database, MANY)
    await _sealed(system)
    kept = await audit.head(system)
    with psycopg.connect(clone.owner_dsn) as owner:
        for table in ("audit_entry", "audit_seal"):
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        counted("audit: places of the chain whose change was found", MANY)
        for n in range(1, MANY + 1):
            with owner.transaction(force_rollback=True):
                owner.execute(CHANGES[change].format(n=n))
                verdict = await _verified(owner, kept)
            assert (verdict.broken_at, bool(verdict.why)) == (n, True)
        owner.rollback()


async def _verified(owner: psycopg.Connection[Any], kept: audit.Head | None) -> audit.Verdict:
    """By somebody who sees what was changed in a transaction that will not last."""
    return await audit.verify(_Sees(owner), kept=kept)  # type: ignore[arg-type]


class _Sees:
    """A connection that is awaited but does not wait."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    async def execute(self, statement: Any, values: Any = None) -> Any:
        cursor = self._connection.execute(statement, values)

        class Found:
            async def fetchall(self) -> Any:
                return cursor.fetchall()

            async def fetchone(self) -> Any:
                return cursor.fetchone()

        return Found()


async def test_entries_that_changed_places_show(database: Database, clone: Cluster, system: Connection) -> None:
    await _acts(database, 5)
    await _sealed(system)
    with psycopg.connect(clone.owner_dsn) as owner:
        for table in ("audit_entry", "audit_seal"):
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        first, second = [
            row[0] for row in owner.execute("SELECT entry_id FROM audit_seal WHERE position IN (2, 3) ORDER BY 1")
        ]
        for place, entry in ((2, -1), (3, first), (2, second)):
            owner.execute("UPDATE audit_seal SET entry_id = %s WHERE position = %s", (entry, place))
        assert (await _verified(owner, None)).broken_at == 2
        owner.rollback()


async def test_what_was_cut_off_the_end_shows_by_a_head_that_was_kept(
    database: Database, clone: Cluster, system: Connection
) -> None:
    await _acts(database, 5)
    await _sealed(system)
    kept = audit.Head.read(str(await audit.head(system)))
    with psycopg.connect(clone.owner_dsn) as owner:
        for table in ("audit_entry", "audit_seal"):
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        owner.execute("DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_seal WHERE position > 3)")
        owner.execute("DELETE FROM audit_seal WHERE position > 3")
        alone, against = await _verified(owner, None), await _verified(owner, kept)
        owner.rollback()
    assert alone.holds, "the chain alone cannot know"
    assert (against.broken_at, against.why) == (
        4,
        "the chain ends here, and the kept head is at 5: entries were cut off",
    )


async def test_an_empty_audit_holds(database: Database, system: Connection) -> None:
    verdict = await audit.verify(system)
    assert (verdict.holds, verdict.sealed, str(verdict.head)) == (True, 0, f"0:{'00' * 32}")


@pytest.mark.parametrize("text", ["", "5", "x:00", f"-1:{'00' * 32}", "1:zz"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        audit.Head.read(text)
