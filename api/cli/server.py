"""`doorlight serve`: the API alone."""

import gc
import resource
from socket import socket

import typer
import uvicorn

from api.app import create_app
from api.cli.database import opened
from api.connections import Places, guarded
from api.live import Live
from core import log
from core.settings import settings

_FILES, _KEPT = 10_000, 100
_NOT_STARTED = 3


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
        config = uvicorn.Config(
            app,
            http=guarded(Places(_most(), held.proxies())),
            ws="none",
            host=held.host,
            port=held.port,
            access_log=False,  # addresses may hold where a person is
            proxy_headers=False,  # nobody's word for where a request came from
            server_header=False,
            log_config=None,  # ours, which rounds positions, also in tracebacks
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
        server = _Server(config, app.state.live)
        server.run()
        if not server.started:
            raise typer.Exit(_NOT_STARTED)


class _Server(uvicorn.Server):
    """Lets go of who listens before it waits for what is being answered: they would never come to an end."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Stop."""
        self._live.close()
        await super().shutdown(sockets)


def _most() -> int:
    """How many connections there are places for: each is a file to the system, and some are needed otherwise."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wished = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wished:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wished, hard))
        soft = wished
    most = _FILES if soft == resource.RLIM_INFINITY else min(soft, _FILES)
    return max(most - _KEPT, _KEPT)
