"""`/api/v1/corrections`: anybody says what of a listing is not right; a steward decides."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import BaseModel, ConfigDict, StringConstraints

import directory
from api.deps import Acting, Asker, Known, ring
from api.once import OnceRoute
from api.problems import DOCUMENTED, refusals
from core import clock

router = APIRouter(tags=["corrections"], route_class=OnceRoute)
_PRIVATE = {"Cache-Control": "no-store"}
_ANYBODY: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 404, 409)}
_SIGNED_IN: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403)}
_OF_ONE: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404)}
_CHANGES: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404, 409)}


class CorrectionDecisionIn(BaseModel):
    """What a steward decided. Whoever refuses says why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    accepted: bool
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None = None


@router.post("/corrections", summary="Propose a correction", status_code=status.HTTP_201_CREATED, **_ANYBODY)
async def propose(
    request: Request, asked: directory.CorrectionIn, asker: Asker, db: Acting, response: Response
) -> directory.CorrectionTaken:
    """Nobody needs an account for it. Nothing changes before a steward has decided."""
    response.headers.update(_PRIVATE)
    return await directory.propose_correction(db, asker, correction=asked, ring=ring(request), now=clock.now())


@router.get("/corrections", summary="What is proposed", **_SIGNED_IN)
async def list_corrections(
    asker: Known,
    db: Acting,
    response: Response,
    decided: Annotated[bool, Query(description="those that are decided, instead of those that wait")] = False,
) -> list[directory.CorrectionView]:
    """A steward sees all, a manager those of the listings that the agency answers for, and everybody their own."""
    response.headers.update(_PRIVATE)
    return await directory.corrections(db, asker, decided=decided)


@router.get("/corrections/{correction_id}", summary="One of them", **_OF_ONE)
async def one_correction(
    correction_id: UUID, request: Request, asker: Known, db: Acting, response: Response
) -> directory.CorrectionView:
    """To a steward with how to reach whoever proposed it; that this was read is written into the audit."""
    response.headers.update(_PRIVATE)
    return await directory.correction(db, asker, correction_id=correction_id, ring=ring(request), now=clock.now())


@router.post("/corrections/{correction_id}/decide", summary="Accept or refuse it", **_CHANGES)
async def decide(
    correction_id: UUID, asked: CorrectionDecisionIn, asker: Known, db: Acting, response: Response
) -> directory.CorrectionView:
    """For stewards. What is plain text, such as a name, is written as it was said; anything else a steward edits."""
    response.headers.update(_PRIVATE)
    return await directory.decide_correction(
        db, asker, correction_id=correction_id, accepted=asked.accepted, reason=asked.reason, now=clock.now()
    )


@router.post("/corrections/{correction_id}/withdraw", summary="Take it back", **_OF_ONE)
async def withdraw(correction_id: UUID, asker: Known, db: Acting, response: Response) -> directory.CorrectionView:
    """For whoever proposed it; one that was decided stays as it is."""
    response.headers.update(_PRIVATE)
    return await directory.withdraw_correction(db, asker, correction_id=correction_id, now=clock.now())
