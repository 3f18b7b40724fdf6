"""Agencies, invitations, and what each role may do in its own agency."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from core import access
from core.access.errors import AlreadyMember, BadAddress, BadRole, LinkUsedUp, NoSuchAgency, NoSuchPerson, NotAllowed
from core.db import Database
from core.security import GIVEN, PUBLIC, SYSTEM, Caller, Role
from tests.access.builders import RING, Member, a_member, an_agency, invited
from tests.builders import NOON

pytestmark = pytest.mark.security


async def test_only_whoever_runs_doorlight_makes_agencies(database: Database) -> None:
    boss = Caller(id=uuid4(), agency_id=uuid4(), roles=frozenset({Role.administrator}))
    for caller in (PUBLIC, boss):
        with pytest.raises(NotAllowed):
            async with database.transaction(caller) as db:
                await access.create_agency(db, caller, name="Mine", roles=(), now=NOON)


async def test_looking_at_an_invitation_uses_nothing_up_and_taking_it_does(database: Database) -> None:
    agency = await an_agency(database, "Lamplight Responders")
    token = await invited(database, agency, "ana@example.org", Role.responder)
    for _ in range(3):
        async with database.transaction(SYSTEM) as db:
            shown = await access.look_at_invitation(db, token=token, ring=RING, now=NOON)
        assert (shown.agency, shown.role, shown.email) == ("Lamplight Responders", "responder", "ana@example.org")
    async with database.transaction(SYSTEM) as db:
        await access.accept_invitation(db, token=token, name="Ana", ring=RING, now=NOON)
    for act in (
        lambda db: access.look_at_invitation(db, token=token, ring=RING, now=NOON),
        lambda db: access.accept_invitation(db, token=token, name="Ana", ring=RING, now=NOON),
    ):
        with pytest.raises(LinkUsedUp):
            async with database.transaction(SYSTEM) as db:
                await act(db)


async def test_an_invitation_runs_out(database: Database) -> None:
    token = await invited(database, await an_agency(database), "ana@example.org", Role.responder)
    with pytest.raises(LinkUsedUp):
        async with database.transaction(SYSTEM) as db:
            await access.look_at_invitation(db, token=token, ring=RING, now=NOON + timedelta(days=7))


async def test_one_person_may_serve_several_agencies(database: Database) -> None:
    first, second = await an_agency(database, "First"), await an_agency(database, "Second")
    ids = set()
    for agency in (first, second):
        token = await invited(database, agency, "Ana@example.org", Role.responder)
        async with database.transaction(SYSTEM) as db:
            person, of = await access.accept_invitation(db, token=token, name="Ana", ring=RING, now=NOON)
        assert of == agency
        ids.add(person)
    (person,) = ids
    ana = Caller(id=person, agency_id=first, roles=frozenset({Role.responder}))
    async with database.transaction(ana) as db:
        me = await access.me(db, ana)
    assert [agency.name for agency in me.agencies] == ["First", "Second"]
    assert me.agency is not None
    assert me.agency.name == "First"


@pytest.mark.parametrize("role", GIVEN)
async def test_who_may_invite_whom(database: Database, role: Role) -> None:
    agency = await an_agency(database)
    caller = Caller(id=uuid4(), agency_id=agency, roles=frozenset({role}))
    may = {Role.administrator: set(GIVEN), Role.provider_manager: {Role.provider_staff}}.get(role, set())
    done = set()
    for n, to in enumerate(GIVEN):
        try:
            await invited(database, agency, f"{n}@example.org", to, by=caller)
            done.add(to)
        except NotAllowed:
            pass
    assert done == may


async def test_an_agency_gives_only_the_roles_it_was_made_for(database: Database) -> None:
    agency = await an_agency(database, "Responders", Role.responder)
    boss = Caller(id=uuid4(), agency_id=agency, roles=frozenset({Role.administrator}))
    with pytest.raises(BadRole, match="responder, administrator"):
        await invited(database, agency, "ana@example.org", Role.steward, by=boss)


async def test_a_foreign_agency_and_a_missing_one_are_alike(database: Database) -> None:
    mine, foreign = await an_agency(database, "Mine"), await an_agency(database, "Foreign")
    boss = Caller(id=uuid4(), agency_id=mine, roles=frozenset({Role.administrator}))
    said = []
    for agency in (foreign, uuid4()):
        with pytest.raises(NoSuchAgency) as refused:
            await invited(database, agency, "ana@example.org", Role.responder, by=boss)
        said.append((refused.value.detail, refused.value.facts))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    "email",
    ["", "ana", "ana@", "@example.org", "a b@example.org", "ana@example", "x" * 250 + "@example.org",
     "ana@example.org\nBcc: all@example.org", "ana@example.org, bob@example.org"],
)  # fmt: skip
async def test_what_is_no_address_is_refused(database: Database, email: str) -> None:
    with pytest.raises(BadAddress, match=r"ana@example\.org"):
        await invited(database, await an_agency(database), email, Role.responder)


async def test_who_has_the_role_already_gets_no_letter(database: Database) -> None:
    agency = await an_agency(database)
    ana = await a_member(database, agency)
    with pytest.raises(AlreadyMember):
        await invited(database, agency, ana.email, Role.responder)


async def test_people_are_shown_to_their_agency_alone(database: Database) -> None:
    mine, foreign = await an_agency(database, "Mine"), await an_agency(database, "Foreign")
    boss = await a_member(database, mine, Role.administrator, name="Bea")
    await a_member(database, mine, name="Ana")
    await a_member(database, foreign, name="Cleo")
    async with database.transaction(boss.caller) as db:
        shown = await access.people(db, boss.caller, ring=RING, now=NOON)
    assert [(one.name, one.email, one.roles) for one in shown] == [
        ("Ana", "ana.responder@example.org", ["responder"]),
        ("Bea", "bea.administrator@example.org", ["administrator"]),
    ]


async def test_nobody_takes_a_role_away_in_another_agency(database: Database) -> None:
    mine, foreign = await an_agency(database, "Mine"), await an_agency(database, "Foreign")
    boss, cleo = await a_member(database, mine, Role.administrator), await a_member(database, foreign, name="Cleo")
    assert cleo.caller.id is not None
    for person in (cleo.caller.id, uuid4()):
        with pytest.raises(NoSuchPerson):
            async with database.transaction(boss.caller) as db:
                await access.end_membership(db, boss.caller, person_id=person, role=None, now=NOON)


async def test_an_agency_keeps_an_administrator(database: Database) -> None:
    agency = await an_agency(database)
    boss, other = [await a_member(database, agency, Role.administrator, name=name) for name in ("Ana", "Bo")]

    async def send_away(by: Member, whom: Member) -> None:
        assert whom.caller.id is not None
        async with database.transaction(by.caller) as db:
            await access.end_membership(db, by.caller, person_id=whom.caller.id, role=None, now=NOON)

    done = await asyncio.gather(send_away(boss, other), send_away(other, boss), return_exceptions=True)
    assert sorted(str(type(one).__name__) for one in done) == ["LastAdministrator", "NoneType"]
