"""What `doorlight up` does to a database that an earlier version filled."""

import os
import time

import psycopg
import pytest
from alembic import command
from alembic.config import Config

import directory
from api.renew import renew
from core import migrate
from core.cluster import Database as Cluster
from core.cluster import discard, scratch
from core.db import Database
from core.security import SYSTEM
from directory import AttributeIn
from tests.builders import NOON, a_line, a_site, names, publish, search, service_of


async def test_a_code_that_came_with_this_version_can_be_stated(database: Database, clone: Cluster) -> None:
    site = a_site()
    await publish(database, site)
    with psycopg.connect(clone.owner_dsn) as db:  # as the version before left it
        old = db.execute("DELETE FROM taxonomy_term WHERE code = 'HOUSING.NAV' RETURNING code").fetchall()
        db.execute("UPDATE taxonomy SET version = '2020.1'")
    assert old
    await renew(database.dsn, print)
    async with database.transaction() as db:
        said = (AttributeIn(taxonomy="kind", code="HOUSING.NAV"),)
        await directory.state_attributes(db, SYSTEM, service_id=service_of(site), attributes=said, now=NOON)


async def test_renewing_what_is_up_to_date_writes_nothing_and_takes_no_time(database: Database) -> None:
    began = time.monotonic()
    await renew(database.dsn, print)
    assert time.monotonic() - began < 1
    async with database.transaction() as db:
        changes = await directory.load_vocabulary(db, SYSTEM, now=NOON)
    assert {change.kind for change in changes} == {"unchanged"}


async def test_rows_that_a_migration_dropped_are_written_again(database: Database, clone: Cluster) -> None:
    await publish(database, a_site("Site"))
    with psycopg.connect(clone.owner_dsn, autocommit=True) as db:
        db.execute("TRUNCATE search_row CASCADE")
    said: list[str] = []
    await renew(database.dsn, said.append)
    assert names((await search(database)).fits) == ["Site"]
    assert said == ["Search rows of 1 services written anew"]


@pytest.mark.parametrize("to", ["0005", "0006"])
async def test_a_database_of_an_older_version_finds_all_that_it_held(server: Cluster, template: str, to: str) -> None:
    name = f"doorlight_older_{os.getpid()}"
    made = scratch(server, name, like=template)
    opened = Database(made.service_dsn, pool_size=2)
    try:
        await opened.open()
        await publish(opened, a_site("Site"), a_line("Line"))
        await opened.close()
        config = Config(toml_file=migrate.PROJECT / "pyproject.toml")
        config.attributes["dsn"] = made.owner_dsn
        command.downgrade(config, to)
        migrate.upgrade(made.owner_dsn)
        await renew(made.service_dsn, lambda _: None)
        opened = Database(made.service_dsn, pool_size=2)
        await opened.open()
        assert names((await search(opened)).fits) == ["Site", "Line"]
    finally:
        await opened.close()
        discard(server, name)
