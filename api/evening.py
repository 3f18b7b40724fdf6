"""An evening to look at: a person is passed on, warm, from a responder to the third house that is asked.

Who takes part is made by the front doors; what they say goes over HTTP to the running service, as from anybody.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson

import directory
import referrals
from api.who import COOKIE
from core import access, clock
from core.db import Database
from core.errors import Unavailable
from core.outgoing import LOOPBACK, NotReached, Outgoing
from core.secrets import Ring
from core.security import SYSTEM, Caller, Role
from directory.editing import Precision

_TOWN = (44.0521, -123.0868)
_MINUTE = 60
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PATIENCE_S = 90.0
Say = Callable[[str], Any]


class NotRunning(Unavailable):
    """The service does not answer."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person signed in, by their cookie."""

    name: str
    caller: Caller
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class House:
    """A service that may be asked, with somebody of it."""

    listing: directory.ListingIn
    staff: Somebody

    @property
    def service_id(self) -> UUID:
        return self.listing.services[0].id


@dataclass
class Evening:
    """Who takes part, and what they say."""

    database: Database
    url: str
    say: Say
    rosa: Somebody
    houses: list[House]
    way: Outgoing = field(default_factory=lambda: Outgoing(also=LOOPBACK))

    async def play(self) -> None:
        """From the first question to the door; and away with what was made for it."""
        try:
            await self._played()
        finally:
            await _away(self.database, [one.listing for one in self.houses])
            self.say("Over: the invented houses are shown to nobody any more.")

    async def _played(self) -> None:
        rosa, (first, second, third) = self.rosa, self.houses
        asked = {
            "kinds": ["SITE.CSU"], "urgency": "urgent", "refuses": ["locked", "police"],
            "latitude": _TOWN[0], "longitude": _TOWN[1], "person": {"name": "Alex (invented)"},
        }  # fmt: skip
        made = await self._says(rosa, "referrals", asked, "begins to pass somebody on, who wants no police and no lock")
        path = f"referrals/{made['id']}"
        agreed = {"how": "written", "fields": ["name"], "police_told": True,
                  "services": [str(one.service_id) for one in self.houses]}  # fmt: skip
        await self._says(rosa, f"{path}/consent", agreed, "has told them what is known about police; they agree")
        offered = await self._says(rosa, f"{path}/offer", {}, "asks: search finds the houses, the nearest first")
        offers = {one["service_id"]: one["id"] for one in offered["offers"]}
        of = {house.service_id: f"offers/{offers[str(house.service_id)]}" for house in self.houses}
        full = {"reason": "no_capacity"}
        await self._says(first.staff, f"{of[first.service_id]}/decline", full, "is full; the directory says so at once")
        self.say(f"         {second.staff.name} lets its minute go by ...")
        await self._until(path, str(third.service_id), "sent")
        await self._says(second.staff, f"{of[second.service_id]}/accept", {}, "answers now, and is told it is too late")
        await self._says(third.staff, f"{of[third.service_id]}/accept", {}, "takes them: one winner, a place set aside")
        await self._says(third.staff, f"{path}/connect", {}, "calls, with the person and Rosa on one line")
        here = {"person_present": True}
        await self._says(third.staff, f"{path}/hand_off", here, "says: from here on we answer for them")
        eta = {"eta": (clock.now() + timedelta(minutes=40)).isoformat()}
        await self._says(rosa, f"{path}/depart", eta, "drives off")
        await self._says(third.staff, f"{path}/arrive", {}, "opens the door")
        await self._says(third.staff, f"{path}/engage", {}, "has begun")
        await self._says(third.staff, f"{path}/close", {"outcome": "served"}, "closes: served")

    async def _says(self, who: Somebody, path: str, body: dict[str, Any], what: str) -> Any:
        answer = await self._asked("POST", who, path, orjson.dumps(body))
        told = answer.get("status", "")
        if isinstance(told, int):  # a problem: what stands instead
            told = f"refused, {answer['detail']}"
        self.say(f"{clock.now():%H:%M:%S} {who.name} {what}  [{str(told).replace('_', ' ')}]")
        return answer

    async def _until(self, path: str, service_id: str, status: str) -> None:
        ends = clock.now() + timedelta(seconds=_PATIENCE_S + _MINUTE)
        while clock.now() < ends:
            whole = await self._asked("GET", self.rosa, path, None)
            if any(one["service_id"] == service_id and one["status"] == status for one in whole["offers"]):
                return
            await asyncio.sleep(1)
        raise NotRunning("Nothing happened by itself: is a worker running? `doorlight doctor` says.")

    async def _asked(self, method: str, who: Somebody, path: str, content: bytes | None) -> Any:
        headers = {
            "content-type": "application/json", "cookie": f"{COOKIE}={who.token}", "sec-fetch-site": "same-origin",
        }  # fmt: skip
        try:
            answer = await self.way.ask(method, f"{self.url}/api/v1/{path}", headers=headers, content=content)
        except NotReached:
            raise NotRunning(f"Nothing answers at {self.url}: start it with script/server, or give --url.") from None
        return answer.json()


