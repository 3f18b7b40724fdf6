"""Keys of machines: shown once, scoped, ending, followed by another."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from core import access
from core.access.errors import BadScope, NoSuchKey, NotAllowed
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Caller, Role
from tests.access.builders import an_agency
from tests.builders import NOON

pytestmark = pytest.mark.security

MONTH = timedelta(days=30)


def boss_of(agency: UUID) -> Caller:
    return Caller(id=uuid4(), agency_id=agency, roles=frozenset({Role.administrator}))


async def a_key(database: Database, boss: Caller, *, lasts: timedelta = MONTH) -> access.Made:
    async with database.transaction(boss) as db:
        return await access.make_key(db, boss, name="Board", scopes=["directory.read"], lasts=lasts, now=NOON)


async def _whose(database: Database, text: str, now: datetime = NOON) -> Caller | None:
    async with database.transaction(SYSTEM) as db:
        return await access.machine_of(db, text=text, now=now)


async def test_a_key_opens_its_scopes_for_its_agency(database: Database) -> None:
    boss = boss_of(await an_agency(database))
    made = await a_key(database, boss)
    found = await _whose(database, made.secret)
    assert found == Caller(agency_id=boss.agency_id, key_id=made.key.id, scopes=frozenset({"directory.read"}))


async def test_the_secret_is_kept_nowhere(database: Database, clone: Cluster) -> None:
    made = await a_key(database, boss_of(await an_agency(database)))
    with psycopg.connect(clone.owner_dsn) as owner:
        owner.execute("ALTER TABLE api_key NO FORCE ROW LEVEL SECURITY")
        (row,) = owner.execute("SELECT api_key::text FROM api_key").fetchall()
        owner.rollback()
    assert made.secret.rpartition("_")[2] not in row[0]


@pytest.mark.parametrize("change", ["other secret", "other id", "cut", "longer", "empty", "no prefix"])
async def test_a_key_that_is_not_quite_right_opens_nothing(database: Database, change: str) -> None:
    boss = boss_of(await an_agency(database))
    one, other = await a_key(database, boss), await a_key(database, boss)
    prefix, key_id, secret = one.secret.split("_", 2)
    texts = {
        "other secret": f"{prefix}_{key_id}_{other.secret.split('_', 2)[2]}",
        "other id": f"{prefix}_{uuid4().hex}_{secret}",
        "cut": one.secret[:-1],
        "longer": one.secret + "A",
        "empty": "",
        "no prefix": f"{key_id}_{secret}",
    }
    assert await _whose(database, texts[change]) is None


async def test_a_key_ends_by_itself_or_when_it_is_ended(database: Database) -> None:
    boss = boss_of(await an_agency(database))
    made = await a_key(database, boss)
    assert await _whose(database, made.secret, NOON + MONTH - timedelta(seconds=1)) is not None
    assert await _whose(database, made.secret, NOON + MONTH) is None
    async with database.transaction(boss) as db:
        await access.end_key(db, boss, key_id=made.key.id, now=NOON)
    assert await _whose(database, made.secret) is None


async def test_the_next_key_overlaps_with_the_one_before(database: Database) -> None:
    boss = boss_of(await an_agency(database))
    old = await a_key(database, boss)
    async with database.transaction(boss) as db:
        new = await access.rotate_key(db, boss, key_id=old.key.id, now=NOON)
    assert (new.key.replaces, new.key.scopes, new.key.ends_at) == (old.key.id, old.key.scopes, NOON + MONTH)
    week = NOON + timedelta(days=7)
    assert await _whose(database, old.secret, week - timedelta(seconds=1)) is not None
    assert await _whose(database, old.secret, week) is None
    assert await _whose(database, new.secret, week) is not None


async def test_last_used_is_shown_to_the_minute(database: Database) -> None:
    boss = boss_of(await an_agency(database))
    made = await a_key(database, boss)
    for seconds in (10, 30, 75):
        await _whose(database, made.secret, NOON + timedelta(seconds=seconds))
    async with database.transaction(boss) as db:
        (shown,) = await access.keys(db, boss)
    assert shown.used_at == NOON + timedelta(seconds=75)


@pytest.mark.parametrize(
    ("scopes", "lasts"),
    [([], MONTH), (["directory.write"], MONTH), (["directory.read"], timedelta(days=400)),
     (["directory.read"], timedelta(0))],
)  # fmt: skip
async def test_a_key_without_bounds_is_refused(database: Database, scopes: list[str], lasts: timedelta) -> None:
    boss = boss_of(await an_agency(database))
    with pytest.raises(BadScope):
        async with database.transaction(boss) as db:
            await access.make_key(db, boss, name="Board", scopes=scopes, lasts=lasts, now=NOON)


async def test_keys_are_an_administrators_of_that_agency(database: Database) -> None:
    boss, foreign = boss_of(await an_agency(database, "Mine")), boss_of(await an_agency(database, "Foreign"))
    made = await a_key(database, boss)
    async with database.transaction(foreign) as db:
        assert await access.keys(db, foreign) == []
    for key_id in (made.key.id, uuid4()):
        with pytest.raises(NoSuchKey):
            async with database.transaction(foreign) as db:
                await access.end_key(db, foreign, key_id=key_id, now=NOON)
    staff = Caller(id=uuid4(), agency_id=boss.agency_id, roles=frozenset({Role.responder}))
    with pytest.raises(NotAllowed):
        async with database.transaction(staff) as db:
            await access.keys(db, staff)
