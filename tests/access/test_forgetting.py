"""The audit's oldest entries go after six years, by one door that opens for nothing else; the chain holds."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import AsyncConnection

from core import access, audit
from core.cluster import Database as Cluster
from core.db import Database, driver_of
from core.security import SYSTEM, Caller
from tests.access.builders import RING, an_agency
from tests.builders import NOON

pytestmark = pytest.mark.security

OLD = NOON.replace(year=2019)
Connection = AsyncConnection[tuple[Any, ...]]


@pytest.fixture
async def system(clone: Cluster) -> AsyncIterator[Connection]:
    async with await AsyncConnection.connect(clone.service_dsn, autocommit=True) as connection:
        await connection.execute("SET doorlight.trusted = 'on'")
        yield connection


async def _acts(database: Database, system: Connection, *ats: datetime, agency: UUID | None = None) -> None:
    caller = Caller(id=uuid4(), agency_id=agency or uuid4())
    for at in ats:
        async with database.transaction(caller) as db:
            await audit.record(db, caller, act="read", table="person", row_id=uuid4(), now=at)
    async with system.transaction():
        await audit.seal(system)


async def _forgotten(database: Database, before: datetime = NOON - timedelta(days=2190)) -> audit.Forgotten:
    async with database.transaction(SYSTEM) as db:
        return await audit.forget(await driver_of(db), before=before)


async def _count(system: Connection, table: str) -> int:
    found = await (await system.execute(f"SELECT count(*) FROM {table}")).fetchone()
    return int(found[0]) if found else 0


async def test_what_is_old_goes_and_the_rest_still_holds(database: Database, system: Connection) -> None:
    await _acts(database, system, OLD, OLD, OLD, NOON, OLD)
    kept = await audit.head(system)
    assert await _forgotten(database) == audit.Forgotten(3, held=False), "what is sealed behind a younger one waits"
    verdict = await audit.verify(system, kept=kept)
    assert (verdict.holds, verdict.sealed, verdict.purged, verdict.head.position) == (True, 2, 3, 5)
    assert [await _count(system, table) for table in ("audit_entry", "audit_seal")] == [2, 2]
    await _acts(database, system, NOON)
    assert (await audit.verify(system, kept=kept)).sealed == 3


async def test_where_all_were_purged_the_chain_goes_on(database: Database, system: Connection) -> None:
    await _acts(database, system, OLD, OLD)
    head = await audit.head(system)
    await _forgotten(database)
    assert await audit.head(system) == head
    assert (await audit.verify(system, kept=head)).holds
    await _acts(database, system, NOON)
    assert (await audit.head(system)).position == 3
    assert (await audit.verify(system, kept=head)).holds


async def test_a_change_behind_the_checkpoint_still_shows(
    database: Database, system: Connection, clone: Cluster
) -> None:
    await _acts(database, system, OLD, NOON, NOON)
    await _forgotten(database)
    with psycopg.connect(clone.owner_dsn, autocommit=True) as owner:
        owner.execute("SET doorlight.trusted = 'on'")
        for state, trigger in (("NO FORCE", "DISABLE"), ("FORCE", "ENABLE")):
            owner.execute(f"ALTER TABLE audit_entry {state} ROW LEVEL SECURITY")
            owner.execute(f"ALTER TABLE audit_entry {trigger} TRIGGER USER")
            if trigger == "DISABLE":
                owner.execute(
                    "UPDATE audit_entry SET act = 'x' WHERE id = (SELECT entry_id FROM audit_seal WHERE position = 3)"
                )
    assert (await audit.verify(system)).broken_at == 3


async def test_a_head_from_before_the_purge_is_not_taken_for_proof(database: Database, system: Connection) -> None:
    await _acts(database, system, OLD)
    early = await audit.head(system)
    await _acts(database, system, OLD, NOON)
    await _forgotten(database)
    verdict = await audit.verify(system, kept=early)
    assert (verdict.holds, verdict.why) == (
        False, "up to place 2 entries were purged; compare with a head that was kept since",
    )  # fmt: skip
    other = audit.Head(2, bytes(range(32)))
    assert (await audit.verify(system, kept=other)).why == "the kept head is of another chain"


async def test_a_chain_that_does_not_hold_is_not_purged(database: Database, system: Connection, clone: Cluster) -> None:
    await _acts(database, system, OLD, OLD)
    with psycopg.connect(clone.owner_dsn, autocommit=True) as owner:
        owner.execute("SET doorlight.trusted = 'on'")
        owner.execute("ALTER TABLE audit_seal DISABLE TRIGGER USER")
        owner.execute("UPDATE audit_seal SET hash = '\\x00' WHERE position = 1")
        owner.execute("ALTER TABLE audit_seal ENABLE TRIGGER USER")
    with pytest.raises(audit.ChainBroken, match="place 1"):
        await _forgotten(database)
    assert await _count(system, "audit_entry") == 2


async def test_a_hold_keeps_an_entry_and_all_behind_it(database: Database, system: Connection) -> None:
    agency = await an_agency(database)
    await _acts(database, system, OLD)
    await _acts(database, system, OLD, agency=agency)
    await _acts(database, system, OLD)
    async with database.transaction(SYSTEM) as db:
        made = await access.hold(db, SYSTEM, agency_id=agency, person_id=None, reason="26-1187", ring=RING, now=NOON)
    assert await _forgotten(database) == audit.Forgotten(1, held=True)
    async with database.transaction(SYSTEM) as db:
        await access.end_hold(db, SYSTEM, hold_id=made.id, ring=RING, now=NOON)
    assert (await _forgotten(database)).gone == 2


async def test_the_door_opens_for_what_is_old_and_known_alone(database: Database, system: Connection) -> None:
    """Whoever holds the service's address can make nothing vanish that is not due to."""
    await _acts(database, system, OLD, NOON)
    head = await audit.head(system)
    for upto, known in ((2, head.hash), (1, head.hash), (3, head.hash), (1, b"")):
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            await system.execute("SELECT doorlight_forget_audit(%s, %s)", (upto, known))
    for statement in (
        "DELETE FROM audit_entry WHERE at < '2020-01-01'",
        "INSERT INTO audit_checkpoint VALUES (2, '', now())",
        "DELETE FROM audit_seal",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await system.execute(statement)
    assert (await audit.verify(system, kept=head)).sealed == 2


async def test_even_the_owner_deletes_nothing_that_is_young(
    database: Database, system: Connection, clone: Cluster
) -> None:
    await _acts(database, system, NOON)
    with psycopg.connect(clone.owner_dsn, autocommit=True) as owner:
        owner.execute("SET doorlight.trusted = 'on'")
        assert owner.execute("DELETE FROM audit_entry RETURNING id").fetchall() == []
    assert await _count(system, "audit_entry") == 1
