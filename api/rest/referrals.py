"""`/api/v1/referrals` and `/api/v1/offers`: one verb for every arrow that people may speak, from their classes."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, status

import referrals
from api.deps import Acting, Known, labelled, ring
from api.once import OnceRoute, once_of
from api.problems import DOCUMENTED, refusals

router = APIRouter(tags=["referrals"], route_class=OnceRoute)
_PRIVATE = {"Cache-Control": "no-store"}
_READS: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403)}
_OF_ONE: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404)}
_CHANGES: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404, 409)}

Verb = Callable[..., Awaitable[referrals.StepView]]


@router.post("/referrals", summary="Begin to pass a person on", status_code=status.HTTP_201_CREATED, **_CHANGES)
async def create(
    request: Request, said: referrals.ReferralIn, asker: Known, db: Acting, response: Response
) -> referrals.Made:
    """A draft, which you have in hand. Nobody is asked before the person has agreed. `code` is for them."""
    response.headers.update(_PRIVATE)
    return await referrals.create(db, asker, referral=said, ring=ring(request), once=once_of(request))


@router.get("/referrals/inbox", summary="What your agency was asked, and whom it has", **_READS)
async def inbox(asker: Known, db: Acting, response: Response) -> list[referrals.ReferralView]:
    """Need, age band, language, access and area: who it is is told after you accept. What ends soonest comes first."""
    response.headers.update(_PRIVATE)
    return await referrals.inbox(db, asker)


@router.get("/referrals/outbox", summary="Whom your agency refers", **_READS)
async def outbox(
    asker: Known,
    db: Acting,
    response: Response,
    ended: Annotated[bool, Query(description="those that have ended, instead of those that go on")] = False,
) -> list[referrals.ReferralView]:
    """What is due soonest comes first."""
    response.headers.update(_PRIVATE)
    return await referrals.outbox(db, asker, ended=ended)


@router.get("/referrals/{referral_id}", summary="One referral, with its history", **_OF_ONE)
async def referral(
    request: Request, referral_id: UUID, asker: Known, db: Acting, response: Response
) -> referrals.ReferralWhole:
    """To a receiver, who the person is only once they have them, and only what the person agreed to."""
    response.headers.update(_PRIVATE)
    labels = labelled(request).language
    return await referrals.referral(db, asker, referral_id=referral_id, ring=ring(request), labels=labels)


@router.get("/services/{service_id}/places", summary="The places of a service of yours", **_OF_ONE)
async def places(service_id: UUID, asker: Known, db: Acting, response: Response) -> referrals.PoolView:
    """How many there are, and how many are free now."""
    response.headers.update(_PRIVATE)
    return await referrals.places(db, asker, service_id=service_id)


@router.put("/services/{service_id}/places", summary="Count the places of a service here", **_CHANGES)
async def set_places(
    service_id: UUID, pool: referrals.PoolIn, asker: Known, db: Acting, response: Response
) -> referrals.PoolView:
    """Each acceptance then takes one, and none is promised twice. `surge`: so many more, by your word."""
    response.headers.update(_PRIVATE)
    return await referrals.set_places(db, asker, service_id=service_id, pool=pool)


def _of_referral(kind: type[referrals.Said]) -> Verb:
    async def say(
        request: Request, referral_id: UUID, said: referrals.Said, *, asker: Known, db: Acting, response: Response
    ) -> referrals.StepView:
        response.headers.update(_PRIVATE)
        return await referrals.act(db, asker, referral_id=referral_id, said=said, once=once_of(request))

    say.__annotations__["said"] = kind
    return say


def _of_offer(kind: type[referrals.Said]) -> Verb:
    async def say(
        request: Request, offer_id: UUID, said: referrals.Said, *, asker: Known, db: Acting, response: Response
    ) -> referrals.StepView:
        response.headers.update(_PRIVATE)
        return await referrals.answer(
            db, asker, offer_id=offer_id, said=said, ring=ring(request), once=once_of(request)
        )

    say.__annotations__["said"] = kind
    return say


for _root, _kinds, _make in (
    ("/referrals/{referral_id}", referrals.OF_REFERRAL, _of_referral),
    ("/offers/{offer_id}", referrals.OF_OFFER, _of_offer),
):
    for _kind in _kinds:
        router.post(
            f"{_root}/{_kind.verb}", summary=(_kind.__doc__ or "").split(".")[0].split(";")[0],
            description=_kind.__doc__, name=f"{_kind.verb}_{_root.split('/')[1].removesuffix('s')}", **_CHANGES,
        )(_make(_kind))  # fmt: skip
