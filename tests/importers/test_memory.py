"""What an import holds is a batch of the file, not the file."""

import tracemalloc
from pathlib import Path

import pytest

import importers
from core.db import Database
from tests.builders import NOON
from tests.importers.documents import an_id, an_organization, written

PROSE = 18_000
MANY = 1_000


async def test_a_large_file_is_not_held_in_memory(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importers.batches.BATCH", 50)
    said = [
        an_organization(id=an_id(str(n)), name=f"Neighbours {n}", description="word " * (PROSE // 5))
        for n in range(MANY)
    ]
    source = written(tmp_path, said)
    del said
    tracemalloc.start()
    try:
        report = await importers.run(database, source=source, now=NOON)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report.counts["imported"] == MANY
    assert most < source.stat().st_size / 2
