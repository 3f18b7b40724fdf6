"""Events that have not gone out yet: each is handed on to whom it concerns, in one transaction, and let go of."""

from typing import LiteralString

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core import failpoints
from core.secrets import Ring
from referrals.rows.seen_by import AGENCIES, COLUMNS, EVENTS, told
from referrals.service.notices import tell

BATCH = 500
_TAKE = text("SELECT event_id FROM referral_outbox ORDER BY event_id LIMIT :many FOR UPDATE SKIP LOCKED")
_SHOW: LiteralString = f"SELECT {COLUMNS} FROM {EVENTS} WHERE e.id = ANY(:ids) ORDER BY e.id"
_WEBHOOKS: LiteralString = (
    "INSERT INTO webhook_delivery (id, endpoint_id, agency_id, event_id, tries, tries_before, due_at)"
    f" SELECT gen_random_uuid(), w.id, w.agency_id, e.id, 0, 0, doorlight_now() FROM {EVENTS}"
    f" JOIN webhook_endpoint AS w ON w.state = 'on' AND w.agency_id = ANY({AGENCIES}) WHERE e.id = ANY(:ids)"
    " ON CONFLICT (endpoint_id, event_id) DO NOTHING"
)
_LET_GO = text("DELETE FROM referral_outbox WHERE event_id = ANY(:ids)")


async def fan_out(db: AsyncSession, *, ring: Ring, public_url: str) -> int:
    """Hand on up to `BATCH` events; how many. Any number may do so at once: each event is with one of them.

    In a transaction of the system's own. A process that dies in the middle has handed on nothing.
    """
    ids = list((await db.scalars(_TAKE, {"many": BATCH})).all())
    if not ids:
        return 0
    await failpoints.reach("outbox.picked_up")
    await db.execute(text(_WEBHOOKS), {"ids": ids})
    events = [told(row) for row in await db.execute(text(_SHOW), {"ids": ids})]
    await tell(db, events, ring=ring, public_url=public_url)
    await db.execute(_LET_GO, {"ids": ids})
    return len(ids)
