"""That somebody asked police to come is a record of its own, made by people alone and shown to the person."""

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import referrals
from core.db import Database
from core.security import SYSTEM, Caller
from referrals.errors import NoSuchInvolvement, NoSuchReferral, NotYours
from referrals.views import said
from tests.access.builders import RING
from tests.referrals.builders import a_provider, a_responder, answers, created, offered
from tests.referrals.test_mine import OURS

ASKED = referrals.PoliceIn.model_validate({"ground": "imminent_harm", "tried": ["talked", "waited"], "told": "no_time"})


async def _record(
    database: Database, caller: Caller, stands: referrals.StepView, what: referrals.PoliceIn = ASKED
) -> referrals.PoliceView:
    async with database.transaction(caller) as db:
        return await referrals.ask_police(db, caller, referral_id=stands.id, said=what)


async def test_both_sides_see_it_with_what_came_of_it(database: Database) -> None:
    rosa, provider = await a_responder(database), await a_provider(database, "Harbor House")
    stands = await offered(database, rosa, provider)
    made = await _record(database, rosa, stands)
    came = referrals.CameIn(outcome=referrals.Came.left_again)
    async with database.transaction(rosa) as db:
        await referrals.police_came(db, rosa, involvement_id=made.id, said=came)
    await answers(database, provider.staff, stands.offers[0].id, said.AcceptIn())
    for caller in (rosa, provider.staff):
        async with database.transaction(caller) as db:
            whole = await referrals.referral(db, caller, referral_id=stands.id, ring=RING)
        (seen,) = whole.police
        assert (seen.ground, seen.tried, seen.told, seen.outcome) == (
            "imminent_harm", ["talked", "waited"], "no_time", "left_again",
        )  # fmt: skip


async def test_whoever_is_only_asked_neither_sees_it_nor_says_what_came_of_it(database: Database) -> None:
    rosa, provider = await a_responder(database), await a_provider(database, "Harbor House")
    stands = await offered(database, rosa, provider)
    made = await _record(database, rosa, stands)
    async with database.transaction(provider.staff) as db:
        whole = await referrals.referral(db, provider.staff, referral_id=stands.id, ring=RING)
        stored = await db.scalar(text("SELECT count(*) FROM police_involvement"))
        came = referrals.CameIn(outcome=referrals.Came.arrest)
        with pytest.raises(NoSuchInvolvement):
            await referrals.police_came(db, provider.staff, involvement_id=made.id, said=came)
    assert (whole.police, stored) == ([], 0)
    with pytest.raises(NotYours):
        await _record(database, provider.staff, stands)


async def test_it_says_as_what_they_asked(database: Database) -> None:
    rosa, provider = await a_responder(database), await a_provider(database, "Harbor House")
    stands = await offered(database, rosa, provider)
    for_person = ASKED.model_copy(update={"for_person": True})
    assert (await _record(database, rosa, stands)).asked_by == "referrer"
    assert (await _record(database, rosa, stands, for_person)).asked_by == "person"


async def test_the_system_never_asks(database: Database) -> None:
    rosa, provider = await a_responder(database), await a_provider(database, "Harbor House")
    stands = await offered(database, rosa, provider)
    with pytest.raises(NotYours):
        await _record(database, SYSTEM, stands)
    with pytest.raises(IntegrityError, match="no_rule"):
        async with database.transaction(SYSTEM) as db:
            await db.execute(
                text(
                    "INSERT INTO police_involvement (id, referral_id, agency_id, asked_by, ground, tried, told, at)"
                    " VALUES (gen_random_uuid(), :id, gen_random_uuid(), 'system', 'law', '{}', 'yes', now())"
                ),
                {"id": stands.id},
            )


async def test_another_agency_neither_records_nor_sees(database: Database) -> None:
    rosa, provider = await a_responder(database), await a_provider(database, "Harbor House")
    stands = await offered(database, rosa, provider)
    made, stranger = await _record(database, rosa, stands), await a_responder(database, "Stranger")
    with pytest.raises(NoSuchReferral):
        await _record(database, stranger, stands)
    came = referrals.CameIn(outcome=referrals.Came.arrest)
    async with database.transaction(stranger) as db:
        with pytest.raises(NoSuchInvolvement):
            await referrals.police_came(db, stranger, involvement_id=made.id, said=came)


async def test_the_person_reads_it_on_their_page(client: AsyncClient, database: Database) -> None:
    rosa = await a_responder(database)
    made = await created(database, rosa)
    shown = await client.post("/mine", data={"code": made.code}, headers=OURS)
    assert "It is not recorded that anybody asked for police." in shown.text
    await _record(database, rosa, made)
    shown = await client.post("/mine", data={"code": made.code}, headers=OURS)
    for words in ("Somebody was about to be hurt", "talking, waiting", "No, there was no time", "Not written down yet"):
        assert words in shown.text
