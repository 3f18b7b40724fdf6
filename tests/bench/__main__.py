"""`script/bench`: measure, keep the figures, print the table, judge the floors."""

import argparse
import fcntl
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import typer

from core import clock, cluster
from core.migrate import PROJECT
from tests.bench.children import Broken
from tests.bench.handoffs import run as handoffs
from tests.bench.national import Sizes, bench_all
from tests.bench.plot import keep
from tests.bench.report import Report
from tests.bench.search import SMOKE, USUAL, bench

# Every line once, over next to nothing: does it run?
SMALL = Sizes(
    small=2_000, large=4_000, twice=6_000, rounds=1, seconds=0.3, cell_rounds=1, cell_seconds=0.1, points=8, checked=10,
    imported=200, judged=False,
)  # fmt: skip

HOME = PROJECT / ".bench"
_EXAMPLE = "example: script/bench search --rows 50000"
_OF_REFERRALS = "example: script/bench referrals"


def main(arguments: Sequence[str] | None = None, *, server: cluster.Database | None = None) -> int:
    """0 when every floor holds, 1 when one falls short or nothing could be measured, 2 for bad arguments."""
    asked = _parser().parse_args(arguments)
    home: Path = asked.home.expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True)
    try:
        with _alone(home), _opened(home, server) as opened:
            report = asked.measure(opened, asked)
    except (cluster.CannotOpen, Broken) as problem:
        _say(f"bench: {problem}")
        return 1
    if "plot" in report.raw:
        typer.echo(f"Picture: {keep(str(report.raw.pop('plot')), home)}")
    typer.echo(f"Figures: {report.keep(home)}\n")
    typer.echo(report.table())
    return 0 if report.held else 1


def _search(opened: cluster.Database, asked: argparse.Namespace) -> Report:
    if asked.all:
        return bench_all(opened, SMALL if asked.smoke else Sizes(), now=clock.now(), say=_say)
    plan = replace(USUAL, rows=asked.rows, rounds=asked.rounds, seconds=asked.seconds, fresh=asked.fresh)
    return bench(opened, replace(SMOKE, fresh=asked.fresh) if asked.smoke else plan, now=clock.now(), say=_say)


def _referrals(opened: cluster.Database, asked: argparse.Namespace) -> Report:
    usual = replace(handoffs.USUAL, rounds=asked.rounds, seconds=asked.seconds)
    return handoffs.bench_referrals(opened, handoffs.SMOKE if asked.smoke else usual, now=clock.now(), say=_say)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__, epilog=_EXAMPLE)
    verbs = parser.add_subparsers(required=True, metavar="WHAT")
    search = verbs.add_parser("search", help="REST against its own SQL, and latency by filter", epilog=_EXAMPLE)
    search.add_argument("--rows", type=_between(100, 5_000_000), default=USUAL.rows, help="search rows (50000)")
    search.add_argument("--rounds", type=_between(1, 100), default=USUAL.rounds, help="rounds of the comparison")
    search.add_argument("--seconds", type=_between(1, 60), default=USUAL.seconds, help="length of one load")
    search.add_argument("--fresh", action="store_true", help="generate the rows anew")
    search.add_argument("--all", action="store_true", help="50k, 1M and 2M rows, naive plan, peers, import: every line")
    search.add_argument("--smoke", action="store_true", help="2,000 rows and one short round: does it run?")
    search.set_defaults(measure=_search)
    handed = verbs.add_parser("referrals", help="places, acceptances, races, notices", epilog=_OF_REFERRALS)
    handed.add_argument("--rounds", type=_between(1, 100), default=handoffs.USUAL.rounds, help="rounds of each")
    handed.add_argument("--seconds", type=_between(1, 60), default=handoffs.USUAL.seconds, help="length of one load")
    handed.add_argument("--smoke", action="store_true", help="one short round of each: does it run?")
    handed.set_defaults(measure=_referrals)
    for one in (search, handed):
        one.add_argument("--home", type=Path, default=HOME, help="where database and figures are kept (.bench)")
    return parser


class _between:  # noqa: N801 - reads as the function that argparse wants
    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def __call__(self, text: str) -> int:
        number = int(text.replace("_", ""))
        if not self.least <= number <= self.most:
            raise argparse.ArgumentTypeError(f"{number} is not from {self.least} to {self.most}")
        return number

    def __repr__(self) -> str:
        return "whole number"


@contextmanager
def _opened(home: Path, server: cluster.Database | None) -> Iterator[cluster.Database]:
    if server is not None:
        yield server
        return
    with cluster.open_database(home=home, database_url=os.environ.get("DATABASE_URL"), say=_say) as opened:
        yield opened


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Two benches at once would measure each other."""
    with (home / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Waiting for another bench to end")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _say(line: str) -> None:
    typer.echo(line, err=True)


if __name__ == "__main__":
    sys.exit(main())
