"""Machines that prove themselves with a key of their own: registered by administrators, keys replaced with overlap."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit
from core.access.errors import BadKeys, BadScope, NoSuchAgency, NoSuchClient
from core.access.models import Client, ClientKey
from core.access.queries import allow, visible_to
from core.access.rules.addresses import address
from core.access.rules.key_sets import registered
from core.access.rules.roles import Act
from core.access.service.machines import LONGEST, SCOPES
from core.access.views import ClientKeyView, ClientView
from core.security import Caller

_OVERLAP = timedelta(days=7)
_LONGEST_NAME = 100


async def clients(db: AsyncSession, caller: Caller) -> list[ClientView]:
    """The machines with keys of their own of the caller's agency, newest first; ended ones too."""
    allow(caller, Act.see_clients)
    rows = await db.scalars(select(Client).where(visible_to(caller, Client)).order_by(col(Client.made_at).desc()))
    return [await _view(db, row) for row in rows.all()]


async def register_client(
    db: AsyncSession,
    caller: Caller,
    *,
    name: str,
    scopes: Sequence[str],
    jwks: Any = None,
    jwks_uri: str | None = None,
    lasts: timedelta,
    now: datetime,
) -> ClientView:
    """A machine of the caller's agency, with its public keys or with where it publishes them.

    Raises:
        NotAllowed: not an administrator.
        BadScope: a scope that is none, no name, or it would outlive a year.
        BadKeys, BadAddress: what is sent is no set of public keys, or no address of one.
    """
    allow(caller, Act.make_client)
    called = " ".join(name.split())
    if not 0 < len(called) <= _LONGEST_NAME:
        raise BadScope(f"A client has a name, of at most {_LONGEST_NAME} characters.")
    wrong = [scope for scope in scopes if scope not in SCOPES]
    if wrong or not scopes:
        raise BadScope(f"Scopes are: {', '.join(SCOPES)}.", scopes=wrong)
    if not timedelta(0) < lasts <= LONGEST:
        raise BadScope(f"A client lasts at most {LONGEST.days} days; another can follow it.")
    if caller.agency_id is None:
        raise NoSuchAgency("A client belongs to an agency, and you act for none.")
    keys = _one_of(jwks, jwks_uri)
    row = Client(
        agency_id=caller.agency_id, name=called, scopes=sorted(set(scopes)), jwks_uri=jwks_uri, made_by=caller.id,
        made_at=now, ends_at=now + lasts,
    )  # fmt: skip
    db.add(row)
    await db.flush()  # its keys point to it
    _add(db, row, keys, now)
    await audit.record(db, caller, act="write", table="client", row_id=row.id, now=now)
    return await _view(db, row)


async def replace_client_keys(
    db: AsyncSession,
    caller: Caller,
    *,
    client_id: UUID,
    jwks: Any = None,
    jwks_uri: str | None = None,
    now: datetime,
) -> ClientView:
    """Other keys from now on. Those that are not among them open for a week more, so that the machine can change over.

    Raises:
        NoSuchClient: the caller's agency has no such client that still opens. NotAllowed: not an administrator.
        BadKeys, BadAddress: as when it is registered, or a kid that another key had.
    """
    allow(caller, Act.make_client)
    row = await _standing(db, caller, client_id, now)
    keys = {key["kid"]: key for key in _one_of(jwks, jwks_uri)}
    for old in await db.scalars(select(ClientKey).where(col(ClientKey.client_id) == row.id)):
        same = keys.pop(old.kid, None)
        if same is None:
            old.ends_at = min(old.ends_at or now + _OVERLAP, now + _OVERLAP)
        elif same != old.jwk:
            raise BadKeys(f"Another key had the kid {old.kid!r}. Give each key its own.", code="same_kid")
        else:
            old.ends_at = None
    row.jwks_uri = jwks_uri
    _add(db, row, keys.values(), now)
    await audit.record(db, caller, act="write", table="client_key", row_id=row.id, now=now)
    return await _view(db, row)


async def end_client(db: AsyncSession, caller: Caller, *, client_id: UUID, now: datetime) -> ClientView:
    """From this moment it gets no token, and those that it has open nothing.

    Raises:
        NoSuchClient: the caller's agency has no such client that still opens. NotAllowed: not an administrator.
    """
    allow(caller, Act.end_client)
    row = await _standing(db, caller, client_id, now)
    row.ended_at = now
    await audit.record(db, caller, act="write", table="client", row_id=row.id, now=now)
    return await _view(db, row)


def _one_of(jwks: Any, jwks_uri: str | None) -> list[dict[str, Any]]:
    if (jwks is None) == (jwks_uri is None):
        raise BadKeys("Send jwks, the public keys, or jwks_uri, where they are published; one of the two.", code="one")
    if jwks_uri is not None:
        address(jwks_uri)
        return []
    return registered(jwks)


def _add(db: AsyncSession, row: Client, keys: Iterable[dict[str, Any]], now: datetime) -> None:
    db.add_all(
        ClientKey(client_id=row.id, agency_id=row.agency_id, kid=key["kid"], jwk=key, made_at=now) for key in keys
    )


async def _standing(db: AsyncSession, caller: Caller, client_id: UUID, now: datetime) -> Client:
    row = await db.scalar(
        select(Client)
        .where(visible_to(caller, Client), col(Client.id) == client_id, col(Client.ended_at).is_(None))
        .with_for_update()
    )
    if row is None or now >= row.ends_at:
        raise NoSuchClient("Your agency has no client of that id that still opens anything.")
    return row


async def _view(db: AsyncSession, row: Client) -> ClientView:
    await db.flush()  # keys that were just added are read with the others
    keys = await db.scalars(
        select(ClientKey).where(col(ClientKey.client_id) == row.id).order_by(col(ClientKey.made_at), col(ClientKey.kid))
    )
    shown = [ClientKeyView(kid=key.kid, alg=key.jwk["alg"], made_at=key.made_at, ends_at=key.ends_at) for key in keys]
    return ClientView(
        id=row.id, name=row.name, scopes=row.scopes, jwks_uri=row.jwks_uri, keys=shown, made_at=row.made_at,
        ends_at=row.ends_at, used_at=row.used_at, ended_at=row.ended_at,
    )  # fmt: skip
