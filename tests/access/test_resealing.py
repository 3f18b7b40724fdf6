"""Keys change while all runs: what an older one sealed is sealed anew, and read all the while."""

from pathlib import Path

import psycopg
import pytest

from api.jobs import _SEALED, reseal
from api.registry import COLUMNS
from core import access
from core.cluster import Database as Cluster
from core.db import Database, driver_of
from core.personal import sealed
from core.resealing import reseal as reseal_some
from core.secrets import Ring, make_file, read, replace_file
from core.security import SYSTEM, Role
from core.settings import settings
from tests.access.builders import RING, a_member, an_agency, invited
from tests.builders import NOON

pytestmark = pytest.mark.security


async def _sealed_by(database: Database) -> set[str]:
    """The names of the keys that stored texts are sealed with."""
    names: set[str] = set()
    async with database.transaction(SYSTEM) as db:
        driver = await driver_of(db)
        for where in sealed(COLUMNS):
            table, column = where.split(".")
            rows = await driver.execute(f"SELECT {column} FROM {table} WHERE length({column}) > 0")
            names |= {bytes(row[0])[1 : 1 + row[0][0]].decode() for row in await rows.fetchall()}
    return names


async def _anew(database: Database, ring: Ring, limit: int) -> int:
    async with database.transaction(SYSTEM) as db:
        return await reseal_some(await driver_of(db), columns=sealed(COLUMNS), ring=ring, limit=limit)


async def test_all_that_an_older_key_sealed_is_sealed_anew(database: Database) -> None:
    agency = await an_agency(database)
    boss = await a_member(database, agency, Role.administrator, name="Bea")
    for n in range(3):
        await a_member(database, agency, name=f"Ana{n}")
        await invited(database, agency, f"new{n}@example.org", Role.responder)
    grown = RING.with_key("2026-12")
    assert await _sealed_by(database) == {"2026-11"}
    done = [await _anew(database, grown, 4) for _ in range(8)]
    assert all(many <= 4 for many in done)
    assert done[-1] == 0
    assert await _sealed_by(database) == {"2026-12"}
    alone = Ring({"2026-12": grown.keys["2026-12"]}, grown.index)
    async with database.transaction(boss.caller) as db:
        shown = await access.people(db, boss.caller, ring=alone, now=NOON)
    assert [one.name for one in shown] == ["Ana0", "Ana1", "Ana2", "Bea"]


def test_whatever_is_registered_as_sealed_is_sealed_anew() -> None:
    assert sealed(COLUMNS) == _SEALED


async def test_the_job_takes_the_newest_key_of_the_file(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    make_file(file, "first")
    replace_file(file, RING.with_key("second"))
    await a_member(database, await an_agency(database))
    monkeypatch.setenv("DOORLIGHT_KEYS_FILE", str(file))
    settings.cache_clear()
    try:
        assert await reseal(database, NOON) > 0
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert await _sealed_by(database) == {"second"}
    assert read(file.read_text()).newest == "second"


async def test_nothing_that_is_known_of_a_person_stands_in_a_dump(database: Database, clone: Cluster) -> None:
    """Canaries in every text that a person gives; a dump of every table holds none of them in the clear."""
    canaries = [f"Canary{n}" for n in range(200)]
    agency = await an_agency(database)
    for canary in canaries[:20]:
        await a_member(database, agency, name=canary)
    for canary in canaries[20:]:
        await invited(database, agency, f"{canary}@example.org", Role.responder)
    dumped = ""
    with psycopg.connect(clone.service_dsn) as connection:
        connection.execute("SET doorlight.trusted = 'on'")
        for (table,) in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'spatial_ref_sys'"
        ).fetchall():
            dumped += "".join(str(row) for row in connection.execute(f'SELECT t::text FROM "{table}" AS t'))
    assert len(dumped) > 10_000
    found = [canary for canary in canaries if canary.casefold() in dumped.casefold()]
    assert found == []
