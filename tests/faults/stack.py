"""A whole Doorlight of real processes on this machine, each of which may be killed, stopped, cut off and set wrong."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from httpx import AsyncClient, Limits, Timeout

from core.db import Database
from tests.access.builders import RING
from tests.faults.gates import Gates
from tests.faults.postgres import Postgres, a_postgres, furnished
from tests.faults.process import READY_S, Kind, Process, failing
from tests.faults.proxy import a_proxy
from tests.faults.warming import Warm, a_warm_process

POOL = 3  # connections of an API that write; as many again only read
ANSWER_S = 1.5  # how long a client waits before it takes a request for lost
# Whatever is put into the queue is written down, though the job is deleted when it is done.
_WATCH = """
CREATE SCHEMA faults;
CREATE TABLE faults.enqueued (id bigserial, job text, args jsonb, by text DEFAULT current_user,
    at timestamptz DEFAULT clock_timestamp());
GRANT USAGE ON SCHEMA faults TO doorlight_service;
GRANT INSERT ON faults.enqueued TO doorlight_service;
GRANT USAGE ON SEQUENCE faults.enqueued_id_seq TO doorlight_service;
CREATE FUNCTION faults.watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO faults.enqueued (job, args) VALUES (new.task_name, new.args); RETURN NULL; END $$;
CREATE TRIGGER faults_watch AFTER INSERT ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION faults.watch();
-- Which letters were written in the very transaction that took an event up; a letter does not say of which it is. They
-- are as if sent: that is tried with the letters, and would keep the workers from what is tried here.
CREATE TABLE faults.posted (letter uuid, kind text, address bytea, by text DEFAULT pg_current_xact_id()::text,
    at timestamptz DEFAULT clock_timestamp());
CREATE FUNCTION faults.post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO faults.posted (letter, kind, address) VALUES (new.id, new.kind, new.address);
    new.sent_at := clock_timestamp();
    RETURN new;
END $$;
CREATE TRIGGER faults_post BEFORE INSERT ON letter FOR EACH ROW EXECUTE FUNCTION faults.post();
CREATE TABLE faults.let_go (event bigint, over boolean, by text DEFAULT pg_current_xact_id()::text);
CREATE FUNCTION faults.let_go() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO faults.let_go (event, over) SELECT e.id, r.ended_at IS NOT NULL FROM referral_event AS e
        JOIN referral AS r ON r.id = e.referral_id WHERE e.id = old.event_id;
    RETURN NULL;
