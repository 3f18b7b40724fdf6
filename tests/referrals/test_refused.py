"""Whoever is refused is told what stands instead, as a code, and what they may say now: whichever refusal it is."""

from collections.abc import Awaitable, Callable

import pytest

import referrals
from core import access, clock
from core.addresses import LOOPBACK
from core.db import Database
from core.errors import Conflict
from core.outgoing import Outgoing
from core.security import SYSTEM, Role
from referrals import errors
from referrals.rules.machines import OFFER, REFERRAL, Consent, Hold, Offer, Referral
from referrals.service.webhooks import MOST
from referrals.views import said
from tests.access.builders import RING, a_member, an_agency
from tests.referrals.builders import a_provider, a_responder, agreed, answers, created, offered, says

STATES = {*Referral, *Offer, *Hold, *Consent, "full", "unknown"}
VERBS = {*REFERRAL, *OFFER, "revoke", "end"}
Refused = Callable[[Database], Awaitable[object]]


async def _not_from_there(database: Database) -> object:
    rosa = await a_responder(database)
    made = await created(database, rosa)
    return await says(database, rosa, made.id, said.ConnectIn())


async def _who_has_them_lets_go(database: Database) -> object:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    stands = await offered(database, rosa, house)
    await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())
    return await answers(database, house.staff, stands.offers[0].id, said.ReleaseIn())


async def _answered_twice(database: Database) -> object:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    stands = await offered(database, rosa, house)
    await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())
    return await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())


async def _chosen_before_it_said_yes(database: Database) -> object:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    stands = await offered(database, rosa, house, pattern="choice")
    return await says(database, rosa, stands.id, said.ChooseIn(offer_id=stands.offers[0].id))


async def _full(database: Database) -> object:
    rosa, house = await a_responder(database), await a_provider(database, "House", places=0)
    stands = await offered(database, rosa, house)
    return await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())


async def _kept_where_nobody_counts(database: Database) -> object:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    stands = await offered(database, rosa, house)
    return await answers(database, house.staff, stands.offers[0].id, said.HoldIn())


async def _asked_after_it_was_taken_back(database: Database) -> object:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    stands = await offered(database, rosa, house)
    await says(database, rosa, stands.id, said.RevokeIn())
    return await says(database, rosa, stands.id, said.OfferIn(service_ids=[house.service_id]))


async def _handed_over_without_them(database: Database) -> object:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await created(database, rosa, mode="cold")
    await says(database, rosa, made.id, agreed())
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
    await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())
    return await says(database, house.staff, made.id, said.HandOffIn(person_present=False))


async def _taken_back_twice(database: Database) -> object:
    rosa = await a_responder(database)
    made = await created(database, rosa)
    return await says(database, rosa, made.id, said.RevokeIn())


async def _by_link_with_an_account(database: Database) -> object:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    stands = await offered(database, rosa, house)
    async with database.transaction(rosa) as db:
        link = await referrals.make_link(db, rosa, offer_id=stands.offers[0].id, ring=RING)
    await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())
    async with database.transaction(SYSTEM) as db:
        token = link.path.removeprefix("/offers/")
        return await referrals.answer_link(db, token=token, said=said.ConnectIn(), ring=RING)


async def _one_webhook_more(database: Database) -> object:
    boss = (await a_member(database, await an_agency(database, "Agency"), Role.administrator)).caller
    for _ in range(MOST + 1):
        async with database.transaction(boss) as db:
            url, way = "https://dispatch.example.org/hooks", Outgoing(also=LOOPBACK)
            made = await referrals.make_webhook(db, boss, url=url, ring=RING, way=way)
    return made


async def _given_back_to_whom_there_is_not(database: Database) -> object:
    rosa, house = await a_responder(database), await a_provider(database, "House")
    stands = await offered(database, rosa, house, mode="cold")
    await answers(database, house.staff, stands.offers[0].id, said.AcceptIn())
    await says(database, house.staff, stands.id, said.HandOffIn(person_present=True))
    assert rosa.agency_id is not None
    async with database.transaction(SYSTEM) as db:
        await access.end_agency(db, SYSTEM, agency_id=rosa.agency_id, now=clock.now())
    return await says(database, house.staff, stands.id, said.ReturnIn(reason=referrals.Returned.other))


WAYS: list[tuple[type[errors.StandsOtherwise], Refused, str, list[str]]] = [
    (errors.IllegalMove, _not_from_there, "draft", ["cancel", "consent", "correct", "reassign"]),
    (errors.IllegalMove, _who_has_them_lets_go, "accepted", ["return"]),
    (errors.TooLate, _answered_twice, "accepted", []),
    (errors.TooLate, _chosen_before_it_said_yes, "sent", []),
    (errors.NoPlace, _full, "full", ["decline", "waitlist"]),
    (errors.NoPlace, _kept_where_nobody_counts, "sent", ["accept", "accept_if", "decline", "see", "waitlist"]),
    (
        errors.NoConsent, _asked_after_it_was_taken_back, "unplaced",
        ["acknowledge", "cancel", "close", "consent", "correct", "reassign"],
    ),
    (errors.NoConsent, _handed_over_without_them, "matched", ["connect", "hand_off", "reassign", "return"]),
    (errors.NoConsent, _taken_back_twice, "draft", ["consent", "decline", "withdraw"]),
    (errors.HasAccount, _by_link_with_an_account, "accepted", []),
    (
        errors.NobodyToReturnTo, _given_back_to_whom_there_is_not, "handed_off",
        ["arrive", "depart", "engage", "reassign"],
    ),
    (errors.TooManyWebhooks, _one_webhook_more, "full", ["end"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "way", "state", "may"), WAYS, ids=lambda one: getattr(one, "__name__", ""))
async def test_it_says_what_stands_and_what_may_be_said(
    database: Database, kind: type[errors.StandsOtherwise], way: Refused, state: str, may: list[str]
) -> None:
    with pytest.raises(kind) as refused:
        await way(database)
    assert refused.value.facts == {"state": state, "may": may}
    assert state in STATES
    assert VERBS.issuperset(may)


def test_there_is_no_other_refusal_of_that_kind() -> None:
    kinds = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Conflict)}
    assert kinds - {Conflict, errors.StandsOtherwise} == {kind for kind, *_ in WAYS}
    assert all(issubclass(one, errors.StandsOtherwise) for one in kinds - {Conflict})
