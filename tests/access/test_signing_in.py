"""Signing in with an account of ours, staying signed in, and what ends it."""

from datetime import datetime, timedelta

import pyotp
import pytest

from core import access
from core.access.errors import TooWeak
from core.db import Database
from core.security import SYSTEM, Caller, Role
from tests.access.builders import PASSWORD, RING, Member, a_member, an_agency
from tests.builders import NOON

pytestmark = pytest.mark.security


@pytest.fixture
async def ana(database: Database) -> Member:
    return await a_member(database, await an_agency(database), password=PASSWORD)


async def _try(
    database: Database,
    email: str,
    password: str = PASSWORD,
    code: str = "",
    *,
    shared: bool = False,
    now: datetime = NOON,
) -> access.SignedIn | None:
    async with database.transaction(SYSTEM) as db:
        return await access.sign_in(db, email=email, password=password, code=code, shared=shared, ring=RING, now=now)


async def _whose(database: Database, token: str, now: datetime) -> Caller | None:
    async with database.transaction(SYSTEM) as db:
        return await access.caller_of(db, token=token, now=now)


async def test_address_and_password_open_a_sign_in_for_ones_agency(database: Database, ana: Member) -> None:
    signed = await _try(database, f"  {ana.email.upper()} ")
    assert signed is not None
    assert signed.caller == ana.caller
    assert await _whose(database, signed.token, NOON + timedelta(hours=1)) == ana.caller


@pytest.mark.parametrize(
    ("email", "password"),
    [("ana.responder@example.org", "not this one at all"), ("nobody@example.org", PASSWORD), ("", ""),
     ("ana.responder@example.org", PASSWORD + " "), ("ana.responder@example.org", "x" * 100_000)],
)  # fmt: skip
async def test_anything_else_opens_nothing(database: Database, ana: Member, email: str, password: str) -> None:
    assert await _try(database, email, password) is None


async def test_after_five_wrong_ones_the_right_one_has_to_wait(database: Database, ana: Member) -> None:
    for _ in range(5):
        assert await _try(database, ana.email, "not this one at all") is None
    assert await _try(database, ana.email) is None
    assert await _try(database, ana.email, now=NOON + timedelta(seconds=31)) is not None
    assert await _try(database, ana.email, "wrong once more here") is None, "and the count begins anew"
    assert await _try(database, ana.email) is not None


@pytest.mark.parametrize(
    ("shared", "idle", "still"),
    [(False, timedelta(hours=3, minutes=59), True), (False, timedelta(hours=4), False),
     (True, timedelta(minutes=9), True), (True, timedelta(minutes=10), False)],
)  # fmt: skip
async def test_doing_nothing_ends_it_sooner_where_others_sit_down_next(
    database: Database, ana: Member, shared: bool, idle: timedelta, still: bool
) -> None:
    signed = await _try(database, ana.email, shared=shared)
    assert signed is not None
    assert (await _whose(database, signed.token, NOON + idle) is not None) == still


async def test_being_busy_keeps_it_open_until_the_shift_ends(database: Database, ana: Member) -> None:
    signed = await _try(database, ana.email)
    assert signed is not None
    for hours in (3, 6, 9, 11):
        assert await _whose(database, signed.token, NOON + timedelta(hours=hours)) is not None
    assert await _whose(database, signed.token, NOON + timedelta(hours=12)) is None


async def test_signing_out_ends_this_one_and_everywhere_all(database: Database, ana: Member) -> None:
    first, second, third = [await _try(database, ana.email) for _ in range(3)]
    assert first
    assert second
    assert third
    async with database.transaction(SYSTEM) as db:
        await access.sign_out(db, token=first.token, now=NOON)
    assert [await _whose(database, one.token, NOON) is None for one in (first, second, third)] == [True, False, False]
    async with database.transaction(ana.caller) as db:
        assert await access.sign_out_everywhere(db, ana.caller, now=NOON) == 2
    assert await _whose(database, third.token, NOON) is None


async def test_a_new_password_ends_every_sign_in(database: Database, ana: Member) -> None:
    signed = await _try(database, ana.email)
    assert signed is not None
    assert ana.caller.id is not None
    async with database.transaction(SYSTEM) as db:
        await access.set_password(db, person_id=ana.caller.id, password="another lantern altogether", now=NOON)
    assert await _whose(database, signed.token, NOON) is None
    assert await _try(database, ana.email) is None
    assert await _try(database, ana.email, "another lantern altogether") is not None


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "Password1234", "x" * 257, "i am ana.responder"])
async def test_a_weak_password_is_refused_with_what_to_do(database: Database, ana: Member, password: str) -> None:
    assert ana.caller.id is not None
    with pytest.raises(TooWeak, match=r"Use|Choose"):
        async with database.transaction(SYSTEM) as db:
            await access.set_password(
                db, person_id=ana.caller.id, password=password, about=("Ana", "ana.responder"), now=NOON
            )
    assert await _try(database, ana.email) is not None, "the old one stands"


async def test_a_role_that_was_taken_away_is_gone_at_once(database: Database, ana: Member) -> None:
    signed = await _try(database, ana.email)
    assert signed is not None
    boss = Caller(id=None, agency_id=ana.caller.agency_id, roles=frozenset({Role.administrator}))
    assert ana.caller.id is not None
    async with database.transaction(boss) as db:
        await access.end_membership(db, boss, person_id=ana.caller.id, role=None, now=NOON)
    after = await _whose(database, signed.token, NOON)
    assert after == Caller(id=ana.caller.id)


async def _with_codes(database: Database, ana: Member) -> tuple[pyotp.TOTP, list[str]]:
    async with database.transaction(ana.caller) as db:
        totp = pyotp.TOTP(await access.start_totp(db, ana.caller, ring=RING, now=NOON))
        codes = await access.confirm_totp(db, ana.caller, code=totp.at(NOON), ring=RING, now=NOON)
    assert codes is not None
    return totp, codes


async def test_once_codes_are_set_up_a_password_is_not_enough(database: Database, ana: Member) -> None:
    totp, _ = await _with_codes(database, ana)
    later = NOON + timedelta(minutes=5)
    assert await _try(database, ana.email, now=later) is None
    assert await _try(database, ana.email, code="000000", now=later) is None
    assert await _try(database, ana.email, code=totp.at(later), now=later) is not None
    assert await _try(database, ana.email, code=totp.at(later), now=later) is None, "a code opens once"
    soon = later + timedelta(seconds=60)
    assert await _try(database, ana.email, code=totp.at(soon - timedelta(seconds=30)), now=soon) is not None


async def test_codes_that_were_never_confirmed_lock_nobody_out(database: Database, ana: Member) -> None:
    async with database.transaction(ana.caller) as db:
        await access.start_totp(db, ana.caller, ring=RING, now=NOON)
        assert await access.confirm_totp(db, ana.caller, code="12345", ring=RING, now=NOON) is None
    assert await _try(database, ana.email) is not None


async def test_each_recovery_code_opens_once(database: Database, ana: Member) -> None:
    _, codes = await _with_codes(database, ana)
    assert len(set(codes)) == 10
    assert await _try(database, ana.email, code=codes[3]) is not None
    assert await _try(database, ana.email, code=codes[3]) is None
    assert await _try(database, ana.email, code=f" {codes[4]} ") is not None
