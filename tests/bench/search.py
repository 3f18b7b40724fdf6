"""`script/bench search`: what the search costs over its SQL, and how long each filter takes, in one interleaved run."""

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from core import cluster
from core.packages import Say
from directory import SearchInput
from tests.bench import exact
from tests.bench.children import Child, load, memory_mb, worker
from tests.bench.questions import FILTERS, HOT, PLACES, busy_hour, sets
from tests.bench.report import Line, Report, percentile
from tests.bench.shelf import generated

CONNECTIONS = 8
# REST against its own SQL at 50,000 rows. Small databases are for smoke tests: nothing of theirs is judged.
RATIO = 0.6
_JUDGED_FROM = 50_000
_SIZES = """
SELECT 'search_row' AS what, pg_table_size('search_row') AS bytes UNION ALL
SELECT * FROM (
    SELECT indexrelid::regclass::text, pg_relation_size(indexrelid) FROM pg_index
    WHERE indrelid = 'search_row'::regclass ORDER BY 2 DESC LIMIT 2
) AS largest
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. All of it is bounded in count and time."""

    rows: int
    rounds: int = 7
    seconds: float = 3.0
    cell_rounds: int = 3
    cell_seconds: float = 0.6
    points: int = 150
    checked: int = 200
    fresh: bool = False
    keep: bool = True


USUAL = Plan(rows=50_000)
SMOKE = Plan(rows=2_000, rounds=1, seconds=0.3, cell_rounds=1, cell_seconds=0.1, points=8, checked=25, keep=False)


@dataclass(frozen=True, slots=True)
class _Sides:
    rest: Child
    bare: Child
    worker_pid: int


def bench(server: cluster.Database, plan: Plan, *, now: datetime, say: Say) -> Report:
    """Generate (or take from the shelf), measure, check."""
    report = Report("search", plan.rows, now)
    with generated(server, plan.rows, now=now, fresh=plan.fresh, keep=plan.keep, say=say) as database:
        asked = sets(plan.points, at=busy_hour(now))
        with _sides(database.service_dsn, asked, now) as sides:
            say(f"Warming up: {len(asked)} sets of {plan.points} questions")
            _warm_up(sides, plan)
            _compare(report, sides, plan, say)
            _cells(report, sides, plan, say)
            if (held := memory_mb(sides.worker_pid)) is not None:
                report.lines.append(Line("memory of the API worker", held, " MB"))
        say(f"Checking {plan.checked} answers against brute force")
        equal = exact.check(database.service_dsn, plan.checked, at=busy_hour(now), now=now)
        report.lines.append(Line("top 20 equal to brute force", 100 * equal.share, " %", 100, equal.detail))
        with cluster.roles.connect(database.owner_dsn) as db:
            for what, size in db.execute(_SIZES).fetchall():
                report.lines.append(Line(f"size of {what}", float(str(size)) / 2**20, " MB"))
    return report


@contextmanager
def _sides(dsn: str, asked: Mapping[str, list[SearchInput]], now: datetime) -> Iterator[_Sides]:
    questions = {name: [ask.model_dump() for ask in several] for name, several in asked.items()}
    requests = {f"POST {name}": [_post(ask) for ask in several] for name, several in asked.items()}
    requests[f"GET {HOT}"] = [_get(ask) for ask in asked[HOT]]
    with (
        worker(dsn) as (port, pid),
        load("load_rest", {"port": port, "sets": requests}) as rest,
        load("load_driver", {"dsn": dsn, "now": now.isoformat(), "sets": questions}) as bare,
    ):
        yield _Sides(rest, bare, pid)


def _warm_up(sides: _Sides, plan: Plan) -> None:
    """Every connection prepares every statement, and what is asked for is in memory."""
    for name in (f"{filters} {place}" for filters in FILTERS for place in PLACES):
        many = {"connections": CONNECTIONS, "seconds": 20.0, "most": max(plan.points, 6 * CONNECTIONS)}
        sides.bare.run(name, **many)  # type: ignore[arg-type]
        sides.rest.run(f"POST {name}", **many)  # type: ignore[arg-type]


def _compare(report: Report, sides: _Sides, plan: Plan, say: Say) -> None:
    runs = [
        ("bare driver", sides.bare, HOT),
        ("REST POST", sides.rest, f"POST {HOT}"),
        ("REST GET", sides.rest, f"GET {HOT}"),
    ]
    rates: defaultdict[str, list[float]] = defaultdict(list)
    for n in range(plan.rounds):
        say(f"Round {n + 1} of {plan.rounds}")
        for what, child, name in runs if n % 2 == 0 else reversed(runs):
            rates[what].append(child.run(name, connections=CONNECTIONS, seconds=plan.seconds).rate)
    report.raw["rates"] = dict(rates)
    floor = RATIO if plan.rows >= _JUDGED_FROM else None
    for what in ("REST POST", "REST GET"):
        ratios = [a / b for a, b in zip(rates[what], rates["bare driver"], strict=True)]
        spread = f"rounds {min(ratios):.2f} to {max(ratios):.2f}; {HOT}, {CONNECTIONS} connections, one worker"
        report.lines.append(Line(f"{what} / bare driver", statistics.median(ratios), "", floor, spread))
    for what, several in rates.items():
        report.lines.append(Line(what, statistics.median(several), " /s"))


def _cells(report: Report, sides: _Sides, plan: Plan, say: Say) -> None:
    took: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for n in range(plan.cell_rounds):
        say(f"One client, each filter: round {n + 1} of {plan.cell_rounds}")
        for place in PLACES:
            for filters in FILTERS:
                name = f"{filters} {place}"
                for what, child, of in (("SQL", sides.bare, name), ("REST", sides.rest, f"POST {name}")):
                    took[what, name] += child.run(of, connections=1, seconds=plan.cell_seconds).took
    for place in PLACES:
        for filters in FILTERS:
            name = f"{filters} {place}"
            sql, rest = _of(took["SQL", name]), _of(took["REST", name])
            report.raw[name] = {"sql_ms": sql, "rest_ms": rest, "count": len(took["SQL", name])}
            detail = f"p99 {sql[1]:.1f}; REST p50 {rest[0]:.2f}, p99 {rest[1]:.1f}"
            report.lines.append(Line(f"{name}, SQL p50", sql[0], " ms", None, detail))


def _of(took: list[int]) -> tuple[float, float]:
    return percentile(took, 0.5) / 1000, percentile(took, 0.99) / 1000


def _post(ask: SearchInput) -> str:
    body = ask.model_dump_json(exclude_defaults=True)
    return (
        "POST /api/v1/search HTTP/1.1\r\nHost: doorlight.test\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
    )


def _get(ask: SearchInput) -> str:
    asked: dict[str, Any] = ask.model_dump(exclude_defaults=True)
    return f"GET /api/v1/search?{urlencode(asked, doseq=True)} HTTP/1.1\r\nHost: doorlight.test\r\n\r\n"
