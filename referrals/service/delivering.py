"""Send webhooks that are due. Sending is slow, so no lock is held meanwhile: whoever takes one up has it for the lease.

A receiver that fails or is slow waits for nobody but itself: each has a few at a time, and one that failed is left
alone for the rest of the run.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import structlog
from sqlalchemy import text

from core import failpoints
from core.db import Database
from core.outgoing import Outgoing
from core.secrets import Keys, Ring
from core.security import SYSTEM
from referrals.rows.seen_by import COLUMNS, told
from referrals.rules.webhooks import GONE, LEASE, Told, envelope, headers, wait

_log = structlog.get_logger()
_GOOD = range(200, 300)
AT_ONCE = 4  # to one receiver
_CHANCES = 1_000
# `now` once for the statement, and so that the index can be used
_TAKE: LiteralString = f"""
WITH clock AS MATERIALIZED (SELECT doorlight_now() AS now), taken AS (
    SELECT d.id FROM webhook_endpoint AS w CROSS JOIN LATERAL (
        SELECT x.id FROM webhook_delivery AS x WHERE x.endpoint_id = w.id AND x.sent_at IS NULL AND x.failed IS NULL
            AND x.due_at <= (SELECT now FROM clock) ORDER BY x.due_at, x.event_id LIMIT :many FOR UPDATE SKIP LOCKED
    ) AS d WHERE w.state = 'on' AND w.id <> ALL(:without)
), ours AS (
    UPDATE webhook_delivery AS d SET tries = d.tries + 1, due_at = clock.now + :lease FROM taken, clock
    WHERE d.id = taken.id RETURNING d.*
)
SELECT {COLUMNS}, d.id AS delivery_id, d.endpoint_id, d.tries, d.tries_before, w.url, w.secret, w.former,
    w.former_until, clock.now FROM ours AS d JOIN webhook_endpoint AS w ON w.id = d.endpoint_id
    JOIN referral_event AS e ON e.id = d.event_id CROSS JOIN clock ORDER BY e.id
"""
# Who was stopped past the lease says that it was sent, for it was; but not of what was asked for anew since.
_SENT = text(
    "UPDATE webhook_delivery SET sent_at = doorlight_now(), failed = NULL, status = :status WHERE id = :id"
    " AND sent_at IS NULL AND tries >= :tries AND tries_before < :tries"
)
_FAILED = text(
    "UPDATE webhook_delivery SET due_at = doorlight_now() + :pause, failed = :failed, status = :status WHERE id = :id"
    " AND sent_at IS NULL AND failed IS NULL AND tries = :tries RETURNING id"
)
_OFF = text(
    "UPDATE webhook_endpoint SET state = 'off', why = :why, changed_at = doorlight_now()"
    " WHERE id = :id AND state = 'on'"
)


@dataclass(frozen=True, slots=True)
class _Taken:
    """One that is ours for the time of the lease."""

    told: Told
    id: UUID
    endpoint_id: UUID
    tries: int
    before: int
    url: str
    secret: bytes
    former: bytes | None
    former_until: datetime | None
    now: datetime


async def deliver_due(database: Database, *, keys: Keys, way: Outgoing, source: str) -> int:
    """Send every webhook that is due; how many got through. Any number may do so at once. `source`: where we are.

    Each is sent at least once, under the same `webhook-id`: who is killed after the receiver answered and before that
    is written down leaves it to be sent again. What fails is tried ten times within some four days. 410 ends it, and
    switches the address off.
    """
    sent, left_out = 0, set[UUID]()
    running: dict[asyncio.Task[int], UUID] = {}
    try:
        while True:
            for group in await _taken(database, left_out | set(running.values())):
                task = asyncio.create_task(_group(database, group, keys, way, source))
                running[task] = group[0].endpoint_id
            if not running:
                return sent
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                endpoint, well = running.pop(task), task.result()
                sent += max(well, 0)
                if well < 0:
                    left_out.add(endpoint)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _taken(database: Database, without: set[UUID]) -> list[list[_Taken]]:
    """What is due, a few of each receiver."""
    values = {"many": AT_ONCE, "lease": LEASE, "without": list(without)}
    async with database.transaction(SYSTEM) as db:
        rows = (await db.execute(text(_TAKE), values)).all()
    groups: dict[UUID, list[_Taken]] = {}
    for row in rows:
        one = _Taken(told(row), *row[7:])
        groups.setdefault(one.endpoint_id, []).append(one)
    return list(groups.values())


async def _group(database: Database, group: Sequence[_Taken], keys: Keys, way: Outgoing, source: str) -> int:
    """How many of these got through; -1 where one did not."""
    done = await asyncio.gather(*(_one(database, one, keys, way, source) for one in group))
    return len(done) if all(done) else -1


async def _one(database: Database, one: _Taken, keys: Keys, way: Outgoing, source: str) -> bool:
    try:
        status = await _posted(one, keys.ring, way, source)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one keeps nobody else's waiting
        await _not_sent(database, one, None, type(error).__name__)
        return False
    await failpoints.reach("outbox.delivered")
    if status not in _GOOD:
        await _not_sent(database, one, status, "answer")
        return False
    async with database.transaction(SYSTEM) as db:
        await db.execute(_SENT, {"id": one.id, "tries": one.tries, "status": status})
    return True


async def _posted(one: _Taken, ring: Ring, way: Outgoing, source: str) -> int:
    """What the receiver answered."""
    signing = [ring.open(one.secret, row=one.endpoint_id, column="webhook_endpoint.secret")]
    if one.former is not None and one.former_until is not None and one.now < one.former_until:
        signing.append(ring.open(one.former, row=one.endpoint_id, column="webhook_endpoint.former"))
    body = envelope(one.told, source)
    answer = await way.ask("POST", one.url, headers=headers(signing, one.told, one.now, body), content=body)
    return answer.status


async def _not_sent(database: Database, one: _Taken, status: int | None, why: str) -> None:
    tries = one.tries - one.before
    pause = wait(tries, secrets.randbelow(_CHANCES) / _CHANCES)
    failed = "gone" if status == GONE else (None if pause is not None else "gave_up")
    values: dict[str, Any] = {"id": one.id, "tries": one.tries, "status": status, "failed": failed}
    async with database.transaction(SYSTEM) as db:
        marked = await db.scalar(_FAILED, values | {"pause": pause if pause and not failed else LEASE * 0})
        if marked is not None and status == GONE:
            await db.execute(_OFF, {"id": one.endpoint_id, "why": "gone"})
    _log.warning(
        "webhook", endpoint=str(one.endpoint_id), id=one.told.name, why=why, status=status, tries=tries,
        failed=failed,
    )  # fmt: skip
