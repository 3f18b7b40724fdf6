"""`doorlight serve`: the API alone."""

import gc

import typer
import uvicorn

from api.app import create_app
from api.cli.database import opened
from core import log
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
        log.configure(held.log_level)
        app = create_app(held)
        # What is loaded by now stays for good: the collector need not walk through it again, nor start so often
        # over answers that hold no cycles.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        uvicorn.run(
            app,
            host=held.host,
            port=held.port,
            access_log=False,  # addresses may hold where a person is
            proxy_headers=False,  # nobody's word for where a request came from
            server_header=False,
            log_config=None,  # ours, which rounds positions, also in tracebacks
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
