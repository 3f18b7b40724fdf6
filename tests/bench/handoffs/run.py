"""`script/bench referrals`: places, acceptances, races and notices, in one interleaved run on one machine."""

import asyncio
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from procrastinate.types import JSONValue

from core import cluster, migrate
from core.db import Database
from core.jobs import queue
from core.packages import Say
from core.security import SYSTEM
from referrals.service.outbox import fan_out
from tests.access.builders import RING
from tests.bench.handoffs import bare, replayed, whole
from tests.bench.report import Line, Report
from tests.conftest import _load
from tests.referrals.builders import a_responder
from tests.referrals.heard import change_to_event
from tests.serving import serving

_ACCEPTED = 400  # acceptances of a round
_NOOPS = 400
_TAKERS = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured; all of it is bounded in count and time."""

    rounds: int = 5
    seconds: float = 2.0
    races: int = 200
    accepted: int = _ACCEPTED
    noops: int = _NOOPS
    listeners: int = 500


USUAL = Plan()
SMOKE = Plan(rounds=1, seconds=0.3, races=2, accepted=40, noops=20, listeners=20)


def bench_referrals(server: cluster.Database, plan: Plan, *, now: datetime, say: Say) -> Report:
    """Measure on a database of its own, which is gone afterwards."""
    report = Report("referrals", plan.accepted, now)
    name = f"bench_referrals_{uuid4().hex[:8]}"
    made = cluster.scratch(server, name)
    try:
        migrate.upgrade(made.owner_dsn)
        asyncio.run(_measured(made, plan, report, say, judged=plan is not SMOKE))
    finally:
        cluster.discard(server, name)
    return report


async def _measured(made: cluster.Database, plan: Plan, report: Report, say: Say, *, judged: bool) -> None:
    await _load(made.service_dsn)
    database = Database(made.service_dsn, pool_size=bare.CLIENTS)
    await database.open()
    try:
        await _rates(made, database, plan, report, say, judged=judged)
        await _races(database, plan, report, say)
        await _notices(made, database, plan, report, say, judged=judged)
        await _heard(made, database, plan, report, say)
    finally:
        await database.close()


async def _rates(
    made: cluster.Database, database: Database, plan: Plan, report: Report, say: Say, *, judged: bool
) -> None:
    """The statement alone over many pools and on one, others' way on one, and the whole acceptance; in turns."""
    rosa = await a_responder(database, f"R{uuid4().hex[:6]}")
    houses = await whole.houses(database, 20, places=plan.accepted // 10)
    ratios: dict[str, list[float]] = {"many": [], "hot": [], "whole": [], "said": []}
    rates: list[tuple[float, ...]] = []
    for number in range(plan.rounds):
        say(f"Round {number + 1} of {plan.rounds}")
        many = await bare.Pools.make(made.owner_dsn, 1_000, 60)
        inserted = await bare.rate(made.service_dsn, bare.insert_only, many, plan.seconds)
        taken = await bare.rate(made.service_dsn, bare.take, many, plan.seconds)
        asked = await whole.asked(database, rosa, houses, plan.accepted)
        accepted, done = await whole.accepted(database, asked, bare.CLIENTS)
        await _left(database)
        again = await whole.asked(database, rosa, houses, plan.accepted)
        said = await replayed.rate(made.service_dsn, [await replayed.recorded(database, each) for each in again])
        one = await bare.Pools.make(made.owner_dsn, 1, 200)
        hot = await bare.rate(made.service_dsn, bare.take_and_give, one, plan.seconds)
        locked = await bare.rate(made.service_dsn, bare.lock_and_give, one, plan.seconds)
        await _left(database)
        ratios["many"].append(taken / inserted)
        ratios["hot"].append(hot / locked)
        ratios["whole"].append(accepted / inserted)
        ratios["said"].append(said / inserted)
        rates.append((inserted, taken, hot, locked, accepted, said, done))
    report.raw["rates"] = rates
    middle = {name: statistics.median(each) for name, each in ratios.items()}
    inserts, takes, hots, locks, wholes, saids, _ = (statistics.median(each) for each in zip(*rates, strict=True))

    def floor(number: float) -> float | None:
        return number if judged else None

    report.lines += [
        Line("place + referral + event / insert-only, many pools", middle["many"], "", floor(0.9),
             f"{takes:,.0f} and {inserts:,.0f} a second, {bare.CLIENTS} clients"),
        Line("one pool that all want / SELECT FOR UPDATE", middle["hot"], "", floor(1.5),
             f"{hots:,.0f} and {locks:,.0f} a second, taken and given back"),
        Line("statements of an acceptance / insert-only", middle["said"], "", floor(0.4),
             f"{saids:,.0f} a second by the same driver: row security, log, outbox, audit, the directory's figure"),
        Line("whole acceptance / insert-only", middle["whole"], "", floor(0.4),
             f"{wholes:,.0f} a second in one process: rules, log, outbox, audit, row security, the directory's figure"),
    ]  # fmt: skip


async def _left(database: Database) -> None:
    """Every place is free again."""
    async with database.transaction(SYSTEM) as db:
        await (await db.connection()).exec_driver_sql("UPDATE capacity_unit SET hold_id = NULL, until = NULL")


async def _races(database: Database, plan: Plan, report: Report, say: Say) -> None:
    """A hundred accept at once where there are k places, again and again: exactly k have one."""
    say(f"{plan.races} races of {_TAKERS} for k places")
    rosa = await a_responder(database, f"R{uuid4().hex[:6]}")
    exact = 0
    for number in range(plan.races):
        k = 1 + number % 10
        (house,) = await whole.houses(database, 1, places=k)
        _, done = await whole.accepted(database, await whole.asked(database, rosa, [house], _TAKERS), _TAKERS)
        exact += done == k
    report.lines.append(
        Line("races with exactly k winners", 100 * exact / plan.races, " %", 100, f"{plan.races} of {_TAKERS} at once")
    )


async def _notices(
    made: cluster.Database, database: Database, plan: Plan, report: Report, say: Say, *, judged: bool
) -> None:
    """What goes out beside what the queue itself does, both from full to empty."""
    say("Notices and the queue's own nothing")
    ratios, rates = [], []
    rosa = await a_responder(database, f"R{uuid4().hex[:6]}")
    houses = await whole.houses(database, 5, places=None)
    for _ in range(plan.rounds):
        await whole.asked(database, rosa, houses, plan.accepted)
        told = await _drained(database)
        nothing = await _nothing(made.service_dsn, database, plan.noops)
        ratios.append(told / nothing)
        rates.append((told, nothing))
    report.raw["notices"] = rates
    told, nothing = (statistics.median(each) for each in zip(*rates, strict=True))
    report.lines.append(
        Line("events handed on / the queue's own no-op", statistics.median(ratios), "", 0.6 if judged else None,
             f"{told:,.0f} and {nothing:,.0f} a second")
    )  # fmt: skip


async def _heard(made: cluster.Database, database: Database, plan: Plan, report: Report, say: Say) -> None:
    """How soon everybody who listens to a process has heard of a change."""
    say(f"{plan.listeners} listeners")
    rosa = await a_responder(database, f"R{uuid4().hex[:6]}")
    # one address alone has fewer connections, unless it is a proxy's, who comes for many
    with serving(made.service_dsn, DOORLIGHT_RATES="off", DOORLIGHT_TRUSTED_PROXIES="127.0.0.1") as (port, _):
        took = await change_to_event(database, port, rosa, listeners=plan.listeners, changes=20)
    report.lines.append(
        Line("change to server-sent event, p99", took.at(0.99), " ms", 250, f"{plan.listeners} listeners", most=True)
    )


async def _drained(database: Database) -> float:
    many, begun = 0, time.perf_counter()
    while True:
        async with database.transaction(SYSTEM) as db:
            done = await fan_out(db, ring=RING, public_url="https://doorlight.example.org")
        if done == 0:
            return many / (time.perf_counter() - begun)
        many += done


async def _nothing(dsn: str, database: Database, many: int) -> float:
    """How many jobs a second a worker does that have nothing to do."""
    done = asyncio.Event()
    left = many

    async def nothing(_: Database, __: datetime) -> int:
        nonlocal left
        left -= 1
        if left == 0:
            done.set()
        return 0

    app = queue(dsn, {"nothing": nothing}, database)
    async with app.open_async():
        slot = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
        waiting: list[dict[str, JSONValue]] = [{"slot": slot} for _ in range(many)]
        await app.configure_task("nothing").batch_defer_async(*waiting)
        begun = time.perf_counter()
        worker = asyncio.create_task(
            app.run_worker_async(install_signal_handlers=False, concurrency=8, delete_jobs="successful")
        )
        try:
            async with asyncio.timeout(120):
                await done.wait()
        finally:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
    return many / (time.perf_counter() - begun)
