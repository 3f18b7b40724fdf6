"""S5: a person consents to three places; one is full, one does not answer, the third takes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import referrals
from core.cluster import Database as Cluster
from core.db import Database
from referrals.errors import TooLate
from referrals.rules.machines import Offer, Referral
from referrals.rules.reasons import Declined
from referrals.views import said
from tests.access.builders import RING
from tests.referrals.builders import a_clock, a_provider, a_responder, agreed, answers, created, says, ticked

BEGIN = datetime(2026, 9, 11, 4, 5, tzinfo=UTC)


async def test_a_decline_for_capacity_a_silence_and_an_acceptance(database: Database, clone: Cluster) -> None:
    rosa = await a_responder(database)
    csu_1, csu_2, pr_3 = [await a_provider(database, name) for name in ("CSU 1", "CSU 2", "PR 3")]
    with a_clock(clone, BEGIN) as clock:
        made = await created(
            database, rosa, urgency="urgent", refuses=[], person={"name": "Alex", "contact": "555-0100"}
        )
        only = [csu_1.service_id, csu_2.service_id, pr_3.service_id]
        await says(database, rosa, made.id, agreed("name", services=only))
        stands = await says(database, rosa, made.id, said.OfferIn(service_ids=only))
        assert [one.status for one in stands.offers] == [Offer.sent, Offer.queued, Offer.queued]
        first, second, third = [one.id for one in stands.offers]
        clock.stands_at(BEGIN + timedelta(minutes=4))
        await answers(database, csu_1.staff, first, said.DeclineIn(reason=Declined.no_capacity))
        clock.stands_at(BEGIN + timedelta(minutes=40))
        assert await ticked(database) == 1
        with pytest.raises(TooLate, match="expired"):
            await answers(database, csu_2.staff, second, said.AcceptIn())
        taken = await answers(database, pr_3.staff, third, said.AcceptIn())
        assert taken.status is Referral.matched
        await says(database, rosa, made.id, said.ConnectIn())
        await says(database, pr_3.staff, made.id, said.HandOffIn(person_present=True))
        async with database.transaction(pr_3.staff) as db:
            whole: Any = await referrals.referral(db, pr_3.staff, referral_id=made.id, ring=RING)
        assert whole.person.name == "Alex"
        assert whole.person.contact is None
        assert whole.accountable.service_id == pr_3.service_id
