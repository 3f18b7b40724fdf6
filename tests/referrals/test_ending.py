"""An agency ends: nobody is left waiting for it, and no place stands for it."""

import pytest
from sqlalchemy import text

import referrals
from core import access, clock
from core.cluster import Database as Cluster
from core.db import Database
from core.outgoing import Outgoing
from core.security import SYSTEM, Caller
from referrals.rules.case import Mode
from referrals.rules.machines import Offer, Referral
from referrals.views import said
from referrals.views.contacts import ContactIn
from tests.access.builders import RING
from tests.cli.test_commands import doorlight
from tests.referrals.builders import Provider, a_provider, a_responder, answers, offered, says
from tests.referrals.receivers import boss_of


async def _ends(database: Database, caller: Caller) -> referrals.Left:
    assert caller.agency_id is not None
    async with database.transaction(SYSTEM) as db:
        await access.end_agency(db, SYSTEM, agency_id=caller.agency_id, now=clock.now())
        await db.flush()
        return await referrals.leave(db, agency_id=caller.agency_id)


async def _seen(database: Database, caller: Caller, step: referrals.StepView) -> referrals.ReferralWhole:
    async with database.transaction(caller) as db:
        return await referrals.referral(db, caller, referral_id=step.id, ring=RING)


async def _taken(database: Database, rosa: Caller, house: Provider) -> referrals.StepView:
    asked = await offered(database, rosa, house, mode=Mode.cold)
    return await answers(database, house.staff, asked.offers[0].id, said.AcceptIn())


async def _free(database: Database, house: Provider) -> int:
    async with database.transaction(house.staff) as db:
        return (await referrals.places(db, house.staff, service_id=house.service_id)).free


_HANDED: said.Said = said.HandOffIn(person_present=True)


@pytest.mark.parametrize(
    "steps", [[], [_HANDED], [_HANDED, said.EngageIn()], [_HANDED, said.EngageIn(), said.FollowUpIn()]]
)
async def test_whom_it_had_whoever_referred_them_answers_for_again_and_the_place_is_free(
    database: Database, steps: list[said.Said]
) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=1)
    taken = await _taken(database, rosa, house)
    for one in steps:
        await says(database, house.staff, taken.id, one)
    assert await _ends(database, house.staff) == referrals.Left(given_back=1, taken_back=0, called_off=0)
    whole = await _seen(database, rosa, taken)
    assert (whole.status, whole.reason) == (Referral.returned, "agency_ended")
    assert whole.accountable is not None
    assert whole.accountable.agency_id == rosa.agency_id
    assert await _free(database, house) == 1


async def test_what_it_was_asked_the_next_is_asked(database: Database) -> None:
    rosa = await a_responder(database)
    house, respite = await a_provider(database, "House"), await a_provider(database, "Respite")
    asked = await offered(database, rosa, house, respite)
    assert await _ends(database, house.staff) == referrals.Left(given_back=0, taken_back=1, called_off=0)
    whole = await _seen(database, rosa, asked)
    assert [one.status for one in whole.offers] == [Offer.withdrawn, Offer.sent]


async def test_what_it_referred_and_nobody_has_taken_over_is_called_off(database: Database) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=1)
    taken = await _taken(database, rosa, house)
    assert await _ends(database, rosa) == referrals.Left(given_back=0, taken_back=0, called_off=1)
    whole = await _seen(database, SYSTEM, taken)
    assert (whole.status, whole.reason) == (Referral.cancelled, "agency_ended")
    assert await _free(database, house) == 1


async def test_whom_another_has_by_then_stays_with_them(database: Database) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House", places=1)
    taken = await _taken(database, rosa, house)
    await says(database, house.staff, taken.id, _HANDED)
    assert await _ends(database, rosa) == referrals.Left(0, 0, 0)
    assert (await says(database, house.staff, taken.id, said.EngageIn())).status is Referral.engaged


async def test_nobody_of_it_is_told_anything_more_nor_are_its_systems(database: Database) -> None:
    rosa = await a_responder(database)
    boss = boss_of(rosa)
    async with database.transaction(boss) as db:
        desk = ContactIn.model_validate({"channel": "mail", "address": "desk@example.org"})
        await referrals.set_contacts(db, boss, given=[desk], ring=RING)
        url = "https://example.org/hook"
        await referrals.make_webhook(db, boss, url=url, ring=RING, way=Outgoing())
    await _ends(database, rosa)
    async with database.transaction(SYSTEM) as db:
        assert await db.scalar(text("SELECT count(*) FROM agency_contact")) == 0
        assert (await db.scalars(text("SELECT state FROM webhook_endpoint"))).all() == ["ended"]


async def test_the_command_says_what_became_of_it(clone: Cluster, database: Database) -> None:
    rosa = await a_responder(database)
    house = await a_provider(database, "House")
    await _taken(database, rosa, house)
    done = doorlight(clone, "agency", "end", str(house.staff.agency_id))
    assert done.stdout == (
        "House has ended.\n1 given back to whoever referred them, 0 offers taken back, 0 referrals called off.\n"
    )
