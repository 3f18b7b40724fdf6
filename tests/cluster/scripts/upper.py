"""`doorlight up` with stand-ins for its processes and no tables; says what it does on stdout."""

import sys
from pathlib import Path

from api.up import up
from core import migrate
from core.settings import Settings

migrate.upgrade = lambda owner_dsn: False  # noqa: ARG005
stub = (sys.executable, str(Path(__file__).with_name("stub.py")))
sys.exit(
    up(
        Settings(home=Path(sys.argv[1]), port=int(sys.argv[2])),
        say=lambda line: print(line, flush=True),  # noqa: T201
        load=lambda _: print("Loading", flush=True),  # noqa: T201
        renew=lambda _: print("Renewing", flush=True),  # noqa: T201
        program=stub,
    )
)
