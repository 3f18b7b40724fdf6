"""Where somebody is signed in: seen by themselves, and ended by them or by whoever runs Doorlight."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit
from core.access.errors import NoSuchPerson, NotAllowed
from core.access.models import Person, SignIn
from core.access.rules.sessions import is_over
from core.access.rules.tokens import hashed
from core.access.service.agencies import checked
from core.access.service.proofs import proven_anew
from core.access.views import SignInView
from core.secrets import Ring
from core.security import Caller, Role


async def sign_ins(db: AsyncSession, caller: Caller, *, token: str, now: datetime) -> list[SignInView]:
    """Where the caller is signed in at this moment, latest first. `token`: of the one that they ask from."""
    await audit.record(db, caller, act="read", table="sign_in", row_id=None, columns=("made_at", "seen_at"), now=now)
    mine = select(SignIn).where(col(SignIn.person_id) == caller.id, col(SignIn.ended_at).is_(None))
    rows = await db.scalars(mine.order_by(col(SignIn.seen_at).desc()))
    return [
        SignInView(id=row.id, since=row.made_at, seen_at=row.seen_at, shared=row.shared, here=row.token_hash == kept)
        for kept in (hashed(token),)
        for row in rows
        if not is_over(seen_at=row.seen_at, ends_at=row.ends_at, ended_at=None, shared=row.shared, now=now)
    ]


async def end_sign_in(
    db: AsyncSession, caller: Caller, *, sign_in_id: UUID, password: str, code: str, ring: Ring, now: datetime
) -> bool:
    """End one of the caller's own, whoever sits there; False where they have not proved anew who they are.

    One that is over, another's, and none at all are alike: nothing is left to end.
    """
    if await proven_anew(db, caller, password=password, code=code, ring=ring, now=now) is None:
        return False
    one = update(SignIn).where(
        col(SignIn.id) == sign_in_id, col(SignIn.person_id) == caller.id, col(SignIn.ended_at).is_(None)
    )
    await db.execute(one.values(ended_at=now))
    await audit.record(db, caller, act="sign_out", table="sign_in", row_id=sign_in_id, columns=("ended_at",), now=now)
    return True


async def sign_out_person(db: AsyncSession, caller: Caller, *, email: str, ring: Ring, now: datetime) -> int:
    """End every sign-in of whoever has that address; how many.

    Raises:
        NotAllowed: not whoever runs Doorlight. NoSuchPerson: nobody has it. BadAddress: it is none.
    """
    if Role.system not in caller.roles:
        raise NotAllowed("Only whoever runs Doorlight signs others out: `doorlight person sign-out`.")
    person = await db.scalar(select(col(Person.id)).where(col(Person.email_blind) == ring.blind(checked(email))))
    if person is None:
        raise NoSuchPerson("Nobody has an account by that address.")
    await audit.record(db, caller, act="sign_out", table="sign_in", row_id=person, columns=("ended_at",), now=now)
    every = update(SignIn).where(col(SignIn.person_id) == person, col(SignIn.ended_at).is_(None))
    return len((await db.scalars(every.values(ended_at=now).returning(col(SignIn.id)))).all())
