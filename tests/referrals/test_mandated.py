"""What a law bids somebody to report is a record of its own: it neither waits for the referral nor moves it."""

import psycopg
import pytest
from httpx import AsyncClient

import referrals
from api.web.words import words
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Caller
from referrals.errors import NoSuchReferral, NotYours
from referrals.views import said
from tests.access.builders import RING
from tests.referrals.builders import Provider, a_provider, a_responder, answers, created, offered, says
from tests.referrals.test_mine import OURS

SAID = {"recipient": "child_protection", "duty": "child_neglect", "facts": ["age", "whereabouts"], "told": "no_unsafe"}
REPORT = referrals.MandatedIn.model_validate(SAID)
TOLD = REPORT.model_copy(update={"told": referrals.PersonTold.yes})


async def _record(
    database: Database, caller: Caller, stands: referrals.StepView, what: referrals.MandatedIn = REPORT
) -> referrals.MandatedView:
    async with database.transaction(caller) as db:
        return await referrals.record_mandated(db, caller, referral_id=stands.id, said=what)


async def _seen(database: Database, caller: Caller, stands: referrals.StepView) -> list[referrals.MandatedView]:
    async with database.transaction(caller) as db:
        return (await referrals.referral(db, caller, referral_id=stands.id, ring=RING)).mandated_reports


async def _asked(database: Database) -> tuple[Caller, Provider, referrals.StepView]:
    rosa, house = await a_responder(database), await a_provider(database, "Harbor House")
    return rosa, house, await offered(database, rosa, house)


async def test_whoever_is_asked_sees_it_once_they_have_the_person(database: Database) -> None:
    rosa, house, stands = await _asked(database)
    made = await _record(database, rosa, stands)
    assert (made.reported_by, made.by_agency_id) == ("referrer", rosa.agency_id)
    assert made.model_dump(include=set(SAID)) == SAID
    assert await _seen(database, rosa, stands) == [made]
    assert await _seen(database, house.staff, stands) == []
    await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())
    assert await _seen(database, house.staff, stands) == [made]


async def test_whoever_has_the_person_writes_one_and_whoever_was_only_asked_does_not(database: Database) -> None:
    rosa, house, stands = await _asked(database)
    with pytest.raises(NotYours):
        await _record(database, house.staff, stands)
    await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())
    made = await _record(database, house.staff, stands)
    assert (made.reported_by, made.by_agency_id) == ("receiver", house.staff.agency_id)
    assert await _seen(database, rosa, stands) == [made]


async def test_it_waits_for_nothing_of_the_referral_and_moves_nothing_of_it(database: Database) -> None:
    rosa = await a_responder(database)
    made = await created(database, rosa, survivor=True)
    await _record(database, rosa, made)
    ended = await says(database, rosa, made.id, said.WithdrawIn())
    await _record(database, rosa, made)
    async with database.transaction(rosa) as db:
        whole = await referrals.referral(db, rosa, referral_id=made.id, ring=RING)
    assert (whole.version, whole.status, whole.police) == (ended.version, "withdrawn", [])
    assert [one.verb for one in whole.history] == ["create", "withdraw"]
    assert len(whole.mandated_reports) == 2


async def test_nobody_else_writes_or_sees_one(database: Database) -> None:
    rosa, _, stands = await _asked(database)
    await _record(database, rosa, stands)
    stranger = await a_responder(database, "Stranger")
    with pytest.raises(NoSuchReferral):
        await _record(database, stranger, stands)
    with pytest.raises(NoSuchReferral):
        await _seen(database, stranger, stands)
    with pytest.raises(NotYours):
        await _record(database, SYSTEM, stands)


async def test_what_is_written_is_never_changed(database: Database, clone: Cluster) -> None:
    rosa, _, stands = await _asked(database)
    await _record(database, rosa, stands)
    with psycopg.connect(clone.admin_dsn, autocommit=True) as admin:
        for change in (b"told = 'yes'", b"facts = '{}'", b"person_id = gen_random_uuid()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only ever added"):
                admin.execute(b"UPDATE mandated_report SET " + change)
        admin.execute("UPDATE mandated_report SET person_id = NULL")  # when its time is over


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_person_reads_it_where_they_were_told(client: AsyncClient, database: Database, language: str) -> None:
    rosa, say = await a_responder(database), words(language)
    made = await created(database, rosa)
    await _record(database, rosa, made)
    for recipient in referrals.Recipient:
        for duty in referrals.Duty:
            await _record(database, rosa, made, TOLD.model_copy(update={"recipient": recipient, "duty": duty}))
    shown = (await client.post(f"/mine?lang={language}", data={"code": made.code}, headers=OURS)).text
    for recipient in referrals.Recipient:
        assert say(f"mandated_to_{recipient}") in shown
    assert f"{say('mandated_fact_age')}, {say('mandated_fact_whereabouts')}" in shown
    asked = (await client.post("/api/v1/mine", json={"code": made.code})).json()["mandated_reports"]
    assert len(asked) == len(referrals.Recipient) * len(referrals.Duty)
    assert {one["told"] for one in asked} == {"yes"}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_has_a_word_for_every_code(language: str) -> None:
    keys = words(language).said.keys()
    named = (("to", referrals.Recipient), ("duty", referrals.Duty), ("fact", referrals.Fact))
    assert {f"mandated_{what}_{one}" for what, codes in named for one in codes} <= keys
    assert {f"mine_purpose_{one}" for one in referrals.Purpose} <= keys
    assert {f"purpose_{one}" for one in referrals.Purpose} <= keys
