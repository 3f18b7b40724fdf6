"""An agency's own provider: set up by its administrator, for that agency and for addresses of its domains alone."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit
from core.access.errors import BadProvider, NoSuchAgency, NoSuchProvider
from core.access.models import Agency, IdentityProvider
from core.access.queries import allow, visible_to
from core.access.rules.discovery import issuer_address
from core.access.rules.roles import Act
from core.access.views import ProviderOffered, ProviderView
from core.secrets import Ring
from core.security import Caller, Role

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_MOST_DOMAINS = 20
_LONGEST = 1_000


def look_before_making(caller: Caller, *, issuer: str) -> str:
    """Where a provider that this caller would set up describes itself; asked before anything is fetched.

    Raises:
        NotAllowed: not an administrator. BadAddress: it is no name of a provider.
    """
    allow(caller, Act.make_provider)
    return issuer_address(issuer)


async def make_provider(
    db: AsyncSession,
    caller: Caller,
    *,
    agency_id: UUID,
    issuer: str,
    client_id: str,
    client_secret: str | None,
    domains: Sequence[str],
    ring: Ring,
    now: datetime,
) -> ProviderView:
    """Let people of that agency sign in at a provider that was looked at and can be worked with.

    Raises:
        NotAllowed: not an administrator. BadAddress, BadProvider: as they say.
        NoSuchAgency: the caller acts for no agency of that id.
    """
    look_before_making(caller, issuer=issuer)
    agency = await db.get(Agency, agency_id)
    visible = caller.agency_id == agency_id or Role.system in caller.roles
    if agency is None or agency.ended_at is not None or not visible:
        raise NoSuchAgency("There is no agency of that id that you act for.")
    if not 0 < len(client_id) <= _LONGEST or not client_id.isprintable() or len(client_secret or "") > _LONGEST:
        raise BadProvider("The provider gives you a client id, and perhaps a secret; send these.")
    standing = select(col(IdentityProvider.id)).where(
        col(IdentityProvider.agency_id) == agency_id,
        col(IdentityProvider.issuer) == issuer,
        col(IdentityProvider.ended_at).is_(None),
    )
    if await db.scalar(standing):
        raise BadProvider("The agency has that provider already. End it first, to set it up anew.")
    own_id = uuid4()
    sealed = None
    if client_secret:
        sealed = ring.seal(client_secret, row=own_id, column="identity_provider.client_secret")
    row = IdentityProvider(
        id=own_id, agency_id=agency_id, issuer=issuer, client_id=client_id, client_secret=sealed,
        domains=_domains(domains), made_by=caller.id, made_at=now,
    )  # fmt: skip
    db.add(row)
    await audit.record(
        db, caller, act="write", table="identity_provider", row_id=own_id, columns=("client_secret",),
        agency_id=agency_id, now=now,
    )  # fmt: skip
    return view(row)


async def providers(db: AsyncSession, caller: Caller) -> list[ProviderView]:
    """The providers of the caller's agency, newest first; ended ones too, and never a secret."""
    allow(caller, Act.see_providers)
    rows = await db.scalars(
        select(IdentityProvider)
        .where(visible_to(caller, IdentityProvider))
        .order_by(col(IdentityProvider.made_at).desc())
    )
    return [view(row) for row in rows]


async def end_provider(db: AsyncSession, caller: Caller, *, provider_id: UUID, now: datetime) -> ProviderView:
    """From this moment nobody signs in by it, and whoever did is signed out.

    Raises:
        NoSuchProvider: the caller's agency has no such provider that stands. NotAllowed: not an administrator.
    """
    allow(caller, Act.end_provider)
    row = await db.scalar(
        select(IdentityProvider)
        .where(
            visible_to(caller, IdentityProvider),
            col(IdentityProvider.id) == provider_id,
            col(IdentityProvider.ended_at).is_(None),
        )
        .with_for_update()
    )
    if row is None:
        raise NoSuchProvider("Your agency has no provider of that id that stands.")
    row.ended_at = now
    await audit.record(db, caller, act="write", table="identity_provider", row_id=row.id, now=now)
    return view(row)


async def offered(
    db: AsyncSession, *, email: str | None = None, agency_id: UUID | None = None
) -> list[ProviderOffered]:
    """Where somebody with such an address, or of that agency, may sign in; nobody asks whether they exist."""
    asked = (
        select(IdentityProvider, col(Agency.name))
        .join(Agency, col(Agency.id) == col(IdentityProvider.agency_id))
        .where(col(IdentityProvider.ended_at).is_(None), col(Agency.ended_at).is_(None))
        .order_by(col(Agency.name), col(IdentityProvider.made_at))
        .limit(_MOST_DOMAINS)
    )
    if email is not None:
        asked = asked.where(col(IdentityProvider.domains).contains([domain_of(email)]))
    if agency_id is not None:
        asked = asked.where(col(IdentityProvider.agency_id) == agency_id)
    return [ProviderOffered(id=row.id, agency=name, issuer=row.issuer) for row, name in await db.execute(asked)]


async def standing(db: AsyncSession, provider_id: UUID) -> IdentityProvider:
    """One that people may sign in by.

    Raises:
        NoSuchProvider: it is none, or has ended, or its agency has.
    """
    row = await db.scalar(
        select(IdentityProvider)
        .join(Agency, col(Agency.id) == col(IdentityProvider.agency_id))
        .where(
            col(IdentityProvider.id) == provider_id,
            col(IdentityProvider.ended_at).is_(None),
            col(Agency.ended_at).is_(None),
        )
    )
    if row is None:
        raise NoSuchProvider("Nobody signs in by that.")
    return row


async def provider_known(db: AsyncSession, *, provider_id: UUID) -> ProviderView:
    """The same, as it is shown.

    Raises:
        NoSuchProvider: as `standing` says.
    """
    return view(await standing(db, provider_id))


def domain_of(email: str) -> str:
    """What stands behind the last @ of an address, as domains are kept."""
    return email.strip().rpartition("@")[2].lower()


def view(row: IdentityProvider) -> ProviderView:
    """What is shown of a provider."""
    return ProviderView(
        id=row.id, issuer=row.issuer, client_id=row.client_id, domains=row.domains,
        has_secret=row.client_secret is not None, returns_to=f"/sign-in/back/{row.id}", made_at=row.made_at,
        ended_at=row.ended_at,
    )  # fmt: skip


def _domains(said: Sequence[str]) -> list[str]:
    named = sorted({one.strip().lower() for one in said})
    if not 0 < len(named) <= _MOST_DOMAINS or not all(_DOMAIN.fullmatch(one) for one in named):
        raise BadProvider(f"Name 1 to {_MOST_DOMAINS} domains of the agency's addresses, such as example.org.")
    return named
