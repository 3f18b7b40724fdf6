"""`doorlight up` with its real processes, on a directory that holds our codes and nothing else."""

import asyncio
import sys
from pathlib import Path

from api.renew import renew
from api.up import up
from core.cluster import Database
from core.settings import Settings


def codes(opened: Database) -> None:
    asyncio.run(renew(opened.service_dsn, print))


sys.exit(
    up(
        Settings(home=Path(sys.argv[1]), port=int(sys.argv[2])),
        say=lambda line: print(line, flush=True),  # noqa: T201
        load=codes,
        renew=codes,
    )
)
