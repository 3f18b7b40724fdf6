"""Legal holds: made and ended by who answers for an agency, or by whoever runs Doorlight."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from core import access
from core.access.errors import BadReason, NoSuchAgency, NoSuchHold, NoSuchPerson, NotAllowed
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Role
from tests.access.builders import RING, a_member, an_agency
from tests.builders import NOON

pytestmark = pytest.mark.security


async def test_a_hold_is_seen_by_its_agency_and_ended_once(database: Database) -> None:
    boss = await a_member(database, await an_agency(database), Role.administrator, name="Bea")
    async with database.transaction(boss.caller) as db:
        made = await access.hold(
            db, boss.caller, agency_id=boss.caller.agency_id, person_id=boss.caller.id, reason=" Court,\n26-1187 ",
            ring=RING, now=NOON,
        )  # fmt: skip
    assert (made.reason, made.person_id, made.ended_at) == ("Court, 26-1187", boss.caller.id, None)
    async with database.transaction(boss.caller) as db:
        assert await access.holds(db, boss.caller, ring=RING, now=NOON) == [made]
        ended = await access.end_hold(db, boss.caller, hold_id=made.id, ring=RING, now=NOON)
        assert ended.ended_at == NOON
        with pytest.raises(NoSuchHold):
            await access.end_hold(db, boss.caller, hold_id=made.id, ring=RING, now=NOON)


async def test_one_of_whoever_runs_doorlight_is_ended_by_them_alone(database: Database) -> None:
    boss = await a_member(database, await an_agency(database), Role.administrator, name="Bea")
    async with database.transaction(SYSTEM) as db:
        made = await access.hold(
            db, SYSTEM, agency_id=boss.caller.agency_id, person_id=None, reason="26-1187", ring=RING, now=NOON
        )
    async with database.transaction(boss.caller) as db:
        with pytest.raises(NotAllowed, match="doorlight hold end"):
            await access.end_hold(db, boss.caller, hold_id=made.id, ring=RING, now=NOON)


async def test_nobody_else_is_held(database: Database) -> None:
    boss = await a_member(database, await an_agency(database), Role.administrator, name="Bea")
    other = await a_member(database, await an_agency(database, "Other"), name="Ana")
    own = boss.caller.agency_id
    for agency, person, error in (
        (other.caller.agency_id, None, NoSuchAgency), (None, boss.caller.id, NoSuchAgency),
        (own, other.caller.id, NoSuchPerson), (own, uuid4(), NoSuchPerson),
    ):  # fmt: skip
        async with database.transaction(boss.caller) as db:
            with pytest.raises(error):
                await access.hold(
                    db, boss.caller, agency_id=agency, person_id=person, reason="26-1187", ring=RING, now=NOON
                )


@pytest.mark.parametrize("reason", ["", " \n", "x" * 501])
async def test_a_hold_has_a_reason(database: Database, reason: str) -> None:
    agency = await an_agency(database)
    async with database.transaction(SYSTEM) as db:
        with pytest.raises(BadReason):
            await access.hold(db, SYSTEM, agency_id=agency, person_id=None, reason=reason, ring=RING, now=NOON)


async def test_a_role_that_keeps_no_accounts_holds_nothing(database: Database) -> None:
    ana = await a_member(database, await an_agency(database))
    async with database.transaction(ana.caller) as db:
        with pytest.raises(NotAllowed):
            await access.holds(db, ana.caller, ring=RING, now=NOON)


# whose hold it is: theirs, their whole agency's, a colleague's, nobody's
@pytest.mark.parametrize(("of", "held"), [("ana", True), ("agency", True), ("bea", False), ("nobody", False)])
async def test_what_a_provider_calls_somebody_is_held_with_them(
    database: Database, clone: Cluster, *, of: str, held: bool
) -> None:
    agency = await an_agency(database)
    boss = await a_member(database, agency, Role.administrator, name="Bea")
    ana = await a_member(database, agency, name="Ana")
    async with database.transaction(boss.caller) as db:
        by = await access.make_provider(
            db, boss.caller, agency_id=agency, issuer="https://login.example.org", client_id="doorlight",
            client_secret=None, domains=["example.org"], ring=RING, now=NOON,
        )  # fmt: skip
    async with database.transaction(SYSTEM) as db:
        known = access.Identity("subject", ana.email)
        await access.sign_in_by_provider(db, provider_id=by.id, identity=known, shared=False, ring=RING, now=NOON)
        if of != "nobody":
            who = {"ana": ana.caller.id, "bea": boss.caller.id}.get(of)
            whose = None if of == "ana" else agency
            await access.hold(db, SYSTEM, agency_id=whose, person_id=who, reason="26-1187", ring=RING, now=NOON)
    assert ana.caller.id is not None
    async with database.transaction(boss.caller) as db:
        await access.end_membership(db, boss.caller, person_id=ana.caller.id, role=None, now=NOON)
    async with database.transaction(SYSTEM) as db:
        assert await db.scalar(text("SELECT count(*) FROM linked_identity")) == (1 if held else 0)
        assert (
            await access.sign_in_by_provider(db, provider_id=by.id, identity=known, shared=False, ring=RING, now=NOON)
            is None
        )
