"""The search statement as a function of the database, for a peer to call: our SQL without our worker."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.sql import Literal

import directory
from core.db import _read_only
from core.security import PUBLIC
from directory import SearchInput
from tests.bench.load_driver import listening
from tests.bench.peers import Question, ask

_PARAMETER = re.compile(r"\$(\d+)")
# plpgsql keeps its plans for the session, as our own connections do; a function in plain SQL would be planned anew.
_FUNCTION = """
CREATE FUNCTION peers.our_search({parameters}) RETURNS SETOF text LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $body$
BEGIN
    RETURN QUERY SELECT written FROM ({statement})
        AS answer(told, list, walk, covered, key, id, "group", written, capacity, unsure, answered)
        WHERE list IS NOT NULL;
END $body$
"""


@dataclass(frozen=True, slots=True)
class Function:
    """A CREATE FUNCTION, and the requests that call it."""

    sql: str
    requests: Callable[[Sequence[Question]], list[str]]


def our_function(dsn: str, asks: Sequence[SearchInput], now: datetime) -> Function:
    """What differs between the questions, their points, becomes its parameters; all else stands in it."""
    return asyncio.run(_function(dsn, asks, now))


async def _function(dsn: str, asks: Sequence[SearchInput], now: datetime) -> Function:
    async with await AsyncConnection.connect(dsn, autocommit=True) as reader:
        await _read_only(reader)
        with listening() as heard:
            for one in asks:
                await directory.search(reader, PUBLIC, ask=one, now=now)
        # a walk that was not long enough is walked again: the shortest of each question is the one to compare
        statement = heard[0][1].decode()
        values = [values for _, query, values in heard if query.decode() == statement][: len(asks)]
        vary = [n for n in range(len(values[0])) if len({str(each[n]) for each in values}) > 1]
        fixed = {n: Literal(value).as_string(reader) for n, value in enumerate(values[0]) if n not in vary}
    named = {n: f"p{place}" for place, n in enumerate(vary, 1)}

    def put(found: re.Match[str]) -> str:
        n = int(found[1]) - 1
        return fixed[n] if n in fixed else f"${vary.index(n) + 1}"

    head = ",".join(f"${name}:Float!" for name in named.values())
    given = ",".join(f"{name}:${name}" for name in named.values())
    document = f"query({head}){{ourSearch({given}){{nodes}}}}"

    def requests(_: Sequence[Question]) -> list[str]:
        return [ask.graphql(document, {named[n]: _number(each[n]) for n in vary}) for each in values]

    sql = _FUNCTION.format(
        parameters=", ".join(f"{name} float8" for name in named.values()), statement=_PARAMETER.sub(put, statement)
    )
    return Function(sql, requests)


def _number(value: Any) -> float:
    return float(value)
