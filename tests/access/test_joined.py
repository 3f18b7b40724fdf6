"""One transaction in the place of a database: its parts come out as they would alone, and end together."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.db import Database
from core.joined import joined
from core.security import SYSTEM, Caller, Role
from tests.access.builders import an_agency

pytestmark = pytest.mark.security

_ADD = text("INSERT INTO agency (id, name, roles, made_at) VALUES (gen_random_uuid(), :name, '{}', now())")
_NAMES = text("SELECT array_agg(name ORDER BY name) FROM agency")


async def _names(database: Database) -> list[str]:
    async with database.transaction(SYSTEM) as db:
        return list(await db.scalar(_NAMES) or [])


async def test_a_part_that_raised_is_undone_and_one_that_ended_well_stays(database: Database) -> None:
    async def fail() -> None:
        async with joined(database, SYSTEM) as one:
            async with one.transaction(SYSTEM) as db:
                await db.execute(_ADD, {"name": "kept"})
            async with one.transaction(SYSTEM) as db:
                await db.execute(_ADD, {"name": "undone"})
                raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await _names(database) == ["kept"]


async def test_where_nothing_ended_well_nothing_stays(database: Database) -> None:
    async def fail() -> None:
        async with joined(database, SYSTEM) as one:
            await one.session.execute(_ADD, {"name": "undone"})
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await _names(database) == []


async def test_a_part_is_for_its_own_caller_and_what_follows_for_the_outer(database: Database) -> None:
    agency = await an_agency(database, "Mine")
    mine = Caller(id=uuid4(), agency_id=agency, roles=frozenset({Role.administrator}))
    seen = []
    async with joined(database, mine) as one:
        for caller in (mine, None, SYSTEM, Caller(id=uuid4(), agency_id=uuid4())):
            async with one.transaction(caller) as db:
                seen.append(await db.scalar(text("SELECT count(*) FROM agency")))
            seen.append(await one.session.scalar(text("SELECT count(*) FROM agency")))
        with pytest.raises(LookupError):
            async with one.transaction(SYSTEM):
                raise LookupError
        seen.append(await one.session.scalar(text("SELECT current_setting('doorlight.trusted')")))
    assert seen == [1, 1, 0, 1, 1, 1, 0, 1, ""]


async def test_parts_within_parts_and_beside_them(database: Database) -> None:
    async with joined(database, SYSTEM) as one:

        async def part(name: str) -> None:
            async with one.transaction(SYSTEM) as db, one.transaction(SYSTEM) as inner:
                assert db is inner
                await inner.execute(_ADD, {"name": name})
            async with one.reading() as reader:
                await (await reader.execute("SELECT pg_sleep(0.001)")).fetchone()

        await asyncio.gather(*(part(f"part {n}") for n in range(8)))
    assert len(await _names(database)) == 8
