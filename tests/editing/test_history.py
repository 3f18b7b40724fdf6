"""What was changed, by whom, and back."""

import psycopg
import pytest

import directory
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Caller
from directory import editing
from directory.editing import Root
from directory.errors import ChangedSince, Forgotten, NoSuchRow, NotAllowed, NotUndoable
from tests.builders import NOON, a_site, daily, publish, search
from tests.editing.builders import Listed, a_listed, correct, shown, version

pytestmark = pytest.mark.security


async def past(database: Database, listed: Listed, caller: Caller) -> list[editing.ChangeView]:
    async with database.transaction(caller) as db:
        return await editing.history(db, caller, root=Root.service, row_id=listed.service_id, now=NOON)


async def undo(database: Database, listed: Listed, caller: Caller, change: editing.EditedView) -> editing.EditedView:
    assert change.change_id is not None
    now = await version(database, listed)
    async with database.transaction(caller) as db:
        return await editing.undo(db, caller, change_id=change.change_id, version=now, now=NOON)


async def test_the_history_names_the_field_what_it_was_and_who_changed_it(database: Database) -> None:
    listed = await a_listed(database)
    await correct(database, listed, listed.manager, name="Other")
    (change,) = await past(database, listed, listed.second)
    assert (change.act, change.person_id, change.agency_id) == ("correct_service", listed.manager.id, listed.agency)
    (field,) = change.fields
    assert (field.table, field.field, field.before, field.after) == ("service", "name", '"A site"', '"Other"')


async def test_stewards_read_it_and_nobody_else_who_may_not_change_the_listing(database: Database) -> None:
    listed = await a_listed(database)
    await correct(database, listed, listed.manager, name="Other")
    assert len(await past(database, listed, listed.steward)) == 1
    for caller in (listed.stranger, listed.reviewer, Caller()):
        with pytest.raises(NotAllowed):
            await past(database, listed, caller)


async def test_that_it_was_read_is_in_the_audit(database: Database, clone: Cluster) -> None:
    listed = await a_listed(database)
    await past(database, listed, listed.steward)
    with psycopg.connect(clone.owner_dsn) as owner:
        owner.execute("SELECT set_config('doorlight.trusted', 'on', true)")
        read = owner.execute("SELECT act, person_id FROM audit_entry WHERE row_id = %s", (listed.service_id,))
        assert read.fetchall() == [("read", listed.steward.id)]


async def test_an_undo_puts_back_what_was_there_and_is_a_change_itself(database: Database) -> None:
    listed = await a_listed(database)
    done = await correct(database, listed, listed.manager, name="Other", alert="New alert")
    await undo(database, listed, listed.second, done)
    seen = await shown(database, listed)
    assert (seen.name, seen.alert) == ("A site", None)
    assert [one.name for one in (await search(database)).fits] == ["A site"]
    last, first = sorted(await past(database, listed, listed.manager), key=lambda one: one.act == "correct_service")
    assert (last.undoes, first.undone_by, last.person_id) == (first.id, last.id, listed.second.id)


async def test_an_undo_can_be_undone(database: Database) -> None:
    listed = await a_listed(database)
    done = await correct(database, listed, listed.manager, name="Other")
    await undo(database, listed, listed.manager, await undo(database, listed, listed.manager, done))
    assert (await shown(database, listed)).name == "Other"


async def test_what_has_changed_since_is_not_put_back_and_is_named(database: Database) -> None:
    listed = await a_listed(database)
    done = await correct(database, listed, listed.manager, name="Other", alert="A")
    await correct(database, listed, listed.manager, name="Third")
    with pytest.raises(ChangedSince, match=r"service\.name") as refused:
        await undo(database, listed, listed.manager, done)
    assert refused.value.facts["fields"] == ["service.name"]
    assert (await shown(database, listed)).alert == "A"


