"""Every page, as one router; the package itself holds none, so that its words can be had without them."""

from fastapi import APIRouter

from api.web import accounts, agency, claims, corrections, elsewhere, explorers, glass, mine, offers, page

router = APIRouter(include_in_schema=False)
router.include_router(page.router)
router.include_router(accounts.router)
router.include_router(agency.router)
router.include_router(claims.router)
router.include_router(corrections.router)
router.include_router(glass.router)
router.include_router(mine.router)
router.include_router(offers.router)
router.include_router(elsewhere.router)
router.include_router(explorers.router)
