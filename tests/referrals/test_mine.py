"""The person's own door, by the code on their paper."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

import referrals
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM
from directory import Level
from referrals.errors import IllegalMove, TooLate
from referrals.rules.machines import Referral
from referrals.views import said
from tests.access.builders import RING
from tests.builders import NOON, stated
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
PERSON = {"name": "Kanari Quillfeather", "contact": "555-0173 kanari"}


async def _offered(database: Database, *, disclosure: Any = None, **more: Any) -> tuple[referrals.Made, Provider, Any]:
    """A referral that one place was asked for, with the person's code."""
    rosa = await a_responder(database)
    said_of_police = {"disclosure": disclosure} if disclosure else {}
    provider = await a_provider(database, "Harbor House", places=2, **said_of_police)
    made = await created(database, rosa, **({} if more.get("survivor") else {"person": PERSON}) | more)
    await says(database, rosa, made.id, agreed(*([] if more.get("survivor") else ["name", "contact"])))
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[provider.service_id]))
    return made, provider, stands.offers[0].id


async def _look(client: AsyncClient, code: str) -> Any:
    answer = await client.post("/api/v1/mine", json={"code": code})
    assert answer.status_code == 200
    return answer.json()


async def test_they_see_who_answers_who_is_asked_and_what_comes_next(client: AsyncClient, database: Database) -> None:
    made, _, _ = await _offered(database)
    seen = await _look(client, made.code)
    assert seen["status"] == "offering"
    assert seen["answers"] == "Rosa's team"
    assert [(one["service"], one["status"], one["has_you"]) for one in seen["asked"]] == [
        ("Harbor House", "sent", False)
    ]
    assert seen["next"]["clock"] == "answer"
    assert seen["told"] == []
    assert seen["may"] == ["decline", "revoke", "withdraw"]
    assert "Quillfeather" not in str(seen)


async def test_they_see_what_is_known_of_police_with_its_source_and_date(
    client: AsyncClient, database: Database
) -> None:
    made, _, _ = await _offered(database, disclosure=stated(Level.P1))
    (asked,) = (await _look(client, made.code))["asked"]
    assert asked["police"] == {
        "level": "P1", "counts_as": 1, "source": "https://example.org/policy", "stated_on": "2026-10-01",
    }  # fmt: skip
    shown = await _page(client, code=made.code)
    assert "Harbor House: only with consent" in shown
    assert "example.org" in shown
    assert "1 Oct 2026" in shown


async def test_what_is_not_stated_of_police_is_not_stated(client: AsyncClient, database: Database) -> None:
    made, _, _ = await _offered(database)
    assert "Nothing is stated. Treat it as: may call police." in await _page(client, code=made.code)


async def test_they_see_what_was_told_to_whom(client: AsyncClient, database: Database) -> None:
    made, provider, offer_id = await _offered(database)
    await answers(database, provider.staff, offer_id, said.AcceptIn())
    async with database.transaction(provider.staff) as db:
        await referrals.referral(db, provider.staff, referral_id=made.id, ring=RING)
    seen = await _look(client, made.code)
    assert [(one["to_service"], one["fields"]) for one in seen["told"]] == [("Harbor House", ["name", "contact"])]
    assert "Quillfeather" not in str(seen)


async def test_they_see_what_they_agreed_to_and_what_for(client: AsyncClient, database: Database) -> None:
    made, _, _ = await _offered(database)
    agreed_to = (await _look(client, made.code))["agreed"]
    assert (agreed_to["fields"], agreed_to["purpose"]) == (["contact", "name"], "handoff")
    page = await client.post("/mine?lang=en", data={"code": made.code}, headers=OURS)
    assert "What for: that you are taken on" in page.text


async def test_a_wrong_code_has_one_answer(client: AsyncClient, database: Database) -> None:
    await _offered(database)
    wrong = [
        await client.post(f"/api/v1/mine{verb}", json={"code": "no such code"})
        for verb in ("", "/decline", "/withdraw", "/revoke", "/arrive")
    ]
    assert {one.status_code for one in wrong} == {404}
    assert len({one.content for one in wrong}) == 1


async def test_case_and_spaces_of_the_code_do_not_count(client: AsyncClient, database: Database) -> None:
    made, _, _ = await _offered(database)
    assert (await _look(client, f" {made.code[:7].upper()} {made.code[7:]} "))["status"] == "offering"


