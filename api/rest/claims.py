"""`/api/v1/claims`: which agency answers for which listing."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

import directory
from api import claims
from api.deps import Acting, Known, labelled, ring
from api.once import OnceRoute
from api.problems import DOCUMENTED, refusals
from api.who import database
from core import clock

router = APIRouter(tags=["claims"], route_class=OnceRoute)
_PRIVATE = {"Cache-Control": "no-store"}
_SIGNED_IN: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403)}
_OF_ONE: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404)}
_CHANGES: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404, 409)}
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClaimIn(Input):
    """Which listing is the agency's own, and how that shows."""

    organization_id: UUID
    way: directory.ClaimWay
    choice: Annotated[str, StringConstraints(max_length=64)] | None = Field(
        default=None, description="the `id` of one of the listing's `claim-choices`; none for `steward`"
    )


class ProofIn(Input):
    """The code that the letter holds."""

    code: Annotated[str, StringConstraints(max_length=40)] = Field(examples=["0123-4567"])


class DecisionIn(Input):
    """What a steward found out."""

    proven: bool
    reason: Reason


class EndIn(Input):
    """Why, where that is worth a word."""

    reason: Reason | None = None


def writing(request: Request) -> claims.Writing:
    """What letters are written with, in the language of whoever asks."""
    return claims.Writing(labelled(request).language, request.app.state.public_url, ring(request))


@router.get("/claims", summary="Which listings your agency has claimed", **_SIGNED_IN)
async def list_claims(asker: Known, db: Acting, response: Response) -> list[directory.ClaimView]:
    """For managers and administrators; a steward sees everybody's, what waits for a decision first."""
    response.headers.update(_PRIVATE)
    return await directory.claims(db, asker, now=clock.now())


@router.get("/organizations/{organization_id}/claim-choices", summary="How a claim can be proven", **_OF_ONE)
async def claim_choices(
    organization_id: UUID, request: Request, asker: Known, db: Acting, response: Response
) -> list[directory.ClaimChoice]:
    """The addresses and numbers that the listing publishes, masked. Nothing else can be written to."""
    response.headers.update(_PRIVATE)
    return await directory.claim_choices(db, asker, organization_id=organization_id, ring=ring(request))


@router.post("/claims", summary="Claim a listing", status_code=status.HTTP_201_CREATED, **_CHANGES)
async def ask(request: Request, asked: ClaimIn, asker: Known, db: Acting, response: Response) -> directory.ClaimView:
    """A letter with a link and a code goes to the choice, good for a week; or the stewards are asked."""
    response.headers.update(_PRIVATE)
    return await claims.ask(
        db, asker, organization_id=asked.organization_id, way=asked.way, choice=asked.choice,
        writing=writing(request), now=clock.now(),
    )  # fmt: skip


@router.post("/claims/{claim_id}/prove", summary="Type the letter's code", **_CHANGES)
async def prove(
    claim_id: UUID, request: Request, asked: ProofIn, asker: Known, response: Response
) -> directory.ClaimView:
    """Five tries. Where another agency answers for the listing already, a steward decides."""
    response.headers.update(_PRIVATE)
    async with database(request).transaction(asker) as db:
        claim = await claims.prove(
            db, asker, claim_id=claim_id, code=asked.code, writing=writing(request), now=clock.now()
        )
    if claim is None:
        raise directory.WrongCode("Look at the letter once more. After five tries the claim ends.")
    return claim


@router.post("/claims/{claim_id}/decide", summary="Decide on a claim", **_CHANGES)
async def decide(
    claim_id: UUID, asked: DecisionIn, asker: Known, db: Acting, response: Response
) -> directory.ClaimView:
    """For stewards of the directory, with the reason."""
    response.headers.update(_PRIVATE)
    return await directory.decide_claim(
        db, asker, claim_id=claim_id, proven=asked.proven, reason=asked.reason, now=clock.now()
    )


@router.post("/claims/{claim_id}/end", summary="End a claim", **_OF_ONE)
async def end(claim_id: UUID, asked: EndIn, asker: Known, db: Acting, response: Response) -> directory.ClaimView:
    """For the agency's administrators and for stewards. From this moment the agency answers for the listing no more."""
    response.headers.update(_PRIVATE)
    return await directory.end_claim(db, asker, claim_id=claim_id, reason=asked.reason, now=clock.now())
