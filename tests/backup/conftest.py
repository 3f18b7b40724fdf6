"""Databases that a test may back up, put another in place of, and throw away."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from core import cluster
from tests.conftest import _alone

Make = Callable[[str], cluster.Database]


@pytest.fixture
def make(server: cluster.Database, template: str) -> Iterator[Make]:
    """A migrated database of that name, as `open_database` would answer it."""
    made: list[str] = []

    def one(name: str) -> cluster.Database:
        own = f"doorlight_{name}_{os.getpid()}"
        with _alone("clone"):
            scratch = cluster.scratch(server, own, like=template)
        made.append(own)
        return replace(scratch, admin_dsn=server.admin_dsn)

    yield one
    with cluster.roles.connect(server.admin_dsn) as admin:
        for own in made:
            rows = admin.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{own}%",)).fetchall()
            for (name,) in rows:
                cluster.discard(server, str(name))