async def put_on(database: Database, *, url: str, ring: Ring, say: Say) -> Evening:
    """Everybody who takes part, made anew."""
    now = clock.now()
    rosa = await _somebody(database, "Rosa's team (invented)", Role.responder, ring, now)
    await _in_a_minute(database, rosa)
    houses = [
        await _house(database, name, away, ring, now)
        for name, away in (
            ("House One (invented)", 0.01),
            ("House Two (invented)", 0.03),
            ("Respite Three (invented)", 0.06),
        )
    ]
    return Evening(database, url, say, rosa, houses)


async def _somebody(database: Database, agency: str, role: Role, ring: Ring, now: datetime) -> Somebody:
    email = f"{uuid4().hex}@example.org"
    async with database.transaction(SYSTEM) as db:
        made = await access.create_agency(db, SYSTEM, name=agency, roles=[role, Role.administrator], now=now)
        _, token = await access.invite(db, SYSTEM, agency_id=made.id, email=email, role=role, ring=ring, now=now)
        person, _ = await access.accept_invitation(db, token=token, name="Invented", ring=ring, now=now)
        signed = await access.open_for(db, person_id=person, agency_id=made.id, shared=False, now=now)
    return Somebody(agency.removesuffix(" (invented)"), signed.caller, signed.token)


async def _in_a_minute(database: Database, who: Somebody) -> None:
    """That nobody has to wait for long to see that silence is no answer."""
    boss = Caller(id=who.caller.id, agency_id=who.caller.agency_id, roles=frozenset({Role.administrator}))
    soon = referrals.ClockIn(clock=referrals.Clock.answer, urgency=referrals.Urgency.urgent, lasts_s=_MINUTE)
    async with database.transaction(boss) as db:
        await referrals.set_clocks(db, boss, given=[soon])


async def _house(database: Database, name: str, away: float, ring: Ring, now: datetime) -> House:
    staff = await _somebody(database, name, Role.provider_manager, ring, now)
    listing = _listing(name, away, now)
    async with database.transaction(SYSTEM) as db:
        await directory.publish(db, SYSTEM, listings=[listing], now=now)
    organization = listing.organization.id
    async with database.transaction(staff.caller) as db:
        claim, _ = await directory.ask_claim(
            db, staff.caller, organization_id=organization, way=directory.ClaimWay.steward, choice=None, ring=ring,
            now=now,
        )  # fmt: skip
    async with database.transaction(SYSTEM) as db:
        await directory.decide_claim(db, SYSTEM, claim_id=claim.id, proven=True, reason="It is invented", now=now)
    async with database.transaction(staff.caller) as db:
        await referrals.set_places(
            db, staff.caller, service_id=listing.services[0].id, pool=referrals.PoolIn(capacity=2)
        )
    return House(listing, staff)


def _listing(name: str, away: float, now: datetime) -> directory.ListingIn:
    said: dict[str, Any] = {"source": "https://example.org/about", "stated_on": now.date()}
    organization = directory.OrganizationIn(id=uuid4(), name=name, invented=True)
    service = directory.ServiceIn(
        id=uuid4(), organization_id=organization.id, name=name, kinds=("SITE.CSU",),
        disclosure=directory.DisclosureIn(id=uuid4(), level=directory.Level.P0, **said),
        attributes=(directory.AttributeIn(taxonomy="involuntary", code="I0", **said),),
        schedules=(directory.ScheduleIn(id=uuid4(), freq="WEEKLY", byday=_DAYS, opens_at=time(0), closes_at=1440),),
        access_points=(directory.AccessPointIn(id=uuid4(), kind="AP.DIRECT", modes=("phone",), number="541-555-0100"),),
    )  # fmt: skip
    place = directory.LocationIn(
        id=uuid4(), name=name, latitude=_TOWN[0] + away, longitude=_TOWN[1], precision=Precision.street,
        organization_id=organization.id,
    )  # fmt: skip
    at = directory.ServiceAtLocationIn(id=uuid4(), service_id=service.id, location_id=place.id)
    return directory.ListingIn(
        organization=organization, services=(service,), locations=(place,), services_at_locations=(at,)
    )


async def _away(database: Database, listings: list[directory.ListingIn]) -> None:
    async with database.transaction(SYSTEM) as db:
        ended = [
            one.model_copy(
                update={"services": tuple(each.model_copy(update={"status": "inactive"}) for each in one.services)}
            )
            for one in listings
        ]
        await directory.publish(db, SYSTEM, listings=ended, now=clock.now())
