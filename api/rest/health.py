"""Whether this process lives, whether it can answer, and its figures."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from psycopg import Error
from psycopg_pool import PoolTimeout

from api.problems import DOCUMENTED
from api.who import database
from core.errors import Unavailable

router = APIRouter(tags=["health"])


class NotReady(Unavailable):
    """Doorlight is not ready."""


@router.get("/health/live", summary="This process runs")
async def live() -> dict[str, str]:
    """200 as long as the process can answer at all."""
    return {"status": "live"}


@router.get("/health/ready", summary="This process can answer searches", responses={503: DOCUMENTED[503]})
async def ready(request: Request) -> dict[str, str]:
    """200 when the database answers and is migrated; 503 otherwise."""
    try:
        async with database(request).reading() as reader:
            await reader.execute("SELECT FROM search_row LIMIT 1")
    except (Error, PoolTimeout) as error:
        raise NotReady("The database does not answer; `doorlight doctor` says why.") from error
    return {"status": "ready"}


@router.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    """Figures for Prometheus; no person, place or query is in them."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
