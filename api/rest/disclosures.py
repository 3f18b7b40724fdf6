"""`/api/v1/referrals/disclosures`: who was told what of whom an agency refers, for when it is asked for a list."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

import referrals
from api.deps import Acting, Known
from api.problems import DOCUMENTED, refusals

router = APIRouter(tags=["referrals"])
_PRIVATE = {"Cache-Control": "no-store"}
_READS: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403)}


@router.get("/referrals/disclosures", summary="Who was told what", **_READS)
async def disclosures(
    asked: Annotated[referrals.DisclosedIn, Query()], asker: Known, db: Acting, response: Response
) -> referrals.DisclosedPage:
    """Of everybody whom your agency refers: when, to which service, which fields, on which basis. Oldest first."""
    response.headers.update(_PRIVATE)
    return await referrals.disclosed(db, asker, asked=asked)