async def test_rows_that_were_set_are_put_back_as_they_were(database: Database) -> None:
    listed = await a_listed(database, a_site(schedules=[daily()]))
    before = await shown(database, listed)
    now = await version(database, listed)
    async with database.transaction(listed.manager) as db:
        said = (editing.ScheduleSaid(freq="WEEKLY", byday=("MO",)),)
        done = await editing.set_service_schedules(
            db, listed.manager, service_id=listed.service_id, schedules=said, version=now, now=NOON
        )
    assert [one.byday for one in (await shown(database, listed)).schedules] == [("MO",)]
    await undo(database, listed, listed.manager, done)
    after = await shown(database, listed)
    assert after.model_dump(exclude={"version"}) == before.model_dump(exclude={"version"})


async def test_taking_a_service_from_a_place_can_be_undone(database: Database) -> None:
    listed = await a_listed(database)
    now = await version(database, listed)
    async with database.transaction(listed.manager) as db:
        done = await editing.take_from_location(
            db, listed.manager, service_id=listed.service_id, location_id=listed.location_id, version=now, now=NOON
        )
    assert (await shown(database, listed)).service_at_locations == ()
    await undo(database, listed, listed.manager, done)
    (at,) = (await shown(database, listed)).service_at_locations
    assert at.location_id == listed.location_id


async def test_retiring_an_organization_is_undone_for_the_services_that_it_took_along(database: Database) -> None:
    listed = await a_listed(database)
    of = {"organization_id": listed.organization_id}
    async with database.transaction(listed.manager) as db:
        seen = await editing.organization(db, listed.manager, **of)
        done = await editing.retire_organization(db, listed.manager, **of, version=seen.version, now=NOON)
    assert (await search(database)).fits == []
    assert done.change_id is not None
    async with database.transaction(listed.manager) as db:
        await editing.undo(db, listed.manager, change_id=done.change_id, version=done.version, now=NOON)
    assert len((await search(database)).fits) == 1


async def test_what_was_registered_is_retired_and_not_undone(database: Database) -> None:
    listed = await a_listed(database)
    new = editing.ServiceNew(organization_id=listed.organization_id, name="New")
    async with database.transaction(listed.manager) as db:
        made = await editing.register_service(db, listed.manager, service=new, now=NOON)
    assert made.change_id is not None
    with pytest.raises(NotUndoable):
        async with database.transaction(listed.manager) as db:
            await editing.undo(db, listed.manager, change_id=made.change_id, version=made.version, now=NOON)


async def test_another_agencys_change_is_missing(database: Database) -> None:
    listed = await a_listed(database)
    done = await correct(database, listed, listed.manager, name="Other")
    with pytest.raises(NoSuchRow):
        await undo(database, listed, listed.stranger, done)


