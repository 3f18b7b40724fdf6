"""`/api/v1/.../police`: that somebody asked police to come. A record of its own, which no rule makes."""

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
    "/referrals/{referral_id}/police", summary="Record that police were asked for",
    status_code=status.HTTP_201_CREATED, **_CHANGES,
)  # fmt: skip
async def ask_police(
    referral_id: UUID, said: referrals.PoliceIn, asker: Known, db: Acting, response: Response
) -> referrals.PoliceView:
    """Nobody is called by this, and nothing is shared with police. The person sees it on their page."""
    response.headers.update(_PRIVATE)
    return await referrals.ask_police(db, asker, referral_id=referral_id, said=said)


@router.post("/police/{involvement_id}/outcome", summary="What came of it", **_CHANGES)
async def police_came(
    involvement_id: UUID, said: referrals.CameIn, asker: Known, db: Acting, response: Response
) -> referrals.PoliceView:
    """The person sees that, too."""
    response.headers.update(_PRIVATE)
    return await referrals.police_came(db, asker, involvement_id=involvement_id, said=said)
