"""A number for professionals stays theirs, and a way in is told once, however the number is written."""

from uuid import uuid4

import pytest

from core.db import Database
from core.security import Caller
from directory import PhoneIn, editing
from tests.builders import a_line, a_phone, a_way, publish, search, service_of

pytestmark = pytest.mark.security
WRITTEN = ["303-555-0102", "+1 303 555 0102", "(303) 555-0102", "303-555-0102 (main)"]


@pytest.mark.parametrize("written", WRITTEN)
async def test_a_number_for_professionals_is_in_no_list_of_phones(database: Database, written: str) -> None:
    pro = a_way("AP.PRO", "phone", number="303-555-0102")
    line = a_line(access_points=(a_phone(), pro), phones=(PhoneIn(id=uuid4(), number=written),))
    await publish(database, line)
    (found,) = (await search(database)).fits
    assert [way.number for way in found.access] == ["303-555-0101"]
    async with database.transaction() as db:
        assert (await editing.service(db, Caller(), service_id=service_of(line))).phones == ()


async def test_an_extension_for_professionals_is_not_said_in_two_columns(database: Database) -> None:
    pro = a_way("AP.PRO", "phone", number="303-555-0102 ext. 5")
    phone = PhoneIn(id=uuid4(), number="303-555-0102", extension=5)
    line = a_line(access_points=(a_phone(), pro), phones=(phone, PhoneIn(id=uuid4(), number="303-555-0102")))
    await publish(database, line)
    (found,) = (await search(database)).fits
    assert [way.number for way in found.access] == ["303-555-0101", "303-555-0102"]
    async with database.transaction() as db:
        seen = await editing.service(db, Caller(), service_id=service_of(line))
    assert [(one.number, one.extension) for one in seen.phones] == [("303-555-0102", None)]


@pytest.mark.parametrize("written", WRITTEN)
async def test_a_phone_that_is_a_way_in_already_is_not_one_more(database: Database, written: str) -> None:
    phone = PhoneIn(id=uuid4(), number=written)
    await publish(database, a_line(access_points=(a_phone("303-555-0102"),), phones=(phone,)))
    (found,) = (await search(database)).fits
    assert [way.number for way in found.access] == ["303-555-0102"]
