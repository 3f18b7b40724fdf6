"""Organizations, services and places: registering them, one by one or as whole listings."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller
from directory.errors import BadArea
from directory.models import (
    AccessPoint,
    Address,
    Attribute,
    Capacity,
    Closure,
    Disclosure,
    Language,
    Location,
    Organization,
    Phone,
    Row,
    Schedule,
    SearchRow,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from directory.rows.refresh import refresh
from directory.service.areas import draw, forget_unused
from directory.service.check import check_codes, check_schedules
from directory.service.flatten import Flat, taxonomy_id, term_id
from directory.service.places import SMALLEST, confidential_among, confidential_in, marked_among, telling
from directory.service.scrub import scope_of, scrub
from directory.service.sync import Change, sync
from directory.service.system import system_only
from directory.service.touched import concerned, leave_stated, lock
from directory.service.wording import Scope
from directory.taxonomy import vocabularies
from directory.views.inputs import ListingIn, LocationIn, OrganizationIn, ServiceAtLocationIn, ServiceIn

# Owners before what hangs on them.
ORDER: tuple[type[Row], ...] = (
    Organization,
    Location,
    Service,
    ServiceAtLocation,
    Address,
    Phone,
    AccessPoint,
    Language,
    Schedule,
    Closure,
    ServiceArea,
    Disclosure,
    Attribute,
    Capacity,
)


async def register_organization(
    db: AsyncSession, caller: Caller, *, organization: OrganizationIn, now: datetime
) -> list[Change]:
    """Add an organization, or make the one with that id equal to this."""
    system_only(caller)
    flat = Flat()
    flat.organization(organization)
    return await write(db, flat, now=now)


async def register_service(db: AsyncSession, caller: Caller, *, service: ServiceIn, now: datetime) -> list[Change]:
    """Add a service with all that is said of it, or make the one with that id equal to this.

    Raises:
        UnknownCode: a kind, mode or attribute that is not ours.
        BadSchedule: hours that contradict themselves.
    """
    system_only(caller)
    flat = Flat()
    flat.service(service)
    return await write(db, flat, now=now)


async def register_location(db: AsyncSession, caller: Caller, *, location: LocationIn, now: datetime) -> list[Change]:
    """Add a place, or make the one with that id equal to this. A confidential one loses point, street and ZIP here."""
    system_only(caller)
    flat = Flat()
    flat.location(location)
    return await write(db, flat, now=now)


async def place_service(db: AsyncSession, caller: Caller, *, at: ServiceAtLocationIn, now: datetime) -> list[Change]:
    """Say that a service is given at a place."""
    system_only(caller)
    flat = Flat()
    flat.service_at_location(at)
    return await write(db, flat, now=now)


async def publish(db: AsyncSession, caller: Caller, *, listings: Sequence[ListingIn], now: datetime) -> list[Change]:
    """Make whole listings stand as handed in: what is new is added, what differs changed, what is gone removed.

    A member that a listing does not mention stays as it was; an empty one is emptied. Doing it again changes
    nothing. Places of violence shelters are made confidential here, whoever hands them in.
    """
    system_only(caller)
    flat = Flat()
    for listing in listings:
        flat.organization(listing.organization)
        for location in listing.locations:
            flat.location(location)
        for service in listing.services:
            flat.service(service)
            if "services_at_locations" in listing.model_fields_set:
                flat.own(ServiceAtLocation, service_id=service.id)
        for at in listing.services_at_locations:
            flat.service_at_location(at)
    await leave_stated(db, flat)
    return await write(db, flat, now=now)


async def write(db: AsyncSession, flat: Flat, *, now: datetime) -> list[Change]:
    """Write rows in the order they hang on one another, and their search rows in the same transaction.

    Every writing verb ends here, so here it is made sure that no confidential place shows, whichever verb said what
    makes it one.
    """
    check_codes(flat)
    check_schedules(flat)
    before = await concerned(db, flat)
    await lock(db, services=before, places=flat.ids(Location) | flat.owners("location_id"))
    scope = await _hide(db, flat, before, now)
    await _ensure_terms(db, flat, now)
    moved = await _moved(db, flat)
    changes: list[Change] = []
    for model in ORDER:
        if model in flat.rows or model in flat.within:
            changes += await sync(db, model, flat.rows[model], now=now, within=flat.within[model])
    drawn = await draw(db, changes)
    touched = set(scope.services)
    if any(change.kind != "unchanged" for change in changes):
        touched |= before | await concerned(db, flat)
        hidden = await confidential_among(db, services=touched, places=flat.ids(Location))
        if hidden:
            await _refuse_telling_areas(db, hidden, drawn)
            touched |= await scrub(db, hidden, traces=scope.traces, now=now)
    if any(change.table == "service_area" and change.kind in {"changed", "removed"} for change in changes):
        await forget_unused(db)
    if moved:  # its number is free before the new owner's row takes it
        await db.execute(delete(SearchRow).where(col(SearchRow.id).in_(moved)))
    await refresh(db, service_ids=touched, now=now)
    return changes


async def _hide(db: AsyncSession, flat: Flat, services: set[UUID], now: datetime) -> Scope:
    """Take out of what is handed in whatever says where a confidential place is; forget it of one that becomes so.

    A place once confidential is not uncovered by a later import. The services are those whose rows have changed.
    """
    said = confidential_in(flat)
    stored = await marked_among(db, services=services, places=flat.ids(Location) | flat.owners("location_id"))
    hidden = {place for place, confidential in stored.items() if confidential}
    newly = {place for place, confidential in stored.items() if not confidential} & said
    scope = await scope_of(db, said | hidden)
    flat.extend(scope)
    if newly:
        await scrub(db, newly, traces=scope.traces, now=now)
    flat.hide(scope, on=now.date())
    changed = await scope_of(db, newly)
    return Scope(services=changed.services, traces=scope.traces)


async def _refuse_telling_areas(db: AsyncSession, places: set[UUID], drawn: set[UUID]) -> None:
    """Raises BadArea when an area just drawn for a service at a confidential place is too small or too round."""
    if drawn and drawn & await telling(db, await scope_of(db, places)):
        raise BadArea(
            f"A drawn area of a service at a confidential place covers at least {SMALLEST // 1_000_000} square"
            " kilometres and is no circle; a smaller one, or a centre, says where it is."
        )


async def _moved(db: AsyncSession, flat: Flat) -> set[UUID]:
    """Services at places that are handed in with another service than they had."""
    rows = {row["id"]: row["service_id"] for row in flat.rows.get(ServiceAtLocation, ())}
    if not rows:
        return set()
    stored = select(col(ServiceAtLocation.id), col(ServiceAtLocation.service_id))
    found = await db.execute(stored.where(col(ServiceAtLocation.id).in_(rows)))
    return {row.id for row in found if row.service_id != rows[row.id]}


async def _ensure_terms(db: AsyncSession, flat: Flat, now: datetime) -> None:
    ours = vocabularies()
    foreign = {pair: label for pair, label in flat.foreign_terms.items() if pair[0] not in ours}
    if not foreign:
        return
    table = TaxonomyTerm.__table__  # type: ignore[attr-defined]
    rows = [
        {
            "id": term_id(taxonomy, code),
            "taxonomy_id": taxonomy_id(taxonomy),
            "code": code,
            "name": label,
            "description": label,
            "labels": {},
            "definitions": {},
            "asks": {},
            "changed_at": now,
        }
        for (taxonomy, code), label in foreign.items()
    ]
    await ensure_taxonomies(db, {taxonomy for taxonomy, _ in foreign}, now=now)
    await db.execute(insert(table).on_conflict_do_nothing(), rows)


async def ensure_taxonomies(db: AsyncSession, codes: Iterable[str], *, now: datetime) -> None:
    """Make sure a row stands for each taxonomy; foreign ones carry codes only, never somebody's labels."""
    from_outside = [
        {
            "id": taxonomy_id(code),
            "code": code,
            "name": code,
            "description": "Codes as the source gave them.",
            "changed_at": now,
        }
        for code in sorted(codes)
    ]
    await db.execute(insert(Taxonomy.__table__).on_conflict_do_nothing(), from_outside)  # type: ignore[attr-defined]
