"""An HSDS file of any size, the import of it, and how much of its time goes into search rows."""

import asyncio
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import orjson

import directory
import importers
from core import cluster, migrate
from core.db import Database
from core.packages import Say
from core.security import SYSTEM
from directory.rows.refresh import refresh
from importers.zip_places import postal_places
from tests.bench import said
from tests.bench.centres import Centre, draw, jitter
from tests.bench.patterns import PATTERNS, Pattern

# Nine of ten places of real exports lie on a point they share with others.
SHARED = 0.9
SHARE = 30.0
_WEIGHTS = [pattern.weight for pattern in PATTERNS]
Json = dict[str, Any]


def write_file(path: Path, services: int, *, today: date, seed: int = 3) -> int:
    """Write a file of at least so many services, organization by organization; how many there are in it."""
    made = 0
    with path.open("wb") as out:
        out.write(b"[")
        for organization in organizations(services, today=today, seed=seed):
            out.write(b"," * (made > 0) + orjson.dumps(organization))
            made += len(organization["services"])
        out.write(b"]")
    return made


def organizations(services: int, *, today: date, seed: int = 3) -> Iterator[Json]:
    """Organizations with one to four services each, until there are enough of these."""
    random = Random(seed)  # noqa: S311 - the same file on every run
    made = 0
    while made < services:
        (home,) = draw(random, 1)
        many = random.choices((1, 2, 3, 4), (5, 3, 2, 1))[0]
        name = f"{home.city.title()} {random.choice(('Bridge', 'Harbor', 'Lantern', 'Common', 'Porch'))} {made}"
        place = _place(random, home)
        yield {
            "id": str(said.uuid(random)),
            "name": name,
            "description": said.description(random),
            "phones": [{"id": str(said.uuid(random)), "number": _number(random), "type": "voice"}],
            "services": [_service(random, name, home, place, today) for _ in range(many)],
        }
        made += many


def _service(random: Random, organization: str, home: Centre, place: Json, today: date) -> Json:
    own = said.uuid(random)
    placed = random.random() < 0.9
    kind = said.kind_of_place(random) if placed else random.choice(said.LINE_KINDS)
    places = []
    if placed:
        several = [place] if random.random() < 0.8 else [place, _place(random, home)]
        places = [{"id": str(said.uuid(random)), "location": one} for one in several]
    pattern = random.choices(PATTERNS, _WEIGHTS)[0]
    return {
        "id": str(own),
        "name": f"{kind.split('.')[-1].title()} of {organization}",
        "status": "active",
        "description": said.description(random),
        "kinds": [kind],
        "stated_on": today.isoformat(),
        "source_urls": ["https://example.org/source"],
        **{name: value for name, value in said.ages(random).items() if value is not None},
        "languages": [{"id": str(said.uuid(random)), "code": code} for code in said.languages(random)],
        "schedules": list(_schedules(random, pattern, home.zone)),
        "access_points": [_way(one) for one in said.ways(random, own)],
        "attributes": [_attribute(one) for one in said.attributes(random, today)],
        "service_areas": _areas(random, home, placed=placed),
        **_disclosure(random, today),
        "service_at_locations": places,
    }


def _place(random: Random, home: Centre) -> Json:
    latitude, longitude = home.latitude, home.longitude
    if random.random() > SHARED:
        latitude, longitude = jitter(random, home, 3)
    street = f"{random.randrange(1, 9000)} {random.choice(('Main', 'Oak', 'Second', 'Park', 'Mill'))} Street"
    return {
        "id": str(said.uuid(random)),
        "location_type": "physical",
        "name": f"House at {street}",
        "latitude": latitude,
        "longitude": longitude,
        "addresses": [
            {
                "id": str(said.uuid(random)),
                "address_1": street,
                "city": home.city.title(),
                "state_province": home.state,
                "postal_code": home.zip_code,
                "country": "US",
                "address_type": "physical",
            }
        ],
    }


