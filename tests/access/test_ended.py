"""A person or an agency that has ended opens nothing from that moment."""

from uuid import UUID

import pytest

from core import access
from core.access.errors import LinkUsedUp, NoSuchAgency, NoSuchPerson, NotAllowed, NotSignedIn
from core.access.models import Person
from core.db import Database
from core.security import SYSTEM, Caller, Role
from tests.access.builders import PASSWORD, RING, Member, a_member, an_agency, invited
from tests.builders import NOON

pytestmark = pytest.mark.security


async def _signed_in(database: Database, member: Member, agency: UUID | None = None) -> str:
    assert member.caller.id is not None
    async with database.transaction(SYSTEM) as db:
        signed = await access.open_for(db, person_id=member.caller.id, agency_id=agency, shared=False, now=NOON)
    return signed.token


async def _caller(database: Database, token: str) -> Caller | None:
    async with database.transaction(SYSTEM) as db:
        return await access.caller_of(db, token=token, now=NOON)


async def _end_agency(database: Database, agency: UUID | None) -> None:
    assert agency is not None
    async with database.transaction(SYSTEM) as db:
        await access.end_agency(db, SYSTEM, agency_id=agency, now=NOON)


async def _end_person(database: Database, email: str) -> None:
    async with database.transaction(SYSTEM) as db:
        await access.end_person(db, SYSTEM, email=email, ring=RING, now=NOON)


async def test_who_was_signed_in_for_an_agency_that_ended_acts_for_nobody(database: Database) -> None:
    ana = await a_member(database, await an_agency(database))
    token = await _signed_in(database, ana)
    assert await _caller(database, token) == ana.caller
    await _end_agency(database, ana.caller.agency_id)
    assert await _caller(database, token) == Caller(id=ana.caller.id)


async def test_nobody_signs_in_for_or_goes_on_for_an_agency_that_ended(database: Database) -> None:
    ana = await a_member(database, await an_agency(database, "First"))
    second = await an_agency(database, "Second")
    token = await invited(database, second, ana.email, Role.responder)
    async with database.transaction(SYSTEM) as db:
        await access.accept_invitation(db, token=token, name="Ana", ring=RING, now=NOON)
    await _end_agency(database, ana.caller.agency_id)
    signed = await _signed_in(database, ana)
    caller = await _caller(database, signed)
    assert caller is not None
    assert caller.agency_id == second, "the one that still stands"
    assert await _caller(database, await _signed_in(database, ana, ana.caller.agency_id)) == Caller(id=ana.caller.id)
    assert ana.caller.agency_id is not None
    with pytest.raises(NoSuchAgency):
        async with database.transaction(SYSTEM) as db:
            await access.act_for_agency(db, caller, token=signed, agency_id=ana.caller.agency_id)


async def test_an_invitation_into_an_agency_that_ended_leads_nowhere(database: Database) -> None:
    agency = await an_agency(database)
    token = await invited(database, agency, "ana@example.org", Role.responder)
    await _end_agency(database, agency)
    with pytest.raises(LinkUsedUp):
        async with database.transaction(SYSTEM) as db:
            await access.accept_invitation(db, token=token, name="Ana", ring=RING, now=NOON)


@pytest.mark.parametrize("by", ["its verb", "its row alone"])
async def test_an_account_that_ended_opens_nothing(database: Database, by: str) -> None:
    agency = await an_agency(database)
    ana = await a_member(database, agency, password=PASSWORD)
    token = await _signed_in(database, ana)
    if by == "its verb":
        await _end_person(database, ana.email)
    else:
        async with database.transaction(SYSTEM) as db:
            person = await db.get(Person, ana.caller.id)
            assert person is not None
            person.ended_at = NOON
    assert await _caller(database, token) is None
    with pytest.raises(NotSignedIn):
        await _signed_in(database, ana)
    async with database.transaction(SYSTEM) as db:
        signed = await access.sign_in(
            db, email=ana.email, password=PASSWORD, code="", shared=False, ring=RING, now=NOON
        )
        assert signed is None
    with pytest.raises(NoSuchAgency):
        async with database.transaction(SYSTEM) as db:
            await access.act_for_agency(db, ana.caller, token=token, agency_id=agency)


async def test_no_agency_opens_again_what_was_ended(database: Database) -> None:
    ana = await a_member(database, await an_agency(database, "First"))
    await _end_person(database, ana.email)
    token = await invited(database, await an_agency(database, "Second"), ana.email, Role.responder)
    with pytest.raises(LinkUsedUp):
        async with database.transaction(SYSTEM) as db:
            await access.accept_invitation(db, token=token, name="Ana", ring=RING, now=NOON)


async def test_only_whoever_runs_doorlight_ends_them_and_once(database: Database) -> None:
    boss = await a_member(database, await an_agency(database), Role.administrator)
    assert boss.caller.agency_id is not None
    with pytest.raises(NotAllowed):
        async with database.transaction(boss.caller) as db:
            await access.end_agency(db, boss.caller, agency_id=boss.caller.agency_id, now=NOON)
    with pytest.raises(NotAllowed):
        async with database.transaction(boss.caller) as db:
            await access.end_person(db, boss.caller, email=boss.email, ring=RING, now=NOON)
    await _end_person(database, boss.email)
    with pytest.raises(NoSuchPerson):
        await _end_person(database, boss.email)
    await _end_agency(database, boss.caller.agency_id)
    with pytest.raises(NoSuchAgency):
        await _end_agency(database, boss.caller.agency_id)
