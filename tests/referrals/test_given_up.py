"""Who never agreed to anything: once nobody goes on with it, nothing is left that says who they are."""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

import referrals
from core import access
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Caller, Role
from referrals.rules.reasons import Ended
from referrals.views import said
from tests.access.builders import RING, a_member
from tests.builders import NOON
from tests.referrals.builders import a_clock, a_responder, agreed, created, says, ticked

PERSON = {"name": "Alex Doe", "contact": "555-0100"}
_DAY = timedelta(days=1)


def _kept(clone: Cluster, referral_id: UUID) -> bool:
    with psycopg.connect(clone.admin_dsn) as admin:
        asked = "SELECT FROM referral_person WHERE referral_id = %s"
        return admin.execute(asked, (referral_id,)).fetchone() is not None


async def _purges(database: Database) -> list[UUID]:
    async with database.transaction(SYSTEM) as db:
        asked = text("SELECT row_id FROM audit_entry WHERE act = 'purge' AND \"table\" = 'referral_person' ORDER BY id")
        return list(await db.scalars(asked))


async def test_a_draft_that_is_discarded_takes_with_it_who_it_was_about(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    with a_clock(clone) as clock:
        idle, gone_on = [await created(database, rosa, person=PERSON) for _ in range(2)]
        await says(database, rosa, gone_on.id, agreed("name"))
        clock.stands_at(NOON + _DAY - timedelta(minutes=1))
        await ticked(database)
        assert _kept(clone, idle.id)
        clock.stands_at(NOON + _DAY)
        await ticked(database)
    async with database.transaction(rosa) as db:
        ended = await referrals.referral(db, rosa, referral_id=idle.id, ring=RING)
    assert (ended.status, ended.reason, ended.person) == ("cancelled", "idle", None)
    assert (_kept(clone, idle.id), _kept(clone, gone_on.id)) == (False, True)
    assert await _purges(database) == [idle.id]


@pytest.mark.parametrize("word", [said.PersonDeclinesIn(), said.WithdrawIn(), said.CancelIn(reason=Ended.need_over)])
async def test_and_so_does_one_that_ends_otherwise_before_they_agreed(
    database: Database, clone: Cluster, word: said.Said
) -> None:
    rosa = await a_responder(database)
    made = await created(database, rosa, person=PERSON)
    await says(database, rosa, made.id, word)
    assert not _kept(clone, made.id)


async def test_what_ends_after_they_agreed_is_kept_its_time(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    made = await created(database, rosa, person=PERSON)
    await says(database, rosa, made.id, agreed())
    await says(database, rosa, made.id, said.WithdrawIn())
    assert _kept(clone, made.id)


async def test_what_a_legal_hold_is_on_stays(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    await _held(database, rosa)
    made = await created(database, rosa, person=PERSON)
    await says(database, rosa, made.id, said.WithdrawIn())
    assert _kept(clone, made.id)
    assert await _purges(database) == []


async def _held(database: Database, whose: Caller) -> None:
    assert whose.agency_id is not None
    boss = await a_member(database, whose.agency_id, Role.administrator, name=f"Boss{uuid4().hex[:6]}")
    async with database.transaction(boss.caller) as db:
        await access.hold(
            db, boss.caller, agency_id=whose.agency_id, person_id=None, reason="26-1187", ring=RING, now=NOON
        )
