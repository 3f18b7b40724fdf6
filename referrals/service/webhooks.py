"""An agency's addresses for webhooks: its administrators' to make, to rotate, to end, and to have told again."""

import secrets
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import access, audit, tenancy
from core.db import driver_of
from core.outgoing import Outgoing
from core.secrets import Ring
from core.security import Caller, Role
from referrals.errors import BadCursor, NoSuchWebhook, TooManyWebhooks
from referrals.models import ReferralEvent, WebhookDelivery, WebhookEndpoint
from referrals.queries import visible_to
from referrals.rows.feed import snapshot
from referrals.rows.load import database_now
from referrals.rows.seen_by import AGENCIES, EVENTS
from referrals.rules.webhooks import KEY, OVERLAP, Told, secret_text
from referrals.service.feed import read_cursor
from referrals.views.webhooks import DeliveryView, ReplayView, WebhookSecret, WebhookState, WebhookView

MOST = 10  # addresses of one agency that are not ended
_SHOWN = 100
_SECRET = "webhook_endpoint.secret"  # noqa: S105 # nosec B105 # a column
_FORMER = "webhook_endpoint.former"
_AGAIN: LiteralString = f"""
INSERT INTO webhook_delivery (id, endpoint_id, agency_id, event_id, tries, tries_before, due_at)
SELECT gen_random_uuid(), :endpoint, :agency, e.id, 0, 0, doorlight_now() FROM {EVENTS}
WHERE e.xid >= :low AND NOT pg_visible_in_snapshot(e.xid::text::xid8, CAST(:since AS pg_snapshot))
    AND pg_visible_in_snapshot(e.xid::text::xid8, CAST(:now AS pg_snapshot)) AND e.id > :after
    AND CAST(:agency AS uuid) = ANY({AGENCIES})
ON CONFLICT (endpoint_id, event_id) DO UPDATE SET sent_at = NULL, failed = NULL, status = NULL,
    tries_before = webhook_delivery.tries, due_at = excluded.due_at
RETURNING id
"""


async def webhooks(db: AsyncSession, caller: Caller) -> list[WebhookView]:
    """The addresses of the caller's agency, newest first; ended ones too.

    Raises:
        NotAllowed: not an administrator.
    """
    _allow(caller)
    rows = await db.scalars(
        select(WebhookEndpoint).where(visible_to(caller, WebhookEndpoint)).order_by(col(WebhookEndpoint.made_at).desc())
    )
    return [_view(row) for row in rows]


async def make_webhook(db: AsyncSession, caller: Caller, *, url: str, ring: Ring, way: Outgoing) -> WebhookSecret:
    """An address that is told of what happens from now on, with the secret that signs what is sent there.

    Raises:
        NotAllowed: not an administrator, or of no agency. UrlRefused: we do not ask there. TooManyWebhooks: there are
            enough.
    """
    _allow(caller)
    way.check(url)
    if caller.agency_id is None:
        raise access.NotAllowed("You act for no agency at the moment.")
    key = secret_text(secrets.token_bytes(KEY))
    async with tenancy.trusted(db):
        now = await _now(db)
        theirs = (col(WebhookEndpoint.agency_id) == caller.agency_id, col(WebhookEndpoint.state) != WebhookState.ended)
        if len((await db.scalars(select(col(WebhookEndpoint.id)).where(*theirs))).all()) >= MOST:
            raise TooManyWebhooks(f"An agency has at most {MOST}. End one first.", state="full", may=["end"])
        made = uuid4()
        row = WebhookEndpoint(
            id=made, agency_id=caller.agency_id, url=url, state=WebhookState.on,
            secret=ring.seal(key, row=made, column=_SECRET), made_by=caller.id, made_at=now, changed_at=now,
        )  # fmt: skip
        db.add(row)
        await _written(db, caller, row, "secret", now)
    return WebhookSecret(**_view(row).model_dump(), secret=key)


async def rotate_webhook(db: AsyncSession, caller: Caller, *, webhook_id: UUID, ring: Ring) -> WebhookSecret:
    """Another secret from now on; the one before signs beside it for a day, so that the receiver can change over.

    Raises:
        NotAllowed: not an administrator. NoSuchWebhook: their agency has none of that id that is not ended.
    """
    row, now = await _standing(db, caller, webhook_id)
    key = secret_text(secrets.token_bytes(KEY))
    async with tenancy.trusted(db):
        assert row.secret is not None  # noqa: S101 - until it is ended
        before = ring.open(row.secret, row=row.id, column=_SECRET)
        row.former, row.former_until = ring.seal(before, row=row.id, column=_FORMER), now + OVERLAP
        row.secret, row.changed_at = ring.seal(key, row=row.id, column=_SECRET), now
        await _written(db, caller, row, "secret", now)
    return WebhookSecret(**_view(row).model_dump(), secret=key)


