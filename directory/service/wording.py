"""What says where a hidden place is: one list of it, for what is handed in and for what is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, Text, inspect
from sqlalchemy.dialects.postgresql import JSONB

from directory.models import (
    AccessPoint,
    Attribute,
    Capacity,
    Closure,
    Disclosure,
    Language,
    Organization,
    Phone,
    Row,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from directory.rules.coverage import tells_where
from directory.rules.police import floor
from directory.rules.privacy import coarse_zone
from directory.rules.traces import Traces

# Everything of a place that may say where it is.
WHERE = (
    "latitude",
    "longitude",
    "name",
    "alternate_name",
    "description",
    "transportation",
    "url",
    "external_identifier",
    "external_identifier_type",
    "kept",
)
# What hangs on a hidden place, or on a service there, loses these whatever they say.
AT_PLACE: Mapping[type[Row], tuple[str, ...]] = {
    ServiceAtLocation: ("description",),
    Phone: ("description",),
    Language: ("note",),
    Schedule: ("description", "notes"),
    Closure: ("reason",),
    ServiceArea: ("description", "uri"),
}
# What is said of the services there and of their organization; owners before children.
TOLD: tuple[type[Row], ...] = (
    Organization,
    Service,
    ServiceAtLocation,
    AccessPoint,
    Phone,
    Language,
    Schedule,
    Closure,
    ServiceArea,
    Disclosure,
    Attribute,
    Capacity,
)
# Codes and names of zones, not words.
_CODES = frozenset(
    {
        "status",
        "applies_to",
        "zone",
        "freq",
        "wkst",
        "byday",
        "bymonthday",
        "holidays",
        "answer",
        "link_entity",
        "level",
        "tracing",
        "recording",
        "kind",
        "modes",
        "languages",
        "code",
        "extent_type",
        "kept",
    }
)
DOOR_KINDS = frozenset({"AP.WALKIN", "AP.STREET"})


@dataclass(slots=True)
class Scope:
    """Hidden places, what hangs on them, and the words that would give them away."""

    places: set[UUID] = field(default_factory=set)
    services: set[UUID] = field(default_factory=set)
    organizations: set[UUID] = field(default_factory=set)
    at: set[UUID] = field(default_factory=set)
    access_points: set[UUID] = field(default_factory=set)
    phones: set[UUID] = field(default_factory=set)
    near_phones: set[UUID] = field(default_factory=set)
    traces: Traces = field(default_factory=Traces)

    def owners(self, model: type[Row]) -> Iterator[tuple[str, set[UUID]]]:
        """The columns of a table that say whose a row is, and the owners whose rows are looked at."""
        if model is Organization:
            yield "id", self.organizations
            return
        if model is Service:
            yield "id", self.services
            return
        columns = inspect(model).local_table.c
        by_column = {
            "location_id": self.places,
            "service_at_location_id": self.at,
            "service_id": set() if model is ServiceAtLocation else self.services,
            "organization_id": self.organizations,
            "access_point_id": self.access_points,
            "phone_id": self.phones,
            "link_id": self.services,
        }
        yield from ((name, ids) for name, ids in by_column.items() if name in columns)

    def holds(self, model: type[Row], row: Mapping[str, Any]) -> bool:
        """Whether a row is one of those."""
        return any(row[name] in ids for name, ids in self.owners(model))

    def note(self, model: type[Row], row: Mapping[str, Any]) -> None:
        """Remember a row that others hang on."""
        if model is ServiceAtLocation:
            self.at.add(row["id"])
        elif model is AccessPoint:
            self.access_points.add(row["id"])
        elif model is Phone:
            self.phones.add(row["id"])
            if self.near(row):
                self.near_phones.add(row["id"])

    def near(self, row: Mapping[str, Any]) -> bool:
        """Whether a row hangs on a hidden place itself, or on a service at one."""
        return (
            row.get("location_id") in self.places
            or row.get("service_at_location_id") in self.at
            or row.get("phone_id") in self.near_phones
        )

    def drops(self, model: type[Row], row: Mapping[str, Any]) -> bool:
        """A way in through the door of a hidden place may not be told, nor ZIPs or miles around it."""
        if model is ServiceArea:
            return tells_where(row["extent_type"], row["extent"], row["name"])
        if model is not AccessPoint or row["service_at_location_id"] not in {None, *self.at}:
            return False
        return through_door(row)

    def bared(self, model: type[Row], row: Mapping[str, Any], *, year: int) -> dict[str, Any]:
        """What has to change in a row so that it no longer says where."""
        empty: tuple[str, ...] = ("kept", *(AT_PLACE.get(model, ()) if self.near(row) else ()))
        changed: dict[str, Any] = {name: None for name in empty if row.get(name) is not None}
        for column in _worded(model):
            value = row.get(column.name)
            if column.name in changed or not value or (column.name == "extent" and row["extent_type"] == "geojson"):
                continue
            if self.traces.found_in(value):
                changed[column.name] = self._without(column, row, value)
        if model is AccessPoint and "door" in row["modes"] and row["service_at_location_id"] in {None, *self.at}:
            changed["modes"] = [mode for mode in row["modes"] if mode != "door"]
        zone = row.get("zone")
        if zone and coarse_zone(zone, year) != zone:
            changed["zone"] = coarse_zone(zone, year)
        return changed

    def _without(self, column: Column[Any], row: Mapping[str, Any], value: Any) -> Any:
        if isinstance(value, list):
            return [one for one in value if not self.traces.found_in(one)]
        # a claim without its source is none, and some rows cannot be without their name
        if not column.nullable or (column.name == "source" and row.get("level", "PU") != "PU"):
            return self.traces.cut(value)
        return None


def through_door(row: Mapping[str, Any]) -> bool:
    """Whether one goes somewhere by this way in.

    One of police themselves, or by which professionals call, is more than its door and stays: what is known of a number
    that nobody is told of cannot be said of the service, and would be lost with it.
    """
    if row["kind"] in DOOR_KINDS:
        return True
    calls = row["kind"] == "AP.PRO" and (row["number"] or row["url"])
    return "door" in row["modes"] and floor([row["kind"]]) is None and not calls


def hidden_place(row: Mapping[str, Any], *, year: int) -> dict[str, Any]:
    """The columns of a place that is hidden."""
    zone = row["zone"] and coarse_zone(row["zone"], year)
    return dict.fromkeys(WHERE) | {"confidential": True, "precision": "confidential", "zone": zone}


def _worded(model: type[Row]) -> Iterator[Column[Any]]:
    """The columns of a table that hold words."""
    for column in inspect(model).local_table.c:
        if column.name not in _CODES and isinstance(column.type, Text | ARRAY | JSONB):
            yield column
