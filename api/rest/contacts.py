"""`/api/v1/agency/contacts` and `/clocks`: whom to tell when something waits, and how long it may."""

from typing import Any

from fastapi import APIRouter, Request, Response

import referrals
from api.deps import Acting, Known, ring
from api.once import OnceRoute
from api.problems import DOCUMENTED, refusals

router = APIRouter(tags=["referrals"], route_class=OnceRoute, prefix="/agency")
_PRIVATE = {"Cache-Control": "no-store"}
_SAID: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403)}
_CHANGES: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 409)}


@router.get("/contacts", summary="Whom of your agency to tell when something waits", **_SAID)
async def contacts(request: Request, asker: Known, db: Acting, response: Response) -> list[referrals.ContactView]:
    """In their order: the first when something is asked, the next when nobody answers, supervisors in the end."""
    response.headers.update(_PRIVATE)
    return await referrals.contacts(db, asker, ring=ring(request))


@router.put("/contacts", summary="Say whom to tell", **_CHANGES)
async def set_contacts(
    request: Request, said: referrals.ContactsIn, asker: Known, db: Acting, response: Response
) -> list[referrals.ContactView]:
    """These and no others. What they are sent says that something waits, and nothing of a person."""
    response.headers.update(_PRIVATE)
    return await referrals.set_contacts(db, asker, given=said.contacts, ring=ring(request))


@router.get("/clocks", summary="How long things may wait in your agency", **_SAID)
async def clocks(asker: Known, db: Acting, response: Response) -> list[referrals.ClockView]:
    """A clock reminds at half of its time, and at its end the next contact and the supervisors are told."""
    response.headers.update(_PRIVATE)
    return await referrals.clocks(db, asker)


@router.put("/clocks", summary="Set clocks of your agency", **_CHANGES)
async def set_clocks(
    said: referrals.ClocksIn, asker: Known, db: Acting, response: Response
) -> list[referrals.ClockView]:
    """What is not among them runs as it does everywhere."""
    response.headers.update(_PRIVATE)
    return await referrals.set_clocks(db, asker, given=said.clocks)
