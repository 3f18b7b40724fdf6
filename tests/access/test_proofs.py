"""What is asked for before one's own way in is changed, and codes as a second proof beside a password."""

from datetime import datetime, timedelta

import pyotp
import pytest

from core import access
from core.access.errors import TooWeak
from core.access.rules.tokens import plain_code, recovery_code
from core.db import Database
from core.security import SYSTEM
from tests.access.builders import PASSWORD, RING, Member, a_member, an_agency
from tests.builders import NOON

pytestmark = pytest.mark.security

NEW = "another lantern altogether"


@pytest.fixture
async def ana(database: Database) -> Member:
    return await a_member(database, await an_agency(database), password=PASSWORD)


async def _try(
    database: Database, ana: Member, password: str = PASSWORD, code: str = "", *, now: datetime = NOON
) -> access.SignedIn | None:
    async with database.transaction(SYSTEM) as db:
        return await access.sign_in(db, email=ana.email, password=password, code=code, shared=False, ring=RING, now=now)


async def _start(
    database: Database, ana: Member, password: str = PASSWORD, code: str = "", *, now: datetime = NOON
) -> access.NewCodes | None:
    async with database.transaction(ana.caller) as db:
        return await access.start_totp(db, ana.caller, password=password, code=code, ring=RING, now=now)


async def _confirm(
    database: Database, ana: Member, sealed: str, code: str, *, now: datetime = NOON
) -> list[str] | None:
    async with database.transaction(ana.caller) as db:
        return await access.confirm_totp(db, ana.caller, sealed=sealed, code=code, ring=RING, now=now)


async def _with_codes(database: Database, ana: Member) -> tuple[pyotp.TOTP, list[str]]:
    made = await _start(database, ana)
    assert made is not None
    totp = pyotp.TOTP(made.secret)
    codes = await _confirm(database, ana, made.sealed, totp.at(NOON))
    assert codes is not None
    return totp, codes


async def test_once_codes_are_set_up_a_password_is_not_enough(database: Database, ana: Member) -> None:
    totp, _ = await _with_codes(database, ana)
    later = NOON + timedelta(minutes=5)
    assert await _try(database, ana, now=later) is None
    assert await _try(database, ana, code="000000", now=later) is None
    assert await _try(database, ana, code=totp.at(later), now=later) is not None
    assert await _try(database, ana, code=totp.at(later), now=later) is None, "a code opens once"
    soon = later + timedelta(seconds=60)
    assert await _try(database, ana, code=totp.at(soon - timedelta(seconds=30)), now=soon) is not None


@pytest.mark.parametrize("apart", [timedelta(seconds=60), timedelta(seconds=-60), timedelta(minutes=10)])
async def test_a_code_of_another_minute_opens_nothing(database: Database, ana: Member, apart: timedelta) -> None:
    totp, _ = await _with_codes(database, ana)
    later = NOON + timedelta(hours=1)
    assert await _try(database, ana, code=totp.at(later + apart), now=later) is None


async def test_codes_that_were_never_confirmed_lock_nobody_out(database: Database, ana: Member) -> None:
    made = await _start(database, ana)
    assert made is not None
    assert await _confirm(database, ana, made.sealed, "12345") is None
    assert await _try(database, ana) is not None


async def test_each_recovery_code_opens_once(database: Database, ana: Member) -> None:
    _, codes = await _with_codes(database, ana)
    assert len(set(codes)) == 10
    assert await _try(database, ana, code=codes[3]) is not None
    assert await _try(database, ana, code=codes[3]) is None
    assert await _try(database, ana, code=f" {codes[4].lower().replace('-', ' ')} ") is not None


def test_a_recovery_code_has_more_than_112_bits() -> None:
    codes = {plain_code(recovery_code()) for _ in range(500)}
    assert {len(code) for code in codes} == {25}
    assert set("".join(codes)) == set("ABCDEFGHJKLMNPQRSTUVWXYZ23456789"), "32 signs, five bits each: 125 bits"
    assert len(codes) == 500


