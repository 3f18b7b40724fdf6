"""Whom an event concerns is said in three places: in SQL for what is sent, by row security, and for one referral."""

from collections import defaultdict
from uuid import UUID

import referrals
from core.db import Database, driver_of
from core.security import SYSTEM, Caller
from referrals.rows.seen_by import AGENCIES, EVENTS
from referrals.rules.reasons import Declined
from referrals.views import said
from tests.access.builders import RING
from tests.referrals.builders import a_provider, a_responder, answers, offered, says

_SENT = f"SELECT e.version, {AGENCIES} FROM {EVENTS} WHERE e.referral_id = %s"  # noqa: S608 - of constants


async def _sent(database: Database, referral_id: UUID) -> dict[UUID, set[int]]:
    """The versions that each agency is sent."""
    found: dict[UUID, set[int]] = defaultdict(set)
    async with database.transaction(SYSTEM) as db:
        rows = await (await driver_of(db)).execute(_SENT, (referral_id,))
        for version, agencies in await rows.fetchall():
            for one in filter(None, agencies):
                found[one].add(version)
    return found


async def _stored(database: Database, caller: Caller, referral_id: UUID) -> set[int]:
    async with database.transaction(caller) as db:
        rows = await (await driver_of(db)).execute(
            "SELECT version FROM referral_event WHERE referral_id = %s", (referral_id,)
        )
        return {version for (version,) in await rows.fetchall()}


async def _shown(database: Database, caller: Caller, referral_id: UUID) -> set[int]:
    async with database.transaction(caller) as db:
        whole = await referrals.referral(db, caller, referral_id=referral_id, ring=RING)
    return {one.version for one in whole.history}


async def test_what_is_sent_shown_and_open_to_an_agency_is_one_and_the_same(database: Database) -> None:
    rosa = await a_responder(database)
    first, second, third = [await a_provider(database, name, places=1) for name in ("First", "Second", "Third")]
    stands = await offered(database, rosa, first, second, third, mode="cold")
    await answers(database, first.staff, stands.offers[0].id, said.DeclineIn(reason=Declined.age))
    await answers(database, second.staff, stands.offers[1].id, said.HoldIn())
    await answers(database, second.staff, stands.offers[1].id, said.AcceptIn())
    await says(database, second.staff, stands.id, said.HandOffIn(person_present=True))
    sent = await _sent(database, stands.id)
    for caller in (rosa, first.staff, second.staff, third.staff):
        assert caller.agency_id is not None
        assert await _stored(database, caller, stands.id) == sent[caller.agency_id]
    for caller in (rosa, second.staff):  # who may still look at it
        assert caller.agency_id is not None
        assert await _shown(database, caller, stands.id) == sent[caller.agency_id]
    assert sent[second.staff.agency_id or UUID(int=0)] < sent[rosa.agency_id or UUID(int=0)]
