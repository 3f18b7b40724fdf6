"""Signing in by an agency's own provider: there and back once, and only ever as somebody whom the agency invited.

Who comes is not known before they are back, so these run in transactions of the system's own; the provider is asked
between them, never inside.
"""

import hashlib
import json
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit
from core.access.models import IdentityProvider, LinkedIdentity, Membership, OidcFlow, Person
from core.access.rules.id_tokens import Identity
from core.access.rules.tokens import drawn, hashed
from core.access.service.providers import domain_of, standing
from core.access.service.signing_in import open_for
from core.access.views import Leaving, Returned, SignedIn
from core.secrets import Ring
from core.security import Caller

AWAY = timedelta(minutes=10)
_SECRETS, _CLIENT_SECRET = "oidc_flow.secrets", "identity_provider.client_secret"


async def leave(db: AsyncSession, *, provider_id: UUID, shared: bool, ring: Ring, now: datetime) -> Leaving:
    """What somebody takes along to a provider. Good once, for ten minutes, in the browser that keeps `browser`.

    Raises:
        NoSuchProvider: nobody signs in by that.
    """
    await standing(db, provider_id)
    gone = select(col(OidcFlow.id)).where(col(OidcFlow.ends_at) <= now).limit(100).with_for_update(skip_locked=True)
    await db.execute(delete(OidcFlow).where(col(OidcFlow.id).in_(gone)))
    away = Leaving(state=drawn(), nonce=drawn(), verifier=drawn(), browser=drawn())
    own_id = uuid4()
    secrets = json.dumps({"nonce": away.nonce, "verifier": away.verifier})
    db.add(
        OidcFlow(
            id=own_id, provider_id=provider_id, state_hash=hashed(away.state), browser_hash=hashed(away.browser),
            secrets=ring.seal(secrets, row=own_id, column=_SECRETS), shared=shared, made_at=now, ends_at=now + AWAY,
        )
    )  # fmt: skip
    return away


async def come_back(
    db: AsyncSession, *, provider_id: UUID, state: str, browser: str, ring: Ring, now: datetime
) -> Returned | None:
    """What they left with, which is used up; None where nobody left so, from that browser, to that provider.

    Raises:
        NoSuchProvider: meanwhile nobody signs in by that any more.
    """
    flow = (
        await db.execute(
            delete(OidcFlow)
            .where(
                col(OidcFlow.state_hash) == hashed(state),
                col(OidcFlow.browser_hash) == hashed(browser),
                col(OidcFlow.provider_id) == provider_id,
            )
            .returning(col(OidcFlow.id), col(OidcFlow.secrets), col(OidcFlow.shared), col(OidcFlow.ends_at))
        )
    ).one_or_none()
    if flow is None or now >= flow.ends_at:
        return None
    provider = await standing(db, provider_id)
    kept = json.loads(ring.open(flow.secrets, row=flow.id, column=_SECRETS))
    secret = provider.client_secret
    return Returned(
        nonce=kept["nonce"], verifier=kept["verifier"], shared=flow.shared, client_id=provider.client_id,
        client_secret=None if secret is None else ring.open(secret, row=provider.id, column=_CLIENT_SECRET),
        issuer=provider.issuer,
    )  # fmt: skip


async def sign_in_by_provider(
    db: AsyncSession, *, provider_id: UUID, identity: Identity, shared: bool, ring: Ring, now: datetime
) -> SignedIn | None:
    """A sign-in that acts for the provider's agency alone; None where the agency has invited no such person.

    They are known by what the provider calls them. The first time they are found by their address, which the provider
    has seen is theirs; whoever takes that address over later is somebody else.

    Raises:
        NoSuchProvider: nobody signs in by that any more.
    """
    provider = await standing(db, provider_id)
    blind = subject_blind(ring, identity.subject)
    person_id = await _linked(db, provider_id, blind)
    if person_id is None:
        person_id = await _first_time(db, provider, identity, blind=blind, ring=ring, now=now)
    if person_id is None or not await _belongs(db, person_id, provider.agency_id):
        return None
    return await open_for(
        db, person_id=person_id, agency_id=provider.agency_id, shared=shared, provider_id=provider_id, now=now
    )


def subject_blind(ring: Ring, subject: str) -> bytes:
    """What a subject is found by. Case counts in subjects, and does not in what the ring blinds, hence the hash."""
    return ring.blind(hashlib.sha256(subject.encode()).hexdigest())


async def _first_time(
    db: AsyncSession, provider: IdentityProvider, identity: Identity, *, blind: bytes, ring: Ring, now: datetime
) -> UUID | None:
    person_id = await _by_address(db, provider, identity.email, ring)
    if person_id is None or not await _belongs(db, person_id, provider.agency_id):
        return None
    own_id = uuid4()
    linked = await db.scalar(
        insert(LinkedIdentity)
        .values(
            id=own_id, provider_id=provider.id, agency_id=provider.agency_id, person_id=person_id,
            subject_blind=blind, made_at=now,
        )
        .on_conflict_do_nothing()
        .returning(col(LinkedIdentity.id))
    )  # fmt: skip
    if linked is None:  # they came twice at once, or are somebody else there already
        return await _linked(db, provider.id, blind)
    by = Caller(id=person_id, agency_id=provider.agency_id)
    await audit.record(db, by, act="write", table="linked_identity", row_id=own_id, columns=("subject_blind",), now=now)
    return person_id


async def _linked(db: AsyncSession, provider_id: UUID, blind: bytes) -> UUID | None:
    return await db.scalar(
        select(col(LinkedIdentity.person_id)).where(
            col(LinkedIdentity.provider_id) == provider_id, col(LinkedIdentity.subject_blind) == blind
        )
    )


async def _by_address(db: AsyncSession, provider: IdentityProvider, email: str | None, ring: Ring) -> UUID | None:
    """Found by its blind, and compared letter by letter: to a blind some are alike that to a provider are not."""
    if email is None or not email.isascii() or domain_of(email) not in provider.domains:
        return None
    person = await db.scalar(select(Person).where(col(Person.email_blind) == ring.blind(email)))
    if person is None:
        return None
    kept = ring.open(person.email, row=person.id, column="person.email")
    return person.id if kept.isascii() and kept.lower() == email.lower() else None


async def _belongs(db: AsyncSession, person_id: UUID, agency_id: UUID) -> bool:
    found = await db.scalar(
        select(col(Membership.id))
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(
            col(Membership.person_id) == person_id,
            col(Membership.agency_id) == agency_id,
            col(Membership.ended_at).is_(None),
            col(Person.ended_at).is_(None),
        )
        .limit(1)
    )
    return found is not None
