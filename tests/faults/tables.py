"""The tables of a cell, read into the values that the judge knows: the only place here that names their columns."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from referrals.rules.telling import TELLING
from tests.access.builders import RING
from tests.faults.receivers import Receiver
from tests.faults.scene import CONTACTS, Scene
from tests.faults.stack import Rows, Stack
from tests.faults.state import Event, Hold, Letter, Notice, Offer, Pool, Referral, State, Waiting

_REFERRALS = "SELECT id::text, status, version FROM referral WHERE agency_id = %s"
_EVENTS = """
SELECT referral_id::text AS referral, version, of, subject_id::text AS subject, verb, start, "to",
    once AS key,
    to_agency_id AS told
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
_SURVIVORS = """
SELECT 'survivor' AS what, id::text, extract(epoch FROM clock_timestamp() - ended_at)::float AS for_s
FROM referral WHERE agency_id = %s AND survivor AND ended_at < clock_timestamp() - interval '48 hours'
"""
_OUTBOX = """
SELECT 'outbox' AS what, e.id::text, extract(epoch FROM clock_timestamp() - e.at)::float AS for_s
FROM referral_outbox AS o JOIN referral_event AS e ON e.id = o.event_id WHERE e.agency_id = %s
UNION ALL SELECT 'webhook', d.id::text, extract(epoch FROM clock_timestamp() - d.due_at)::float
FROM webhook_delivery AS d JOIN webhook_endpoint AS w ON w.id = d.endpoint_id
WHERE d.agency_id = ANY(%s) AND d.sent_at IS NULL AND d.failed IS NULL AND w.state = 'on'
"""
_WORDS = {
    ("offer", "send"): "waits", ("referral", "remind"): "reminds", ("referral", "escalate"): "overdue",
    ("referral", "unplace"): "unplaced", ("referral", "return"): "returned", ("offer", "nudge"): "reminds",
    ("offer", "expire"): "overdue", ("referral", "follow_up"): "follows_up",
    ("referral", "leave"): "returned",
}  # fmt: skip
# A no is for supervisors, and a scene has none.
assert _WORDS.keys() | {("offer", "decline")} == TELLING
_ANYBODY = {"reminds", "overdue"}  # whoever is waited for when it is taken up
_NOTICES = """
SELECT e.referral_id::text AS referral, e.version, e.of, e.verb, coalesce(e.to_agency_id, e.agency_id)::text AS agency,
    g.by, coalesce(g.over, false) AS over
FROM referral_event AS e LEFT JOIN faults.let_go AS g ON g.event = e.id WHERE e.agency_id = %s
"""
_LETTERS = "SELECT letter, kind, address, by FROM faults.posted WHERE at > %s AND kind LIKE 'referral_%%'"
_COUNTED = "SELECT coalesce(sum(many), 0)::integer AS many FROM survivor_count WHERE agency_id = %s"
_TICKS = """
SELECT job, args->>'slot' AS slot FROM faults.enqueued WHERE at > %s AND by = 'doorlight_service' ORDER BY id
"""
# Nobody waits three days for it, nor an hour for the job.
_ENDED_BEFORE = "UPDATE referral SET ended_at = ended_at - interval '3 days' WHERE id = ANY(%s::uuid[])"
_PURGE = """
INSERT INTO procrastinate_jobs (queue_name, task_name, args)
VALUES ('default', 'purge', jsonb_build_object('slot', clock_timestamp()))
"""
_COUNTING = """
SELECT count(*) AS many FROM pg_locks WHERE relation = 'survivor_count'::regclass AND mode = 'RowExclusiveLock'
"""
# As if so much time had gone by: every clock of a referral, and of what was asked for it, began so much earlier.
_AGE = """
WITH aged AS (
    UPDATE referral SET timer_since = timer_since - %(by)s::interval, timer_until = timer_until - %(by)s::interval,
        due_at = due_at - %(by)s::interval WHERE id = ANY(%(ids)s::uuid[])
)
UPDATE offer SET timer_since = timer_since - %(by)s::interval, timer_until = timer_until - %(by)s::interval
WHERE referral_id = ANY(%(ids)s::uuid[])
"""


