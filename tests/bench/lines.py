"""The lines of the table: each a comparison within one run, turn by turn, judged by its floor."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from core.packages import Say
from tests.bench.children import Ran, memory_mb
from tests.bench.questions import FILTERS, HOT, PLACES
from tests.bench.report import Line, Report, percentile
from tests.bench.sides import CONNECTIONS, Sides

Run = Callable[[], Ran]
Cells = dict[tuple[int, str], list[int]]
MEMORY_MB = 150.0
# REST against its own SQL, by rows.
REST_FLOORS = {50_000: 0.65, 1_000_000: 0.85}
FULL, GRAPHQL = 0.6, 0.8
P50, P99, FLAT, TWICE = 2.5, 4.0, 8.0, 2.0


def interleaved(runs: Mapping[str, Run], rounds: int, say: Say, what: str) -> dict[str, list[float]]:
    """The rates of each, turn by turn and in the other order every second time."""
    rates: defaultdict[str, list[float]] = defaultdict(list)
    for n in range(rounds):
        say(f"{what}: round {n + 1} of {rounds}")
        for name in list(runs) if n % 2 == 0 else list(runs)[::-1]:
            rates[name].append(runs[name]().rate)
    return dict(rates)


def ratio(above: Sequence[float], below: Sequence[float]) -> tuple[float, str]:
    """The median of the rounds' ratios, and their spread in words."""
    each = [a / b for a, b in zip(above, below, strict=True)]
    return statistics.median(each), f"rounds {min(each):.2f} to {max(each):.2f}"


def rest_lines(report: Report, one: Sides, rows: int, *, rounds: int, seconds: float, judged: bool, say: Say) -> None:
    """REST, its full answer, and GraphQL, over one database."""

    def run(child: str, name: str) -> Run:
        side = one.bare if child == "bare" else one.rest
        return lambda: side.run(name, connections=CONNECTIONS, seconds=seconds)

    runs = {
        "bare driver": run("bare", HOT),
        "REST POST": run("rest", f"POST {HOT}"),
        "REST GET": run("rest", f"GET {HOT}"),
        "fits alone": run("rest", f"POST fits {HOT}"),
        "GraphQL": run("rest", f"GraphQL {HOT}"),
    }
    rates = interleaved(runs, rounds, say, f"{rows:,} rows")
    report.raw[f"rates {rows}"] = rates
    floor = REST_FLOORS.get(rows) if judged else None
    for name, below, least in (
        ("REST POST", "bare driver", floor),
        ("REST GET", "bare driver", floor),
        ("REST POST", "fits alone", FULL if judged else None),
        ("GraphQL", "REST POST", GRAPHQL if judged else None),
    ):
        value, spread = ratio(rates[name], rates[below])
        detail = f"{spread}; {HOT}, {CONNECTIONS} connections, one worker"
        report.lines.append(Line(f"{name} / {below}, {rows:,}", value, "", least, detail))
    for name, several in rates.items():
        report.lines.append(Line(f"{name}, {rows:,}", statistics.median(several), " /s"))
    if (held := memory_mb(one.worker_pid)) is not None:
        most = MEMORY_MB if judged and rows >= max(REST_FLOORS) else None
        report.lines.append(Line(f"memory of the API worker, {rows:,}", held, " MB", most, most=True))


def cells(each: Mapping[int, Sides], *, rounds: int, seconds: float, say: Say) -> Cells:
    """One client, each filter and kind of place, over every size in turn: microseconds of the statement."""
    took: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for n in range(rounds):
        say(f"One client, each filter: round {n + 1} of {rounds}")
        for place in PLACES:
            for name in (f"{filters} {place}" for filters in FILTERS):
                for rows, one in each.items():
                    took[rows, name] += one.bare.run(name, connections=1, seconds=seconds).took
    return dict(took)


def cell_lines(report: Report, took: Cells) -> None:
    """Latency by filter and size; growth and flatness where there is a larger size."""
    ms = {key: (percentile(several, 0.5) / 1000, percentile(several, 0.99) / 1000) for key, several in took.items()}
    report.raw["cells"] = {f"{rows} {name}": [*pair, len(took[rows, name])] for (rows, name), pair in ms.items()}
    for (rows, name), (p50, p99) in sorted(ms.items()):
        report.lines.append(Line(f"{name}, {rows:,}, SQL p50", p50, " ms", None, f"p99 {p99:.1f}"))


def growth_lines(report: Report, took: Cells, small: int, large: int, *, judged: bool) -> None:
    """How the same filters take longer where there are more rows, in cities, by one client."""
    ms = {key: (percentile(several, 0.5), percentile(several, 0.99)) for key, several in took.items()}
    for filters in FILTERS:
        name = f"{filters} urban"
        (p50, p99), (more50, more99) = ms[small, name], ms[large, name]
        report.lines.append(_grown(f"growth of p50, {filters}", (p50, more50), P50 if judged else None))
        report.lines.append(_grown(f"growth of p99, {filters}", (p99, more99), P99 if judged else None))
    worst = max(FILTERS, key=lambda filters: ms[large, f"{filters} urban"][1])
    slowest = ms[large, "L urban"][1], ms[large, f"{worst} urban"][1]
    name = f"flatness at {large:,}: worst p99 / loose"
    report.lines.append(_grown(name, slowest, FLAT if judged else None, worst))


def twice_lines(report: Report, took: Cells, large: int, twice: int, *, judged: bool) -> None:
    """The slowest of a hundred at twice the rows; measured apart, for three sizes share one server's memory."""
    for filters in FILTERS:
        once, more = (percentile(took[rows, f"{filters} urban"], 0.99) for rows in (large, twice))
        name = f"p99 at {twice:,} / {large:,}, {filters}"
        report.lines.append(_grown(name, (once, more), TWICE if judged else None))


def _grown(measure: str, took: tuple[float, float], most: float | None, detail: str = "") -> Line:
    below, above = took
    said = detail or f"{below / 1000:.1f} to {above / 1000:.1f} ms"
    return Line(measure, above / below, "x", most, said, most=True)
