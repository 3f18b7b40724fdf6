"""The bench of imports runs, and its file is one that comes in whole."""

from datetime import date
from pathlib import Path

import orjson
import pytest

from core import cluster
from tests.bench.imports import bench_import, write_file
from tests.builders import NOON


def test_a_file_has_the_services_that_were_asked_for_and_is_the_same_again(tmp_path: Path) -> None:
    one, other = (tmp_path / name for name in ("one.json", "other.json"))
    written = write_file(one, 300, today=date(2026, 10, 1))
    assert write_file(other, 300, today=date(2026, 10, 1)) == written
    assert one.read_bytes() == other.read_bytes()
    said = orjson.loads(one.read_bytes())
    assert sum(len(organization["services"]) for organization in said) == written
    assert 300 <= written < 304


def test_a_small_import_is_measured(server: cluster.Database) -> None:
    found = bench_import(server, 150, now=NOON, say=lambda _: None)
    assert found["services"] >= 150
    assert found["search_rows"] >= found["services"]
    assert 0 < found["in_search_rows"] < found["seconds"]
    assert found["share"] == pytest.approx(100 * found["in_search_rows"] / found["seconds"])
