"""`/api/v1/offers/{offer_id}/...`: other doors by which an offer is answered."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response, status

import referrals
from api import texts
from api.deps import Acting, Known, ring
from api.once import OnceRoute
from api.problems import DOCUMENTED, refusals

router = APIRouter(tags=["referrals"], route_class=OnceRoute)
_PRIVATE = {"Cache-Control": "no-store"}
_CHANGES: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404, 409)}


@router.post(
    "/offers/{offer_id}/link", summary="A link to answer it without an account", status_code=status.HTTP_201_CREATED,
    **_CHANGES,
)  # fmt: skip
async def make_link(
    request: Request, offer_id: UUID, asker: Known, db: Acting, response: Response
) -> referrals.LinkMade:
    """For whoever refers. Whoever has it may answer. It is shown this once, and a former one ends with it."""
    response.headers.update(_PRIVATE)
    return await referrals.make_link(db, asker, offer_id=offer_id, ring=ring(request))


@router.post("/offers/{offer_id}/text", summary="Ask by text message", status_code=status.HTTP_201_CREATED, **_CHANGES)
async def ask_by_text(
    request: Request, offer_id: UUID, said: referrals.TextIn, *, asker: Known, db: Acting, response: Response
) -> referrals.TextView:
    """For whoever refers. It says that somebody needs a place, and a code by which to answer from that number."""
    response.headers.update(_PRIVATE)
    return await texts.ask(db, asker, offer_id=offer_id, said=said, ring=ring(request))
