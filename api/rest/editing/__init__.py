"""Changing the directory: organizations, services, places and what is said of them."""

from fastapi import APIRouter

from api.rest.editing import attributes, facts, history, locations, organizations, police, services

router = APIRouter(tags=["editing"])
for part in (organizations, services, facts, attributes, locations, history, police):
    router.include_router(part.router)

__all__ = ["router"]
