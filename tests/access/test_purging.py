"""Every column of person data goes when its time is over, and not before; a legal hold keeps it until it is ended."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from api.purge import due_all, purge_all
from api.registry import COLUMNS, RULES
from core import access, letters
from core.cluster import Database as Cluster
from core.db import Database
from core.personal import Purge
from core.security import SYSTEM, Role
from tests.access.builders import PASSWORD, RING, Member, a_member, an_agency, invited
from tests.builders import NOON

pytestmark = pytest.mark.security

DAY = timedelta(days=1)


def test_every_registered_column_has_a_rule_that_lets_it_go_in_its_time() -> None:
    wanted = {name for name, kept in COLUMNS.items() if kept is not None and kept.keep is not None}
    covered = {
        name for rule in RULES for name, kept in rule.columns(COLUMNS).items() if kept.keep == rule.kept(COLUMNS)
    }
    assert wanted - covered == set(), "say in the domain's PURGE when its rows have ended"


def test_what_is_purged_is_what_is_registered() -> None:
    for rule in RULES:
        names = {f"{rule.table}.{column}" for column in rule.blank}
        assert names <= COLUMNS.keys()
        assert rule.kept(COLUMNS) >= timedelta(0)


def test_a_rule_for_what_has_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="agency"):
        Purge("agency", ended="t.ended_at").kept(COLUMNS)


@pytest.fixture
def system(clone: Cluster) -> Iterator[psycopg.Connection[Any]]:
    """What is stored, whosever it is."""
    with psycopg.connect(clone.service_dsn, autocommit=True) as connection:
        connection.execute("SET doorlight.trusted = 'on'")
        yield connection


async def _left(database: Database, name: str = "Ana") -> Member:
    """Somebody who signed in, and then lost their one role at noon."""
    agency = await an_agency(database)
    boss = await a_member(database, agency, Role.administrator, name=f"{name}sboss")
    ana = await a_member(database, agency, name=name, password=PASSWORD)
    async with database.transaction(SYSTEM) as db:
        await access.sign_in(db, email=ana.email, password=PASSWORD, code="", shared=False, ring=RING, now=NOON)
    assert ana.caller.id is not None
    async with database.transaction(boss.caller) as db:
        await access.end_membership(db, boss.caller, person_id=ana.caller.id, role=None, now=NOON)
    return ana


async def _purged(database: Database, tmp_path: Path, now: datetime) -> dict[str, tuple[int, int]]:
    before = await due_all(database, folder=tmp_path, now=now)
    done = await purge_all(database, folder=tmp_path, now=now)
    assert [(one.what, one.gone) for one in before] == [(one.what, one.gone) for one in done], "a dry run says the same"
    again = await due_all(database, folder=tmp_path, now=now)
    assert {one.gone for one in again} == {0}
    return {one.what: (one.gone, one.held) for one in done if one.gone or one.held}


def _one(system: psycopg.Connection[Any], statement: str, *values: object) -> Any:
    return system.execute(statement, values).fetchone()


PERSON = "person (name, email, email_blind, ended_at)"


def test_a_hold_on_somebody_reaches_every_row_that_names_them() -> None:
    missed = [
        name
        for rule in RULES
        if rule.elsewhere is None and rule.table != "legal_hold"
        for name, kept in COLUMNS.items()
        if kept is not None and name.partition(".")[0] == rule.table
        if name.endswith((".person_id", "_by")) and f"t.{name.partition('.')[2]}" not in rule.people
    ]
    assert missed == []


async def test_who_left_loses_the_password_at_once_and_the_name_after_a_year(
    database: Database, tmp_path: Path, system: psycopg.Connection[Any]
) -> None:
    ana = await _left(database)
    assert await _purged(database, tmp_path, NOON) == {"local_account": (1, 0)}
    soon = await _purged(database, tmp_path, NOON + 364 * DAY)
    assert PERSON not in soon
    assert (await _purged(database, tmp_path, NOON + 365 * DAY))[PERSON] == (1, 0)
    name, email, blind, ended = _one(
        system, "SELECT name, email, email_blind, ended_at FROM person WHERE id = %s", ana.caller.id
    )
    assert (name, email, len(blind), ended) == (b"", b"", 16, NOON + 365 * DAY)
    assert _one(system, "SELECT count(*) FROM membership WHERE person_id = %s", ana.caller.id) == (1,)
    assert (await _purged(database, tmp_path, NOON + 2190 * DAY))["membership"] == (1, 0)


async def test_who_comes_back_after_that_is_somebody_new(database: Database, tmp_path: Path) -> None:
    ana = await _left(database)
    later = NOON + 400 * DAY
    await _purged(database, tmp_path, later)
    token = await invited(database, await an_agency(database), ana.email, Role.responder, now=later)
    async with database.transaction(SYSTEM) as db:
        person, _ = await access.accept_invitation(db, token=token, name="Ana", ring=RING, now=later)
    assert person != ana.caller.id


async def test_who_has_another_role_somewhere_stays(database: Database, tmp_path: Path) -> None:
    ana = await _left(database)
    token = await invited(database, await an_agency(database, "Second"), ana.email, Role.responder)
    async with database.transaction(SYSTEM) as db:
        person, _ = await access.accept_invitation(db, token=token, name="Ana", ring=RING, now=NOON)
    assert person == ana.caller.id
    assert PERSON not in await _purged(database, tmp_path, NOON + 800 * DAY)


async def test_a_link_that_was_held_goes_though_they_serve_another_agency(
    database: Database, tmp_path: Path, system: psycopg.Connection[Any]
) -> None:
    ana, second = await _left(database), await an_agency(database, "Second")
    token = await invited(database, second, ana.email, Role.responder)
    async with database.transaction(SYSTEM) as db:
        await access.accept_invitation(db, token=token, name="Ana", ring=RING, now=NOON)
    for agency in (ana.caller.agency_id, second):
        provider = uuid4()
        system.execute(
            "INSERT INTO identity_provider (id, agency_id, issuer, client_id, domains, made_at)"
            " VALUES (%s, %s, 'https://login.example.org', 'doorlight', '{}', %s)",
            (provider, agency, NOON),
        )
        system.execute(
            "INSERT INTO linked_identity (id, provider_id, agency_id, person_id, subject_blind, made_at)"
            " VALUES (gen_random_uuid(), %s, %s, %s, 'x', %s)",
            (provider, agency, ana.caller.id, NOON),
        )
    assert (await _purged(database, tmp_path, NOON))["linked_identity"] == (1, 0)
    assert _one(system, "SELECT agency_id FROM linked_identity") == (second,)


async def test_an_agency_that_ended_gives_no_role(
    database: Database, tmp_path: Path, system: psycopg.Connection[Any]
) -> None:
    agency = await an_agency(database)
    await a_member(database, agency)
    system.execute("UPDATE agency SET ended_at = %s", (NOON,))
    assert (await _purged(database, tmp_path, NOON + 365 * DAY))[PERSON] == (1, 0)


async def test_sign_ins_invitations_and_secrets_of_keys_go_after_a_month(
    database: Database, tmp_path: Path, system: psycopg.Connection[Any]
) -> None:
    agency = await an_agency(database)
    boss = await a_member(database, agency, Role.administrator, name="Bea", password=PASSWORD)
    async with database.transaction(SYSTEM) as db:
        await access.sign_in(db, email=boss.email, password=PASSWORD, code="", shared=False, ring=RING, now=NOON)
    async with database.transaction(boss.caller) as db:
        key = await access.make_key(db, boss.caller, name="K", scopes=["directory.read"], lasts=DAY, now=NOON)
    await invited(database, agency, "never@example.org", Role.responder)  # good for a week
    assert await _purged(database, tmp_path, NOON + 29 * DAY) == {}
    assert await _purged(database, tmp_path, NOON + 38 * DAY) == {
        "sign_in": (1, 0), "invitation": (2, 0), "api_key (secret_hash)": (1, 0),
    }  # fmt: skip
    assert _one(system, "SELECT secret_hash, made_by FROM api_key") == (b"", boss.caller.id)
    async with database.transaction(SYSTEM) as db:
        assert await access.machine_of(db, text=key.secret, now=NOON) is None
    assert (await _purged(database, tmp_path, NOON + 2191 * DAY))["api_key (made_by)"] == (1, 0)


async def test_what_is_let_go_of_is_written_into_the_audit(
    database: Database, tmp_path: Path, system: psycopg.Connection[Any]
) -> None:
    ana = await _left(database)
    await _purged(database, tmp_path, NOON + 365 * DAY)
    rows = system.execute("SELECT columns FROM audit_entry WHERE act = 'purge' AND row_id = %s ORDER BY id",
                          (ana.caller.id,)).fetchall()  # fmt: skip
    assert [set(columns) for (columns,) in rows] == [
        {"name", "email", "email_blind"}, {"password_hash", "recovery_hashes", "totp"},
    ]  # fmt: skip


@pytest.mark.parametrize("of", ["agency", "person"])
async def test_a_hold_keeps_what_is_over_until_it_is_ended(database: Database, tmp_path: Path, of: str) -> None:
    ana, bob = await _left(database), await _left(database, "Bob")
    async with database.transaction(SYSTEM) as db:
        made = await access.hold(
            db, SYSTEM, reason="District court, 26-1187", ring=RING, now=NOON,
            agency_id=ana.caller.agency_id if of == "agency" else None,
            person_id=ana.caller.id if of == "person" else None,
        )  # fmt: skip
    later = NOON + 365 * DAY
    first = await _purged(database, tmp_path, later)
    assert {what: first[what] for what in (PERSON, "local_account", "sign_in")} == {
        PERSON: (1, 1), "local_account": (1, 1), "sign_in": (1, 1),
    }, "Bob goes, Ana stays"  # fmt: skip
    assert bob.caller.id != ana.caller.id
    async with database.transaction(SYSTEM) as db:
        await access.end_hold(db, SYSTEM, hold_id=made.id, ring=RING, now=later)
    assert (await _purged(database, tmp_path, later))[PERSON] == (1, 0)


async def test_somebody_who_is_given_a_role_meanwhile_has_not_left(database: Database, tmp_path: Path) -> None:
    ana = await _left(database)
    later = NOON + 400 * DAY
    token = await invited(database, await an_agency(database, "Second"), ana.email, Role.responder, now=later)
    async with database.transaction(SYSTEM) as db:
        await access.accept_invitation(db, token=token, name="Ana", ring=RING, now=later)
        # not yet committed: the purge passes by whom somebody else is at
        other = Database(database.dsn, pool_size=1)
        await other.open()
        done = {one.what: one.gone for one in await purge_all(other, folder=tmp_path, now=later)}
        await other.close()
    assert done[PERSON] == 0
    assert PERSON not in await _purged(database, tmp_path, later)


async def test_letters_in_the_folder_go_after_a_month(database: Database, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_text("To: ana@example.org")
    (tmp_path / "notes.md").write_text("not ours")
    written = datetime.fromtimestamp((tmp_path / "one.eml").stat().st_mtime, NOON.tzinfo)
    assert await _purged(database, tmp_path, written + 29 * DAY) == {}
    assert await _purged(database, tmp_path, written + 31 * DAY) == {"letters in the folder": (1, 0)}
    assert letters.sweep(tmp_path, before=written + 99 * DAY) == 0
    assert (tmp_path / "notes.md").stat().st_size > 0


async def test_jobs_that_failed_go_after_a_month(
    database: Database, tmp_path: Path, system: psycopg.Connection[Any]
) -> None:
    for task in ("broken", "waits"):
        system.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, '{}')", (task,)
        )
    for status in ("doing", "failed"):
        system.execute("UPDATE procrastinate_jobs SET status = %s WHERE task_name = 'broken'", (status,))
    (now,) = _one(system, "SELECT now()")
    assert await _purged(database, tmp_path, now + 29 * DAY) == {}
    assert await _purged(database, tmp_path, now + 31 * DAY) == {"failed jobs": (1, 0)}
    assert _one(system, "SELECT array_agg(task_name) FROM procrastinate_jobs") == (["waits"],)
