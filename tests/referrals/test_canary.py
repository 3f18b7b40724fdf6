"""Who somebody is stands in no answer before a yes; and it, their code, a link and a number stand in no log."""

import re
from pathlib import Path

from httpx import AsyncClient

import referrals
from api import texts
from core.cluster import Database as Cluster
from core.db import Database
from referrals.views import said
from tests.access.builders import RING
from tests.builders import a_site, publish
from tests.canaries.scan import hits
from tests.referrals.builders import a_responder, agreed, created, says
from tests.referrals.gateway import SECRET, Gateway
from tests.serving import serving

NAME, CONTACT, NUMBER = "kanariquillfeather", "kanari5550173contact", "+13035550173"
OURS = {"sec-fetch-site": "same-origin"}


async def test_it_stands_nowhere_it_does_not_belong(clone: Cluster, database: Database, tmp_path: Path) -> None:
    log = tmp_path / "log"
    rosa, place = await a_responder(database), a_site("Kitchen Table Circle")  # which has no account
    await publish(database, place)
    made = await created(database, rosa, person={"name": NAME, "contact": CONTACT})
    await says(database, rosa, made.id, agreed("name", "contact"))
    stands = await says(database, rosa, made.id, said.OfferIn(service_ids=[place.services[0].id]))
    offer_id = stands.offers[0].id
    async with database.transaction(rosa) as db:
        link = (await referrals.make_link(db, rosa, offer_id=offer_id, ring=RING)).path
        await texts.ask(db, rosa, offer_id=offer_id, said=referrals.TextIn(to=NUMBER), ring=RING)
    with serving(
        clone.service_dsn, log, DOORLIGHT_LOG_LEVEL="debug", DOORLIGHT_RATES="off", DOORLIGHT_GATEWAY_SECRET=SECRET
    ) as (port, _):
        async with AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            gateway = Gateway(client, database)
            (body,) = await gateway.sent()
            code = re.findall(r"\b[0-9]{6}\b", body)[0]
            answers = [
                await client.get(link),
                await client.post(link, data={"do": "show"}, headers=OURS),
                await client.post(link, data={"do": "decline"}, headers=OURS),
                await client.post("/mine", data={"code": made.code}, headers=OURS),
                await client.post("/mine", data={"code": made.code, "do": "arrive"}, headers=OURS),
                await client.post("/api/v1/mine", json={"code": made.code}),
                await client.post("/api/v1/mine/arrive", json={"code": made.code}),
                await client.post("/api/v1/mine", json={"code": [made.code]}),
                await gateway.brings("text", NUMBER, f"YES {code[::-1]}"),
                await gateway.brings("text", NUMBER, f"YES {code}"),
            ]
            yes = await client.post(link, data={"do": "show"}, headers=OURS)
    for answer in answers:
        assert NAME not in answer.text
        assert CONTACT not in answer.text
    assert made.code not in answers[7].text, "what cannot be read is not said again"
    assert NAME not in body
    assert NAME in yes.text, "they said yes by text message, and their link shows what was agreed"
    token = link.removeprefix("/offers/")
    assert log.read_text(), "it says something"
    assert hits([NAME, CONTACT, made.code, token, NUMBER.removeprefix("+")], [log], tmp_path=tmp_path) == []
