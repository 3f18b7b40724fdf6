"""Links to offers: they only show, are answered once by a form, and say nothing once they are over."""

from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

import referrals
from api.web.words import words as spoken
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Caller
from referrals.errors import LinkOver, NoSuchOffer, NotYours, TooLate
from referrals.views import said
from referrals.words import NOTICE, notices
from tests.access.builders import RING
from tests.builders import NOON, a_site, publish
from tests.referrals.builders import (
    Provider,
    a_clock,
    a_provider,
    a_responder,
    agreed,
    answers,
    created,
    says,
)

OURS = {"sec-fetch-site": "same-origin"}
NAME, CONTACT = "Kanari Quillfeather", "kanari 555-0173"


async def _asked(database: Database, *also: Provider, **more: Any) -> tuple[Caller, referrals.Made, UUID]:
    """A group without an account is asked for somebody."""
    rosa = await a_responder(database)
    listing = a_site("Kitchen Table Circle")
    await publish(database, listing)
    made = await created(
        database, rosa, mode="cold", person={"name": NAME, "contact": CONTACT}, age_band="adult", access=["WALK_IN"],
        urgency="urgent", latitude=39.7392, longitude=-104.9903, **more,
    )  # fmt: skip
    await says(database, rosa, made.id, agreed("name"))
    stands = await says(
        database, rosa, made.id, said.OfferIn(service_ids=[listing.services[0].id, *(one.service_id for one in also)])
    )
    return rosa, made, stands.offers[0].id


async def _link(database: Database, caller: Caller, offer_id: UUID) -> str:
    async with database.transaction(caller) as db:
        return (await referrals.make_link(db, caller, offer_id=offer_id, ring=RING)).path


async def _press(client: AsyncClient, path: str, do: str, **more: str) -> Response:
    return await client.post(path, data={"do": do} | more, headers=OURS)


async def _whole(database: Database, rosa: Caller, referral_id: UUID) -> referrals.ReferralWhole:
    async with database.transaction(rosa) as db:
        return await referrals.referral(db, rosa, referral_id=referral_id, ring=RING)


async def test_looking_shows_what_is_needed_and_uses_nothing_up(client: AsyncClient, database: Database) -> None:
    rosa, made, offer_id = await _asked(database)
    path = await _link(database, rosa, offer_id)
    for _ in range(3):
        shown = await client.get(path)
        assert shown.status_code == 200
        for words in ("Kitchen Table Circle", "25 to 64", "within hours", "Denver County, CO"):
            assert words in shown.text
        assert NAME not in shown.text
        assert CONTACT not in shown.text
    assert (await _whole(database, rosa, made.id)).offers[0].status == "sent"


async def test_a_yes_counts_once(client: AsyncClient, database: Database) -> None:
    rosa, made, offer_id = await _asked(database)
    path = await _link(database, rosa, offer_id)
    first = await _press(client, path, "accept")
    assert (first.status_code, "your yes counts" in first.text) == (200, True)
    again = await _press(client, path, "accept")
    assert again.status_code == 409
    whole = await _whole(database, rosa, made.id)
    assert [one.channel for one in whole.history if one.verb == "accept"] == ["link"]


async def test_after_a_yes_what_they_agreed_to_is_told_and_that_is_recorded(
    client: AsyncClient, database: Database
) -> None:
    rosa, made, offer_id = await _asked(database)
    path = await _link(database, rosa, offer_id)
    yes = await _press(client, path, "accept")
    assert NAME in yes.text
    assert CONTACT not in yes.text, "they agreed to their name alone"
    (told,) = (await _whole(database, rosa, made.id)).disclosures
    assert (told.fields, told.to_service) == (["name"], "Kitchen Table Circle")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_with_what_is_told_stand_what_for_until_when_and_the_notice(
    client: AsyncClient, database: Database, language: str
) -> None:
    rosa, _, offer_id = await _asked(database)
    path = f"{await _link(database, rosa, offer_id)}?lang={language}"
    asked, yes = await client.get(path), await _press(client, path, "accept")
    say = spoken(language)
    for told in (notices(NOTICE)[language], say("offer_given_until"), say("given_written"), say("purpose_handoff")):
        assert told not in unescape(asked.text)
        assert told in unescape(yes.text)


async def test_what_follows_links_never_reads_who_it_is(client: AsyncClient, database: Database) -> None:
    rosa, _, offer_id = await _asked(database)
    path = await _link(database, rosa, offer_id)
    await _press(client, path, "accept")
    assert NAME not in (await client.get(path)).text
    assert NAME in (await _press(client, path, "show")).text


async def test_the_one_who_has_them_takes_them_over_and_in(client: AsyncClient, database: Database) -> None:
    rosa, made, offer_id = await _asked(database)
    path = await _link(database, rosa, offer_id)
    await _press(client, path, "accept")
    assert (await _press(client, path, "hand_off")).status_code == 409, "nobody is there, and no contact is passed on"
    for do, more in (("hand_off", {"person_present": "yes"}), ("arrive", {}), ("engage", {})):
        assert (await _press(client, path, do, **more)).status_code == 200
    whole = await _whole(database, rosa, made.id)
    assert (whole.status, whole.accountable and whole.accountable.name) == ("engaged", "Kitchen Table Circle")


