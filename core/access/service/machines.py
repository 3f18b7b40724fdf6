"""Keys by which machines act for an agency: shown once, scoped, ending by themselves, followed with overlap."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit
from core.access.errors import BadScope, NoSuchAgency, NoSuchKey
from core.access.models import Agency, ApiKey
from core.access.queries import allow, visible_to
from core.access.rules.roles import Act
from core.access.rules.tokens import ACCESS, drawn, hashed, is_of, key_parts, key_text
from core.access.service.tokens import caller_of_token
from core.access.views import KeyView, Made
from core.security import Caller, Scope

SCOPES: tuple[Scope, ...] = get_args(Scope)
LONGEST = timedelta(days=366)
_OVERLAP = timedelta(days=7)
_LONGEST_NAME = 100
_NOTED_EVERY = timedelta(minutes=1)


async def make_key(
    db: AsyncSession, caller: Caller, *, name: str, scopes: Sequence[str], lasts: timedelta, now: datetime
) -> Made:
    """A key for a machine of the caller's agency.

    Raises:
        NotAllowed: not an administrator. BadScope: a scope that is none, no name, or a key that would outlive a year.
    """
    allow(caller, Act.make_key)
    wrong = [scope for scope in scopes if scope not in SCOPES]
    if wrong or not scopes:
        raise BadScope(f"Scopes are: {', '.join(SCOPES)}.", scopes=wrong)
    called = " ".join(name.split())
    if not 0 < len(called) <= _LONGEST_NAME:
        raise BadScope(f"A key has a name, of at most {_LONGEST_NAME} characters.")
    if not timedelta(0) < lasts <= LONGEST:
        raise BadScope(f"A key lasts at most {LONGEST.days} days; another can follow it.")
    return await _made(db, caller, name=called, scopes=sorted(set(scopes)), ends_at=now + lasts, replaces=None, now=now)


async def rotate_key(db: AsyncSession, caller: Caller, *, key_id: UUID, now: datetime) -> Made:
    """Another key to follow that one, as long-lived; the old one opens for a week more, or until its own end.

    Raises:
        NoSuchKey: the caller's agency has no such key that still opens. NotAllowed: not an administrator.
    """
    allow(caller, Act.make_key)
    old = await _standing(db, caller, key_id, now)
    ends_at = now + (old.ends_at - old.made_at)
    old.ends_at = min(old.ends_at, now + _OVERLAP)
    return await _made(db, caller, name=old.name, scopes=old.scopes, ends_at=ends_at, replaces=old.id, now=now)


async def end_key(db: AsyncSession, caller: Caller, *, key_id: UUID, now: datetime) -> KeyView:
    """From this moment that key opens nothing.

    Raises:
        NoSuchKey: the caller's agency has no such key that still opens. NotAllowed: not an administrator.
    """
    allow(caller, Act.end_key)
    row = await _standing(db, caller, key_id, now)
    row.ended_at = now
    await audit.record(db, caller, act="write", table="api_key", row_id=row.id, columns=("secret_hash",), now=now)
    return KeyView.model_validate(row, from_attributes=True)


async def machine_of(db: AsyncSession, *, text: str, now: datetime) -> Caller | None:
    """Whose key or token that is; None where it is none, is over, or its agency is.

    In a transaction of the system's own.
    """
    if text.startswith(ACCESS):
        return await caller_of_token(db, text=text, now=now)
    parts = key_parts(text)
    row = None if parts is None else await db.get(ApiKey, parts[0])
    if parts is None or row is None or not is_of(parts[1], row.secret_hash):
        return None
    agency = await db.get(Agency, row.agency_id)
    if row.ended_at is not None or now >= row.ends_at or agency is None or agency.ended_at is not None:
        return None
    if row.used_at is None or now - row.used_at >= _NOTED_EVERY:
        row.used_at = now
    return Caller(agency_id=row.agency_id, key_id=row.id, scopes=frozenset(row.scopes))


async def _made(
    db: AsyncSession,
    caller: Caller,
    *,
    name: str,
    scopes: Sequence[str],
    ends_at: datetime,
    replaces: UUID | None,
    now: datetime,
) -> Made:
    secret, own_id = drawn(), uuid4()
    if caller.agency_id is None:
        raise NoSuchAgency("A key belongs to an agency, and you act for none.")
    row = ApiKey(
        id=own_id, agency_id=caller.agency_id, name=name, secret_hash=hashed(secret), scopes=list(scopes),
        made_by=caller.id, made_at=now, ends_at=ends_at, replaces=replaces,
    )  # fmt: skip
    db.add(row)
    await db.flush()
    await audit.record(
        db, caller, act="write", table="api_key", row_id=own_id, columns=("secret_hash", "made_by"), now=now
    )
    return Made(key=KeyView.model_validate(row, from_attributes=True), secret=key_text(own_id, secret))


async def _standing(db: AsyncSession, caller: Caller, key_id: UUID, now: datetime) -> ApiKey:
    row = await db.scalar(
        select(ApiKey)
        .where(visible_to(caller, ApiKey), col(ApiKey.id) == key_id, col(ApiKey.ended_at).is_(None))
        .with_for_update()
    )
    if row is None or now >= row.ends_at:
        raise NoSuchKey("Your agency has no key of that id that still opens anything.")
    return row
