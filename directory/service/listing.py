"""Organizations, services and places: registering them, one by one or as whole listings."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller
from directory.models import (
    AccessPoint,
    Address,
    Attribute,
    Capacity,
    Disclosure,
    Language,
    Location,
    Organization,
    Phone,
    Row,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from directory.rows.refresh import refresh
from directory.rules.privacy import is_confidential
from directory.service.check import check_codes, check_schedules
from directory.service.flatten import Flat, taxonomy_id, term_id
from directory.service.scrub import scrub
from directory.service.sync import Change, sync
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
    ServiceArea,
    Disclosure,
    Attribute,
    Capacity,
)


async def register_organization(
    db: AsyncSession, caller: Caller, *, organization: OrganizationIn, now: datetime
) -> list[Change]:
    """Add an organization, or make the one with that id equal to this."""
    flat = Flat()
    flat.organization(organization)
    return await write(db, flat, now=now)


async def register_service(db: AsyncSession, caller: Caller, *, service: ServiceIn, now: datetime) -> list[Change]:
    """Add a service with all that is said of it, or make the one with that id equal to this.

    Raises:
        UnknownCode: a kind, mode or attribute that is not ours.
        BadSchedule: hours that contradict themselves.
    """
    flat = Flat()
    flat.service(service)
    return await write(db, flat, now=now)


async def register_location(db: AsyncSession, caller: Caller, *, location: LocationIn, now: datetime) -> list[Change]:
    """Add a place, or make the one with that id equal to this. A confidential one loses point, street and ZIP here."""
    flat = Flat()
    flat.location(location)
    return await write(db, flat, now=now)


async def place_service(db: AsyncSession, caller: Caller, *, at: ServiceAtLocationIn, now: datetime) -> list[Change]:
    """Say that a service is given at a place."""
    flat = Flat()
    flat.service_at_location(at)
    return await write(db, flat, now=now)


async def publish(db: AsyncSession, caller: Caller, *, listings: Sequence[ListingIn], now: datetime) -> list[Change]:
    """Make whole listings stand as handed in: what is new is added, what differs changed, what is gone removed.

    A member that a listing does not mention stays as it was; an empty one is emptied. Doing it again changes
    nothing. Places of violence shelters are made confidential here, whoever hands them in.
    """
    flat = Flat()
    for listing in listings:
        flat.organization(listing.organization)
        hidden = _confidential_places(listing)
        for location in listing.locations:
            confidential = location.confidential or location.id in hidden
            flat.location(location.model_copy(update={"confidential": confidential}))
        for service in listing.services:
            flat.service(service)
            if "services_at_locations" in listing.model_fields_set:
                flat.own(ServiceAtLocation, service_id=service.id)
        for at in listing.services_at_locations:
            flat.service_at_location(at)
    return await write(db, flat, now=now)


async def write(db: AsyncSession, flat: Flat, *, now: datetime) -> list[Change]:
    """Write rows in the order they hang on one another, and their search rows in the same transaction."""
    check_codes(flat)
    check_schedules(flat)
    forgotten = await _stay_confidential(db, flat, now)
    await _ensure_terms(db, flat, now)
    changes: list[Change] = []
    for model in ORDER:
        if model in flat.rows or model in flat.within:
            changes += await sync(db, model, flat.rows[model], now=now, within=flat.within[model])
    await _draw_areas(db, changes)
    await refresh(db, service_ids=forgotten | await _touched(db, flat, changes), now=now)
    return changes


def _confidential_places(listing: ListingIn) -> set[UUID]:
    services = {service.id: service for service in listing.services}
    places = {location.id: location for location in listing.locations}
    hidden = set()
    for at in listing.services_at_locations:
        service, place = services.get(at.service_id), places.get(at.location_id)
        if (
            service
            and place
            and is_confidential(
                kinds=service.kinds,
                names=(service.name, place.name),
                texts=(
                    place.description,
                    *(line for a in place.addresses for line in (a.address_1, a.address_2, a.attention)),
                ),
            )
        ):
            hidden.add(place.id)
    return hidden


async def _stay_confidential(db: AsyncSession, flat: Flat, now: datetime) -> set[UUID]:
    """A place once confidential is not uncovered by a later import; one that becomes so is forgotten first.

    Returns the services that are given at places which were public until now.
    """
    rows = {row["id"]: row["confidential"] for row in flat.rows.get(Location, ())}
    if not rows:
        return set()
    stored = await db.execute(select(col(Location.id), col(Location.confidential)).where(col(Location.id).in_(rows)))
    hidden = {row.id: row.confidential for row in stored}
    flat.hide({place for place, confidential in hidden.items() if confidential})
    newly = [place for place, confidential in hidden.items() if rows[place] and not confidential]
    return await scrub(db, newly, now=now) if newly else set()


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


async def _draw_areas(db: AsyncSession, changes: Iterable[Change]) -> None:
    """Turn GeoJSON extents into geometries, in the database that will be asked about them."""
    drawn = [c.id for c in changes if c.table == "service_area" and c.kind in {"created", "changed"}]
    if not drawn:
        return
    geometry = func.ST_Multi(
        func.ST_CollectionExtract(func.ST_MakeValid(func.ST_GeomFromGeoJSON(ServiceArea.extent)), 3)
    )
    await db.execute(
        update(ServiceArea)
        .where(col(ServiceArea.id).in_(drawn), col(ServiceArea.extent_type) == "geojson")
        .values(geom=geometry)
    )


async def _touched(db: AsyncSession, flat: Flat, changes: Iterable[Change]) -> set[UUID]:
    """Services whose search rows may have changed."""
    if not any(change.kind != "unchanged" for change in changes):
        return set()
    services = {row["id"] for row in flat.rows.get(Service, ())}
    services |= {row["service_id"] for row in flat.rows.get(ServiceAtLocation, ())}
    places = [row["id"] for row in flat.rows.get(Location, ())]
    organizations = [row["id"] for row in flat.rows.get(Organization, ())]
    at = select(col(ServiceAtLocation.service_id)).where(col(ServiceAtLocation.location_id).in_(places))
    services |= set((await db.execute(at)).scalars()) if places else set()
    theirs = select(col(Service.id)).where(col(Service.organization_id).in_(organizations))
    services |= set((await db.execute(theirs)).scalars()) if organizations else set()
    return services