async def test_by_a_link_nobody_takes_somebody_over_for_whom_has_an_account(
    client: AsyncClient, database: Database
) -> None:
    """Or whoever made it could say that the receiver answers for the person now."""
    rosa, house = await a_responder(database), await a_provider(database, "House")
    made = await created(database, rosa, mode="cold", person={"name": NAME})
    await says(database, rosa, made.id, agreed("name"))
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id]))
    path = await _link(database, rosa, stands.offers[0].id)
    await _press(client, path, "accept")
    assert (await _press(client, path, "hand_off", person_present="yes")).status_code == 409
    assert NAME not in (await _press(client, path, "show")).text
    assert (await _whole(database, rosa, made.id)).status == "matched"


async def test_a_link_whose_place_another_took_meanwhile_says_nothing(database: Database) -> None:
    rosa, _, offer_id = await _asked(database)
    path = await _link(database, rosa, offer_id)
    await _link(database, rosa, offer_id)
    async with database.transaction(SYSTEM) as db:
        with pytest.raises(LinkOver):
            await referrals.answer_link(db, token=path.rpartition("/")[2], said=said.AcceptIn(), ring=RING)


async def test_who_gives_them_back_sees_them_no_more(client: AsyncClient, database: Database) -> None:
    rosa, made, offer_id = await _asked(database)
    path = await _link(database, rosa, offer_id)
    await _press(client, path, "accept")
    back = await _press(client, path, "return", reason="no_capacity")
    assert "Thank you for your answer" in back.text
    over = await _press(client, path, "show")
    assert (over.status_code, NAME in over.text, "25 to 64" in over.text) == (409, False, False)
    assert (await _whole(database, rosa, made.id)).status == "returned"


async def test_a_no_has_its_reason(client: AsyncClient, database: Database) -> None:
    rosa, made, offer_id = await _asked(database)
    path = await _link(database, rosa, offer_id)
    assert (await _press(client, path, "decline")).status_code == 422
    assert "Thank you for your answer" in (await _press(client, path, "decline", reason="language")).text
    assert (await _whole(database, rosa, made.id)).offers[0].reason == "language"


async def test_a_yes_may_have_conditions_and_a_no_for_now_a_place_on_a_list(
    client: AsyncClient, database: Database
) -> None:
    rosa, made, offer_id = await _asked(database)
    path = await _link(database, rosa, offer_id)
    await _press(client, path, "waitlist", position="3")
    assert (await _whole(database, rosa, made.id)).offers[0].position == 3
    await _press(client, path, "accept_if", ask_id="yes", ask_interpreter="yes")
    assert (await _whole(database, rosa, made.id)).offers[0].reason == "id,interpreter"


@pytest.mark.parametrize("by", ["withdrawn", "superseded", "expired", "stopped"])
async def test_too_late_says_so_and_nothing_of_anybody(
    client: AsyncClient, database: Database, clone: Cluster, by: str
) -> None:
    with a_clock(clone) as clock:
        faster = await a_provider(database, "Harbor House")
        rosa, made, offer_id = await _asked(database, faster, pattern="parallel", width=2)
        path = await _link(database, rosa, offer_id)
        match by:
            case "withdrawn":
                await answers(database, rosa, offer_id, said.WithdrawOfferIn())
            case "expired":
                clock.stands_at(NOON + timedelta(hours=2))
            case "stopped":
                await says(database, rosa, made.id, said.WithdrawIn())
            case _:
                (other,) = {one.id for one in (await _whole(database, rosa, made.id)).offers} - {offer_id}
                await answers(database, faster.staff, other, said.AcceptIn())
        for over in (await client.get(path), await _press(client, path, "accept"), await _press(client, path, "show")):
            assert over.status_code == 409
            assert "its time is over" in over.text
            for words in (NAME, "25 to 64", "within hours", "Denver County"):
                assert words not in over.text


async def test_a_wrong_link_and_one_that_was_replaced_have_one_answer(client: AsyncClient, database: Database) -> None:
    rosa, _, offer_id = await _asked(database)
    former = await _link(database, rosa, offer_id)
    await _link(database, rosa, offer_id)
    wrong = [await client.get("/offers/nothing"), await client.get(former), await _press(client, former, "accept")]
    assert {one.status_code for one in wrong} == {404}
    assert len({one.content for one in wrong}) == 1


async def test_another_site_answers_for_nobody(client: AsyncClient, database: Database) -> None:
    rosa, made, offer_id = await _asked(database)
    path = await _link(database, rosa, offer_id)
    foreign = await client.post(path, data={"do": "accept"}, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    assert (await _whole(database, rosa, made.id)).offers[0].status == "sent"


async def test_a_link_is_made_by_whoever_refers_alone(database: Database) -> None:
    rosa = await a_responder(database)
    provider: Provider = await a_provider(database, "Harbor House")
    made = await created(database, rosa)
    await says(database, rosa, made.id, agreed())
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[provider.service_id]))
    with pytest.raises(NotYours):
        await _link(database, provider.staff, stands.offers[0].id)
    with pytest.raises(NoSuchOffer):
        await _link(database, await a_responder(database, "Stranger"), stands.offers[0].id)


async def test_of_what_is_over_no_link_is_made(database: Database) -> None:
    rosa, _, offer_id = await _asked(database)
    await answers(database, rosa, offer_id, said.WithdrawOfferIn())
    with pytest.raises(TooLate):
        await _link(database, rosa, offer_id)


async def test_the_page_speaks_spanish(client: AsyncClient, database: Database) -> None:
    rosa, _, offer_id = await _asked(database)
    path = await _link(database, rosa, offer_id)
    assert "¿Puede Kitchen Table Circle recibir a alguien?" in (await client.get(f"{path}?lang=es")).text
