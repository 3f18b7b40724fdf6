"""Signing in with an account of ours: address, password, and the second proof where it is set up.

Who tries is not known before they have proved it, so these run in transactions of the system's own. A try that fails is
written down and commits: it answers None instead of raising.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit
from core.access.errors import NoSuchAgency, NotSignedIn, TooWeak
from core.access.hashing import is_outdated, password_hash
from core.access.models import Agency, IdentityProvider, LocalAccount, Membership, Person, SignIn
from core.access.queries import own
from core.access.rules.passwords import SAID, weakness
from core.access.rules.sessions import NOTED_EVERY, is_over, lasting
from core.access.rules.tokens import drawn, hashed
from core.access.service.proofs import proven, proven_anew
from core.access.views import SignedIn
from core.secrets import Ring
from core.security import Caller, Role


async def set_password(
    db: AsyncSession, *, person_id: UUID, password: str, about: tuple[str, ...] = (), now: datetime
) -> None:
    """Give a person a password, or another one; every sign-in they had ends.

    Raises:
        TooWeak: says what to do instead.
    """
    weak = weakness(password, about=about)
    if weak:
        raise TooWeak(SAID[weak], code=weak.value)
    kept = await password_hash(password)
    account = await db.get(LocalAccount, person_id, with_for_update=True)
    if account is None:
        db.add(LocalAccount(person_id=person_id, password_hash=kept))
    else:
        account.password_hash, account.failed, account.shut_until = kept, 0, None
    await _end_all(db, person_id, now)
    by = Caller(id=person_id)
    await audit.record(
        db, by, act="write", table="local_account", row_id=person_id, columns=("password_hash",), now=now
    )


async def change_password(
    db: AsyncSession, caller: Caller, *, token: str, password: str, code: str, new: str, ring: Ring, now: datetime
) -> SignedIn | None:
    """Another password for the caller, and a new sign-in in place of this one; every sign-in they had ends.

    `password`, `code`: what they sign in with today. None where these are not right.

    Raises:
        TooWeak: says what to do instead of `new`.
    """
    if await proven_anew(db, caller, password=password, code=code, ring=ring, now=now) is None:
        return None
    await audit.record(db, caller, act="read", table="person", row_id=caller.id, columns=("name", "email"), now=now)
    person = await db.get_one(Person, caller.id)
    name, email = (
        ring.open(sealed, row=person.id, column=f"person.{column}")
        for sealed, column in ((person.name, "name"), (person.email, "email"))
    )
    shared = await db.scalar(select(col(SignIn.shared)).where(col(SignIn.token_hash) == hashed(token)))
    await set_password(db, person_id=person.id, password=new, about=(name, email), now=now)
    return await open_for(db, person_id=person.id, agency_id=caller.agency_id, shared=bool(shared), now=now)


async def sign_in(
    db: AsyncSession, *, email: str, password: str, code: str, shared: bool, ring: Ring, now: datetime
) -> SignedIn | None:
    """A new sign-in, or None: address, password or code are not right, or too many were wrong just now.

    Which of these it was is told to nobody, and takes as long. `code`: of six digits, or one for recovery; empty where
    no second proof was set up.
    """
    person = await db.scalar(
        select(Person).where(col(Person.email_blind) == ring.blind(email), col(Person.ended_at).is_(None))
    )
    account = None if person is None else await db.get(LocalAccount, person.id, with_for_update=True)
    if not await proven(account, password=password, code=code, ring=ring, now=now) or account is None:
        return None
    if is_outdated(account.password_hash):
        account.password_hash = await password_hash(password)
    return await open_for(db, person_id=account.person_id, agency_id=None, shared=shared, now=now)


async def open_for(
    db: AsyncSession,
    *,
    person_id: UUID,
    agency_id: UUID | None,
    shared: bool,
    now: datetime,
    provider_id: UUID | None = None,
) -> SignedIn:
    """Sign a person in who has proved who they are; for that agency, or for the one they came to first.

    `provider_id`: who vouched for them, if not we ourselves.

    Raises:
        NotSignedIn: their account has ended.
    """
    if (
        await db.scalar(select(col(Person.id)).where(col(Person.id) == person_id, col(Person.ended_at).is_(None)))
        is None
    ):
        raise NotSignedIn("invalid")
    token, lasts = drawn(), lasting(shared=shared)
    agency = agency_id or await db.scalar(
        select(col(Membership.agency_id)).where(*_standing(person_id)).order_by(col(Membership.made_at)).limit(1)
    )
    row = SignIn(
        person_id=person_id, agency_id=agency, token_hash=hashed(token), shared=shared, made_at=now, seen_at=now,
        ends_at=now + lasts.ends, provider_id=provider_id,
    )  # fmt: skip
    db.add(row)
    caller = await _caller(db, row)
    await audit.record(db, caller, act="sign_in", table="sign_in", row_id=row.id, now=now)
    return SignedIn(token=token, caller=caller, ends_at=row.ends_at, shared=shared)


async def caller_of(db: AsyncSession, *, token: str, now: datetime) -> Caller | None:
    """Whose sign-in that is; None where it is over. Roles are looked up each time: one taken away is gone at once."""
    row = await db.scalar(
        select(SignIn)
        .join(Person, col(Person.id) == col(SignIn.person_id))
        .where(col(SignIn.token_hash) == hashed(token), col(Person.ended_at).is_(None))
    )
    if row is None or is_over(
        seen_at=row.seen_at, ends_at=row.ends_at, ended_at=row.ended_at, shared=row.shared, now=now
    ):
        return None
    if row.provider_id is not None:
        provider = await db.get(IdentityProvider, row.provider_id)
        if provider is None or provider.ended_at is not None:
            return None
    if now - row.seen_at >= NOTED_EVERY:
        row.seen_at = now
    return await _caller(db, row)


async def act_for_agency(db: AsyncSession, caller: Caller, *, token: str, agency_id: UUID) -> None:
    """Go on with that sign-in for another agency of the same person.

    Raises:
        NoSuchAgency: they hold no role there, it ended, or a provider vouched for them: for its agency alone.
    """
    theirs = (own(caller), *_standing(caller.id)) if caller.id else (false(),)
    held = await db.scalar(select(col(Membership.id)).where(*theirs, col(Membership.agency_id) == agency_id).limit(1))
    if held is None:
        raise NoSuchAgency("There is no agency of that id that you act for.")
    mine = update(SignIn).where(col(SignIn.token_hash) == hashed(token), col(SignIn.person_id) == caller.id)
    await db.execute(mine.values(agency_id=agency_id))


async def sign_out(db: AsyncSession, *, token: str, now: datetime) -> None:
    """End that sign-in; one that is over already stays so."""
    ended = update(SignIn).where(col(SignIn.token_hash) == hashed(token), col(SignIn.ended_at).is_(None))
    row = (await db.execute(ended.values(ended_at=now).returning(col(SignIn.id), col(SignIn.person_id)))).first()
    if row is not None:
        by = Caller(id=row.person_id)
        await audit.record(db, by, act="sign_out", table="sign_in", row_id=row.id, columns=("ended_at",), now=now)


async def _caller(db: AsyncSession, row: SignIn) -> Caller:
    roles = await db.scalars(
        select(col(Membership.role)).where(*_standing(row.person_id), col(Membership.agency_id) == row.agency_id)
    )
    held = frozenset(Role(role) for role in roles)
    # who has lost every role there is somebody with an account, and acts for nobody
    return Caller(
        id=row.person_id, agency_id=row.agency_id if held else None, roles=held or frozenset({Role.public}),
        provider_id=row.provider_id, shared=row.shared,
    )  # fmt: skip


def _standing(person_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """The memberships that somebody holds: neither they, nor the role, nor its agency has ended."""
    people = select(col(Person.id)).where(col(Person.id) == person_id, col(Person.ended_at).is_(None))
    agencies = select(col(Agency.id)).where(col(Agency.ended_at).is_(None))
    return (
        col(Membership.person_id).in_(people),
        col(Membership.agency_id).in_(agencies),
        col(Membership.ended_at).is_(None),
    )


async def _end_all(db: AsyncSession, person_id: UUID, now: datetime) -> None:
    ended = update(SignIn).where(col(SignIn.person_id) == person_id, col(SignIn.ended_at).is_(None))
    await db.execute(ended.values(ended_at=now))
