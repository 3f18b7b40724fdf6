"""`/api/v1/webhooks`: where an agency's systems are told of its referrals."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response, status

import referrals
from api.deps import Acting, Known, ring
from api.once import OnceRoute
from api.problems import DOCUMENTED, refusals

router = APIRouter(tags=["webhooks"], route_class=OnceRoute)
_PRIVATE = {"Cache-Control": "no-store"}
_SIGNED_IN: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403)}
_MADE: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 409)}
_OF_ONE: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404)}


@router.get("/webhooks", summary="Where your agency's systems are told", **_SIGNED_IN)
async def webhooks(asker: Known, db: Acting, response: Response) -> list[referrals.WebhookView]:
    """Newest first, ended ones too."""
    response.headers.update(_PRIVATE)
    return await referrals.webhooks(db, asker)


@router.post("/webhooks", summary="Have a system of yours told", status_code=status.HTTP_201_CREATED, **_MADE)
async def make_webhook(
    request: Request, asked: referrals.WebhookIn, asker: Known, db: Acting, response: Response
) -> referrals.WebhookSecret:
    """Of each thing that happens to a referral of yours, in codes and ids. `secret` is shown this once.

    The envelope is CloudEvents 1.0, signed as Standard Webhooks has it.
    """
    response.headers.update(_PRIVATE)
    return await referrals.make_webhook(db, asker, url=asked.url, ring=ring(request), way=request.app.state.outgoing)


@router.post("/webhooks/{webhook_id}/rotate", summary="Draw another secret", **_OF_ONE)
async def rotate_webhook(
    request: Request, webhook_id: UUID, asker: Known, db: Acting, response: Response
) -> referrals.WebhookSecret:
    """The one before signs beside it for a day, so that your system can change over."""
    response.headers.update(_PRIVATE)
    return await referrals.rotate_webhook(db, asker, webhook_id=webhook_id, ring=ring(request))


@router.post("/webhooks/{webhook_id}/end", summary="End it", **_OF_ONE)
async def end_webhook(webhook_id: UUID, asker: Known, db: Acting) -> referrals.WebhookView:
    """From this moment nothing is sent there."""
    return await referrals.end_webhook(db, asker, webhook_id=webhook_id)


@router.post("/webhooks/{webhook_id}/enable", summary="Switch it on again", **_OF_ONE)
async def enable_webhook(webhook_id: UUID, asker: Known, db: Acting) -> referrals.WebhookView:
    """After your system answered 410, which switches it off. What happened meanwhile comes by a replay."""
    return await referrals.enable_webhook(db, asker, webhook_id=webhook_id)


@router.post("/webhooks/{webhook_id}/replay", summary="Send again what came after a cursor", **_OF_ONE)
async def replay_webhook(webhook_id: UUID, asked: referrals.ReplayIn, asker: Known, db: Acting) -> referrals.ReplayView:
    """Each event under the `webhook-id` that it had before."""
    return await referrals.replay_webhook(db, asker, webhook_id=webhook_id, after=asked.after)


@router.get("/webhooks/{webhook_id}/deliveries", summary="What went there, and what is on its way", **_OF_ONE)
async def deliveries(webhook_id: UUID, asker: Known, db: Acting, response: Response) -> list[referrals.DeliveryView]:
    """The last hundred events, newest first."""
    response.headers.update(_PRIVATE)
    return await referrals.deliveries(db, asker, webhook_id=webhook_id)
