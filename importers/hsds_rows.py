"""The four HSDS objects that are rows of a report: organization, service, location, service at location."""

from uuid import UUID

from directory import LocationIn, OrganizationIn, ServiceAtLocationIn, ServiceIn, vocabulary
from importers.hsds_contact import LOCATION_TYPES, addresses, languages, one_of, phones
from importers.hsds_facts import access_points, attributes, capacities, disclosure, service_areas, source_urls
from importers.hsds_hours import schedules, zone
from importers.item import PROSE, Item
from importers.ledger import Ledger
from importers.node import Refused

_STATUSES = ("active", "inactive", "defunct", "temporarily closed")
# Words for them met in the wild. Any other refuses the service: active might send a person to a locked door.
_SYNONYMS = {
    "temporarily_closed": "temporarily closed",
    "paused": "temporarily closed",
    "closed": "defunct",
    "permanently closed": "defunct",
    "deleted": "defunct",
    "pending": "inactive",
    "draft": "inactive",
}
_OLDEST = 150


def organization(item: Item, ledger: Ledger, own: UUID, *, invented: bool) -> OrganizationIn:
    """An organization without its services and places."""
    return item.make(
        OrganizationIn,
        id=own,
        name=item.must("name"),
        description=item.text("description", limit=PROSE) or "",
        alternate_name=item.text("alternate_name"),
        email=item.text("email"),
        website=item.url("website"),
        year_incorporated=item.whole("year_incorporated", 1000, 2200),
        legal_status=item.text("legal_status"),
        logo=item.url("logo"),
        uri=item.url("uri"),
        parent_organization_id=ledger.reference(item, "parent_organization_id", "organization"),
        invented=invented or item.said.get("invented") is True,
        phones=tuple(phones(item, ledger, own)),
    )


def service(item: Item, ledger: Ledger, own: UUID, *, organization_id: UUID, places: tuple[UUID, ...]) -> ServiceIn:
    """A service; `places` are its services at locations."""
    said = ledger.reference(item, "organization_id", "organization")
    if said not in (None, organization_id):
        item.unusable("organization_id", "names another organization than the one it stands in, which counts")
    kinds, terms = attributes(item)
    ages = {name: item.number(name, 0, _OLDEST) for name in ("minimum_age", "maximum_age")}
    return item.make(
        ServiceIn,
        id=own,
        organization_id=organization_id,
        program_id=ledger.reference(item, "program_id", "program"),
        name=item.must("name"),
        status=_status(item),
        url=item.url("url"),
        **{name: item.text(name) for name in ("alternate_name", "email", "assurer_email")},
        **{
            name: item.text(name, limit=PROSE)
            for name in (
                "description", "interpretation_services", "application_process", "fees_description",
                "accreditations", "eligibility_description", "alert",
            )
        },
        **ages,
        assured_date=item.day("assured_date"),
        last_modified=item.instant("last_modified"),
        source_urls=source_urls(item),
        stated_on=item.day("stated_on"),
        kinds=kinds,
        attributes=terms,
        phones=tuple(phones(item, ledger, own)),
        languages=tuple(languages(item, ledger, own)),
        schedules=tuple(schedules(item, ledger, own)),
        service_areas=tuple(service_areas(item, ledger, own)),
        access_points=tuple(access_points(item, ledger, own, places)),
        disclosure=disclosure(item, ledger, own),
        capacities=tuple(capacities(item, ledger, own, places)),
    )  # fmt: skip


def location(item: Item, ledger: Ledger, own: UUID, *, organization_id: UUID | None, confidential: bool) -> LocationIn:
    """A place. Half a point, a point off the earth or one at 0, 0 is no point."""
    latitude, longitude = item.number("latitude", -90, 90), item.number("longitude", -180, 180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        if item.said.get("latitude") not in (None, "") or item.said.get("longitude") not in (None, ""):
            item.row.note(
                item.row.outcome.altered, item.path, "no point that could be used; the place is imported without"
            )
            item.leave("latitude", "longitude")
        latitude = longitude = None
    said = ledger.reference(item, "organization_id", "organization")
    if said not in (None, organization_id):
        item.unusable("organization_id", "names another organization than the one it stands with")
        said = None
    for name in ("confidential", "is_confidential"):
        item.raw(name)
    return item.make(
        LocationIn,
        id=own,
        organization_id=said,
        location_type=one_of(item, "location_type", LOCATION_TYPES, "physical"),
        confidential=confidential,
        latitude=latitude,
        longitude=longitude,
        precision=one_of(item, "precision", tuple(vocabulary("precision").terms), "not_stated"),
        zone=zone(item),
        url=item.url("url"),
        **{
            name: item.text(name)
            for name in ("name", "alternate_name", "external_identifier", "external_identifier_type")
        },
        **{name: item.text(name, limit=PROSE) for name in ("description", "transportation")},
        addresses=tuple(addresses(item, ledger, own)),
        phones=tuple(phones(item, ledger, own)),
        languages=tuple(languages(item, ledger, own)),
        schedules=tuple(schedules(item, ledger, own)),
    )


def service_at_location(
    item: Item, ledger: Ledger, own: UUID, *, service_id: UUID, location_id: UUID
) -> ServiceAtLocationIn:
    """A service at a place; both were read before."""
    for name in ("service", "location", "service_id", "location_id"):
        item.raw(name)
    return item.make(
        ServiceAtLocationIn,
        id=own,
        service_id=service_id,
        location_id=location_id,
        description=item.text("description", limit=PROSE),
        phones=tuple(phones(item, ledger, own)),
        schedules=tuple(schedules(item, ledger, own)),
        service_areas=tuple(service_areas(item, ledger, own)),
    )


def _status(item: Item) -> str:
    said = item.text("status")
    if said is None:
        item.row.note(item.row.outcome.altered, item.at("status"), "missing; read as active")
        return "active"
    word = said.lower()
    if word in _STATUSES:
        return word
    if word not in _SYNONYMS:
        raise Refused(item.at("status"), f"{said[:40]!r} is not a status; HSDS has {', '.join(_STATUSES)}")
    item.alter("status", f"not a status of HSDS; read as {_SYNONYMS[word]}")
    return _SYNONYMS[word]
