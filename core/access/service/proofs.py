"""Proving who one is, and changing what it is proved by: the password, and codes of an authenticator beside it.

A proof that fails is counted, and the count has to be committed: these answer None or False instead of raising.
"""

import base64
import binascii
import re
import secrets
from datetime import datetime, timedelta

import pyotp
import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit
from core.access.errors import NotAllowed, TooWeak
from core.access.hashing import is_password
from core.access.models import LocalAccount, Person
from core.access.rules.passwords import LONGEST, shut_until
from core.access.rules.tokens import hashed, plain_code, recovery_code
from core.access.views import NewCodes
from core.secrets import Ring, SealBroken
from core.security import Caller

_log = structlog.get_logger()
_STEP_S = 30
_CODES = 10
_CODE = re.compile(r"\d{6}")
_TO_CONFIRM = timedelta(minutes=15)


async def proven(account: LocalAccount | None, *, password: str, code: str, ring: Ring, now: datetime) -> bool:
    """Whether these prove whose account it is: the password, and the second proof where it is set up.

    Which of them was wrong, and whether there is such an account, is told to the log alone, and takes as long. What was
    wrong is counted; after several in a row nothing is looked at for a while. The account is locked by whoever asks.
    """
    right = await is_password(password[:LONGEST], None if account is None else account.password_hash)
    if account is None:
        return _refused("no such account")
    if account.shut_until is not None and now < account.shut_until:
        return _refused("shut", account)
    if not right or len(password) > LONGEST or not _second_proof(account, code, ring, now):
        account.failed += 1
        account.shut_until = shut_until(account.failed, now)
        return _refused("wrong code" if right else "wrong password", account)
    account.failed, account.shut_until = 0, None
    return True


async def proven_anew(
    db: AsyncSession, caller: Caller, *, password: str, code: str, ring: Ring, now: datetime
) -> LocalAccount | None:
    """The caller's own account, locked, where these prove that it is still they who sit there.

    Raises:
        TooWeak: there is no password yet that anything could stand beside.
    """
    if caller.provider_id is not None:
        raise NotAllowed("Sign in with your password to change what guards it.")
    account = await db.get(LocalAccount, caller.id, with_for_update=True)
    if account is None:
        raise TooWeak("Set a password first: codes come beside one.", code="too_short")
    return account if await proven(account, password=password, code=code, ring=ring, now=now) else None


async def start_totp(
    db: AsyncSession, caller: Caller, *, password: str, code: str, ring: Ring, now: datetime
) -> NewCodes | None:
    """A new secret for the caller's authenticator; None where they have not proved anew who they are.

    It is not kept before a code of it was shown: until then whatever was set up before still counts.
    """
    if await proven_anew(db, caller, password=password, code=code, ring=ring, now=now) is None:
        return None
    assert caller.id is not None  # noqa: S101 - whoever has an account is a person
    secret, until = pyotp.random_base32(), int((now + _TO_CONFIRM).timestamp())
    sealed = ring.seal(f"{until} {secret}", row=caller.id, column="local_account.totp, not confirmed")
    return NewCodes(secret=secret, sealed=base64.urlsafe_b64encode(sealed).decode())


async def confirm_totp(
    db: AsyncSession, caller: Caller, *, sealed: str, code: str, ring: Ring, now: datetime
) -> list[str] | None:
    """From now on a code is asked for: the codes for recovery, shown this once; None where the code is not right.

    `sealed`: as `start_totp` gave it, to this caller, at most a quarter of an hour ago.
    """
    secret = _started(caller, sealed, ring, now)
    account = None if secret is None else await db.get(LocalAccount, caller.id, with_for_update=True)
    step = None if account is None or secret is None else _step_of(secret, code, now)
    if account is None or secret is None or step is None:
        return None
    codes = [recovery_code() for _ in range(_CODES)]
    account.totp = ring.seal(secret, row=account.person_id, column="local_account.totp")
    account.totp_since, account.totp_step = now, step
    account.recovery_hashes = [hashed(plain_code(one)) for one in codes]
    await audit.record(db, caller, act="write", table="local_account", row_id=caller.id, columns=("totp",), now=now)
    return codes


async def own_address(db: AsyncSession, caller: Caller, *, ring: Ring, now: datetime) -> str:
    """Where a letter reaches the caller. For letters of ours; shown to nobody."""
    person = (await db.scalars(select(Person).where(col(Person.id) == caller.id))).one()
    await audit.record(db, caller, act="read", table="person", row_id=person.id, columns=("email",), now=now)
    return ring.open(person.email, row=person.id, column="person.email")


def _refused(reason: str, account: LocalAccount | None = None) -> bool:
    _log.warning("proof refused", reason=reason, **({} if account is None else {"person": str(account.person_id)}))
    return False


def _second_proof(account: LocalAccount, code: str, ring: Ring, now: datetime) -> bool:
    if account.totp_since is None:
        return True
    step = _step(account, code, ring, now)
    if step is not None:
        account.totp_step = step
        return True
    kept = hashed(plain_code(code))
    if kept in account.recovery_hashes:
        account.recovery_hashes = [one for one in account.recovery_hashes if one != kept]
        return True
    return False


def _step(account: LocalAccount, code: str, ring: Ring, now: datetime) -> int | None:
    """The step of that code, where it is later than the last that was used."""
    if account.totp is None:
        return None
    step = _step_of(ring.open(account.totp, row=account.person_id, column="local_account.totp"), code, now)
    return step if step is not None and (account.totp_step is None or step > account.totp_step) else None


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which half minute that code is of: this one or a neighbour, for clocks differ."""
    said = code.replace(" ", "")
    if not _CODE.fullmatch(said):
        return None
    totp, this = pyotp.TOTP(secret, interval=_STEP_S), int(now.timestamp()) // _STEP_S
    steps = (step for step in (this, this - 1, this + 1) if secrets.compare_digest(totp.at(step * _STEP_S), said))
    return next(steps, None)


def _started(caller: Caller, sealed: str, ring: Ring, now: datetime) -> str | None:
    if caller.id is None:
        return None
    try:
        kept = base64.urlsafe_b64decode(sealed.encode())
        opened = ring.open(kept, row=caller.id, column="local_account.totp, not confirmed")
    except (SealBroken, binascii.Error, ValueError):
        return None
    until, _, secret = opened.partition(" ")
    return secret if now.timestamp() < int(until) else None
