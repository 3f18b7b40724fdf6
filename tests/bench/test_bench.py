import json
import re
import subprocess
from pathlib import Path

import pytest

from core import cluster
from core.migrate import PROJECT
from tests.bench import __main__ as command
from tests.bench.peers import INLINED, OUR_SQL, PYGEOAPI, TIPG, VARIABLES
from tests.bench.questions import FILTERS
from tests.bench.report import Line, Report
from tests.builders import NOON


def test_a_small_run_measures_checks_and_keeps_its_figures(
    server: cluster.Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["search", "--smoke", "--home", str(tmp_path)], server=server) == 0
    out = capsys.readouterr().out
    path, _, table = out.partition("\n\n")
    kept = json.loads((tmp_path / path.rpartition("/")[2]).read_text())
    assert kept["held"]
    assert kept["rows"] == 2_000
    assert len(kept["raw"]["rates 2000"]["bare driver"]) == 1
    measures = [line["measure"] for line in kept["lines"]]
    assert table.splitlines()[0].split() == ["measure", "value", "floor"]
    assert [line for line in table.splitlines()[1:] if line.startswith(tuple(measures))] == table.splitlines()[1:]
    for name in (
        "REST POST / bare driver, 2,000",
        "REST GET / bare driver, 2,000",
        "REST POST / fits alone, 2,000",
        "GraphQL / REST POST, 2,000",
        "M urban, 2,000, SQL p50",
        "top 20 equal to brute force",
    ):
        assert name in measures
    with cluster.roles.connect(server.admin_dsn) as admin:
        left = admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_2000\\_%'").fetchall()
    assert left == []


def test_a_small_run_of_everything_prints_every_line(
    server: cluster.Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["search", "--all", "--smoke", "--home", str(tmp_path)], server=server) == 0
    out = capsys.readouterr().out
    for rows in ("2,000", "4,000"):
        for name in ("REST POST / bare driver", "REST POST / fits alone", "GraphQL / REST POST", "memory of the API"):
            assert re.search(rf"^{name}.*, {rows} ", out, re.MULTILINE)
        assert re.search(rf"^against the naive plan, {rows} .*rounds", out, re.MULTILINE)
        for peer in (TIPG, PYGEOAPI, INLINED, VARIABLES, OUR_SQL):
            assert re.search(rf"^against {peer}, {rows} .*whole answer", out, re.MULTILINE)
    for filters in FILTERS:
        assert re.search(rf"^growth of p50, {filters} ", out, re.MULTILINE)
        assert re.search(rf"^growth of p99, {filters} ", out, re.MULTILINE)
        assert re.search(rf"^p99 at 6,000 / 4,000, {filters} ", out, re.MULTILINE)
    for line in ("flatness at 4,000", "top 20 equal to brute force", "search rows, share of an import of 200"):
        assert line in out
    assert (tmp_path / "search-latency.svg").read_text().startswith("<svg")


@pytest.mark.parametrize("arguments", [["search", "--rows", "many"], ["search", "--rows", "0"], ["nothing"], []])
def test_bad_arguments_are_refused_before_anything_starts(arguments: list[str]) -> None:
    ended = subprocess.run(["script/bench", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.rstrip().splitlines()[-1].startswith("script/bench")


def test_a_floor_that_falls_short_is_the_exit_code(
    server: cluster.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> Report:
        return Report("search", 50_000, NOON, [Line("ratio", 0.4, floor=0.6)])

    monkeypatch.setattr(command, "bench", slow)
    assert command.main(["search", "--home", str(tmp_path)], server=server) == 1


def test_a_small_run_of_referrals_prints_every_line(
    server: cluster.Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["referrals", "--smoke", "--home", str(tmp_path)], server=server) == 0
    out = capsys.readouterr().out
    for line in (
        "insert-only, many pools",
        "SELECT FOR UPDATE",
        "whole acceptance",
        "exactly k winners",
        "no-op",
        "server-sent event",
    ):
        assert line in out
