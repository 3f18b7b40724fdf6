"""Tokens for machines: a proof that was never shown before, for a token that opens for five minutes.

Who asks is not known before the proof holds, so these run in transactions of the system's own. Keys that are published
elsewhere are fetched between them, never inside.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.access.errors import TokenRefused
from core.access.models import AccessToken, Agency, AssertionSeen, Client, ClientKey
from core.access.rules.assertions import Proven, claimed_client
from core.access.rules.signed import Signed, Unproven
from core.access.rules.tokens import access_secret, access_text, drawn, hashed
from core.access.views import ClientToProve, Granted
from core.security import Caller

LASTS = timedelta(minutes=5)
_NOTED_EVERY = timedelta(minutes=1)


async def client_to_prove(db: AsyncSession, *, assertion: Signed, now: datetime) -> ClientToProve:
    """Whose proof that says to be, and with which keys it could be.

    Raises:
        TokenRefused: nobody's who may have a token.
    """
    try:
        client_id = claimed_client(assertion)
    except Unproven as error:
        raise TokenRefused("invalid_client") from error
    row = await _standing(db, client_id, now)
    keys = await db.scalars(
        select(col(ClientKey.jwk)).where(
            col(ClientKey.client_id) == row.id, or_(col(ClientKey.ends_at).is_(None), col(ClientKey.ends_at) > now)
        )
    )
    return ClientToProve(id=row.id, keys=list(keys), jwks_uri=row.jwks_uri)


async def grant_token(
    db: AsyncSession, *, client_id: UUID, proven: Proven, scopes: Iterable[str], now: datetime
) -> Granted:
    """A token for a proof, which is used up with it; for those of the scopes that the client was registered with.

    Raises:
        TokenRefused: the proof was used before, the client has ended, or none of the scopes is its own.
    """
    row = await _standing(db, client_id, now)
    # Of two that show the same at once the second waits here for the first.
    first = await db.scalar(
        insert(AssertionSeen)
        .values(client_id=client_id, jti_hash=hashed(proven.jti), ends_at=proven.ends_at)
        .on_conflict_do_nothing()
        .returning(col(AssertionSeen.client_id))
    )
    if first is None:
        raise TokenRefused("invalid_client")
    given = sorted(set(row.scopes).intersection(scopes))
    if not given:
        raise TokenRefused("invalid_scope")
    await _tidy(db, client_id, now)
    secret = drawn()
    db.add(AccessToken(token_hash=hashed(secret), client_id=client_id, scopes=given, made_at=now, ends_at=now + LASTS))
    if row.used_at is None or now - row.used_at >= _NOTED_EVERY:
        row.used_at = now
    return Granted(client_id=client_id, token=access_text(secret), scopes=given, lasts=LASTS)


async def caller_of_token(db: AsyncSession, *, text: str, now: datetime) -> Caller | None:
    """Whose token that is; None where it is none or is over, or its client or agency is."""
    secret = access_secret(text)
    token = None if secret is None else await db.get(AccessToken, hashed(secret))
    if token is None or now >= token.ends_at:
        return None
    try:
        client = await _standing(db, token.client_id, now)
    except TokenRefused:
        return None
    return Caller(agency_id=client.agency_id, key_id=client.id, scopes=frozenset(token.scopes))


async def _standing(db: AsyncSession, client_id: UUID, now: datetime) -> Client:
    row = await db.scalar(
        select(Client)
        .join(Agency, col(Agency.id) == col(Client.agency_id))
        .where(col(Client.id) == client_id, col(Client.ended_at).is_(None), col(Agency.ended_at).is_(None))
    )
    if row is None or now >= row.ends_at:
        raise TokenRefused("invalid_client")
    return row


async def _tidy(db: AsyncSession, client_id: UUID, now: datetime) -> None:
    """What of this client has run out goes; rows that another of its requests is at are left to that."""
    seen = (
        select(col(AssertionSeen.jti_hash))
        .where(col(AssertionSeen.client_id) == client_id, col(AssertionSeen.ends_at) <= now)
        .with_for_update(skip_locked=True)
    )
    await db.execute(
        delete(AssertionSeen).where(col(AssertionSeen.client_id) == client_id, col(AssertionSeen.jti_hash).in_(seen))
    )
    over = (
        select(col(AccessToken.token_hash))
        .where(col(AccessToken.client_id) == client_id, col(AccessToken.ends_at) <= now)
        .with_for_update(skip_locked=True)
    )
    await db.execute(delete(AccessToken).where(col(AccessToken.token_hash).in_(over)))
