"""What organisations say of themselves, and the community that stands for it."""

from dataclasses import replace

import pytest

from core import access
from core.db import Database
from core.security import SYSTEM, Caller, Role
from directory import editing
from directory.errors import NoSuchRow, NotAllowed
from tests.access.builders import RING, invited
from tests.builders import NOON, publish, says, search
from tests.editing.builders import Listed, a_listed, version

pytestmark = pytest.mark.security


async def state(database: Database, listed: Listed, code: str, answer: str = "yes") -> editing.EditedView:
    said = editing.AttributeSaid.model_validate({"code": code, "answer": answer})
    now = await version(database, listed)
    async with database.transaction(listed.manager) as db:
        return await editing.state_service_attributes(
            db, listed.manager, service_id=listed.service_id, attributes=[said], version=now, now=NOON
        )


async def confirm(database: Database, listed: Listed, caller: Caller, code: str) -> editing.EditedView:
    now = await version(database, listed)
    async with database.transaction(caller) as db:
        return await editing.confirm_service_attribute(
            db, caller, service_id=listed.service_id, code=code, version=now, now=NOON
        )


async def confirmed(database: Database, code: str) -> bool:
    (found,) = (await search(database)).fits
    return {one.code: one.confirmed for one in found.attributes}[code]


@pytest.mark.parametrize("code", ["PEER_RUN", "GRASSROOTS"])
async def test_it_is_self_stated_until_a_reviewer_confirms_it(database: Database, code: str) -> None:
    listed = await a_listed(database)
    await state(database, listed, code)
    assert not await confirmed(database, code)
    await confirm(database, listed, listed.reviewer, code)
    assert await confirmed(database, code)


async def test_nobody_but_a_reviewer_confirms_it(database: Database) -> None:
    listed = await a_listed(database)
    await state(database, listed, "PEER_RUN")
    for caller in (listed.manager, listed.steward, listed.stranger):
        with pytest.raises(NotAllowed):
            await confirm(database, listed, caller, "PEER_RUN")


async def test_no_reviewer_confirms_what_their_own_agency_says(database: Database) -> None:
    listed = await a_listed(database)
    await state(database, listed, "PEER_RUN")
    own = replace(listed.reviewer, agency_id=listed.agency)
    with pytest.raises(NotAllowed):
        await confirm(database, listed, own, "PEER_RUN")
    both = replace(own, roles=frozenset({Role.reviewer, Role.steward}))
    with pytest.raises(NotAllowed):
        await confirm(database, listed, both, "PEER_RUN")


@pytest.mark.parametrize("code", ["PEER_RUN", "FREE"])
async def test_what_is_not_stated_or_not_theirs_to_confirm_is_missing(database: Database, code: str) -> None:
    listed = await a_listed(database)
    await state(database, listed, "FREE")
    with pytest.raises(NoSuchRow):
        await confirm(database, listed, listed.reviewer, code)


async def test_a_confirmation_ends_with_what_it_was_of(database: Database) -> None:
    listed = await a_listed(database)
    await state(database, listed, "PEER_RUN")
    await confirm(database, listed, listed.reviewer, "PEER_RUN")
    await state(database, listed, "PEER_RUN", "no")
    await state(database, listed, "PEER_RUN")
    assert not await confirmed(database, "PEER_RUN")


async def test_an_undo_brings_no_confirmation_back(database: Database) -> None:
    listed = await a_listed(database)
    await state(database, listed, "PEER_RUN")
    await confirm(database, listed, listed.reviewer, "PEER_RUN")
    denied = await state(database, listed, "PEER_RUN", "no")
    assert denied.change_id is not None
    async with database.transaction(listed.manager) as db:
        await editing.undo(db, listed.manager, change_id=denied.change_id, version=denied.version, now=NOON)
    assert not await confirmed(database, "PEER_RUN")


async def test_an_import_takes_neither_a_persons_word_nor_a_confirmation_away(database: Database) -> None:
    listed = await a_listed(database)
    await state(database, listed, "PEER_RUN")
    await confirm(database, listed, listed.reviewer, "PEER_RUN")
    service = listed.listing.services[0].model_copy(update={"attributes": says(no=["PEER_RUN"])})
    again = listed.listing.model_copy(update={"services": (service,)})
    await publish(database, again)
    assert await confirmed(database, "PEER_RUN")


async def test_who_serves_two_agencies_is_of_both_whichever_they_act_for(database: Database) -> None:
    listed = await a_listed(database)
    await state(database, listed, "PEER_RUN")
    other = listed.reviewer.agency_id
    assert other is not None
    token = await invited(database, other, "mara.provider_manager@example.org", Role.reviewer)
    async with database.transaction(SYSTEM) as db:
        await access.accept_invitation(db, token=token, name="Mara", ring=RING, now=NOON)
    mara = Caller(id=listed.manager.id, agency_id=other, roles=frozenset({Role.reviewer}))
    with pytest.raises(NotAllowed):
        await confirm(database, listed, mara, "PEER_RUN")
