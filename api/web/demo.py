"""Whether the invented town is loaded, so that a newcomer may be shown something to try."""

import asyncio
from time import monotonic

import psycopg
from fastapi import Request

import directory
from api.who import database
from core import clock
from core.errors import DoorlightError
from core.security import PUBLIC
from directory import SearchInput

TOWN = "Lamplight, CO"
_KNOWN_FOR = 60.0  # seconds
_PATIENCE = 1.0  # the page is shown with or without the hint


async def is_loaded(request: Request) -> bool:
    """Asked of the database once a minute at most; no when it does not answer."""
    known: tuple[float, bool] = getattr(request.app.state, "demo", (0.0, False))
    if monotonic() < known[0]:
        return known[1]
    loaded = await _ask(request)
    request.app.state.demo = (monotonic() + _KNOWN_FOR, loaded)
    return loaded


async def _ask(request: Request) -> bool:
    search = SearchInput(near=TOWN, within_m=10_000, limit=1, kind=[])
    try:
        async with asyncio.timeout(_PATIENCE), database(request).reading() as reader:
            found = await directory.search(reader, PUBLIC, ask=search, now=clock.now())
    except (DoorlightError, psycopg.Error, TimeoutError):
        return False
    return any(result.invented for result in found.view().fits)
