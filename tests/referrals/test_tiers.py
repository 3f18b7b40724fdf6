"""What one that is asked is shown before it says yes: what it takes to decide, and nothing else of anything."""

from typing import Any

import referrals
from core.db import Database, driver_of
from core.security import SYSTEM, Caller
from referrals.rules.reasons import Returned
from referrals.views import said
from tests.access.builders import RING
from tests.referrals.builders import Provider, a_provider, a_responder, agreed, answers, created, says

# Need, age band, language, access, area and urgency; and what their own part in it is.
TO_DECIDE = {
    "kinds", "age_band", "languages", "access", "latitude", "longitude", "urgency", "mode",
    "id", "agency_id", "status", "version", "offers", "history",
}  # fmt: skip
OF_AN_OFFER = {"id", "referral_id", "service_id", "service", "agency_id", "status", "timer", "may"}
OF_A_STEP = {"id", "status", "version", "offers"}
BY_LINK = {
    "kinds", "age_band", "languages", "access", "area", "urgency", "refuses", "status", "stands", "service",
    "organization", "zone", "now", "timer", "has", "may",
}  # fmt: skip


async def _asked_second(database: Database, **more: Any) -> tuple[Caller, referrals.StepView, Provider, Provider]:
    """One had them and gave them back; another is asked, and a third is to be asked after it. Police had come."""
    rosa = await a_responder(database)
    first, second, third = [await a_provider(database, name) for name in ("First", "Second", "Third")]
    made = await created(
        database, rosa, age_band="adult", languages=["es"], access=["WHEELCHAIR"], mode="cold",
        latitude=39.7392, longitude=-104.9848, **more,
    )  # fmt: skip
    await says(database, rosa, made.id, agreed())
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[first.service_id]))
    await answers(database, first.staff, stands.offers[0].id, said.AcceptIn())
    police = referrals.PoliceIn.model_validate({"ground": "medical", "tried": ["talked"], "told": "yes"})
    async with database.transaction(rosa) as db:
        await referrals.ask_police(db, rosa, referral_id=made.id, said=police)
    await says(database, first.staff, made.id, said.ReturnIn(reason=Returned.safety_conflict))
    stands = await says(
        database, rosa, made.id, said.OfferIn(service_ids=[second.service_id, third.service_id])
    )  # fmt: skip
    return rosa, stands, second, third


async def _whole(database: Database, caller: Caller, stands: referrals.StepView) -> dict[str, Any]:
    async with database.transaction(caller) as db:
        return (await referrals.referral(db, caller, referral_id=stands.id, ring=RING)).model_dump()


def _told(shown: dict[str, Any]) -> set[str]:
    """The parts that say something. That nothing is so is said of what may be looked at alone: `false` tells, too."""
    return {name for name, value in shown.items() if value is not None and value != []}


async def test_before_a_yes_it_takes_no_more_than_that_to_decide(database: Database) -> None:
    _, stands, second, _ = await _asked_second(database, survivor=True)
    async with database.transaction(second.staff) as db:
        (waiting,) = await referrals.inbox(db, second.staff)
    whole = await _whole(database, second.staff, stands)
    assert _told(waiting.model_dump()) == TO_DECIDE - {"history"}
    assert _told(whole) == TO_DECIDE
    assert _told(whole["offers"][0]) == OF_AN_OFFER
    assert [(one["of"], one["verb"], one["reason"]) for one in whole["history"]] == [("offer", "send", None)]
    seen = await answers(database, second.staff, waiting.offers[0].id, said.SeeIn())
    assert _told(seen.model_dump()) == OF_A_STEP


async def test_a_link_shows_no_more_either(database: Database) -> None:
    rosa, stands, _, _ = await _asked_second(database, survivor=True)
    offer_id = next(one.id for one in stands.offers if one.status == "sent")
    async with database.transaction(rosa) as db:
        link = await referrals.make_link(db, rosa, offer_id=offer_id, ring=RING)
        token = link.path.removeprefix("/offers/")
    async with database.transaction(SYSTEM) as db:
        assert _told((await referrals.look_at_link(db, token=token, ring=RING)).model_dump()) <= BY_LINK


async def test_after_a_yes_they_are_told_what_they_have_to_know(database: Database) -> None:
    _, stands, second, _ = await _asked_second(database)
    offer_id = next(one.id for one in stands.offers if one.status == "sent")
    await answers(database, second.staff, offer_id, said.AcceptIn())
    whole = await _whole(database, second.staff, stands)
    assert (whole["survivor"], whole["winner"]) == (False, offer_id)
    assert [one["ground"] for one in whole["police"]] == ["medical"]
    assert {("return", "safety_conflict"), ("match", None)} <= {
        (one["verb"], one["reason"]) for one in whole["history"]
    }


async def test_whose_turn_has_not_come_knows_of_nothing(database: Database) -> None:
    _, stands, second, third = await _asked_second(database)
    for table in ("referral", "offer", "referral_event", "police_involvement"):
        async with database.transaction(third.staff) as db:
            found = await (await driver_of(db)).execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - of names
            assert await found.fetchone() == (0,), table
    async with database.transaction(third.staff) as db:
        assert await referrals.inbox(db, third.staff) == []
    offer_id = next(one.id for one in stands.offers if one.status == "sent")
    await answers(database, second.staff, offer_id, said.AcceptIn())
    async with database.transaction(third.staff) as db:
        found = await (await driver_of(db)).execute("SELECT count(*) FROM referral_event")
        assert await found.fetchone() == (0,), "nor is it told that another has them"


async def test_nor_does_an_agency_of_two_places_whose_second_is_to_be_asked(database: Database) -> None:
    rosa = await a_responder(database)
    first = await a_provider(database, "First")
    second = await a_provider(database, "Second", agency=first.staff.agency_id)
    made = await created(database, rosa)
    await says(database, rosa, made.id, agreed())
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[first.service_id, second.service_id]))
    whole = await _whole(database, first.staff, stands)
    assert [one["status"] for one in whole["offers"]] == ["sent"]
    offer_id = stands.offers[0].id
    seen = await answers(database, first.staff, offer_id, said.SeeIn())
    assert [one.id for one in seen.offers] == [offer_id]