def _schedules(random: Random, pattern: Pattern, zone: str) -> Iterator[Json]:
    for stored in pattern.schedules:
        opens, closes = stored["opens_at"], stored["closes_at"]
        yield {
            "id": str(said.uuid(random)),
            "freq": stored["freq"],
            "byday": ",".join(stored["byday"]),
            "applies_to": stored["applies_to"],
            "holidays": stored["holidays"],
            "condition": stored["condition"],
            "zone": zone,
            "opens_at": opens.isoformat("minutes") if isinstance(opens, clock_time) else None,
            "closes_at": None if closes is None else "24:00" if closes == 1440 else _clock(closes),
        }


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _way(made: Json) -> Json:
    return {"id": str(made["id"]), "kind": made["kind"], "modes": made["modes"], "number": made["number"]}


def _attribute(made: Json) -> Json:
    term = {"taxonomy": made["taxonomy"], "code": made["code"]}
    on = made["stated_on"] and made["stated_on"].isoformat()
    return {"taxonomy_term": term, "answer": made["answer"], "stated_on": on, "source": "https://example.org/source"}


def _areas(random: Random, home: Centre, *, placed: bool) -> list[Json]:
    chance = random.random()
    if placed and chance < 0.5:
        return []
    own = {"id": str(said.uuid(random)), "name": home.state}
    if chance < 0.7:
        return [own | {"extent_type": "state", "extent": home.state}]
    if chance < 0.9:
        return [own | {"extent_type": "zip", "extent": home.zip_code, "name": home.zip_code}]
    return [own | {"extent_type": "country", "extent": "US", "name": "United States"}]


def _disclosure(random: Random, today: date) -> Json:
    stated = said.disclosures(random, today)
    if not stated:
        return {}
    return {"disclosure": {name: stated[0][name] for name in ("level", "source")} | {"stated_on": today.isoformat()}}


def _number(random: Random) -> str:
    return f"{random.randrange(201, 990)}-555-01{random.randrange(100):02}"


@contextmanager
def counted(now: Callable[[], float] = time.perf_counter) -> Iterator[list[float]]:
    """How long each rebuilding of search rows takes while the block runs."""
    took: list[float] = []
    real = refresh

    async def timed(*given: Any, **named: Any) -> int:
        begun = now()
        try:
            return await real(*given, **named)
        finally:
            took.append(now() - begun)

    with patch("directory.service.listing.refresh", timed):
        yield took


def bench_import(server: cluster.Database, services: int, *, now: datetime, say: Say) -> dict[str, float]:
    """Import a file of so many services into an empty database: seconds, share of the search rows, services a second.

    The share is of the whole import, reading the file included; `memory_mb` is the most this process ever held.
    """
    name = f"bench_import_{services}"
    made = cluster.scratch(server, name)
    try:
        migrate.upgrade(made.owner_dsn)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "services.json"
            written = write_file(path, services, today=now.date() - timedelta(days=30))
            say(f"Importing {written} services, {path.stat().st_size / 2**20:.0f} MB")
            total, took = asyncio.run(_import(made.service_dsn, path, now))
        with cluster.roles.connect(made.owner_dsn) as db:
            found = db.execute("SELECT count(*) FROM search_row").fetchone()
    finally:
        cluster.discard(server, name)
    rows = float(str(found[0])) if found else 0.0
    figures = {
        "services": float(written),
        "search_rows": rows,
        "seconds": total,
        "in_search_rows": sum(took),
        "share": 100 * sum(took) / total,
        "batch_ms": 1000 * statistics.median(took),
        "services_per_second": written / total,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    say(
        f"{total:.1f} s, {figures['services_per_second']:.0f} services a second;"
        f" search rows {sum(took):.1f} s, {figures['share']:.1f} %"
    )
    return figures


async def _import(dsn: str, path: Path, now: datetime) -> tuple[float, list[float]]:
    opened = Database(dsn, pool_size=2)
    async with opened.transaction() as db:
        await directory.load_vocabulary(db, SYSTEM, now=now)
        await directory.fill_outlines(db, SYSTEM, now=now)
        await directory.fill_places(db, SYSTEM, places=postal_places(), now=now)
    try:
        with counted() as took:
            begun = time.perf_counter()
            report = await importers.run(opened, source=path, now=now)
            total = time.perf_counter() - begun
    finally:
        await opened.close()
    if report.counts["refused"]:
        raise AssertionError(json.dumps(report.counts))
    return total, took
