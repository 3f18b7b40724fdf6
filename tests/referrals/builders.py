"""Agencies that refer and agencies that receive, and the database's clock, which a test may set."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import text

import referrals
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Caller, Role
from directory import ListingIn
from referrals.views import said
from tests.access.builders import RING, a_member, an_agency
from tests.builders import NOON, a_site, publish

_REAL = "CREATE OR REPLACE FUNCTION doorlight_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS "


@dataclass
class DatabaseClock:
    """What `doorlight_now()` says, set by whoever owns the database."""

    owner_dsn: str

    def stands_at(self, now: datetime) -> None:
        with psycopg.connect(self.owner_dsn, autocommit=True) as owner:
            owner.execute(f"{_REAL} $$ SELECT '{now.isoformat()}'::timestamptz $$")

    def runs(self) -> None:
        with psycopg.connect(self.owner_dsn, autocommit=True) as owner:
            owner.execute(f"{_REAL} $$ SELECT clock_timestamp() $$")


@contextmanager
def a_clock(cluster: Cluster, now: datetime = NOON) -> Iterator[DatabaseClock]:
    """A clock that stands, and runs again afterwards."""
    clock = DatabaseClock(cluster.owner_dsn)
    clock.stands_at(now)
    try:
        yield clock
    finally:
        clock.runs()


@dataclass(frozen=True)
class Provider:
    """An agency that answers for a service, and somebody of it."""

    service_id: UUID
    staff: Caller


async def a_provider(
    database: Database,
    name: str,
    listing: ListingIn | None = None,
    *,
    places: int | None = None,
    agency: UUID | None = None,
    now: datetime = NOON,
    **more: Any,
) -> Provider:
    listing = listing or a_site(name, **more)
    await publish(database, listing, now=now)
    agency = agency or await an_agency(database, name)
    staff = await a_member(database, agency, Role.provider_staff, name=name.replace(" ", ""))
    async with database.transaction(SYSTEM) as db:
        await db.execute(
            text(
                "INSERT INTO claim (id, organization_id, agency_id, way, state, tries, asked_at, decided_at)"
                " VALUES (:id, :organization, :agency, 'steward', 'proven', 0, :now, :now)"
            ),
            {"id": uuid4(), "organization": listing.organization.id, "agency": agency, "now": NOON},
        )
    service_id = listing.services[0].id
    if places is not None:
        async with database.transaction(staff.caller) as db:
            await referrals.set_places(
                db, staff.caller, service_id=service_id, pool=referrals.PoolIn(unit="bed", capacity=places)
            )
    return Provider(service_id, staff.caller)


async def a_responder(database: Database, name: str = "Rosa") -> Caller:
    return (await a_member(database, await an_agency(database, f"{name}'s team"), name=name)).caller


async def created(database: Database, caller: Caller, **more: Any) -> referrals.Made:
    asked = referrals.ReferralIn.model_validate({"kinds": ["SITE.SOBER"]} | more)
    async with database.transaction(caller) as db:
        return await referrals.create(db, caller, referral=asked, ring=RING)


async def says(database: Database, caller: Caller, referral_id: UUID, what: said.Said) -> referrals.StepView:
    async with database.transaction(caller) as db:
        return await referrals.act(db, caller, referral_id=referral_id, said=what)


async def answers(database: Database, caller: Caller, offer_id: UUID, what: said.Said) -> referrals.StepView:
    async with database.transaction(caller) as db:
        return await referrals.answer(db, caller, offer_id=offer_id, said=what, ring=RING)


async def ticked(database: Database) -> int:
    """All that is due by now; how many."""
    after, many = UUID(int=0), 0
    while True:
        async with database.transaction(SYSTEM) as db:
            found = await referrals.next_due(db, after=after)
            if found is None:
                return many
            await referrals.tick(db, referral_id=found)
        after, many = found, many + 1


def agreed(*fields: str, **more: Any) -> said.ConsentIn:
    how = "written" if fields else "verbal"
    return said.ConsentIn.model_validate({"how": how, "fields": list(fields), "police_told": True} | more)


async def offered(database: Database, caller: Caller, *providers: Provider, **more: Any) -> referrals.StepView:
    """A referral that these were asked for."""
    made = await created(database, caller, **more)
    await says(database, caller, made.id, agreed("name", "contact"))
    return await says(database, caller, made.id, said.OfferIn(service_ids=[one.service_id for one in providers]))
