"""Pages for people: server-rendered, light, and whole without scripts."""

from fastapi import APIRouter

from api.web import accounts, claims, corrections, explorers, glass, page

router = APIRouter(include_in_schema=False)
router.include_router(page.router)
router.include_router(accounts.router)
router.include_router(claims.router)
router.include_router(corrections.router)
router.include_router(glass.router)
router.include_router(explorers.router)
__all__ = ["router"]
