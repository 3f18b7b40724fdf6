"""Look for the earlier reply, keep the new one: both in the transaction of what is done, which makes them one."""

from datetime import datetime
from hashlib import sha256
from uuid import uuid4

import orjson
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.replies.errors import KeyReused, StillUnderWay
from core.replies.models import KeptReply
from core.replies.rules import LASTS
from core.replies.views import Reply, Sent
from core.secrets import Ring

_COLUMN = "kept_reply.reply"
# For whom the transaction looks, and whether nobody else is at the same; the lock goes with the transaction. What is
# seen comes after it, in a statement of its own: it must see what whoever held the lock has left.
_BEGIN = text("SELECT set_config('doorlight.scope', :scope, true), pg_try_advisory_xact_lock(:lock)")


async def earlier(db: AsyncSession, *, sent: Sent, ring: Ring, now: datetime) -> Reply | None:
    """What was answered to this request before; None where it is to be done now, by nobody else until `db` ends.

    Raises:
        StillUnderWay: another is at it. KeyReused: that was another request.
    """
    scope, key = _scope(sent, ring), _key(sent)
    lock = int.from_bytes(sha256(scope + key).digest()[:8], signed=True)
    alone = (await db.execute(_BEGIN, {"scope": scope.hex(), "lock": lock})).one()[1]
    if not alone:
        raise StillUnderWay
    row = await db.scalar(
        select(KeptReply).where(
            col(KeptReply.scope) == scope, col(KeptReply.key_hash) == key, col(KeptReply.ends_at) > now
        )
    )
    if row is None:
        return None
    if row.request != _request(sent, ring):
        raise KeyReused
    said = orjson.loads(ring.open(row.reply, row=row.id, column=_COLUMN))
    return Reply(said["status"], [(name, value) for name, value in said["headers"]], said["body"].encode("latin-1"))


async def keep(db: AsyncSession, *, sent: Sent, reply: Reply, ring: Ring, now: datetime) -> None:
    """Keep the reply for a day; `earlier` was asked in the same transaction."""
    row_id = uuid4()
    said = orjson.dumps({"status": reply.status, "headers": reply.headers, "body": reply.body.decode("latin-1")})
    new = {
        "id": row_id, "request": _request(sent, ring), "made_at": now, "ends_at": now + LASTS,
        "reply": ring.seal(said.decode(), row=row_id, column=_COLUMN),
    }  # fmt: skip
    # one that has run out and that nobody has cleared away yet is written over
    table = KeptReply.__table__  # type: ignore[attr-defined]
    adding = insert(table).values(scope=_scope(sent, ring), key_hash=_key(sent), **new)
    await db.execute(adding.on_conflict_do_update(index_elements=["scope", "key_hash"], set_=new))


def _scope(sent: Sent, ring: Ring) -> bytes:
    return ring.blind(f"kept reply for {sent.scope}")


def _key(sent: Sent) -> bytes:
    return sha256(sent.key.encode()).digest()


def _request(sent: Sent, ring: Ring) -> bytes:
    """Keyed: a short body could be guessed from a plain hash of it."""
    return ring.blind(f"request {sha256(sent.request).hexdigest()}")
