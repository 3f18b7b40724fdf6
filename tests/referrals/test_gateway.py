"""Offers that are asked by text message, and answered by one or on the keypad of a phone."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr
from sqlalchemy import text

import referrals
from api import texts
from api.app import create_app
from api.jobs import ask_others
from core import clock
from core.cluster import Database as Cluster
from core.db import Database
from core.letters import Channel
from core.letters.errors import Refused
from core.security import SYSTEM, Caller
from core.settings import Settings
from referrals.views import said
from tests.access.builders import RING
from tests.builders import a_site, publish
from tests.letters.builders import Sink, send
from tests.referrals.builders import Provider, a_clock, a_provider, a_responder, agreed, created, says
from tests.referrals.gateway import SECRET, Gateway

NUMBER, OTHER = "+13035550101", "+13035550102"
NAME = "Kanari Quillfeather"


@pytest.fixture
async def gateway(clone: Cluster, database: Database) -> AsyncIterator[Gateway]:
    app = create_app(
        Settings(
            service_dsn=clone.service_dsn, pool_size=4, keys=SecretStr(RING.written()), rates="off",
            gateway_secret=SecretStr(SECRET),
        )
    )  # fmt: skip
    async with app.router.lifespan_context(app):
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://doorlight.test") as client:
            yield Gateway(client, database)


async def _asked(
    database: Database, *, places: int | None = None, to: str = NUMBER, language: str = "en"
) -> tuple[Caller, referrals.Made, UUID]:
    """One place, asked by text message."""
    rosa = await a_responder(database)
    if places is None:
        listing = a_site("Kitchen Table Circle")
        await publish(database, listing)
        service_id = listing.services[0].id
    else:
        provider: Provider = await a_provider(database, "Harbor House", places=places)
        service_id = provider.service_id
    made = await created(database, rosa, person={"name": NAME})
    await says(database, rosa, made.id, agreed("name"))
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[service_id]))
    await _text(database, rosa, stands.offers[0].id, to=to, language=language)
    return rosa, made, stands.offers[0].id


async def _text(database: Database, rosa: Caller, offer_id: UUID, *, to: str = NUMBER, language: str = "en") -> None:
    wanted = referrals.TextIn.model_validate({"to": to, "language": language})
    async with database.transaction(rosa) as db:
        await texts.ask(db, rosa, offer_id=offer_id, said=wanted, ring=RING)


async def _offer(database: Database, rosa: Caller, made: referrals.Made) -> Any:
    async with database.transaction(rosa) as db:
        whole = await referrals.referral(db, rosa, referral_id=made.id, ring=RING)
    return whole.offers[0]


async def test_the_message_says_that_somebody_needs_a_place_and_nobodys_name(
    gateway: Gateway, database: Database
) -> None:
    await _asked(database)
    (body,) = await gateway.sent()
    assert body.startswith("Doorlight: somebody needs a place. Reply YES ")
    assert NAME not in body


@pytest.mark.parametrize(
    ("what", "reply", "status", "reason"),
    [
        ("text", "YES {}", "accepted", None),
        ("text", "yes, {}!", "accepted", None),
        ("text", "SI {}", "accepted", None),
        ("text", "Sí {}", "accepted", None),
        ("text", "NO {} FULL", "declined", "no_capacity"),
        ("text", "no {}", "declined", "other"),
        ("keypad", "{}1", "accepted", None),
        ("keypad", "{}2#", "declined", "other"),
    ],
)
async def test_yes_and_no_are_understood(
    gateway: Gateway, database: Database, *, what: str, reply: str, status: str, reason: str | None
) -> None:
    rosa, made, _ = await _asked(database)
    answer = await gateway.brings(what, NUMBER, reply.format(await gateway.code()))
    assert (answer.status_code, answer.json()["outcome"]) == (200, status)
    offer = await _offer(database, rosa, made)
    assert (offer.status, offer.reason) == (status, reason)


async def test_how_it_was_said_is_written_down(gateway: Gateway, database: Database) -> None:
    rosa, made, _ = await _asked(database)
    await gateway.brings("keypad", NUMBER, f"{await gateway.code()}1")
    async with database.transaction(rosa) as db:
        whole = await referrals.referral(db, rosa, referral_id=made.id, ring=RING)
    assert [(one.by, one.channel) for one in whole.history if one.verb == "accept"] == [("receiver", "keypad")]


async def test_they_are_answered_in_their_language(gateway: Gateway, database: Database) -> None:
    await _asked(database, language="es")
    (body,) = await gateway.sent()
    assert body.startswith("Doorlight: alguien necesita un lugar. Responda SI ")
    answer = await gateway.brings("text", NUMBER, f"SI {body.split('SI ')[1][:6]}")
    assert answer.json()["say"].startswith("Gracias: su sí vale.")


async def test_what_is_unsigned_or_signed_wrongly_is_not_heard(gateway: Gateway, database: Database) -> None:
    rosa, made, _ = await _asked(database)
    code = await gateway.code()
    bare = await gateway.client.post("/api/v1/gateway/text", json={"from": NUMBER, "text": f"YES {code}"})
    gateway.key = b"another key of thirty two bytes."
    wrong = await gateway.brings("text", NUMBER, f"YES {code}")
    assert (bare.status_code, wrong.status_code) == (401, 401)
    assert (await _offer(database, rosa, made)).status == "sent"


@pytest.mark.parametrize("off_s", [-301, 330])
async def test_what_is_old_or_of_tomorrow_is_not_heard(gateway: Gateway, database: Database, off_s: int) -> None:
    rosa, made, _ = await _asked(database)
    answer = await gateway.brings("text", NUMBER, f"YES {await gateway.code()}", at=time.time() + off_s)
    assert answer.status_code == 401
    assert (await _offer(database, rosa, made)).status == "sent"


async def test_without_a_secret_nothing_is_heard(client: AsyncClient, database: Database) -> None:
    assert (await Gateway(client, database).brings("text", NUMBER, "YES 123456")).status_code == 401


async def test_brought_again_it_has_no_second_effect(gateway: Gateway, database: Database) -> None:
    rosa, made, _ = await _asked(database)
    code = await gateway.code()
    first = await gateway.brings("text", NUMBER, f"NO {code}", own_id="msg_a")
    async with database.transaction(rosa) as db:
        version = (await referrals.referral(db, rosa, referral_id=made.id, ring=RING)).version
    again = await gateway.brings("text", NUMBER, f"NO {code}", own_id="msg_a")
    assert (first.json()["outcome"], again.json()["outcome"]) == ("declined", "again")
    async with database.transaction(rosa) as db:
        assert (await referrals.referral(db, rosa, referral_id=made.id, ring=RING)).version == version


async def test_in_another_order_the_first_that_comes_counts(gateway: Gateway, database: Database) -> None:
    rosa, made, _ = await _asked(database)
    code = await gateway.code()
    second = await gateway.brings("text", NUMBER, f"NO {code}", own_id="msg_second", at=time.time())
    first = await gateway.brings("text", NUMBER, f"YES {code}", own_id="msg_first", at=time.time() - 60)
    assert (second.json()["outcome"], first.json()["outcome"]) == ("declined", "late")
    assert (await _offer(database, rosa, made)).status == "declined"


async def test_a_wrong_code_and_a_wrong_number_have_one_answer(gateway: Gateway, database: Database) -> None:
    rosa, made, _ = await _asked(database)
    code = await gateway.code()
    other = f"{(int(code) + 1) % 1_000_000:06}"
    wrong = [await gateway.brings("text", NUMBER, f"YES {other}"), await gateway.brings("text", OTHER, f"YES {code}")]
    assert {one.json()["outcome"] for one in wrong} == {"unknown"}
    assert len({one.content for one in wrong}) == 1
    assert (await _offer(database, rosa, made)).status == "sent"


async def test_after_five_wrong_codes_the_right_one_is_good_for_nothing(gateway: Gateway, database: Database) -> None:
    rosa, made, _ = await _asked(database)
    code = await gateway.code()
    for n in range(1, 6):
        await gateway.brings("text", NUMBER, f"YES {(int(code) + n) % 1_000_000:06}")
    assert (await gateway.brings("text", NUMBER, f"YES {code}")).json()["outcome"] == "unknown"
    assert (await _offer(database, rosa, made)).status == "sent"


async def test_wrong_codes_of_others_cost_no_tries(gateway: Gateway, database: Database) -> None:
    await _asked(database)
    code = await gateway.code()
    for _ in range(6):
        await gateway.brings("text", OTHER, f"YES {code}")
    assert (await gateway.brings("text", NUMBER, f"YES {code}")).json()["outcome"] == "accepted"


async def test_what_says_neither_costs_no_try(gateway: Gateway, database: Database) -> None:
    await _asked(database)
    code = await gateway.code()
    for unclear in ("who is this?", "YES", f"YES NO {code}", code, "YES 111111 222222"):
        assert (await gateway.brings("text", NUMBER, unclear)).json()["outcome"] == "unreadable"
    assert (await gateway.brings("text", NUMBER, f"YES {code}")).json()["outcome"] == "accepted"


async def test_a_new_code_ends_the_former(gateway: Gateway, database: Database) -> None:
    rosa, _, offer_id = await _asked(database)
    former = await gateway.code()
    await _text(database, rosa, offer_id)
    code = await gateway.code()
    assert (await gateway.brings("text", NUMBER, f"YES {former}")).json()["outcome"] == "unknown"
    assert (await gateway.brings("text", NUMBER, f"YES {code}")).json()["outcome"] == "accepted"


async def test_with_the_offer_its_code_ends(gateway: Gateway, database: Database, clone: Cluster) -> None:
    await _asked(database)
    code = await gateway.code()
    with a_clock(clone, clock.now() + timedelta(hours=2)):
        assert (await gateway.brings("text", NUMBER, f"YES {code}")).json()["outcome"] == "late"


async def test_a_yes_to_what_they_agree_to_no_more_comes_too_late(gateway: Gateway, database: Database) -> None:
    rosa, made, _ = await _asked(database)
    code = await gateway.code()
    async with database.transaction(SYSTEM) as db:  # as it is once its time is over, and before the next tick
        await db.execute(text("UPDATE referral_consent SET until = now() - interval '1 second'"))
    assert (await gateway.brings("text", NUMBER, f"YES {code}")).json()["outcome"] == "late"
    assert (await _offer(database, rosa, made)).status == "sent"


async def test_where_no_place_is_left_a_yes_is_not_noted(gateway: Gateway, database: Database) -> None:
    rosa, made, _ = await _asked(database, places=0)
    answer = await gateway.brings("text", NUMBER, f"YES {await gateway.code()}")
    assert answer.json()["outcome"] == "full"
    assert (await _offer(database, rosa, made)).status == "sent"


@pytest.mark.parametrize(("places", "status"), [(None, "undeliverable"), (1, "sent")])
async def test_who_is_asked_by_text_alone_and_not_reached_is_asked_no_longer(
    database: Database, places: int | None, status: str
) -> None:
    """Who has an account sees it there, whatever becomes of the message."""
    rosa, made, _ = await _asked(database, places=places)
    await ask_others(database)
    assert (await _offer(database, rosa, made)).status == "sent"
    await send(database, {Channel.text: Sink(raises=[Refused("recipient")])}, clock.now())
    for _ in range(2):  # the second finds nothing more to do
        await ask_others(database)
    assert (await _offer(database, rosa, made)).status == status


async def test_who_has_a_link_too_or_was_asked_anew_is_not_given_up(database: Database) -> None:
    rosa, made, offer_id = await _asked(database)
    await send(database, {Channel.text: Sink(raises=[Refused("recipient")])}, clock.now())
    async with database.transaction(SYSTEM) as db:
        (letter_id,) = await referrals.on_their_way(db)
    await _text(database, rosa, offer_id, to=OTHER)
    async with database.transaction(SYSTEM) as db:
        await referrals.undelivered(db, offer_id=offer_id, letter_id=letter_id)
    await send(database, {Channel.text: Sink(raises=[Refused("recipient")])}, clock.now())
    async with database.transaction(rosa) as db:
        await referrals.make_link(db, rosa, offer_id=offer_id, ring=RING)
    await ask_others(database)
    assert (await _offer(database, rosa, made)).status == "sent"


async def test_neither_number_nor_code_is_kept(gateway: Gateway, database: Database) -> None:
    await _asked(database)
    code = await gateway.code()
    async with database.transaction(SYSTEM) as db:
        (row,) = (await db.execute(text("SELECT offer_text::text FROM offer_text"))).scalars()
    assert NUMBER.removeprefix("+") not in row
    assert code not in row
