"""`doorlight serve`, which kills itself with all it has committed, at the moment its answer to a change would leave."""

import os
import signal
from typing import Any

import uvicorn

from api.app import create_app
from api.once import HEADER
from core.settings import settings

app = create_app(settings())


async def dying(scope: Any, receive: Any, send: Any) -> None:
    changing = any(name == HEADER.lower().encode() for name, _ in scope.get("headers", ()))

    async def fatal(message: Any) -> None:
        if changing:
            os.kill(os.getpid(), signal.SIGKILL)
        await send(message)

    await app(scope, receive, fatal)


uvicorn.run(dying, port=settings().port, log_config=None)
