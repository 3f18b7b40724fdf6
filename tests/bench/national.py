"""`script/bench search --all`: three sizes, the naive plan, the peers, brute force, an import, in one run."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import cluster
from core.packages import Say
from directory import SearchInput
from tests.bench import naive, peers
from tests.bench.children import load
from tests.bench.function import our_function
from tests.bench.imports import bench_import
from tests.bench.lines import Cells, cell_lines, cells, growth_lines, interleaved, ratio, rest_lines, twice_lines
from tests.bench.plot import plot
from tests.bench.questions import HOT, busy_hour, sets
from tests.bench.report import Line, Report
from tests.bench.search import check_lines, size_lines
from tests.bench.shelf import generated
from tests.bench.sides import CONNECTIONS, Sides, sides, warm_up

_NAIVE = {50_000: 50.0, 1_000_000: 300.0}
_PEERS = {peers.TIPG: 8.0, peers.PYGEOAPI: 20.0, peers.INLINED: 4.0}
_SHARE = 30.0
_PEER_SELECT = """
SELECT r.id, ST_X(r.geog::geometry), ST_Y(r.geog::geometry), t.told -> 'kinds' ->> 0,
       (t.told -> 'languages')::text LIKE '%"es"%',
       (t.told -> 'attributes')::jsonb
           @> jsonb_build_array(jsonb_build_object('code', 'FROM.COMMUNITY', 'answer', 'yes')),
       r.police <= 2 AND r.police_sure >= now()::date,
       t.told ->> 'name', t.told ->> 'organization', t.told ->> 'about', r.zone, r.precision, r.confirmed_on,
       t.told -> 'police' ->> 'level',
       t.told -> 'access' -> 0 ->> 'number', r.address ->> 'street'
FROM search_row AS r
JOIN (SELECT id, (chr(123) || replace(replace(en, chr(1), 'null'), chr(2), '') || chr(125))::json AS told
      FROM search_shown) AS t USING (id)
WHERE r.geog IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is built and how long each part runs; all of it bounded."""

    small: int = 50_000
    large: int = 1_000_000
    twice: int | None = 2_000_000
    rounds: int = 5
    seconds: float = 3.0
    cell_rounds: int = 4
    cell_seconds: float = 0.6
    points: int = 150
    checked: int = 1_000
    imported: int = 100_000
    judged: bool = True

    @property
    def every(self) -> list[int]:
        """The sizes, smallest first."""
        return [self.small, self.large, *([self.twice] if self.twice else [])]


def bench_all(server: cluster.Database, plan: Sizes, *, now: datetime, say: Say) -> Report:
    """Every line of the table."""
    report = Report("search-all", plan.large, now)
    asked = sets(plan.points, at=busy_hour(now))
    with ExitStack() as stack:
        databases = {
            rows: stack.enter_context(generated(server, rows, now=now, fresh=False, keep=plan.judged, say=say))
            for rows in plan.every
        }
        each = {rows: stack.enter_context(sides(database, asked, now)) for rows, database in databases.items()}
        for rows, one in each.items():
            say(f"Warming up {rows:,} rows")
            warm_up(one, plan.points)
        for rows in (plan.small, plan.large):
            rest_lines(report, each[rows], rows, rounds=plan.rounds, seconds=plan.seconds, judged=plan.judged, say=say)
        took = _cell_lines(report, each, plan, say=say)
        for rows in (plan.small, plan.large):
            _naive_line(report, each[rows], rows, asked[HOT], plan, now=now, say=say)
        for rows in (plan.small, plan.large):
            _peer_lines(report, each[rows], rows, asked[HOT], plan, now=now, say=say)
        check_lines(report, databases[plan.small], plan.checked, now=now, say=say)
        size_lines(report, databases[plan.large])
    _import_line(report, server, plan, now=now, say=say)
    report.raw["plot"] = plot(took)
    return report


def _cell_lines(report: Report, each: dict[int, Sides], plan: Sizes, *, say: Say) -> Cells:
    """Two sizes at a time: what they are compared by is not how much of a third the server's memory holds, too."""

    def measured(*sizes: int) -> Cells:
        for rows in sizes:
            warm_up(each[rows], plan.points)
        return cells({rows: each[rows] for rows in sizes}, rounds=plan.cell_rounds, seconds=plan.cell_seconds, say=say)

    took = measured(plan.small, plan.large)
    growth_lines(report, took, plan.small, plan.large, judged=plan.judged)
    if plan.twice is not None:
        beyond = measured(plan.large, plan.twice)
        twice_lines(report, beyond, plan.large, plan.twice, judged=plan.judged)
        took |= {key: several for key, several in beyond.items() if key[0] == plan.twice}
    cell_lines(report, took)
    return took


