"""The tables of a cell, read into the values that the judge knows: the only place here that names their columns."""

from collections.abc import Iterable
from hashlib import sha256

from tests.faults.scene import Scene
from tests.faults.stack import Stack
from tests.faults.state import Event, Hold, Offer, Pool, Referral, State, Waiting

_REFERRALS = "SELECT id::text, status, version FROM referral WHERE agency_id = %s"
_EVENTS = """
SELECT referral_id::text AS referral, version, of, subject_id::text AS subject, verb, "to", once AS key
FROM referral_event WHERE agency_id = %s ORDER BY id
"""
_OFFERS = "SELECT id::text, referral_id::text AS referral, status FROM offer WHERE referrer_id = %s"
_HOLDS = """
SELECT h.id::text, h.offer_id::text AS offer, h.pool_id::text AS pool, h.status
FROM capacity_hold AS h JOIN offer AS o ON o.id = h.offer_id WHERE o.referrer_id = %s
"""
_POOLS = """
SELECT p.id::text, p.capacity + p.surge AS capacity, count(u.hold_id)::integer AS taken
FROM capacity_pool AS p LEFT JOIN capacity_unit AS u ON u.pool_id = p.id WHERE p.service_id = ANY(%s) GROUP BY p.id
"""
_UNTIMED = """
SELECT id::text FROM referral WHERE agency_id = %s AND ended_at IS NULL
    AND (due_at IS NULL OR num_nonnulls(timer_until, on_duty) = 0)
"""
_DUE = """
SELECT 'referral' AS what, id::text, extract(epoch FROM clock_timestamp() - due_at)::float AS for_s
FROM referral WHERE agency_id = %s AND due_at < clock_timestamp()
"""
_JOBS = """
SELECT 'job ' || j.task_name AS what, j.id::text, extract(epoch FROM clock_timestamp() - max(e.at))::float AS for_s
FROM procrastinate_jobs AS j JOIN procrastinate_events AS e ON e.job_id = j.id
WHERE j.status IN ('todo', 'doing') AND coalesce(j.scheduled_at, '-infinity') < clock_timestamp() GROUP BY j.id
"""
_TICKS = "SELECT job, args->>'slot' AS slot FROM faults.enqueued WHERE at > %s ORDER BY id"
# As if so much time had gone by: every clock of a referral, and of what was asked for it, began so much earlier.
_AGE = """
WITH aged AS (
    UPDATE referral SET timer_since = timer_since - %(by)s::interval, timer_until = timer_until - %(by)s::interval,
        due_at = due_at - %(by)s::interval WHERE id = ANY(%(ids)s::uuid[])
)
UPDATE offer SET timer_since = timer_since - %(by)s::interval, timer_until = timer_until - %(by)s::interval
WHERE referral_id = ANY(%(ids)s::uuid[])
"""


async def stored(stack: Stack, scene: Scene, *, late_s: float) -> State:
    """Everything of a cell as it is stored; `waiting` is what has been due for longer than that."""
    keys = {_once(one.key): one.key for one in scene.log.lines}
    agency = scene.agency_id
    events = await stack.rows(_EVENTS, [agency])
    for one in events:
        one["key"] = keys.get(one["key"], one["key"])
    return State(
        referrals=tuple(Referral(**one) for one in await stack.rows(_REFERRALS, [agency])),
        events=tuple(Event(**one) for one in events),
        offers=tuple(Offer(**one) for one in await stack.rows(_OFFERS, [agency])),
        holds=tuple(Hold(**one) for one in await stack.rows(_HOLDS, [agency])),
        pools=tuple(Pool(**one) for one in await stack.rows(_POOLS, [[one.service_id for one in scene.providers]])),
        waiting=tuple(one for one in await due(stack, scene) if one.for_s > late_s),
        untimed=tuple(one["id"] for one in await stack.rows(_UNTIMED, [agency])),
        ticks=tuple((one["job"], one["slot"]) for one in await stack.rows(_TICKS, [scene.since])),
    )


async def due(stack: Stack, scene: Scene) -> list[Waiting]:
    """What is due and not yet done, by the database's clock."""
    found = [*await stack.rows(_DUE, [scene.agency_id]), *await stack.rows(_JOBS)]
    return [Waiting(**one) for one in found]


async def age(stack: Stack, referrals: Iterable[str], by: str) -> None:
    """Make those referrals older, as if nobody had done anything for so long."""
    await stack.rows(_AGE, {"by": by, "ids": list(referrals)})


def _once(key: str) -> str:
    """A key as the log of a referral has it."""
    return sha256(key.encode()).hexdigest()[:32]