async def test_what_is_not_modelled_survives_an_edit(database: Database, clone: Cluster) -> None:
    site = a_site()
    phone = directory.PhoneIn(id=site.organization.id, number="303-555-0102", kept={"x": "kept"})
    services = (site.services[0].model_copy(update={"kept": {"y": "kept"}, "phones": (phone,)}),)
    own = directory.ListingIn.model_validate(site.model_copy(update={"services": services}).model_dump())
    listed = await a_listed(database, own)
    await correct(database, listed, listed.manager, name="Other")
    now = await version(database, listed)
    async with database.transaction(listed.manager) as db:
        said = (editing.PhoneSaid(id=phone.id, number="303-555-0103"),)
        await editing.set_service_phones(
            db, listed.manager, service_id=listed.service_id, phones=said, version=now, now=NOON
        )
    with psycopg.connect(clone.owner_dsn) as owner:
        kept = owner.execute("SELECT s.kept, p.kept, p.number FROM service s JOIN phone p ON p.service_id = s.id")
        assert kept.fetchall() == [({"y": "kept"}, {"x": "kept"}, "303-555-0103")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE edit SET act = 'other'",
        "UPDATE edit SET at = now()",
        "UPDATE edit_field SET after = '1'",
        "UPDATE edit_field SET before = NULL",
        "UPDATE edit_field SET before = NULL, after = NULL, forgotten = true, field = 'x'",
        "DELETE FROM edit",
        "DELETE FROM edit_field",
    ],
)
async def test_the_history_is_only_ever_added_to_even_by_the_owner(
    database: Database, clone: Cluster, statement: str
) -> None:
    listed = await a_listed(database)
    await correct(database, listed, listed.manager, name="Other")
    with psycopg.connect(clone.owner_dsn) as owner:
        owner.execute("SELECT set_config('doorlight.trusted', 'on', true)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(statement)


async def _hidden(database: Database, listed: Listed) -> None:
    async with database.transaction(listed.manager) as db:
        seen = await editing.location(db, listed.manager, location_id=listed.location_id)
        await editing.hide_location(db, listed.manager, location_id=listed.location_id, version=seen.version, now=NOON)


async def _imported(database: Database, listed: Listed) -> None:
    hidden = listed.listing.locations[0].model_copy(update={"confidential": True})
    await publish(database, listed.listing.model_copy(update={"locations": (hidden,)}))


async def _stated(database: Database, listed: Listed) -> None:
    now = await version(database, listed)
    async with database.transaction(listed.manager) as db:
        said = (editing.AttributeSaid(taxonomy="kind", code="DV.SHELTER"),)
        await editing.state_service_attributes(
            db, listed.manager, service_id=listed.service_id, attributes=said, version=now, now=NOON
        )


@pytest.mark.parametrize("step", [_hidden, _imported, _stated])
async def test_what_the_history_knew_of_a_place_is_forgotten_when_it_becomes_confidential(
    database: Database, clone: Cluster, step: object
) -> None:
    from tests.directory.test_confidential import leaking  # noqa: PLC0415 - it is parametrized by names of its own

    site = a_site(kinds=("SHELTER.ADULT",), name="House")
    place = site.locations[0].model_copy(update={"organization_id": site.organization.id})
    listed = await a_listed(database, site.model_copy(update={"locations": (place,)}))
    done = await correct(database, listed, listed.manager, alert="Ring at 12 Canary Street, 80202")
    await correct(database, listed, listed.manager, clear=("alert",))
    async with database.transaction(listed.manager) as db:
        seen = await editing.location(db, listed.manager, location_id=listed.location_id)
        moved = editing.LocationCorrection(name="Canary house", latitude=39.7393, longitude=-104.9848)
        await editing.correct_location(
            db, listed.manager, location_id=seen.id, correction=moved, version=seen.version, now=NOON
        )
    now = await version(database, listed)
    async with database.transaction(listed.manager) as db:  # it is there again, and was elsewhere in between
        taken = await editing.take_from_location(
            db, listed.manager, service_id=listed.service_id, location_id=listed.location_id, version=now, now=NOON
        )
        await editing.put_at_location(
            db, listed.manager, service_id=listed.service_id, location_id=listed.location_id,
            description="Canary yard", version=taken.version, now=NOON,
        )  # fmt: skip
    assert leaking(clone)
    await step(database, listed)  # type: ignore[operator]
    assert leaking(clone) == []
    acts = {one.act for one in await past(database, listed, listed.manager)}
    assert {"correct_service", "take_from_location", "put_at_location"} <= acts
    with pytest.raises(Forgotten):
        await undo(database, listed, listed.manager, done)


async def test_a_service_that_was_once_at_the_place_forgets_it_too(database: Database, clone: Cluster) -> None:
    from tests.directory.test_confidential import leaking  # noqa: PLC0415 - as above

    site = a_site(kinds=("SHELTER.ADULT",), name="House")
    place = site.locations[0].model_copy(update={"organization_id": site.organization.id})
    listed = await a_listed(database, site.model_copy(update={"locations": (place,)}))
    await correct(database, listed, listed.manager, alert="Ring at 12 Canary Street, 80202")
    await correct(database, listed, listed.manager, clear=("alert",))
    now = await version(database, listed)
    async with database.transaction(listed.manager) as db:
        await editing.take_from_location(
            db, listed.manager, service_id=listed.service_id, location_id=listed.location_id, version=now, now=NOON
        )
    await _hidden(database, listed)
    assert leaking(clone) == []


async def test_a_change_of_the_systems_is_in_the_history_without_a_person(database: Database) -> None:
    listed = await a_listed(database)
    await correct(database, listed, SYSTEM, name="Other")
    (change,) = await past(database, listed, listed.manager)
    assert (change.person_id, change.key_id) == (None, None)
