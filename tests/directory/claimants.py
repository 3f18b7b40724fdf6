"""An agency that claims a listing, and the letters that this causes."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import directory
from api import claims
from core.db import Database
from core.letters import Channel, Opened
from core.security import Caller, Role
from directory import ClaimView, ClaimWay, ListingIn, PhoneIn
from tests.access.builders import RING, a_member, an_agency
from tests.builders import NOON, a_line, publish
from tests.letters.builders import Sink, send

WRITING = claims.Writing("en", "https://doorlight.example.org", RING)


async def a_listing(database: Database, name: str = "Harbor", *, email: str | None = "front@example.org") -> ListingIn:
    """With an address of its own, beside the number of its way in."""
    listing = a_line(name)
    listing = listing.model_copy(update={"organization": listing.organization.model_copy(update={"email": email})})
    await publish(database, listing)
    return listing


async def a_manager(database: Database, agency: str = "Harbor House", role: Role = Role.provider_manager) -> Caller:
    return (await a_member(database, await an_agency(database, agency), role, name=agency.replace(" ", ""))).caller


async def asked(
    database: Database, caller: Caller, listing: ListingIn, way: ClaimWay = ClaimWay.mail, now: datetime = NOON
) -> ClaimView:
    organization_id = listing.organization.id
    async with database.transaction(caller) as db:
        choices = await directory.claim_choices(db, caller, organization_id=organization_id, ring=RING)
        choice = next((one.id for one in choices if one.way is way), None)
        return await claims.ask(
            db, caller, organization_id=organization_id, way=way, choice=choice, writing=WRITING, now=now
        )


async def proven(
    database: Database, caller: Caller, claim: ClaimView, code: str, now: datetime = NOON
) -> ClaimView | None:
    async with database.transaction(caller) as db:
        return await claims.prove(db, caller, claim_id=claim.id, code=code, writing=WRITING, now=now)


async def decided(database: Database, steward: Caller, claim: UUID, *, yes: bool) -> ClaimView:
    async with database.transaction(steward) as db:
        return await directory.decide_claim(db, steward, claim_id=claim, proven=yes, reason="Called them", now=NOON)


@dataclass(frozen=True)
class Got:
    """A letter of a claim, as it arrived."""

    letter: Opened

    @property
    def code(self) -> str:
        return self._found(r"\b\d{4}-\d{4}\b")

    @property
    def token(self) -> str:
        return self._found(r"/claim/([\w-]+)")

    def _found(self, pattern: str) -> str:
        found = re.search(pattern, self.letter.body)
        assert found
        return found[found.re.groups]


async def arrived(database: Database, now: datetime = NOON) -> list[Got]:
    """Every letter that waited, in the order it was written."""
    sink = Sink()
    ways: dict[Channel, Any] = dict.fromkeys(Channel, sink)
    await send(database, ways, now)
    return [Got(letter) for letter in sink.taken]


def a_published_phone(number: str, **more: Any) -> PhoneIn:
    return PhoneIn(id=UUID(int=abs(hash(number)) % 2**64), number=number, **more)
