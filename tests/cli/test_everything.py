"""What `doorlight up` does to a database that an earlier version filled."""

import time

import psycopg

import directory
from api.cli.everything import _renew
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM
from directory import AttributeIn
from tests.builders import NOON, a_site, publish, service_of


async def test_a_code_that_came_with_this_version_can_be_stated(database: Database, clone: Cluster) -> None:
    site = a_site()
    await publish(database, site)
    with psycopg.connect(clone.owner_dsn) as db:  # as the version before left it
        old = db.execute("DELETE FROM taxonomy_term WHERE code = 'HOUSING.NAV' RETURNING code").fetchall()
        db.execute("UPDATE taxonomy SET version = '2020.1'")
    assert old
    await _renew(database.dsn)
    async with database.transaction() as db:
        said = (AttributeIn(taxonomy="kind", code="HOUSING.NAV"),)
        await directory.state_attributes(db, SYSTEM, service_id=service_of(site), attributes=said, now=NOON)


async def test_renewing_what_is_up_to_date_writes_nothing_and_takes_no_time(database: Database) -> None:
    began = time.monotonic()
    await _renew(database.dsn)
    assert time.monotonic() - began < 1
    async with database.transaction() as db:
        changes = await directory.load_vocabulary(db, SYSTEM, now=NOON)
    assert {change.kind for change in changes} == {"unchanged"}
