"""Which stored places are confidential by what is said of them and of the services given there."""

from collections.abc import Collection
from math import pi
from uuid import UUID

from geoalchemy2 import Geography
from sqlalchemy import cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from directory.models import (
    Address,
    Area,
    Attribute,
    Location,
    Organization,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from directory.rules.privacy import CONFIDENTIAL_KINDS, is_confidential, place_marked
from directory.service.flatten import Flat, term_id
from directory.service.wording import Scope

# Square metres. A drawn area around one house says where the house is.
SMALLEST = 25_000_000
# How round an area may be: its size over that of a circle with its border. A hexagon has 0.91, a circle of eight
# corners 0.95, and whoever sees a circle knows its centre, whatever its size. Where the house truly is decides nothing,
# or what is refused would tell.
ROUNDEST = 0.93
_SPOKEN = ("name", "alternate_name", "description", "transportation")


async def confidential_among(db: AsyncSession, *, services: Collection[UUID], places: Collection[UUID]) -> set[UUID]:
    """The confidential ones of these places and of the places of these services, read from what is stored."""
    if not services and not places:
        return set()
    at = (
        await db.execute(
            select(ServiceAtLocation, Service, Organization)
            .join(Service, col(Service.id) == col(ServiceAtLocation.service_id))
            .join(Organization, col(Organization.id) == col(Service.organization_id))
            .where(or_(col(ServiceAtLocation.service_id).in_(services), col(ServiceAtLocation.location_id).in_(places)))
            .execution_options(populate_existing=True)
        )
    ).all()
    ids = {*places, *(row.ServiceAtLocation.location_id for row in at)}
    stored = await db.scalars(
        select(Location).where(col(Location.id).in_(ids)).execution_options(populate_existing=True)
    )
    found = {place.id: place for place in stored}
    kinds = await _kinds(db, {row.Service.id for row in at})
    addresses: dict[UUID, list[dict[str, object]]] = {}
    for address in await db.scalars(
        select(Address).where(col(Address.location_id).in_(ids)).execution_options(populate_existing=True)
    ):
        addresses.setdefault(address.location_id, []).append(address.model_dump(mode="json"))
    hidden = set()
    for place in found.values():
        said = place.model_dump(mode="json", include={*_SPOKEN})
        said["addresses"] = addresses.get(place.id, [])
        if place.confidential or place_marked(said) or place_marked(place.kept or {}):
            hidden.add(place.id)
    for row in at:
        place = found[row.ServiceAtLocation.location_id]
        names = (
            row.Organization.name,
            row.Organization.alternate_name,
            row.Service.name,
            row.Service.alternate_name,
            place.name,
            place.alternate_name,
        )
        texts = (row.ServiceAtLocation.description,)
        if is_confidential(kinds=kinds.get(row.Service.id, ()), names=names, texts=texts):
            hidden.add(place.id)
    return hidden


def confidential_in(flat: Flat) -> set[UUID]:
    """The places that are confidential by what is handed in alone."""
    places = {row["id"]: row for row in flat.rows.get(Location, ())}
    services = {row["id"]: row for row in flat.rows.get(Service, ())}
    organizations = {row["id"]: row for row in flat.rows.get(Organization, ())}
    terms = {term_id("kind", code): code for code in CONFIDENTIAL_KINDS}
    kinds = {
        row["link_id"]: terms.get(row["taxonomy_term_id"], "")
        for row in flat.rows.get(Attribute, ())
        if row["taxonomy_term_id"] in terms and row["answer"] == "yes"
    }
    addresses: dict[UUID, list[dict[str, object]]] = {}
    for row in flat.rows.get(Address, ()):
        addresses.setdefault(row["location_id"], []).append(row)
    hidden = set()
    for place in places.values():
        said = {name: place[name] for name in _SPOKEN} | {"addresses": addresses.get(place["id"], [])}
        if place["confidential"] or place_marked(said) or place_marked(place["kept"] or {}):
            hidden.add(place["id"])
    for at in flat.rows.get(ServiceAtLocation, ()):
        service = services.get(at["service_id"], {})
        said_of = (
            organizations.get(service.get("organization_id", at["id"]), {}),
            service,
            places.get(at["location_id"], {}),
        )
        names = [one.get(name) for one in said_of for name in ("name", "alternate_name")]
        kind = kinds.get(at["service_id"])
        if is_confidential(kinds=(kind,) if kind else (), names=names, texts=(at["description"],)):
            hidden.add(at["location_id"])
    return hidden


async def marked_among(db: AsyncSession, *, services: Collection[UUID], places: Collection[UUID]) -> dict[UUID, bool]:
    """The stored ones of these places and of the places of these services, and whether they are hidden already."""
    theirs = select(col(ServiceAtLocation.location_id)).where(col(ServiceAtLocation.service_id).in_(services))
    wanted = or_(col(Location.id).in_(places), col(Location.id).in_(theirs))
    found = await db.execute(select(col(Location.id), col(Location.confidential)).where(wanted))
    return {row.id: row.confidential for row in found}


async def telling(db: AsyncSession, scope: Scope) -> set[UUID]:
    """Drawn areas around hidden places that say where these are: small ones, and circles."""
    size, border = func.ST_Area(cast(Area.geom, Geography)), func.ST_Perimeter(cast(Area.geom, Geography))
    theirs = or_(col(ServiceArea.service_id).in_(scope.services), col(ServiceArea.service_at_location_id).in_(scope.at))
    found = await db.scalars(
        select(col(ServiceArea.id))
        .join(Area, col(Area.id) == col(ServiceArea.drawn_id))
        .where(theirs, or_(size < SMALLEST, 4 * pi * size > ROUNDEST * border * border))
    )
    return set(found)


async def _kinds(db: AsyncSession, services: Collection[UUID]) -> dict[UUID, set[str]]:
    said = (
        select(col(Attribute.link_id), col(TaxonomyTerm.code))
        .join(TaxonomyTerm, col(TaxonomyTerm.id) == col(Attribute.taxonomy_term_id))
        .join(Taxonomy, col(Taxonomy.id) == col(TaxonomyTerm.taxonomy_id))
        .where(col(Attribute.link_id).in_(services), col(Attribute.answer) == "yes", col(Taxonomy.code) == "kind")
    )
    kinds: dict[UUID, set[str]] = {}
    for service, code in await db.execute(said):
        kinds.setdefault(service, set()).add(code)
    return kinds
