"""Who takes part in a cell: an agency that refers, and three that have places, in the rooms of a stack."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import referrals
from api.who import COOKIE
from core import access, clock
from core.addresses import LOOPBACK
from core.db import Database
from core.letters import Channel
from core.outgoing import Outgoing
from core.security import SYSTEM, Caller
from tests.access.builders import RING
from tests.faults.asked import Log
from tests.faults.client import Client
from tests.faults.receivers import Receiver
from tests.faults.stack import Stack
from tests.referrals.builders import a_provider, a_responder
from tests.referrals.receivers import boss_of

PROVIDERS, PLACES = 3, 3
CONTACTS = "contacts.example.org"


@dataclass(frozen=True)
class Provider:
    """One that is asked, and says so itself."""

    service_id: UUID
    agency_id: UUID
    staff: Client


@dataclass(frozen=True)
class Scene:
    """`agency_id` refers, and nobody else's referrals are of this cell. `since`: by the database's clock.

    `near` is a system of its own, and hears of everything; `far` is the first provider's, and hears of its offers.
    """

    agency_id: UUID
    referrer: Client
    providers: tuple[Provider, ...]
    log: Log
    since: datetime
    near: Receiver | None = None
    far: Receiver | None = None

    def provider(self, service_id: str) -> Client:
        return next(one.staff for one in self.providers if str(one.service_id) == service_id)


async def a_scene(stack: Stack, log: Log, near: Receiver | None = None, far: Receiver | None = None) -> Scene:
    """Everybody is new, so that no earlier cell is in the way."""
    name = uuid4().hex[:8]
    async with stack.database() as database:
        rosa = await a_responder(database, f"Rosa{name}")
        found = [await a_provider(database, f"Provider{n} {name}", places=PLACES) for n in range(PROVIDERS)]
        providers = []
        for one in found:
            assert one.staff.agency_id is not None
            staff = Client(stack.clients, log, await _headers(database, one.staff))
            providers.append(Provider(one.service_id, one.staff.agency_id, staff))
        referrer = Client(stack.clients, log, await _headers(database, rosa))
        for whose in (rosa, *(one.staff for one in found)):
            await _reached(database, boss_of(whose))
        for whose, receiver in ((rosa, near), (found[0].staff, far)):
            if receiver is not None:
                await _hooked(database, boss_of(whose), receiver)
    assert rosa.agency_id is not None
    since = (await stack.rows("SELECT clock_timestamp() AS now"))[0]["now"]
    return Scene(rosa.agency_id, referrer, tuple(providers), log, since, near, far)


async def _reached(database: Database, boss: Caller) -> None:
    """One contact, whose address says whose it is."""
    one = referrals.ContactIn(channel=Channel.mail, address=f"{boss.agency_id}@{CONTACTS}")
    async with database.transaction(boss) as db:
        await referrals.set_contacts(db, boss, given=[one], ring=RING)


async def _hooked(database: Database, boss: Caller, receiver: Receiver) -> None:
    async with database.transaction(boss) as db:
        await referrals.make_webhook(db, boss, url=receiver.url, ring=RING, way=Outgoing(also=LOOPBACK))


async def _headers(database: Database, who: Caller) -> Mapping[str, str]:
    assert who.id is not None
    async with database.transaction(SYSTEM) as db:
        signed = await access.open_for(db, person_id=who.id, agency_id=who.agency_id, shared=False, now=clock.now())
    return {"cookie": f"{COOKIE}={signed.token}", "sec-fetch-site": "same-origin"}
