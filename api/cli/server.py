"""`doorlight serve`: the API alone."""

import typer
import uvicorn

from api.app import create_app
from api.cli.database import opened
from core.settings import settings


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command()(serve)


def serve() -> None:
    """Run the API alone, on PORT.

    Example: `PORT=8080 doorlight serve`
    """
    with opened() as dsn:
        held = settings().model_copy(update={"service_dsn": dsn})
        uvicorn.run(
            create_app(held),
            host=held.host,
            port=held.port,
            access_log=False,  # addresses may hold where a person is
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
