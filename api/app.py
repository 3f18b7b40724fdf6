"""The web application: skins over the front doors, and nothing else."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from api import problems, rest
from api.classes import USUAL
from api.counting import Counting
from api.described import described
from api.failing import Failing
from api.graphql import graphql_router
from api.guard import BEGUN_WITHIN_S, Guard
from api.headers import every_answer
from api.live import Live
from api.measure import Measure
from api.web.routes import router as pages
from core import access, failpoints, log
from core.db import Database
from core.peers import sources
from core.rates import Rates, quotas
from core.settings import Settings

STATIC = Path(__file__).parent / "web" / "static"
VERSION = "0.1.0"


def create_app(settings: Settings) -> FastAPI:
    """The application for these settings; opens the database when it starts and closes it when it stops."""
    if settings.service_dsn is None:
        raise ValueError("DOORLIGHT_SERVICE_DSN is not set; `doorlight up` sets it for the processes it starts.")
    held = Database(settings.service_dsn, pool_size=settings.pool_size, statement_s=BEGUN_WITHIN_S)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        log.configure(settings.log_level)
        await held.open()
        yield
        app.state.live.close()
        await held.close()

    app = FastAPI(
        title="Doorlight",
        version=VERSION,
        summary="Findable doors and safe passage for people in crisis.",
        lifespan=lifespan,
        docs_url=None,  # ours is served without anybody's CDN
        redoc_url=None,
        redirect_slashes=False,  # it would lead to whichever host the request names
    )
    app.state.database = held
    app.state.live = Live(held)
    app.state.keys = settings.ring()
    app.state.source = sources(settings.proxies())
    app.state.counting = Counting(_rates(settings), app.state.source, proxied=bool(settings.proxies()))
    app.state.outgoing = settings.outgoing()
    app.state.gateway = settings.gateway()
    app.state.public_url = settings.address
    app.state.published = access.Published(access.ToProviders(app.state.outgoing))
    if failpoints.on():
        app.add_middleware(Failing)
    app.add_middleware(GZipMiddleware, minimum_size=2_000, compresslevel=4)  # pages reach phones on slow networks
    app.add_middleware(Guard, counting=app.state.counting, said=every_answer(settings.address))
    app.add_middleware(Measure)
    problems.install(app)
    app.include_router(rest.router)
    app.include_router(graphql_router(), prefix="/graphql", include_in_schema=False)
    app.include_router(pages)  # the most routes, and each is tried before what comes after
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _rates(settings: Settings) -> Rates | None:
    if settings.rates.strip() == "off":
        return None
    return Rates(quotas(USUAL, settings.rates, processes=settings.processes), time.monotonic)


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        written = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        written.setdefault("components", {}).setdefault("schemas", {})["Problem"] = problems.SCHEMA
        app.openapi_schema = described(written)
    return app.openapi_schema