async def stored(stack: Stack, scene: Scene, *, late_s: float, over: Collection[str] = ()) -> State:
    """Everything of a cell as it is stored; `waiting` is what has been due for longer than that.

    `over`: who is to be forgotten. Receivers that listen to the end are to hear of every change of all others.
    """
    async with stack.at_one_moment() as rows:
        return await _stored(rows, scene, late_s, over)


async def _stored(rows: Rows, scene: Scene, late_s: float, over: Collection[str]) -> State:
    keys = {_once(one.key): one.key for one in scene.log.lines}
    agency = scene.agency_id
    events = await rows(_EVENTS, agency)
    for one in events:
        one["key"] = keys.get(one["key"], one["key"])
    to_hear = frozenset(
        (receiver.name, one["referral"], one["version"])
        for one in events
        for receiver in _hears(scene, one.pop("told"))
        if receiver.listens
    )
    return State(
        referrals=tuple(Referral(**one) for one in await rows(_REFERRALS, agency)),
        events=tuple(Event(**one) for one in events),
        offers=tuple(Offer(**one) for one in await rows(_OFFERS, agency)),
        holds=tuple(Hold(**one) for one in await rows(_HOLDS, agency)),
        pools=tuple(Pool(**one) for one in await rows(_POOLS, [one.service_id for one in scene.providers])),
        waiting=tuple(one for one in await _due(rows, scene) if one.for_s > late_s),
        untimed=tuple(one["id"] for one in await rows(_UNTIMED, agency)),
        due=to_hear,
        over=frozenset(over),
        counted=(await rows(_COUNTED, agency))[0]["many"],
        notices=tuple(_notices(await rows(_NOTICES, agency))),
        letters=tuple(_letters(scene, await rows(_LETTERS, scene.since))),
        ticks=tuple((one["job"], one["slot"]) for one in await rows(_TICKS, scene.since)),
    )


async def due(stack: Stack, scene: Scene) -> list[Waiting]:
    """What is due and not yet done, by the database's clock; and what is to be sent again a moment later."""
    return await _due(stack.rows, scene)


async def _due(rows: Rows, scene: Scene) -> list[Waiting]:
    agency, told = scene.agency_id, [scene.agency_id, *(one.agency_id for one in scene.providers)]
    found = [
        *await rows(_DUE, agency),
        *await rows(_SURVIVORS, agency),
        *await rows(_OUTBOX, agency, told),
        *await rows(_JOBS),
    ]
    return [Waiting(**one) for one in found]


def _hears(scene: Scene, told: UUID | None) -> list[Receiver]:
    """Who is to hear of an event that was told to that agency."""
    whose = {scene.agency_id: scene.near, **({scene.providers[0].agency_id: scene.far} if scene.far else {})}
    return [one for agency, one in whose.items() if one is not None and agency in {told, scene.agency_id}]


def _notices(found: Iterable[Mapping[str, Any]]) -> Iterator[Notice]:
    for one in found:
        word = _WORDS.get((one["of"], one["verb"]))
        if word is not None:
            agency = None if word in _ANYBODY else one["agency"]
            yield Notice(one["referral"], one["version"], word, agency, one["by"], one["over"])


def _letters(scene: Scene, found: Iterable[Mapping[str, Any]]) -> Iterator[Letter]:
    """Those to contacts of this cell; what is on its way from an earlier one is not looked at."""
    ours = {f"{one}@{CONTACTS}": str(one) for one in (scene.agency_id, *(each.agency_id for each in scene.providers))}
    for one in found:
        agency = ours.get(RING.open(one["address"], row=one["letter"], column="letter.address"))
        if agency is not None:
            yield Letter(agency, one["kind"].removeprefix("referral_"), one["by"])


async def age(stack: Stack, referrals: Iterable[str], by: str) -> None:
    """Make those referrals older, as if nobody had done anything for so long."""
    await stack.rows(_AGE, {"by": by, "ids": list(referrals)})


async def end_long_ago(stack: Stack, referrals: Iterable[str]) -> None:
    """Make those that have ended older, and have somebody look who is to be forgotten."""
    await stack.rows(_ENDED_BEFORE, list(referrals))
    await stack.rows(_PURGE)


async def forgetting(stack: Stack) -> bool:
    """Whether somebody has just counted those whom it forgets, and not yet committed."""
    return bool((await stack.rows(_COUNTING))[0]["many"])


def _once(key: str) -> str:
    """A key as the log of a referral has it."""
    return sha256(key.encode()).hexdigest()[:32]