async def test_no_ends_it_at_once_and_frees_the_place(client: AsyncClient, database: Database) -> None:
    made, provider, offer_id = await _offered(database)
    await answers(database, provider.staff, offer_id, said.AcceptIn())
    done = await client.post("/api/v1/mine/decline", json={"code": made.code})
    assert (done.json()["status"], done.json()["may"]) == ("person_declined", [])
    async with database.transaction(provider.staff) as db:
        assert (await referrals.places(db, provider.staff, service_id=provider.service_id)).free == 2


async def test_to_stop_everything_takes_back_what_was_agreed(client: AsyncClient, database: Database) -> None:
    made, _, _ = await _offered(database)
    done = (await client.post("/api/v1/mine/withdraw", json={"code": made.code})).json()
    assert (done["status"], done["agreed"], done["may"]) == ("withdrawn", None, [])


async def test_what_is_taken_back_is_asked_no_longer(client: AsyncClient, database: Database) -> None:
    made, provider, offer_id = await _offered(database)
    done = (await client.post("/api/v1/mine/revoke", json={"code": made.code})).json()
    assert done["agreed"] is None
    with pytest.raises(TooLate):
        await answers(database, provider.staff, offer_id, said.AcceptIn())


async def test_they_say_that_they_are_there_and_how_it_went(client: AsyncClient, database: Database) -> None:
    made, provider, offer_id = await _offered(database, mode="cold")
    await answers(database, provider.staff, offer_id, said.AcceptIn())
    await says(database, provider.staff, made.id, said.HandOffIn(person_present=True))
    there = (await client.post("/api/v1/mine/arrive", json={"code": made.code})).json()
    assert there["status"] == "arrived"
    await says(database, provider.staff, made.id, said.EngageIn())
    told = await client.post("/api/v1/mine/report", json={"code": made.code, "outcome": "served"})
    assert (told.json()["status"], told.json()["reason"]) == ("engaged", "served")


async def test_they_choose_among_the_places_that_said_yes(client: AsyncClient, database: Database) -> None:
    rosa = await a_responder(database)
    houses = [await a_provider(database, name, places=1) for name in ("Harbor House", "Kite House")]
    made = await created(database, rosa, pattern="choice", width=2)
    await says(database, rosa, made.id, agreed())
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[one.service_id for one in houses]))
    assert "choose" not in (await _look(client, made.code))["may"], "nobody has said yes yet"
    for house, offer in zip(houses, stands.offers, strict=True):
        await answers(database, house.staff, offer.id, said.AcceptIn())
    assert (await _look(client, made.code))["next"]["clock"] == "hold"
    page = await client.post("/mine", data={"code": made.code}, headers=OURS)
    wanted = str(stands.offers[1].id)
    assert f'value="{wanted}"' in page.text
    early = await client.post("/mine", data={"code": made.code, "do": "choose"}, headers=OURS)
    assert (early.status_code, "Choose one of the places" in early.text) == (422, True)
    unknown = await client.post("/api/v1/mine/choose", json={"code": made.code, "offer_id": str(made.id)})
    assert (unknown.status_code, unknown.json()["state"]) == (409, "unknown")
    chosen = await client.post("/mine", data={"code": made.code, "do": "choose", "offer_id": wanted}, headers=OURS)
    assert "that is where you go" in chosen.text
    seen = await _look(client, made.code)
    assert seen["status"] == "matched"
    assert [(one["service"], one["has_you"]) for one in seen["asked"]] == [("Kite House", True)]


async def test_a_place_that_is_kept_no_longer_is_no_choice(
    client: AsyncClient, database: Database, clone: Cluster
) -> None:
    rosa = await a_responder(database)
    house, kite = [await a_provider(database, name, places=places) for name, places in (("Harbor", 1), ("Kite", None))]
    with a_clock(clone) as clock:
        made = await created(database, rosa, pattern="choice", width=2)
        await says(database, rosa, made.id, agreed())
        stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[house.service_id, kite.service_id]))
        for one, offer in zip((house, kite), stands.offers, strict=True):
            await answers(database, one.staff, offer.id, said.AcceptIn())
        clock.stands_at(NOON + timedelta(days=2))
        seen = await _look(client, made.code)
        assert [(one["service"], one["status"], one["may_be_chosen"]) for one in seen["asked"]] == [
            ("Harbor", "accepted", False),
            ("Kite", "accepted", True),
        ]
        page = await client.post("/mine", data={"code": made.code}, headers=OURS)
    assert [f'value="{one.id}"' in page.text for one in stands.offers] == [False, True]


async def test_what_cannot_be_said_any_more_is_refused(client: AsyncClient, database: Database) -> None:
    made, _, _ = await _offered(database)
    early = await client.post("/api/v1/mine/arrive", json={"code": made.code})
    assert (early.status_code, early.json()["state"]) == (409, "offering")


