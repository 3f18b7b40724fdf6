"""`/api/v1/referrals/{id}/mandated-reports`: what a law bade somebody to report. A record of its own."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response, status

import referrals
from api.deps import Acting, Known
from api.once import OnceRoute
from api.problems import DOCUMENTED, refusals

router = APIRouter(tags=["referrals"], route_class=OnceRoute)
_PRIVATE = {"Cache-Control": "no-store"}
_CHANGES: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404)}


@router.post(
    "/referrals/{referral_id}/mandated-reports", summary="Record a report that a law bids",
    status_code=status.HTTP_201_CREATED, **_CHANGES,
)  # fmt: skip
async def record_mandated(
    referral_id: UUID, said: referrals.MandatedIn, asker: Known, db: Acting, response: Response
) -> referrals.MandatedView:
    """Nobody is told by this, and nothing of the referral waits for it. The person sees it where they were told."""
    response.headers.update(_PRIVATE)
    return await referrals.record_mandated(db, asker, referral_id=referral_id, said=said)
