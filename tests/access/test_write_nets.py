"""The net beneath what the code writes: whatever a statement forgets, nobody writes what is not theirs to write."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Caller, Role
from tests.access.rows import Rows, run, two_agencies
from tests.access.test_nets import OTHERS, SHARED, TENANT
from tests.access.write import Write
from tests.access.writes import NEVER, WRITES
from tests.conftest import Counted

pytestmark = pytest.mark.security
GUARDED = sorted({*TENANT, *SHARED, *OTHERS})
_WRITING = (
    "SELECT DISTINCT tablename, policyname, cmd, condition"
    " FROM pg_policies, unnest(ARRAY[qual, with_check]) AS condition WHERE schemaname = 'public'"
    " AND permissive = 'PERMISSIVE' AND cmd <> 'SELECT' AND condition IS NOT NULL"
)
_REFUSED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation)
_OPENED = (
    "INSERT INTO sign_in (id, person_id, token_hash, shared, made_at, seen_at, ends_at)"
    " VALUES (gen_random_uuid(), :person, 'new', false, :now, :now, :later)"
)
# What asks for nobody: whoever causes a letter may add one, as one that waits.
_ANYBODYS = {("letter", "INSERT")}


@pytest.fixture
def owner(clone: Cluster) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(clone.owner_dsn) as connection:
        yield connection
        connection.rollback()


async def _written(database: Database, rows: Rows, caller: Caller, whose: str, sql: str) -> bool:
    """Whether the database lets them; it is undone either way."""
    touched = 0
    async with database.transaction(caller) as db:
        attempt = await db.begin_nested()
        try:
            touched = await run(db, sql, rows.named(whose, caller))
        except DBAPIError as error:
            if not isinstance(error.orig, _REFUSED):
                raise
        await attempt.rollback()
    return touched > 0


@pytest.mark.parametrize("write", WRITES, ids=str)
async def test_each_role_writes_what_is_theirs_and_nothing_else(
    database: Database, write: Write, counted: Counted
) -> None:
    rows = await two_agencies(database)
    for whose, may in (("own", write.own), ("foreign", write.foreign)):
        tried = {who: await _written(database, rows, caller, whose, write.sql) for who, caller in rows.callers.items()}
        assert {who for who, done in tried.items() if done} == may, whose
    counted("writes tried beneath the code", 2 * len(rows.callers))


@pytest.mark.parametrize("table", GUARDED)
async def test_nobody_takes_a_row_away_but_the_system(database: Database, table: str) -> None:
    rows = await two_agencies(database)
    for caller in rows.callers.values():
        assert not await _written(database, rows, caller, "own", f"DELETE FROM {table}")


@pytest.mark.parametrize("write", WRITES, ids=str)
async def test_the_systems_own_acts_go_through_but_for_what_is_never_done(database: Database, write: Write) -> None:
    """So whatever nobody else may is refused for who they are, and not for how it is written."""
    rows = await two_agencies(database)
    system = replace(rows.callers["administrator"], roles=frozenset({Role.system}))
    assert await _written(database, rows, system, "own", write.sql) == (str(write) not in NEVER)


async def test_the_system_forgets_what_its_time_is_over_for(database: Database) -> None:
    rows = await two_agencies(database)
    for sql in (
        "UPDATE edit SET person_id = NULL",
        "DELETE FROM claim",
        "DELETE FROM police_fall",
        "DELETE FROM correction",
        "DELETE FROM break_glass",
        "DELETE FROM kept_reply",
        "DELETE FROM legal_hold",
    ):
        assert await _written(database, rows, SYSTEM, "own", sql)


async def test_who_signed_in_changes_their_own_account_and_a_provider_vouches_for_none(database: Database) -> None:
    rows = await two_agencies(database)
    mine = rows.ids["own"]
    self_ = Caller(id=mine["person"], agency_id=mine["agency"])
    vouched = Caller(id=mine["person"], agency_id=mine["agency"], provider_id=mine["provider"])
    for sql in (
        "UPDATE local_account SET password_hash = 'another' WHERE person_id = :person",
        "UPDATE sign_in SET ended_at = :now WHERE id = :sign_in",
        _OPENED,
    ):
        assert await _written(database, rows, self_, "own", sql)
        assert not await _written(database, rows, vouched, "own", sql)


async def test_a_reply_is_kept_and_kept_anew_for_who_was_answered_alone(database: Database) -> None:
    rows = await two_agencies(database)
    told = "SELECT set_config('doorlight.scope', encode(:blind, 'hex'), true)"
    kept = (
        "INSERT INTO kept_reply (id, scope, key_hash, request, reply, made_at, ends_at)"
        " VALUES (gen_random_uuid(), :blind, '', '', '', :now, :later)"
        " ON CONFLICT (scope, key_hash) DO UPDATE SET made_at = :now"
    )
    caller = rows.callers["responder"]
    assert await _written(database, rows, caller, "own", f"{told};\n{kept}")
    assert not await _written(database, rows, caller, "own", kept)


@pytest.mark.parametrize("state", ["proven", "held"])
async def test_no_other_word_of_an_agency_makes_a_listing_its_own(database: Database, state: str) -> None:
    """A letter that was answered is the system's to note; that it waits for a steward anybody of them may say."""
    rows = await two_agencies(database)
    sql = f"UPDATE claim SET state = '{state}' WHERE id = :claim"
    done = await _written(database, rows, rows.callers["administrator"], "own", sql)
    assert done == (state == "held")


def _wide(owner: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    """Policies by which a row is written that ask neither who writes it nor whose it is."""
    return [
        (table, name)
        for table, name, command, condition in owner.execute(_WRITING).fetchall()
        if condition == "true"
        or not ("doorlight_" in condition or condition == "false" or (table, command) in _ANYBODYS)
    ]


def test_no_policy_lets_anybody_write_anything(owner: psycopg.Connection[Any]) -> None:
    assert _wide(owner) == []


def test_a_policy_that_did_would_be_found(owner: psycopg.Connection[Any]) -> None:
    owner.execute("CREATE POLICY open ON letter FOR INSERT WITH CHECK (true)")
    owner.execute("CREATE POLICY careless ON claim FOR UPDATE USING (state = 'asked')")
    assert sorted(_wide(owner)) == [("claim", "careless"), ("letter", "open")]


def test_for_every_command_at_once_there_is_the_systems_policy_alone(owner: psycopg.Connection[Any]) -> None:
    """Any other says of each command who may: one for all lets whoever reads a row write it."""
    for_all = "SELECT tablename, qual, with_check FROM pg_policies WHERE cmd = 'ALL' AND schemaname = 'public'"
    found = owner.execute(for_all).fetchall()
    assert {(condition, check) for _, condition, check in found} == {("doorlight_trusted()", None)}
    assert {table for table, *_ in found} == {*GUARDED} - {"audit_entry"}, "which is only ever added to"


def test_every_command_on_every_table_is_tried(owner: psycopg.Connection[Any]) -> None:
    tried = {(write.name.partition(":")[0], command) for write in WRITES for command in ("INSERT", "UPDATE")
             if f"{command} " in write.sql}  # fmt: skip
    missing = {(table, command) for table in GUARDED for command in ("INSERT", "UPDATE")} - tried
    assert missing == set()