async def end_webhook(db: AsyncSession, caller: Caller, *, webhook_id: UUID) -> WebhookView:
    """From this moment nothing is sent there.

    Raises:
        NotAllowed: not an administrator. NoSuchWebhook: their agency has none of that id that is not ended.
    """
    row, now = await _standing(db, caller, webhook_id)
    return await _moved(db, caller, row, WebhookState.ended, now)


async def enable_webhook(db: AsyncSession, caller: Caller, *, webhook_id: UUID) -> WebhookView:
    """Switch one on again that answered 410. What happened meanwhile comes by a replay.

    Raises:
        NotAllowed: not an administrator. NoSuchWebhook: their agency has none of that id that is not ended.
    """
    row, now = await _standing(db, caller, webhook_id)
    return await _moved(db, caller, row, WebhookState.on, now)


async def replay_webhook(db: AsyncSession, caller: Caller, *, webhook_id: UUID, after: str) -> ReplayView:
    """Send there again, under the same ids, all that came into sight after the cursor.

    Raises:
        NotAllowed: not an administrator. NoSuchWebhook: their agency has none of that id that is not ended.
        BadCursor: that is none, or of another database.
    """
    _allow(caller)
    cursor = read_cursor(after)
    row, now = await _standing(db, caller, webhook_id)
    async with tenancy.trusted(db):
        upto = await snapshot(await driver_of(db))
        if cursor.high > upto.high:
            raise BadCursor("That cursor is of another database. Take one from the feed.")
        values = {
            "endpoint": row.id, "agency": row.agency_id, "low": cursor.since.low, "since": str(cursor.since),
            "now": str(upto), "after": cursor.after,
        }  # fmt: skip
        many = len((await db.scalars(text(_AGAIN), values)).all())
        await audit.record(db, caller, act="replay", table="webhook_endpoint", row_id=row.id, now=now)
    return ReplayView(many=many, cursor=str(upto))


async def deliveries(db: AsyncSession, caller: Caller, *, webhook_id: UUID) -> list[DeliveryView]:
    """The last hundred events that go or went to that address, newest first.

    Raises:
        NotAllowed: not an administrator. NoSuchWebhook: their agency has none of that id.
    """
    _allow(caller)
    await _seen(db, caller, webhook_id)
    rows = await db.execute(
        select(WebhookDelivery, ReferralEvent)
        .join(ReferralEvent, col(ReferralEvent.id) == col(WebhookDelivery.event_id))
        .where(col(WebhookDelivery.endpoint_id) == webhook_id)
        .order_by(col(WebhookDelivery.event_id).desc())
        .limit(_SHOWN)
    )
    return [_delivery(one, event) for one, event in rows.all()]


def _allow(caller: Caller) -> None:
    if Role.administrator not in caller.roles:
        raise access.NotAllowed("For administrators of an agency.")


async def _now(db: AsyncSession) -> datetime:
    return await database_now(await driver_of(db))


async def _seen(db: AsyncSession, caller: Caller, webhook_id: UUID) -> None:
    """Raises NoSuchWebhook where there is none of that id that the caller sees."""
    asked = select(col(WebhookEndpoint.id)).where(
        visible_to(caller, WebhookEndpoint), col(WebhookEndpoint.id) == webhook_id
    )
    if await db.scalar(asked) is None:
        raise NoSuchWebhook("Your agency has no webhook of that id.")


async def _standing(db: AsyncSession, caller: Caller, webhook_id: UUID) -> tuple[WebhookEndpoint, datetime]:
    """That one for this transaction alone, and the time."""
    _allow(caller)
    await _seen(db, caller, webhook_id)
    async with tenancy.trusted(db):
        row = await db.scalar(
            select(WebhookEndpoint)
            .where(col(WebhookEndpoint.id) == webhook_id, col(WebhookEndpoint.state) != WebhookState.ended)
            .with_for_update()
        )
        if row is None:
            raise NoSuchWebhook("Your agency has no webhook of that id.")
        return row, await _now(db)


async def _moved(
    db: AsyncSession, caller: Caller, row: WebhookEndpoint, to: WebhookState, now: datetime
) -> WebhookView:
    async with tenancy.trusted(db):
        row.state, row.why, row.changed_at = to, None, now
        row.ended_at = now if to is WebhookState.ended else None
        await _written(db, caller, row, "state", now)
    return _view(row)


async def _written(db: AsyncSession, caller: Caller, row: WebhookEndpoint, column: str, now: datetime) -> None:
    await db.flush()  # while the transaction may write it
    await audit.record(db, caller, act="write", table="webhook_endpoint", row_id=row.id, columns=(column,), now=now)


def _view(row: WebhookEndpoint) -> WebhookView:
    return WebhookView.model_validate(row, from_attributes=True)


def _delivery(one: WebhookDelivery, event: Any) -> DeliveryView:
    told = Told(event.id, event.referral_id, event.version, event.of, event.verb, event.to, event.at)
    return DeliveryView(
        event=told.name, referral_id=told.referral_id, verb=told.verb, tries=one.tries, due_at=one.due_at,
        sent_at=one.sent_at, failed=one.failed, status=one.status,
    )  # fmt: skip