async def test_a_survivor_has_the_same_door(client: AsyncClient, database: Database) -> None:
    made, _, _ = await _offered(database, survivor=True)
    assert (await _look(client, made.code))["status"] == "offering"
    done = await client.post("/api/v1/mine/withdraw", json={"code": made.code})
    assert done.json()["status"] == "withdrawn"


async def test_it_is_written_down_as_their_own_word_by_the_code(client: AsyncClient, database: Database) -> None:
    made, _, _ = await _offered(database)
    await client.post("/api/v1/mine/decline", json={"code": made.code})
    async with database.transaction(SYSTEM) as db:
        whole = await referrals.referral(db, SYSTEM, referral_id=made.id, ring=RING)
    said_it = next(one for one in whole.history if one.verb == "decline")
    assert (said_it.by, said_it.channel) == ("person", "code")


async def _race(database: Database, first: str, code: str, provider: Provider, offer_id: Any) -> tuple[object, object]:
    """Both at once; whoever is `first` has the row before the other asks for it."""
    held, go = asyncio.Event(), asyncio.Event()

    async def withdraw() -> None:
        async with database.transaction(SYSTEM) as db:
            await referrals.say_mine(db, code=code, said=said.StopIn(), ring=RING)
            await _hand_over(first == "person", held, go)

    async def accept() -> None:
        async with database.transaction(provider.staff) as db:
            await referrals.answer(db, provider.staff, offer_id=offer_id, said=said.AcceptIn(), ring=RING)
            await _hand_over(first == "receiver", held, go)

    one, other = (withdraw, accept) if first == "person" else (accept, withdraw)
    leading = asyncio.create_task(one())
    await held.wait()
    following = asyncio.create_task(other())
    go.set()
    return await asyncio.gather(leading, following, return_exceptions=True)


async def _hand_over(leads: bool, held: asyncio.Event, go: asyncio.Event) -> None:
    if leads:
        held.set()
        await go.wait()


@pytest.mark.parametrize("first", ["person", "receiver"])
async def test_a_withdrawal_wins_against_an_acceptance_whoever_is_first(
    client: AsyncClient, database: Database, first: str
) -> None:
    made, provider, offer_id = await _offered(database)
    came = await _race(database, first, made.code, provider, offer_id)
    assert [isinstance(one, TooLate | IllegalMove) for one in came] == [False, first == "person"]
    assert (await _look(client, made.code))["status"] == Referral.withdrawn
    async with database.transaction(provider.staff) as db:
        assert (await referrals.places(db, provider.staff, service_id=provider.service_id)).free == 2


# The page


Page = Callable[..., Awaitable[str]]


async def _page(client: AsyncClient, status: int = 200, lang: str = "", **form: str) -> str:
    answer = await client.post(f"/mine{lang}", data=form, headers=OURS)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.text)


async def test_the_page_takes_the_code_in_its_body(client: AsyncClient, database: Database) -> None:
    made, _, _ = await _offered(database)
    assert 'name="code"' in (await client.get(f"/mine?code={made.code}")).text
    shown = await _page(client, code=made.code)
    assert "<h1>Places are being asked</h1>" in shown
    assert "<title>Doorlight</title>" in shown
    assert "Nobody has been told who you are." in shown


async def test_the_page_speaks_their_language_unless_asked_otherwise(client: AsyncClient, database: Database) -> None:
    made, _, _ = await _offered(database, languages=["es"])
    assert "Se está preguntando a los lugares" in await _page(client, code=made.code)
    assert "Places are being asked" in await _page(client, code=made.code, lang="?lang=en")


async def test_the_page_says_so_where_there_is_nothing(client: AsyncClient) -> None:
    assert "There is nothing by that code" in await _page(client, 404, code="none")


async def test_what_no_page_of_ours_sent_does_nothing(client: AsyncClient, database: Database) -> None:
    made, _, _ = await _offered(database)
    foreign = await client.post(
        "/mine", data={"code": made.code, "do": "withdraw"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert foreign.status_code == 403
    assert (await _look(client, made.code))["status"] == "offering"


async def test_the_buttons_of_the_page_work_without_scripts(client: AsyncClient, database: Database) -> None:
    made, _, _ = await _offered(database)
    shown = await _page(client, code=made.code, do="withdraw")
    assert "Everything is stopped" in shown
    assert 'name="do"' not in shown
    assert "stands as you see it here" in await _page(client, 409, code=made.code, do="arrive")
