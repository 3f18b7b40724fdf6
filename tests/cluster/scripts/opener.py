"""Open the cluster of a home, say `started` or `joined`, stay until stdin ends, let go."""

import sys
from pathlib import Path

from core.cluster import open_database

with open_database(home=Path(sys.argv[1]), database_url=None, say=lambda _: None, durable=False) as database:
    print("started" if database.started else "joined", flush=True)  # noqa: T201
    sys.stdin.read()
