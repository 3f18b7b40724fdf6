from datetime import UTC, datetime

import pytest

from core import cluster
from core.db import Database
from tests.bench import exact
from tests.bench.generate import Plan, batches
from tests.bench.load import load
from tests.bench.questions import busy_hour

# A Monday, so that the busy Wednesday lies within the stored hours.
MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)


@pytest.fixture
def loaded(clone: cluster.Database, database: Database) -> cluster.Database:
    """Generated rows; the database is emptied again after the test."""
    load(clone.owner_dsn, batches(Plan(MONDAY), 2_000), lambda _: None)
    return clone


def test_the_first_twenty_are_what_looking_at_every_row_finds(loaded: cluster.Database) -> None:
    found = exact.check(loaded.service_dsn, 200, at=busy_hour(MONDAY), now=MONDAY)
    assert found.wrong == ()
    assert found.asked == 200


def test_generated_rows_are_the_same_for_the_same_seed() -> None:
    once, again = (next(batches(Plan(MONDAY), 50)) for _ in range(2))
    assert once.search == again.search
    assert next(batches(Plan(MONDAY, seed=2), 50)).search != once.search
