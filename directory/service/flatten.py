"""What was handed in as a tree, as rows of tables: the one place that knows which child hangs on which owner."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import inspect

from core.geo import Point
from core.zones import zone_at
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
)
from directory.rules.freshness import capacity_expires
from directory.rules.traces import Traces
from directory.service.carried import carried, carries
from directory.service.sync import Values
from directory.service.wording import TOLD, Scope, hidden_place
from directory.views.inputs import (
    AccessPointIn,
    AttributeIn,
    CapacityIn,
    DisclosureIn,
    LanguageIn,
    LocationIn,
    OrganizationIn,
    PhoneIn,
    ScheduleIn,
    ServiceAreaIn,
    ServiceAtLocationIn,
    ServiceIn,
)
from directory.views.said import Input

_NAMESPACE = uuid5(NAMESPACE_URL, "https://doorlight.example/terms")
# Never written by an import or an edit.
_OURS = {"changed_at", "confirmed_at", "check_due", "overdue_since", "geom", "drawn_id"}


def term_id(taxonomy: str, code: str) -> UUID:
    """The id of a taxonomy's term; the same on every installation."""
    return uuid5(_NAMESPACE, f"{taxonomy}:{code}")


def taxonomy_id(taxonomy: str) -> UUID:
    """The id of a taxonomy; the same on every installation."""
    return uuid5(_NAMESPACE, taxonomy)


