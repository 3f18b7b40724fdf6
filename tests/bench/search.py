"""`script/bench search`: what the search costs over its SQL, and how long each filter takes, in one interleaved run."""

from dataclasses import dataclass
from datetime import datetime

from core import cluster
from core.packages import Say
from tests.bench import exact
from tests.bench.lines import REST_FLOORS, cell_lines, cells, rest_lines
from tests.bench.questions import busy_hour, sets
from tests.bench.report import Line, Report
from tests.bench.shelf import generated
from tests.bench.sides import sides, warm_up

_SIZES = """
SELECT 'search_row' AS what, pg_table_size('search_row') AS bytes UNION ALL
SELECT 'search_shown', pg_table_size('search_shown') UNION ALL
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


def bench(server: cluster.Database, plan: Plan, *, now: datetime, say: Say) -> Report:
    """Generate (or take from the shelf), measure, check."""
    report = Report("search", plan.rows, now)
    judged = plan.rows >= min(REST_FLOORS)
    with generated(server, plan.rows, now=now, fresh=plan.fresh, keep=plan.keep, say=say) as database:
        asked = sets(plan.points, at=busy_hour(now))
        with sides(database, asked, now) as one:
            say(f"Warming up: {len(asked)} sets of {plan.points} questions")
            warm_up(one, plan.points)
            rest_lines(report, one, plan.rows, rounds=plan.rounds, seconds=plan.seconds, judged=judged, say=say)
            took = cells({plan.rows: one}, rounds=plan.cell_rounds, seconds=plan.cell_seconds, say=say)
            cell_lines(report, took)
        check_lines(report, database, plan.checked, now=now, say=say)
        size_lines(report, database)
    return report


def check_lines(report: Report, database: cluster.Database, many: int, *, now: datetime, say: Say) -> None:
    """The first of every answer against a plain look at every row."""
    say(f"Checking {many} answers against brute force")
    equal = exact.check(database.service_dsn, many, at=busy_hour(now), now=now)
    report.lines.append(Line("top 20 equal to brute force", 100 * equal.share, " %", 100, equal.detail))


def size_lines(report: Report, database: cluster.Database) -> None:
    """What the rows take on disk."""
    with cluster.roles.connect(database.owner_dsn) as db:
        for what, size in db.execute(_SIZES).fetchall():
            report.lines.append(Line(f"size of {what}", float(str(size)) / 2**20, " MB"))
