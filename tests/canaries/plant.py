"""Plant texts that nobody else uses, by the doors that people and machines use."""

import re
import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import uuid4

import pyotp
from httpx import AsyncClient

import directory
from api.who import COOKIE
from core import access, clock
from core.db import Database
from core.letters import Channel
from core.security import SYSTEM, Role
from tests.access.builders import RING, Member, a_member, an_agency, invited
from tests.builders import a_site, publish
from tests.letters.builders import Sink, a_letter, send

OURS = {"sec-fetch-site": "same-origin"}
_TOKEN = re.compile(r"/invitation/([A-Za-z0-9_-]{43})")
_SEALED = re.compile(r'name="sealed" value="([^"]+)"')
_TOTP = re.compile(r"secret=([A-Z2-7]{32})")
_RECOVERY = re.compile(r"<code>([A-Z2-9]{5}(?:-[A-Z2-9]{5}){4})</code>")


@dataclass
class Planted:
    """What must be found nowhere, by kind, and who may see what of it."""

    canaries: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    boss: dict[str, str] = field(default_factory=dict)
    stranger: dict[str, str] = field(default_factory=dict)
    people: list[Member] = field(default_factory=list)

    @property
    def every(self) -> list[str]:
        return [one for kind in self.canaries.values() for one in kind]

    def add(self, kind: str, canary: str) -> None:
        assert len(canary) >= 13, "a short one would be found by chance"
        self.canaries[kind].append(canary)

    def new(self, kind: str) -> str:
        made = f"kanari{secrets.token_hex(9)}"
        self.add(kind, made)
        return made


async def _cookie(database: Database, member: Member) -> dict[str, str]:
    assert member.caller.id is not None
    async with database.transaction(SYSTEM) as db:
        signed = await access.open_for(
            db, person_id=member.caller.id, agency_id=member.caller.agency_id, shared=False, now=clock.now()
        )
    return OURS | {"cookie": f"{COOKIE}={signed.token}"}


async def plant(database: Database, client: AsyncClient) -> Planted:
    """Two agencies; ours is full of canaries."""
    town, agency = Planted(), await an_agency(database)
    town.boss = await _cookie(database, await a_member(database, agency, Role.administrator, name="Boss"))
    other = await an_agency(database, "Other")
    town.stranger = await _cookie(database, await a_member(database, other, Role.administrator, name="Stranger"))
    for _ in range(20):
        await _joins_by_letter(database, client, town)
    for _ in range(20):
        email, name = town.new("addresses of people"), town.new("names of people")
        token = await invited(database, agency, f"{email}@example.org", Role.responder, now=clock.now())
        town.add("links of invitations", token)
        async with database.transaction(SYSTEM) as db:
            await access.accept_invitation(db, token=token, name=name, ring=RING, now=clock.now())
    for _ in range(10):
        made = (await client.post(
            "/api/v1/keys", json={"name": "Board", "scopes": ["accounts.read"]}, headers=town.boss
        )).json()  # fmt: skip
        town.add("secrets of keys", made["secret"].split("_", 2)[2])
        await client.get("/api/v1/me", headers={"authorization": f"Bearer {made['secret']}"})
        held = await client.post("/api/v1/holds", json={"reason": town.new("reasons of holds")}, headers=town.boss)
        assert held.status_code == 201
        to, link = town.new("addresses in letters"), town.new("links in letters")
        await a_letter(database, to=f"{to}@example.org", link=f"https://doorlight.example.org/{link}", now=clock.now())
        await _hides(database, town)
    return town


async def _joins_by_letter(database: Database, client: AsyncClient, town: Planted) -> None:
    """Invited by an administrator, they follow the link of a letter, choose a password, and set codes up."""
    email, name, password = (town.new(f"{what} of people") for what in ("addresses", "names", "passwords"))
    asked = {"email": f"{email}@example.org", "role": "responder"}
    assert (await client.post("/api/v1/invitations", json=asked, headers=town.boss)).status_code == 201
    sink = Sink()
    await send(database, {Channel.mail: sink}, clock.now())
    (token,) = [token for letter in sink.taken for token in _TOKEN.findall(letter.body)]
    town.add("links of invitations", token)
    await client.get(f"/invitation/{token}")
    taken = await client.post(f"/invitation/{token}", data={"name": name, "password": password}, headers=OURS)
    assert taken.status_code == 303
    town.add("cookies", taken.cookies[COOKIE])
    own = OURS | {"cookie": f"{COOKIE}={taken.cookies[COOKIE]}"}
    client.cookies.clear()
    begun = (await client.post("/account/codes", data={"password": password}, headers=own)).text
    (secret,), (sealed,) = set(_TOTP.findall(begun)), _SEALED.findall(begun)
    town.add("secrets of authenticators", secret)
    proof = {"code": pyotp.TOTP(secret).now(), "sealed": sealed}
    shown = await client.post("/account/codes/confirm", data=proof, headers=own)
    town.add("codes for recovery", _RECOVERY.findall(shown.text)[0])
    await client.post("/sign-in", data={"email": f"{email}@example.org", "password": f"{password}x"}, headers=OURS)


async def _hides(database: Database, town: Planted) -> None:
    street = town.new("addresses of confidential places")
    address = directory.AddressIn(
        id=uuid4(), address_1=f"12 {street} Street", city="Denver", state_province="CO", postal_code="80202",
        country="US",
    )  # fmt: skip
    said = a_site("Safe house", kinds=("DV.SHELTER",), location={"addresses": (address,), "description": street})
    await publish(database, said, now=clock.now())
