"""A listing that an agency answers for, and people who may change it and who may not."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import insert

from core.db import Database
from core.security import SYSTEM, Caller, Role
from directory import ListingIn, editing
from directory.models import Claim
from tests.access.builders import a_member, an_agency
from tests.builders import NOON, a_site, place_of, publish, service_of


@dataclass(frozen=True)
class Listed:
    """A site, two managers of the agency that answers for it, and a steward, a reviewer and a manager of another."""

    listing: ListingIn
    agency: UUID
    manager: Caller
    second: Caller
    steward: Caller
    reviewer: Caller
    stranger: Caller

    @property
    def service_id(self) -> UUID:
        return service_of(self.listing)

    @property
    def location_id(self) -> UUID:
        return place_of(self.listing)

    @property
    def organization_id(self) -> UUID:
        return self.listing.organization.id


async def claimed(database: Database, agency: UUID, organization_id: UUID) -> None:
    """The agency has proven that the listing is its own."""
    row = {"id": uuid4(), "organization_id": organization_id, "agency_id": agency, "way": "steward", "state": "proven"}
    async with database.transaction(SYSTEM) as db:
        await db.execute(insert(Claim).values(**row, tries=0, asked_at=NOON))


async def a_listed(database: Database, listing: ListingIn | None = None) -> Listed:
    listing = listing or a_site()
    await publish(database, listing)
    agency, other = await an_agency(database, "Its own"), await an_agency(database, "Another")
    await claimed(database, agency, listing.organization.id)
    people = [
        (agency, Role.provider_manager, "Mara"),
        (agency, Role.provider_manager, "Noor"),
        (other, Role.steward, "Sam"),
        (other, Role.reviewer, "Rae"),
        (other, Role.provider_manager, "Ola"),
    ]
    callers = [(await a_member(database, of, role, name=name)).caller for of, role, name in people]
    return Listed(listing, agency, *callers)


async def version(database: Database, listed: Listed) -> str:
    """Of its service, as it is now."""
    async with database.transaction() as db:
        return (await editing.service(db, SYSTEM, service_id=listed.service_id)).version


async def shown(database: Database, listed: Listed) -> editing.ServiceView:
    """The service as the public sees it."""
    async with database.transaction() as db:
        return await editing.service(db, Caller(), service_id=listed.service_id)


async def correct(
    database: Database, listed: Listed, caller: Caller, *, clear: tuple[str, ...] = (), **said: object
) -> editing.EditedView:
    """Correct the service as it is now."""
    correction = editing.ServiceCorrection.model_validate(said)
    now = await version(database, listed)
    async with database.transaction(caller) as db:
        return await editing.correct_service(
            db, caller, service_id=listed.service_id, correction=correction, clear=clear, version=now, now=NOON
        )


__all__ = ["Listed", "a_listed", "claimed", "correct", "shown", "version"]
