"""The net beneath the code: what the database itself shows to a transaction, whatever a statement forgets."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from joserfc.jwk import ECKey
from sqlalchemy import text

import referrals
from api.registry import COLUMNS
from core import access
from core.addresses import LOOPBACK
from core.cluster import Database as Cluster
from core.db import Database
from core.outgoing import Outgoing
from core.security import SYSTEM, Caller, Role
from core.tables import Table
from directory import ClaimWay
from tests.access.builders import PASSWORD, RING, a_member, an_agency, invited
from tests.builders import NOON
from tests.directory.claimants import a_listing, asked

pytestmark = pytest.mark.security

TENANT = (
    "agency", "person", "membership", "local_account", "sign_in", "invitation", "api_key", "audit_entry", "client",
    "client_key", "claim", "legal_hold", "identity_provider", "linked_identity", "webhook_endpoint",
)  # fmt: skip
# Seen by more than one agency, or by stewards.
SHARED = (
    "correction", "break_glass", "referral", "referral_person", "offer", "capacity_pool", "capacity_unit",
    "capacity_hold", "referral_consent", "referral_disclosure", "referral_passed_over", "police_involvement",
    "mandated_report",
    "referral_event", "agency_clock", "agency_contact", "survivor_count",
)  # fmt: skip
# Seen by the system's own acts alone, or by rules of its own.
OTHERS = {
    "audit_seal", "letter", "edit", "edit_field", "police_fall", "access_token", "assertion_seen", "oidc_flow",
    "kept_reply", "audit_checkpoint", "referral_outbox",
    "webhook_delivery", "offer_text", "gateway_message",
}  # fmt: skip

_KEYS = {"local_account": "person_id", "referral_person": "referral_id"}
PUBLIC_KEY = ECKey.generate_key("P-384", parameters={"kid": "1"}).as_dict(private=False)


@pytest.fixture
def owner(clone: Cluster) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(clone.owner_dsn, autocommit=True) as connection:
        yield connection


async def _filled(database: Database) -> dict[str, Caller]:
    """Two agencies with everything that an agency may have."""
    callers = {}
    for name in ("Mine", "Foreign"):
        agency = await an_agency(database, name)
        boss = await a_member(database, agency, Role.administrator, name=f"{name}boss", password=PASSWORD)
        await a_member(database, agency, name=f"{name}ana")
        await invited(database, agency, f"{name}.new@example.org", Role.responder)
        async with database.transaction(boss.caller) as db:
            lasts = NOON.replace(year=2027) - NOON
            await access.make_key(db, boss.caller, name="Key", scopes=["directory.read"], lasts=lasts, now=NOON)
            await access.register_client(
                db,
                boss.caller,
                name="C",
                scopes=["directory.read"],
                jwks={"keys": [PUBLIC_KEY]},
                lasts=lasts,
                now=NOON,
            )
            await access.hold(db, boss.caller, agency_id=agency, person_id=None, reason="26-1187", ring=RING, now=NOON)
            by = await access.make_provider(
                db, boss.caller, agency_id=agency, issuer="https://login.example.org", client_id="doorlight",
                client_secret="a secret", domains=["example.org"], ring=RING, now=NOON,
            )  # fmt: skip
            hook = "https://dispatch.example.org/hooks"
            await referrals.make_webhook(db, boss.caller, url=hook, ring=RING, way=Outgoing(also=LOOPBACK))
        async with database.transaction(SYSTEM) as db:
            known = access.Identity("subject", boss.email)
            await access.sign_in_by_provider(db, provider_id=by.id, identity=known, shared=False, ring=RING, now=NOON)
            await access.leave(db, provider_id=by.id, shared=False, ring=RING, now=NOON)
        async with database.transaction(SYSTEM) as db:
            await access.sign_in(db, email=boss.email, password=PASSWORD, code="", shared=False, ring=RING, now=NOON)
        await asked(database, boss.caller, await a_listing(database, name), ClaimWay.steward)
        callers[name] = boss.caller
    return callers


async def _seen(database: Database, caller: Caller | None, table: str) -> int:
    async with database.transaction(caller) as db:
        return int(await db.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


@pytest.mark.parametrize("table", TENANT)
async def test_a_statement_that_forgets_who_asks_sees_their_rows_alone(database: Database, table: str) -> None:
    callers = await _filled(database)
    mine, foreign, every = [
        await _seen(database, caller, table) for caller in (callers["Mine"], callers["Foreign"], SYSTEM)
    ]
    assert mine == foreign > 0
    assert every >= mine + foreign
    stranger = Caller(id=uuid4(), agency_id=uuid4(), roles=frozenset({Role.administrator}))
    for nobody in (None, Caller(), stranger):
        assert await _seen(database, nobody, table) == 0


@pytest.mark.parametrize("table", ["membership", "api_key"])
async def test_nobody_changes_or_moves_what_is_not_theirs(database: Database, table: str) -> None:
    callers = await _filled(database)
    foreign = callers["Foreign"].agency_id
    for act in (f"UPDATE {table} SET made_at = now()", f"DELETE FROM {table}"):
        async with database.transaction(callers["Mine"]) as db:
            touched = await db.execute(text(f"{act} WHERE agency_id = :it RETURNING id"), {"it": foreign})
            assert touched.all() == []
    with pytest.raises(Exception, match="row-level security"):
        async with database.transaction(callers["Mine"]) as db:
            await db.execute(text(f"UPDATE {table} SET agency_id = :it"), {"it": foreign})


async def test_a_connection_takes_nothing_of_its_last_caller_along(database: Database) -> None:
    callers = await _filled(database)
    small = Database(database.dsn, pool_size=1)
    try:
        async with small.transaction(callers["Mine"]) as db:
            assert await db.scalar(text("SELECT count(*) FROM membership")) == 2
        async with small.transaction() as db:
            assert await db.scalar(text("SELECT count(*) FROM membership")) == 0
    finally:
        await small.engine.dispose()


def test_every_table_of_agencies_has_its_net(owner: psycopg.Connection[Any]) -> None:
    guarded = {
        row[0] for row in owner.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relkind = 'r'"
        )
    }  # fmt: skip
    holding = {name.split(".")[0] for name, kept in COLUMNS.items() if kept is not None}
    assert holding <= guarded
    assert guarded == {*TENANT, *SHARED, *OTHERS}


def test_the_service_can_get_around_no_net(owner: psycopg.Connection[Any]) -> None:
    role = owner.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'doorlight_service'").fetchone()
    assert role == (False, False)
    definers = owner.execute(
        "SELECT proname FROM pg_proc JOIN pg_namespace AS n ON n.oid = pronamespace"
        " WHERE prosecdef AND nspname = 'public' AND NOT EXISTS (SELECT FROM pg_depend"
        " WHERE objid = pg_proc.oid AND deptype = 'e')"
    ).fetchall()
    assert definers == [("doorlight_forget_audit",)], "what they may do is tried in test_forgetting.py"
    views = owner.execute(
        "SELECT relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace WHERE relkind = 'v'"
        " AND nspname = 'public' AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', false)"
        " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype = 'e')"
    ).fetchall()
    assert views == []


def test_every_column_says_whether_it_holds_person_data() -> None:
    every = {f"{table.name}.{column.name}" for table in Table.metadata.tables.values() for column in table.columns}
    assert every - COLUMNS.keys() == set(), "register it in the domain's personal.py"
    assert COLUMNS.keys() - every == set(), "there is no such column any more"


async def test_what_is_registered_as_sealed_is_sealed(database: Database, owner: psycopg.Connection[Any]) -> None:
    await _filled(database)
    sealed = [name.split(".") for name, kept in COLUMNS.items() if kept is not None and kept.sealed]
    assert sealed
    for table, column in sealed:
        with owner.transaction(force_rollback=True):
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            for row_id, value in owner.execute(
                f"SELECT {_KEYS.get(table, 'id')}, {column} FROM {table} WHERE {column} IS NOT NULL"
            ).fetchall():
                assert RING.open(value, row=UUID(str(row_id)), column=f"{table}.{column}")