END $$;
CREATE TRIGGER faults_let_go AFTER DELETE ON referral_outbox FOR EACH ROW EXECUTE FUNCTION faults.let_go();
"""

_WORKERS = "SELECT count(*) AS many FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 second'"
_TICKED = "SELECT coalesce(max(at) > now() - interval '2 seconds', false) AS ticked FROM faults.enqueued"

Rows = Callable[..., Awaitable[list[dict[str, Any]]]]


@dataclass
class Stack:
    """`postgres`, and the processes on it; `gates` hold them at the places of `core.failpoints`."""

    postgres: Postgres
    folder: Path
    gates: Gates
    environment: Mapping[str, str]
    warm: Warm
    ends: AsyncExitStack
    processes: list[Process] = field(default_factory=list)

    @property
    def apis(self) -> list[Process]:
        return [one for one in self.processes if one.kind == "serve"]

    @property
    def workers(self) -> list[Process]:
        return [one for one in self.processes if one.kind == "work"]

    @property
    def clocks(self) -> list[Process]:
        return [one for one in self.processes if one.kind == "clock"]

    def by_pid(self, pid: int) -> Process:
        return next(one for one in self.processes if one.running is not None and one.pid == pid)

    async def add(self, kind: Kind, *, program: str = "quick", **more: str) -> Process:
        """One process more, started and not waited for."""
        wire = await self.ends.enter_async_context(a_proxy(self.postgres.socket))
        front = await self.ends.enter_async_context(a_proxy(0)) if kind == "serve" else None
        dsn = f"postgresql://doorlight_service@127.0.0.1:{wire.port}/doorlight?sslmode=disable&gssencmode=disable"
        name = f"{kind}-{sum(one.kind == kind for one in self.processes) + 1}"
        environment = dict(self.environment) | {"DOORLIGHT_SERVICE_DSN": dsn} | more
        one = Process(kind, name, self.folder, environment, self.warm, wire, front, program)
        self.processes.append(one)
        one.start()
        return one

    def remove(self, one: Process) -> None:
        one.kill()
        self.processes.remove(one)

    async def whole(self) -> None:
        """Every process runs, as it was meant to, its clock right and its wires too; every gate is open."""
        self.gates.open_all()
        anew = False
        for one in self.processes:
            one.skew("+0")
            for wire in filter(None, (one.wire, one.front)):
                wire.swallow(False)
            if one.alive:
                one.go_on()
            else:
                one.start(program="quick")
                anew = True
        if anew:
            await self.ready()

    async def ready(self) -> None:
        """Wait until every API answers, every worker looks for work, and a clock ticks."""
        await asyncio.gather(*(one.ready() for one in self.apis))
        limit = time.monotonic() + READY_S
        while (await self.rows(_WORKERS))[0]["many"] < len(self.workers) or not await self.ticks():
            assert time.monotonic() < limit, self.last_said()
            await asyncio.sleep(0.1)

    async def ticks(self) -> bool:
        """Whether a clock has put something into the queue within its shortest slot, or a little more."""
        return bool((await self.rows(_TICKED))[0]["ticked"])

    @cached_property
    def clients(self) -> list[AsyncClient]:
        """One for each API there was at the start, by its front: what reaches an API goes through a wire."""
        return [self._client(one) for one in self.apis]

    def _client(self, api: Process) -> AsyncClient:
        assert api.front is not None
        client = AsyncClient(
            base_url=f"http://127.0.0.1:{api.front.port}", timeout=Timeout(ANSWER_S), trust_env=False,
            limits=Limits(max_connections=100, max_keepalive_connections=20),
        )  # fmt: skip
        self.ends.push_async_callback(client.aclose)
        return client

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The service's own way to the database, for what a cell puts there first; by no wire."""
        opened = Database(self.postgres.database.service_dsn, pool_size=2)
        try:
            yield opened
        finally:
            await opened.close()

    async def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """What is stored, as somebody sees it whom no policy hides anything from. Values in turn, or one mapping."""
        given = values[0] if len(values) == 1 and isinstance(values[0], Mapping) else values or None
        async with await psycopg.AsyncConnection.connect(self._admin, autocommit=True) as db:
            found = await db.cursor(row_factory=psycopg.rows.dict_row).execute(query.encode(), given)
            return await found.fetchall() if found.description else []

    @asynccontextmanager
    async def at_one_moment(self) -> AsyncIterator[Rows]:
        """The same, of one and the same moment, however often it is asked."""
        async with await psycopg.AsyncConnection.connect(self._admin, row_factory=psycopg.rows.dict_row) as db:
            await db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

            async def rows(query: str, *values: object) -> list[dict[str, Any]]:
                return await (await db.execute(query.encode(), values or None)).fetchall()

            yield rows

    @property
    def _admin(self) -> str:
        return self.postgres.database.admin_dsn.replace("/postgres?", "/doorlight?")

    def last_said(self) -> str:
        return "\n".join(one.last_said() for one in self.processes)


@asynccontextmanager
async def a_stack(
    folder: Path, *, apis: int = 2, workers: int = 2, clocks: int = 2, **more: str
) -> AsyncIterator[Stack]:
    """Started whole and ready; `more` is in the environment of every process."""
    gates = Gates(folder / "gates")
    gates.folder.mkdir(parents=True)
    environment = _usual(folder) | failing(gates.folder) | more
    with a_warm_process(folder) as warm, a_postgres() as postgres:
        await furnished(postgres)
        async with AsyncExitStack() as ends:
            stack = Stack(postgres, folder, gates, environment, warm, ends)
            await stack.rows(_WATCH)
            kinds: list[tuple[Kind, int]] = [("serve", apis), ("work", workers), ("clock", clocks)]
            try:
                for kind, many in kinds:
                    for _ in range(many):
                        await stack.add(kind)
                await stack.ready()
                yield stack
            finally:
                gates.open_all()
                for one in stack.processes:
                    one.kill()


def _usual(folder: Path) -> dict[str, str]:
    return {
        "DOORLIGHT_HOME": str(folder), "DOORLIGHT_KEYS": RING.written(), "DOORLIGHT_RATES": "off",
        "DOORLIGHT_POOL_SIZE": str(POOL), "DOORLIGHT_LOG_LEVEL": "debug", "DOORLIGHT_OUTGOING_ALSO": "127.0.0.0/8",
    }  # fmt: skip