def _naive_line(
    report: Report, one: Sides, rows: int, asked: list[SearchInput], plan: Sizes, *, now: datetime, say: Say
) -> None:
    say(f"The naive plan, {rows:,} rows: building its tables")
    at = busy_hour(now).isoformat()
    naive.build(one.database.owner_dsn, at)
    try:
        questions = [[ask.lon, ask.lat, float(ask.within_m), ask.kind[0], at] for ask in asked]
        with load("load_naive", {"dsn": one.database.service_dsn, "sets": {HOT: questions}}) as plain:
            plain.run(HOT, connections=2, seconds=20.0, most=8)
            runs = {
                "ours": lambda: one.bare.run(HOT, connections=4, seconds=plan.seconds),
                "naive": lambda: plain.run(HOT, connections=2, seconds=plan.seconds),
            }
            rates = interleaved(runs, 3, say, f"naive, {rows:,} rows")
    finally:
        naive.drop(one.database.owner_dsn)
    report.raw[f"naive {rows}"] = rates
    value, spread = ratio(rates["ours"], rates["naive"])
    report.lines.append(
        Line(f"against the naive plan, {rows:,}", value, "x", _NAIVE.get(rows) if plan.judged else None, spread)
    )


def _peer_lines(
    report: Report, one: Sides, rows: int, asked: list[SearchInput], plan: Sizes, *, now: datetime, say: Say
) -> None:
    """Their nearest question: a box, the kind, the flags, any twenty of what fits.

    Ours is asked twice: for its twenty that fit, which is what they can be compared by, and for the whole answer.
    """
    questions = [
        peers.Question(
            lat=float(ask.lat or 0), lon=float(ask.lon or 0), category=ask.kind[0], accepts=True, no_police=True
        )
        for ask in asked
    ]
    database = one.database
    function = our_function(database.service_dsn, asked, now)
    with peers.started(
        database.owner_dsn,
        database.service_dsn,
        _PEER_SELECT,
        say=say,
        questions=questions,
        sql_function=function.sql,
        function_requests=function.requests,
    ) as up:
        with ExitStack() as stack:
            runs: dict[str, Any] = {
                "ours": lambda: one.rest.run(f"POST fits {HOT}", connections=CONNECTIONS, seconds=plan.seconds),
                "ours, whole": lambda: one.rest.run(f"POST {HOT}", connections=CONNECTIONS, seconds=plan.seconds),
            }
            for name, peer in up.running.items():
                child = stack.enter_context(
                    load("load_rest", {"port": peer.port, "sets": {name: peer.requests_for(questions)}})
                )
                child.run(name, connections=CONNECTIONS, seconds=3.0)
                runs[name] = _asking(child, name, plan.seconds)
            rates = interleaved(runs, 3, say, f"peers, {rows:,} rows")
        report.raw[f"peers {rows}"] = {"rates": rates, "missing": up.missing, "fitting": up.fitting}
        for name in dict.fromkeys([*_PEERS, *up.running]):
            floor = _PEERS.get(name) if plan.judged else None
            measure = f"against {name}, {rows:,}"
            if name in up.missing:
                report.lines.append(Line(measure, 0.0, "x", floor, f"not measured: {up.missing[name]}"))
                continue
            value, spread = ratio(rates["ours, whole" if name == peers.OUR_SQL else "ours"], rates[name])
            whole, _ = ratio(rates["ours, whole"], rates[name])
            detail = f"{spread}; whole answer {whole:.2f}x; {up.fitting:.0f} rows fit theirs"
            report.lines.append(Line(measure, value, "x", floor, detail))


def _asking(child: Any, name: str, seconds: float) -> Any:
    return lambda: child.run(name, connections=CONNECTIONS, seconds=seconds)


def _import_line(report: Report, server: cluster.Database, plan: Sizes, *, now: datetime, say: Say) -> None:
    found = bench_import(server, plan.imported, now=now, say=say)
    report.raw["import"] = found
    most = _SHARE if plan.judged else None
    detail = "; ".join(f"{name} {value:,.1f}" for name, value in found.items())
    report.lines.append(
        Line(f"search rows, share of an import of {plan.imported:,}", found["share"], " %", most, detail, most=True)
    )
