"""Homes for private clusters that a test may break: in reach of every account, gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from core.cluster import Database, open_database, place, private, processes

from .acting import Open, silent


@pytest.fixture
def home() -> Iterator[Path]:
    """A fresh home, not yet opened."""
    # pytest's own temporary folders are closed to the account that runs PostgreSQL when we are root.
    base = Path(tempfile.mkdtemp(prefix="doorlight-test-"))
    base.chmod(0o755)
    yield base / "home"
    _end(base / "home")
    shutil.rmtree(base)


@pytest.fixture(scope="module")
def shared() -> Iterator[Database]:
    """One cluster for the tests of a module that leave it as it was."""
    base = Path(tempfile.mkdtemp(prefix="doorlight-test-"))
    base.chmod(0o755)
    with open_database(home=base / "home", database_url=None, say=silent, durable=False) as database:
        yield database
    shutil.rmtree(base)


@pytest.fixture
def opened(home: Path) -> Iterator[Open]:
    """Open the cluster of a home; whatever a test opened is closed at its end."""
    with ExitStack() as stack:

        def open_it(at: Path = home) -> Database:
            database = open_database(home=at, database_url=None, say=silent, durable=False)
            stack.callback(database.stop)
            return database

        yield open_it


def _end(home: Path) -> None:
    where = place.choose(home, silent)
    with suppress(FileNotFoundError):
        left = private.running(where)
        if left:
            processes.end(left)
