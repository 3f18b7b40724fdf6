"""What a new installation starts with: our codes, ZIPs and towns, the national lines, and an invented town to try."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

import directory
import importers
from core.db import Database
from core.security import SYSTEM

_FILES = Path(directory.__file__).parent / "starter"
_HAS_ZIPS = "SELECT EXISTS (SELECT FROM place WHERE kind = 'zip')"


async def load(db: Database, *, demo: bool, now: datetime, say: Callable[[str], None]) -> None:
    """Bring the starter directory up to what this version ships; says what changed, and nothing where nothing did."""
    async with db.transaction() as session:
        changes = await directory.load_vocabulary(session, SYSTEM, now=now)
    if new := sum(change.kind != "unchanged" for change in changes):
        say(f"Vocabulary: {new} codes and labels added or changed")
    async with db.transaction() as session:
        if drawn := await directory.fill_outlines(session, SYSTEM, now=now):
            say(f"{drawn:,} outlines of states and counties loaded")
    await _places(db, now, say)
    await _file(db, "lines.json", "national lines, none of them confirmed yet", now, say)
    if demo:
        await _demo(db, now, say)


async def _places(db: Database, now: datetime, say: Callable[[str], None]) -> None:
    async with db.reading() as reader:
        found = await (await reader.execute(_HAS_ZIPS)).fetchone()
    if found == (True,):
        return
    say("Loading ZIPs and towns, once")
    places = importers.postal_places()
    async with db.transaction() as session:
        count = await directory.fill_places(session, SYSTEM, places=places, now=now)
    say(f"{count:,} ZIPs and towns loaded")


async def _demo(db: Database, now: datetime, say: Callable[[str], None]) -> None:
    """The invented town, counted anew when it is loaded: a count in a file is always too old to be shown as a number.

    The newest count of free places is of now, and the others keep their distance from it.
    """
    town = orjson.loads((_FILES / "demo.json").read_bytes())
    counts = [count for one in town["organizations"] for service in one["services"] for count in service["capacities"]]
    late = now - max(datetime.fromisoformat(count["updated"]) for count in counts)
    for count in counts:
        count["updated"] = (datetime.fromisoformat(count["updated"]) + late).isoformat()
    with TemporaryDirectory(prefix="doorlight-") as folder:
        (Path(folder) / "demo.json").write_bytes(orjson.dumps(town))
        what = "the invented town Lamplight, CO, for trying things out"
        await _file(db, "demo.json", what, now, say, folder=Path(folder))


async def _file(
    db: Database, name: str, what: str, now: datetime, say: Callable[[str], None], *, folder: Path = _FILES
) -> None:
    report = await importers.run(db, source=folder / name, now=now)
    counts = report.counts
    if report.changed:
        say(f"Loaded {what}: {counts['imported'] + counts['altered']} rows")
    if counts["refused"]:
        say(f"{name}: {counts['refused']} rows refused; `doorlight import {_FILES / name} --dry-run` says why")
