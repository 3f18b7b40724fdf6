"""A listing as it is stored, for whoever asks: without what is for professionals, and places that are for nobody."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller
from directory.errors import NoSuchRow
from directory.models import (
    AccessPoint,
    Address,
    Attribute,
    Closure,
    Disclosure,
    Language,
    Location,
    Phone,
    Row,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from directory.rules.numbers import called, in_full
from directory.service.editing.rights import may
from directory.service.editing.whole import Root, Stored, Whole, load
from directory.service.withheld import kept_of, tells
from directory.views.listing import (
    AccessPointView,
    AddressView,
    AttributeView,
    ClosureView,
    DisclosureView,
    LanguageView,
    LocationView,
    MenuView,
    OrganizationView,
    PhoneView,
    ScheduleView,
    ServiceAreaView,
    ServiceAtLocationView,
    ServiceView,
)

V = TypeVar("V", bound=BaseModel)  # 3.11 is the floor: no type parameters yet
_PROFESSIONAL = "AP.PRO"


async def service(db: AsyncSession, caller: Caller, *, service_id: UUID) -> ServiceView:
    """A service with all that is said of it.

    Raises:
        NoSuchRow: there is none, or it has chosen not to be shown to this caller.
    """
    whole = await _loaded(db, Root.service, service_id)
    await kept_of(db, caller, {service_id}, what=Root.service, row_id=service_id)
    theirs = await may(db, caller, whole.organization_id)
    kept: set[str] = set() if theirs else await _professional(db, {service_id})
    owner = {"service_id": service_id}
    points = [row for row in whole.of(AccessPoint) if theirs or row["kind"] != _PROFESSIONAL]
    places = await db.execute(
        select(col(Location.id), col(Location.confidential)).where(
            col(Location.id).in_(whole.ids(ServiceAtLocation, "location_id"))
        )
    )
    hidden = {row.id: row.confidential for row in places}
    confirmed = await db.scalar(select(col(Service.confirmed_at)).where(col(Service.id) == service_id))
    return ServiceView(
        **_said(ServiceView, whole.row),
        version=whole.version,
        confirmed_at=confirmed,
        phones=_phones(whole, kept, **owner),
        languages=_all(LanguageView, whole, Language, **owner),
        schedules=_all(ScheduleView, whole, Schedule, **owner),
        closures=_all(ClosureView, whole, Closure, **owner),
        service_areas=_all(ServiceAreaView, whole, ServiceArea, **owner),
        access_points=tuple(_access_point(whole, row) for row in points),
        disclosure=_disclosure(whole, **owner),
        attributes=await _attributes(db, whole, theirs=theirs),
        service_at_locations=tuple(
            _at(whole, row, kept, confidential=hidden[row["location_id"]]) for row in whole.of(ServiceAtLocation)
        ),
    )


async def location(db: AsyncSession, caller: Caller, *, location_id: UUID) -> LocationView:
    """A place.

    Raises:
        NoSuchRow: there is none, it is confidential and not the caller's to change, or nothing there is shown to them.
    """
    whole = await _loaded(db, Root.location, location_id)
    theirs = await may(db, caller, whole.organization_id)
    if whole.row["confidential"] and not theirs:
        raise NoSuchRow("location", location_id)
    services = whole.ids(ServiceAtLocation, "service_id")
    withheld = await kept_of(db, caller, services, what=Root.location, row_id=location_id)
    # also of services that are withheld: a number that is nobody's to call is not shown to the police first
    kept: set[str] = set() if theirs else await _professional(db, services)
    owner = {"location_id": location_id}
    return LocationView(
        **_said(LocationView, whole.row),
        version=_version(whole, withheld, theirs=theirs),
        addresses=_all(AddressView, whole, Address, **owner),
        phones=_phones(whole, kept, **owner),
        languages=_all(LanguageView, whole, Language, **owner),
        schedules=_all(ScheduleView, whole, Schedule, **owner),
        closures=_all(ClosureView, whole, Closure, **owner),
        service_ids=tuple(sorted(services - withheld)),
    )


async def organization(db: AsyncSession, caller: Caller, *, organization_id: UUID) -> OrganizationView:
    """An organization.

    Raises:
        NoSuchRow: there is none, or none of its services is shown to this caller.
    """
    whole = await _loaded(db, Root.organization, organization_id)
    theirs = await may(db, caller, organization_id)
    services = whole.ids(Service)
    withheld = await kept_of(db, caller, services, what=Root.organization, row_id=organization_id)
    kept: set[str] = set() if theirs else await _professional(db, services)
    return OrganizationView(
        **_said(OrganizationView, whole.row),
        version=_version(whole, withheld, theirs=theirs),
        phones=_phones(whole, kept, organization_id=organization_id),
        service_ids=tuple(sorted(services - withheld)),
    )


async def _loaded(db: AsyncSession, root: Root, row_id: UUID) -> Whole:
    whole = await load(db, root, row_id)
    if whole is None:
        raise NoSuchRow(root, row_id)
    return whole


def _version(whole: Whole, withheld: set[UUID], *, theirs: bool) -> str:
    """Of what they are shown; who may change it names the version of all that is stored."""
    return (whole if theirs else whole.without(withheld)).version


async def _professional(db: AsyncSession, services: Collection[UUID]) -> set[str]:
    """Numbers that only professionals may use; standing in a list of phones does not make one public."""
    numbers = select(col(AccessPoint.number)).where(
        col(AccessPoint.service_id).in_(services), col(AccessPoint.kind) == _PROFESSIONAL
    )
    return {one for number in await db.scalars(numbers) if number for one in called(number)}


async def _attributes(db: AsyncSession, whole: Whole, *, theirs: bool) -> tuple[AttributeView, ...]:
    """What is stated of it and told to whoever asks."""
    rows = whole.of(Attribute)
    found: Any = await db.execute(
        select(col(TaxonomyTerm.id), col(TaxonomyTerm.code), col(Taxonomy.code).label("taxonomy"))
        .join(Taxonomy, col(Taxonomy.id) == col(TaxonomyTerm.taxonomy_id))
        .where(col(TaxonomyTerm.id).in_(whole.ids(Attribute, "taxonomy_term_id")))
    )
    terms = {row.id: {"taxonomy": row.taxonomy, "code": row.code} for row in found}
    return tuple(
        AttributeView(
            **terms[row["taxonomy_term_id"]],
            answer=row["answer"],
            value=row["value"],
            source=row["source"],
            stated_on=row["stated_on"],
            confirmed=row["confirmed_by"] is not None,
        )
        for row in rows
        if tells(terms[row["taxonomy_term_id"]]["taxonomy"], theirs=theirs)
    )


def _access_point(whole: Whole, row: Stored) -> AccessPointView:
    menu: Mapping[str, str] = row["menu_path"] or {}
    return AccessPointView(
        **_said(AccessPointView, row, but="menu_path"),
        menu_path=tuple(MenuView(language=language, text=text) for language, text in sorted(menu.items())),
        schedules=_all(ScheduleView, whole, Schedule, access_point_id=row["id"]),
        disclosure=_disclosure(whole, access_point_id=row["id"]),
    )


def _at(whole: Whole, row: Stored, kept: set[str], *, confidential: bool) -> ServiceAtLocationView:
    owner = {"service_at_location_id": row["id"]}
    return ServiceAtLocationView(
        id=row["id"],
        location_id=row["location_id"],
        confidential=confidential,
        description=row["description"],
        phones=_phones(whole, kept, **owner),
        schedules=_all(ScheduleView, whole, Schedule, **owner),
        closures=_all(ClosureView, whole, Closure, **owner),
        service_areas=_all(ServiceAreaView, whole, ServiceArea, **owner),
    )


def _phones(whole: Whole, kept: set[str], **owner: UUID) -> tuple[PhoneView, ...]:
    return tuple(
        PhoneView(**_said(PhoneView, row), languages=_all(LanguageView, whole, Language, phone_id=row["id"]))
        for row in whole.of(Phone, **owner)
        if kept.isdisjoint(called(row["number"]) | called(in_full(row["number"], row["extension"])))
    )


def _disclosure(whole: Whole, **owner: UUID) -> DisclosureView | None:
    rows = whole.of(Disclosure, **owner)
    return DisclosureView(**_said(DisclosureView, rows[0])) if rows else None


def _all(view: type[V], whole: Whole, model: type[Row], **owner: UUID) -> tuple[V, ...]:
    return tuple(view(**_said(view, row)) for row in whole.of(model, **owner))


def _said(view: type[BaseModel], row: Stored, *, but: str | None = None) -> dict[str, Any]:
    """The columns of a row that the view shows as they are."""
    return {name: row[name] for name in view.model_fields if name in row and name != but}
