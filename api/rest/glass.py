"""`/api/v1/break-glass`: another agency's people in an emergency, for a reason, for a while, and it is told."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api import glass
from api.deps import Acting, Known, ring
from api.once import OnceRoute
from api.problems import DOCUMENTED, refusals
from api.rest.claims import writing
from core import access, clock

router = APIRouter(tags=["break-glass"], route_class=OnceRoute)
_PRIVATE = {"Cache-Control": "no-store"}
_SIGNED_IN: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403)}
_BREAKS: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404, 409)}
_OF_ONE: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404)}


class GlassIn(BaseModel):
    """Whose people have to be seen, why, and for how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agency_id: UUID
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=500)] = Field(
        examples=["Their dispatcher does not answer and a team is on its way"]
    )
    minutes: Annotated[int, Field(ge=1, le=glass.LONGEST, description="it ends by itself")] = 30


@router.post("/break-glass", summary="Look into another agency", status_code=status.HTTP_201_CREATED, **_BREAKS)
async def break_glass(
    request: Request, asked: GlassIn, asker: Known, db: Acting, response: Response
) -> access.GlassView:
    """For administrators and stewards, in an emergency. The other agency's administrators are written to at once."""
    response.headers.update(_PRIVATE)
    return await glass.break_glass(
        db, asker, agency_id=asked.agency_id, reason=asked.reason, minutes=asked.minutes, writing=writing(request),
        now=clock.now(),
    )  # fmt: skip


@router.get("/break-glass", summary="Who looked into whom", **_SIGNED_IN)
async def openings(asker: Known, db: Acting, response: Response) -> list[access.GlassView]:
    """Of your agency into others, and of others into yours, newest first."""
    response.headers.update(_PRIVATE)
    return await access.openings(db, asker)


@router.get("/break-glass/{break_glass_id}/people", summary="The people of that agency", **_OF_ONE)
async def people(
    break_glass_id: UUID, request: Request, asker: Known, db: Acting, response: Response
) -> list[access.MemberView]:
    """For who broke the glass, while it stands. Each is written into that agency's audit first, with the reason."""
    response.headers.update(_PRIVATE)
    return await access.glass_people(db, asker, break_glass_id=break_glass_id, ring=ring(request), now=clock.now())


@router.post("/break-glass/{break_glass_id}/end", summary="End it", **_OF_ONE)
async def end(break_glass_id: UUID, asker: Known, db: Acting, response: Response) -> access.GlassView:
    """Either agency may, before it ends by itself."""
    response.headers.update(_PRIVATE)
    return await access.end_glass(db, asker, break_glass_id=break_glass_id, now=clock.now())
