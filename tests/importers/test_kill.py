"""An import that dies in the middle, with a real process and a real signal."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg

import importers
from core.cluster import Database as Cluster
from core.db import Database
from tests.builders import NOON
from tests.importers.documents import a_facility, locator, written

PROJECT = Path(__file__).parents[2]
# Writes all but the last batch, says so, and waits to be killed.
DYING = """
import asyncio, sys, time
from pathlib import Path
from core.db import Database
from importers import batches
from tests.builders import NOON

batches.BATCH = 10

def progress(done, total):
    print(done, flush=True)
    if done >= 20:
        time.sleep(600)

async def main():
    database = Database(sys.argv[1])
    await batches.run(database, source=Path(sys.argv[2]), now=NOON, progress=progress)

asyncio.run(main())
"""


def counts(clone: Cluster) -> dict[str, int]:
    with psycopg.connect(clone.owner_dsn) as db:
        tables = ("organization", "service", "location", "phone", "search_row", "import_run")
        return {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}  # type: ignore[index]  # noqa: S608


async def test_kill_9_in_the_middle_leaves_nothing_half_written(
    database: Database, clone: Cluster, tmp_path: Path
) -> None:
    await importers.run(database, source=written(tmp_path, locator(a_facility(frid="first")), "a.json"), now=NOON)
    before = counts(clone)
    source = written(tmp_path, locator(*(a_facility(frid=f"f{n}") for n in range(30))), "b.json")
    dying = subprocess.Popen(  # noqa: ASYNC220 - its two lines come at once
        [sys.executable, "-c", DYING, clone.service_dsn, str(source)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
    )
    assert dying.stdout is not None
    assert [dying.stdout.readline().strip() for _ in (1, 2)] == ["10", "20"]
    dying.send_signal(signal.SIGKILL)
    assert dying.wait(timeout=10) == -signal.SIGKILL
    dying.stdout.close()
    assert counts(clone) == before
    report = await importers.run(database, source=source, now=NOON)
    assert report.counts["imported"] == 30
    assert counts(clone)["service"] == before["service"] + 30
