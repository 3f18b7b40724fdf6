"""One size's database, served: a worker with a load on it, and its very statements on a bare driver."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from core import cluster
from directory import SearchInput
from directory.search.position import FITS, Position
from tests.bench.children import Child, load, worker
from tests.bench.graphql import graphql_request
from tests.bench.questions import FILTERS, HOT, PLACES

CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Sides:
    """What is compared: by name, in both loads."""

    rest: Child
    bare: Child
    worker_pid: int
    database: cluster.Database


@contextmanager
def sides(database: cluster.Database, asked: Mapping[str, list[SearchInput]], now: datetime) -> Iterator[Sides]:
    """A worker and both loads, until the block ends."""
    fits = [ask.model_copy(update={"cursor": Position().cursor(FITS)}) for ask in asked[HOT]]
    every = {**asked, f"fits {HOT}": fits}
    questions = {name: [ask.model_dump(by_alias=True) for ask in several] for name, several in every.items()}
    requests = {f"POST {name}": [_post(ask) for ask in several] for name, several in every.items()}
    requests[f"GET {HOT}"] = [_get(ask) for ask in asked[HOT]]
    requests[f"GraphQL {HOT}"] = [graphql_request(ask) for ask in asked[HOT]]
    dsn = database.service_dsn
    with (
        worker(dsn) as (port, pid),
        load("load_rest", {"port": port, "sets": requests}) as rest,
        load("load_driver", {"dsn": dsn, "now": now.isoformat(), "sets": questions}) as bare,
    ):
        yield Sides(rest, bare, pid, database)


def warm_up(one: Sides, points: int) -> None:
    """Every connection prepares every statement, and what is asked for is in memory."""
    for name in [f"fits {HOT}", *(f"{filters} {place}" for filters in FILTERS for place in PLACES)]:
        most = max(points, 6 * CONNECTIONS)
        one.bare.run(name, connections=CONNECTIONS, seconds=20.0, most=most)
        one.rest.run(f"POST {name}", connections=CONNECTIONS, seconds=20.0, most=most)
    one.rest.run(f"GraphQL {HOT}", connections=CONNECTIONS, seconds=20.0, most=points)


def _post(ask: SearchInput) -> str:
    body = ask.model_dump_json(exclude_defaults=True, by_alias=True)
    return (
        "POST /api/v1/search HTTP/1.1\r\nHost: doorlight.test\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
    )


def _get(ask: SearchInput) -> str:
    asked: dict[str, Any] = ask.model_dump(exclude_defaults=True, by_alias=True)
    return f"GET /api/v1/search?{urlencode(asked, doseq=True)} HTTP/1.1\r\nHost: doorlight.test\r\n\r\n"
