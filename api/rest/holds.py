"""`/api/v1/holds`: what an agency must keep although its time is over."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.deps import Acting, Known, ring
from api.once import OnceRoute
from api.problems import DOCUMENTED, refusals
from api.who import acting_for
from core import access, clock

router = APIRouter(tags=["accounts"], route_class=OnceRoute)
_PRIVATE = {"Cache-Control": "no-store"}
_SIGNED_IN: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403)}
_OF_ONE: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404)}


class HoldIn(BaseModel):
    """What to keep, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] = Field(
        examples=["District court, 26-1187"]
    )
    person_id: UUID | None = Field(default=None, description="one person of your agency; without it all of the agency")


@router.get("/holds", summary="Legal holds of your agency", **_SIGNED_IN)
async def holds(request: Request, asker: Known, db: Acting, response: Response) -> list[access.HoldView]:
    """Newest first, ended ones too."""
    response.headers.update(_PRIVATE)
    return await access.holds(db, asker, ring=ring(request), now=clock.now())


@router.post("/holds", summary="Hold what is yours", status_code=status.HTTP_201_CREATED, **_OF_ONE)
async def hold(request: Request, asked: HoldIn, asker: Known, db: Acting, response: Response) -> access.HoldView:
    """Nothing of your agency, or of one person in it, is purged until the hold is ended. It shows nobody anything."""
    response.headers.update(_PRIVATE)
    return await access.hold(
        db, asker, agency_id=acting_for(asker), person_id=asked.person_id, reason=asked.reason, ring=ring(request),
        now=clock.now(),
    )  # fmt: skip


@router.post("/holds/{hold_id}/end", summary="End a legal hold", **_OF_ONE)
async def end_hold(request: Request, hold_id: UUID, asker: Known, db: Acting, response: Response) -> access.HoldView:
    """What it kept is purged when its time is over."""
    response.headers.update(_PRIVATE)
    return await access.end_hold(db, asker, hold_id=hold_id, ring=ring(request), now=clock.now())
