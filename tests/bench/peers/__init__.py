"""Peers on the same rows: what others serve without our code, asked what they can be asked.

`started` makes the table, starts whatever can be had, and yields both: who runs, and who does not and why.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core import cluster
from core.packages import Say
from tests.bench.children import Broken, memory_mb
from tests.bench.peers import ask, serve
from tests.bench.peers.ask import Question, distinct
from tests.bench.peers.check import difference
from tests.bench.peers.install import NotInstalled
from tests.bench.peers.table import filled, fitting

TIPG = "tipg"
PYGEOAPI = "pygeoapi"
INLINED = "PostGraphile generated, values inlined"
VARIABLES = "PostGraphile generated, variables"
OUR_SQL = "PostGraphile calling our SQL"

_Start = Callable[..., AbstractContextManager[tuple[int, int]]]
_Requests = Callable[[Sequence[Question]], list[str]]
# A round of inlined values is longer than PostGraphile's memory of documents: what came by is forgotten.
_TEXTS = 1_200
_CHECKED = 10


@dataclass(frozen=True, slots=True)
class Peer:
    """One that runs: where, and how it is asked."""

    name: str
    port: int
    pid: int
    requests_for: _Requests

    def memory_mb(self) -> float:
        """Of its process and those that it started."""
        return sum(memory_mb(pid) or 0 for pid in _family(self.pid))


@dataclass(slots=True)
class Peers:
    """Those that run by name, and why the others do not."""

    rows: int
    fitting: float = 0.0
    running: dict[str, Peer] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


@contextmanager
def started(
    dsn_owner: str,
    dsn_service: str,
    select_sql: str,
    *,
    say: Say,
    questions: Sequence[Question],
    sql_function: str | None = None,
    function_requests: _Requests | None = None,
    fetch: bool = True,
) -> Iterator[Peers]:
    """Every peer on one table made from the SELECT; all of them end with the block, and the table goes.

    `sql_function`: a CREATE FUNCTION in the schema `peers`, offered by PostGraphile as a query; `function_requests`
    writes its requests, best with `ask.graphql`; the caller checks its answers. A peer that cannot be had, does not
    start or answers the first questions wrongly is named in `missing`: a floor missed, never one passed.
    """
    with ExitStack() as stack:
        rows = stack.enter_context(filled(dsn_owner, dsn_service, select_sql, sql_function=sql_function))
        db = stack.enter_context(cluster.roles.connect(dsn_owner))
        found = Peers(rows, fitting(db, questions))
        kinds: list[tuple[_Start, dict[str, _Requests]]] = [
            (serve.tipg, {TIPG: ask.tipg}),
            (serve.pygeoapi, {PYGEOAPI: ask.pygeoapi}),
            (serve.postgraphile, {INLINED: _inlined, VARIABLES: ask.variables}),
        ]
        if sql_function and function_requests:
            kinds[-1][1][OUR_SQL] = function_requests
        asked = questions[:_CHECKED]
        for start, names in kinds:
            try:
                port, pid = stack.enter_context(start(dsn_service, say, fetch=fetch))
            except (NotInstalled, Broken) as problem:
                say(f"{', '.join(names)}: not measured, {problem}")
                found.missing |= dict.fromkeys(names, str(problem))
                continue
            for name, requests in names.items():
                wrong = difference(db, port, asked, requests(asked)) if name != OUR_SQL else None
                if wrong:
                    say(f"{name}: not measured, {wrong}")
                    found.missing[name] = wrong
                else:
                    found.running[name] = Peer(name, port, pid, requests)
        yield found


def _inlined(questions: Sequence[Question]) -> list[str]:
    return ask.inlined(distinct(list(questions), _TEXTS))


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


__all__ = [
    "INLINED",
    "OUR_SQL",
    "PYGEOAPI",
    "TIPG",
    "VARIABLES",
    "Peer",
    "Peers",
    "Question",
    "started",
]