@pytest.mark.parametrize("password", ["", "not this one at all", PASSWORD.upper(), PASSWORD + " "])
async def test_who_sits_at_somebodys_open_page_changes_nothing(database: Database, ana: Member, password: str) -> None:
    signed = await _try(database, ana)
    assert signed is not None
    assert await _start(database, ana, password) is None
    assert await _change(database, ana, signed.token, password) is None
    assert await _try(database, ana) is not None


async def test_a_second_authenticator_needs_a_code_of_the_first(database: Database, ana: Member) -> None:
    totp, _ = await _with_codes(database, ana)
    later = NOON + timedelta(minutes=5)
    assert await _start(database, ana, now=later) is None
    made = await _start(database, ana, code=totp.at(later), now=later)
    assert made is not None
    soon = later + timedelta(minutes=2)
    assert await _try(database, ana, code=totp.at(soon), now=soon) is not None, "the first counts until then"
    assert await _try(database, ana, now=soon) is None
    other = pyotp.TOTP(made.secret)
    assert await _confirm(database, ana, made.sealed, other.at(soon), now=soon) is not None
    after = soon + timedelta(minutes=2)
    assert await _try(database, ana, code=totp.at(after), now=after) is None
    assert await _try(database, ana, code=other.at(after), now=after) is not None


async def test_a_secret_is_confirmed_by_whom_it_was_made_for_and_soon(database: Database, ana: Member) -> None:
    made = await _start(database, ana)
    assert made is not None
    totp = pyotp.TOTP(made.secret)
    bob = await a_member(database, await an_agency(database, "Other"), name="Bob", password=PASSWORD)
    assert await _confirm(database, bob, made.sealed, totp.at(NOON)) is None
    late = NOON + timedelta(minutes=15)
    assert await _confirm(database, ana, made.sealed, totp.at(late), now=late) is None
    for odd in ("", "x", "é", made.sealed[:-8], made.sealed.swapcase()):
        assert await _confirm(database, ana, odd, totp.at(NOON)) is None
    assert await _confirm(database, ana, made.sealed, totp.at(NOON)) is not None


async def _change(
    database: Database, ana: Member, token: str, password: str = PASSWORD, *, new: str = NEW, code: str = ""
) -> access.SignedIn | None:
    async with database.transaction(ana.caller) as db:
        return await access.change_password(
            db, ana.caller, token=token, password=password, code=code, new=new, ring=RING, now=NOON
        )


async def test_another_password_ends_every_sign_in_and_begins_one(database: Database, ana: Member) -> None:
    here, elsewhere = await _try(database, ana), await _try(database, ana)
    assert here is not None
    assert elsewhere is not None
    changed = await _change(database, ana, here.token)
    assert changed is not None
    async with database.transaction(SYSTEM) as db:
        whose = [await access.caller_of(db, token=one.token, now=NOON) for one in (here, elsewhere, changed)]
    assert whose == [None, None, ana.caller]
    assert await _try(database, ana) is None
    assert await _try(database, ana, NEW) is not None


@pytest.mark.parametrize("new", ["short", "Password1234", "ana.responder@example.org", "x" * 257])
async def test_another_password_is_judged_as_the_first_was(database: Database, ana: Member, new: str) -> None:
    signed = await _try(database, ana)
    assert signed is not None
    with pytest.raises(TooWeak):
        await _change(database, ana, signed.token, new=new)
    assert await _try(database, ana) is not None


async def test_whoever_guesses_on_an_open_page_has_to_wait_too(database: Database, ana: Member) -> None:
    for _ in range(5):
        assert await _start(database, ana, "not this one at all") is None
    assert await _start(database, ana) is None
    assert await _start(database, ana, now=NOON + timedelta(seconds=31)) is not None


async def test_a_longer_password_with_the_same_beginning_is_another(database: Database, ana: Member) -> None:
    longest = ("seventeen quiet neighbours " * 20)[:256]
    signed = await _try(database, ana)
    assert signed is not None
    assert await _change(database, ana, signed.token, new=longest) is not None
    assert await _try(database, ana, longest + "x") is None
    assert await _try(database, ana, longest) is not None
