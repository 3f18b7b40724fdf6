"""The REST skin: each operation is a few lines over a front door."""

from fastapi import APIRouter

from api.rest import (
    accounts,
    claims,
    clients,
    contacts,
    corrections,
    disclosures,
    doors,
    editing,
    events,
    feed,
    gateway,
    glass,
    health,
    holds,
    mandated,
    mine,
    oauth,
    police,
    providers,
    referrals,
    search,
    webhooks,
)

router = APIRouter()
router.include_router(search.router, prefix="/api/v1")
router.include_router(accounts.router, prefix="/api/v1")
router.include_router(clients.router, prefix="/api/v1")
router.include_router(providers.router, prefix="/api/v1")
router.include_router(oauth.router)
router.include_router(claims.router, prefix="/api/v1")
router.include_router(holds.router, prefix="/api/v1")
router.include_router(editing.router, prefix="/api/v1")
router.include_router(corrections.router, prefix="/api/v1")
router.include_router(glass.router, prefix="/api/v1")
router.include_router(contacts.router, prefix="/api/v1")
router.include_router(events.router, prefix="/api/v1")  # these three before what takes any word for an id
router.include_router(feed.router, prefix="/api/v1")
router.include_router(disclosures.router, prefix="/api/v1")
router.include_router(referrals.router, prefix="/api/v1")
router.include_router(webhooks.router, prefix="/api/v1")
router.include_router(doors.router, prefix="/api/v1")
router.include_router(gateway.router, prefix="/api/v1")
router.include_router(police.router, prefix="/api/v1")
router.include_router(mandated.router, prefix="/api/v1")
router.include_router(mine.router, prefix="/api/v1")
router.include_router(health.router)

__all__ = ["router"]