class Flat:
    """Rows by table, and whose children they are."""

    def __init__(self) -> None:
        self.rows: defaultdict[type[Row], list[Values]] = defaultdict(list)
        # table -> owner column -> owners whose rows in that table are all here
        self.within: defaultdict[type[Row], dict[str, set[UUID]]] = defaultdict(lambda: defaultdict(set))
        self.foreign_terms: dict[tuple[str, str], str] = {}

    def add(self, model: type[Row], value: Input, **owner: Any) -> None:
        """One row, with every column that the table and the input share; the rest empty."""
        columns = inspect(model).local_table.c
        row: Values = {}
        for column in columns:
            if column.name in _OURS or column.identity is not None:
                continue
            read = owner[column.name] if column.name in owner else getattr(value, column.name, None)
            row[column.name] = list(read) if isinstance(read, tuple) else read
        self.rows[model].append(row)

    def own(self, model: type[Row], **owner: UUID) -> None:
        """Declare that every row of this owner in that table has been added."""
        for column, owner_id in owner.items():
            self.within[model][column].add(owner_id)

    def ids(self, model: type[Row]) -> set[UUID]:
        """The rows of a table that are handed in."""
        return {row["id"] for row in self.rows.get(model, ())}

    def owners(self, column: str) -> set[UUID]:
        """Everything that rows handed in hang on by this column, also owners that have none."""
        named = {row[column] for rows in self.rows.values() for row in rows if row.get(column) is not None}
        return named.union(*(owned.get(column, ()) for owned in self.within.values()))

    def organization(self, value: OrganizationIn) -> None:
        self.add(Organization, value)
        if _says(value, "phones"):
            self.phones(value.phones, organization_id=value.id)

    def location(self, value: LocationIn) -> None:
        """A confidential one keeps its zone, lines and hours; where it is goes before anything is written."""
        if value.zone is None and value.latitude is not None and value.longitude is not None:
            value = value.model_copy(update={"zone": zone_at(Point(value.latitude, value.longitude))})
        self.add(Location, value)
        if value.confidential or _says(value, "addresses"):
            self.own(Address, location_id=value.id)
        for address in value.addresses:
            self.add(Address, address, location_id=value.id)
        if _says(value, "phones"):
            self.phones(value.phones, location_id=value.id)
        if _says(value, "languages"):
            self.languages(value.languages, location_id=value.id)
        if _says(value, "schedules"):
            self.schedules(value.schedules, zone=value.zone, location_id=value.id)

    def extend(self, scope: Scope) -> None:
        """Add to what hangs on hidden places what is handed in of it, and the words that would give them away."""
        at = [row for row in self.rows.get(ServiceAtLocation, ()) if row["location_id"] in scope.places]
        scope.at |= {row["id"] for row in at}
        scope.services |= {row["service_id"] for row in at}
        services = [row for row in self.rows.get(Service, ()) if row["id"] in scope.services]
        places = [row for row in self.rows.get(Location, ()) if row["id"] in scope.places]
        scope.organizations |= {row["organization_id"] for row in (*services, *places) if row["organization_id"]}
        owners = [row for row in self.rows.get(Organization, ()) if row["id"] in scope.organizations]
        known = [name for row in (*services, *owners) for name in (row["name"], row["alternate_name"])]
        for place in places:
            theirs = [row for row in self.rows.get(Address, ()) if row["location_id"] == place["id"]]
            scope.traces |= Traces.of(place, theirs, known=known)

    def hide(self, scope: Scope, *, on: date) -> None:
        """Take out of the rows whatever could say where these places are."""
        if not scope.places:
            return
        for row in self.rows.get(Location, ()):
            if row["id"] in scope.places:
                row.update(hidden_place(row, year=on.year))
        self.rows[Address] = [row for row in self.rows.get(Address, ()) if row["location_id"] not in scope.places]
        for (taxonomy, code), label in self.foreign_terms.items():
            if scope.traces.found_in(label):
                self.foreign_terms[taxonomy, code] = code
        for model in (one for one in TOLD if one in self.rows):
            dropped = {row["id"] for row in self.rows[model] if scope.holds(model, row) and scope.drops(model, row)}
            if dropped:
                self._drop(model, dropped, on=on)
            for row in self.rows[model]:
                if scope.holds(model, row):
                    scope.note(model, row)
                    row.update(scope.bared(model, row, year=on.year))

    def _drop(self, model: type[Row], ids: set[UUID], *, on: date) -> None:
        """Leave rows out, with what hangs on them where they are ways in; their services keep what police is about."""
        gone = {row["id"]: row for row in self.rows[model] if row["id"] in ids}
        self.rows[model] = [row for row in self.rows[model] if row["id"] not in ids]
        if model is AccessPoint:
            self._carry({way_id: row["service_id"] for way_id, row in gone.items() if carries(row)}, on=on)
        for child in (Schedule, Disclosure):
            self.rows[child] = [row for row in self.rows.get(child, ()) if row.get("access_point_id") not in ids]

    def _carry(self, of: Mapping[UUID, UUID], *, on: date) -> None:
        """Say of services what is claimed of these ways in, where all that is claimed of the service is here."""
        said = self.within[Disclosure].get("service_id", ())
        claims = self.rows.get(Disclosure, [])
        for row in claims:
            service_id = of.get(row["access_point_id"])
            if service_id in said:
                own = next((one for one in claims if one["service_id"] == service_id), None)
                (row if own is None else own).update(carried(own, row, on=on, service_id=service_id))

    def service(self, value: ServiceIn) -> None:
        self.add(Service, value)
        if _says(value, "phones"):
            self.phones(value.phones, service_id=value.id)
        if _says(value, "languages"):
            self.languages(value.languages, service_id=value.id)
        if _says(value, "schedules"):
            self.schedules(value.schedules, service_id=value.id)
        if _says(value, "service_areas"):
            self.areas(value.service_areas, service_id=value.id)
        if _says(value, "access_points"):
            self.access_points(value.access_points, service_id=value.id)
        if _says(value, "disclosure"):
            self.disclosure(value.disclosure, service_id=value.id)
        if _says(value, "kinds", "attributes"):
            kinds = tuple(AttributeIn(taxonomy="kind", code=kind) for kind in value.kinds)
            self.attributes((*kinds, *value.attributes), link_id=value.id)
        if _says(value, "capacities"):
            self.capacities(value.capacities, service_id=value.id)

    def service_at_location(self, value: ServiceAtLocationIn) -> None:
        self.add(ServiceAtLocation, value)
        if _says(value, "phones"):
            self.phones(value.phones, service_at_location_id=value.id)
        if _says(value, "schedules"):
            self.schedules(value.schedules, service_at_location_id=value.id)
        if _says(value, "service_areas"):
            self.areas(value.service_areas, service_at_location_id=value.id)

    def phones(self, values: Iterable[PhoneIn], **owner: UUID) -> None:
        self.own(Phone, **owner)
        for phone in values:
            self.add(Phone, phone, **owner)
            self.languages(phone.languages, phone_id=phone.id)

    def languages(self, values: Iterable[LanguageIn], **owner: UUID) -> None:
        self.own(Language, **owner)
        for language in values:
            self.add(Language, language, **owner)

    def schedules(self, values: Iterable[ScheduleIn], *, zone: str | None = None, **owner: UUID) -> None:
        self.own(Schedule, **owner)
        for schedule in values:
            self.add(Schedule, schedule, zone=schedule.zone or zone, **owner)

    def areas(self, values: Iterable[ServiceAreaIn], **owner: UUID) -> None:
        self.own(ServiceArea, **owner)
        for area in values:
            self.add(ServiceArea, area, **owner)

    def access_points(self, values: Iterable[AccessPointIn], *, service_id: UUID) -> None:
        self.own(AccessPoint, service_id=service_id)
        for point in values:
            self.add(AccessPoint, point, service_id=service_id)
            self.schedules(point.schedules, zone=point.zone, access_point_id=point.id)
            self.disclosure(point.disclosure, access_point_id=point.id)

    def disclosure(self, value: DisclosureIn | None, **owner: UUID) -> None:
        self.own(Disclosure, **owner)
        if value is not None:
            self.add(Disclosure, value, **owner)

    def attributes(self, values: Iterable[AttributeIn], *, link_id: UUID, stated_by: str | None = None) -> None:
        """What a source says of a service; and in what capacity, once a person stated it."""
        self.own(Attribute, link_id=link_id)
        for value in values:
            term = term_id(value.taxonomy, value.code)
            self.foreign_terms.setdefault((value.taxonomy, value.code), value.label or value.code)
            row_id = uuid5(link_id, f"{term}:{value.value or ''}")
            self.add(
                Attribute,
                value,
                id=row_id,
                link_id=link_id,
                link_entity="service",
                taxonomy_term_id=term,
                stated_by=stated_by,
                confirmed_by=None,
                kept=None,
            )

    def capacities(self, values: Iterable[CapacityIn], *, service_id: UUID) -> None:
        self.own(Capacity, service_id=service_id)
        for value in values:
            expires = value.expires_at or capacity_expires(value.as_of)
            self.add(Capacity, value, service_id=service_id, expires_at=expires)


def _says(value: Input, *members: str) -> bool:
    """Whether any of these was handed in. What a source does not mention stays as it was; an empty list empties it."""
    return not value.model_fields_set.isdisjoint(members)
