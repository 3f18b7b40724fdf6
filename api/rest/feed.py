"""`/api/v1/referrals/feed`: what an agency has not yet seen of its referrals, for whoever asks."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

import referrals
from api.deps import Acting, Known
from api.problems import DOCUMENTED, refusals

router = APIRouter(tags=["referrals"])
_PRIVATE = {"Cache-Control": "no-store"}
_READS: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 414, 431)}
_AFTER = Annotated[
    str | None, Query(description="the cursor of the answer before", max_length=10_000, pattern=referrals.CURSOR)
]


@router.get("/referrals/feed", summary="What has happened since you last asked", **_READS)
async def feed(asker: Known, db: Acting, response: Response, after: _AFTER = None) -> referrals.FeedView:
    """Codes and ids, each event at least once. Without a cursor nothing, but where to begin."""
    response.headers.update(_PRIVATE)
    return await referrals.feed(db, asker, after=after)
