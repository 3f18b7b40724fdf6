"""A listing with all that hangs on it, as it is stored: what an edit is held against, and what its version is of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table as SqlTable
from sqlalchemy import inspect, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from directory.models import (
    AccessPoint,
    Address,
    Attribute,
    Closure,
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

Stored = Mapping[str, Any]


class Root(StrEnum):
    """What is edited as one."""

    organization = "organization"
    service = "service"
    location = "location"


MODELS: Mapping[Root, type[Row]] = {
    Root.organization: Organization,
    Root.service: Service,
    Root.location: Location,
}
_SAID = (Phone, Schedule, Closure, ServiceArea, Disclosure)
# Owners before what hangs on them; each is found by the columns that name an owner found before.
_PARTS: Mapping[Root, tuple[type[Row], ...]] = {
    Root.organization: (Service, Phone, Language),
    Root.service: (ServiceAtLocation, AccessPoint, *_SAID, Attribute, Language),
    Root.location: (ServiceAtLocation, AccessPoint, Address, *_SAID, Language),
}
_OWNERS: Mapping[Root, tuple[str, ...]] = {
    Root.organization: ("organization_id",),
    Root.service: ("service_id", "link_id"),
    Root.location: ("location_id",),
}
_NAMED: Mapping[type[Row], str] = {
    ServiceAtLocation: "service_at_location_id",
    AccessPoint: "access_point_id",
    Phone: "phone_id",
}
# Moved by confirmations, jobs and drawing, not by edits.
_NOT_EDITED = frozenset({"geom", "drawn_id", "confirmed_at", "check_due", "overdue_since"})
# Of an organization's services only what the organization's own verbs change.
_OF_SERVICES = ("id", "status")


@dataclass(frozen=True, slots=True)
class Part:
    """What one field is before and after; without a field, the whole row."""

    table: str
    row_id: UUID
    field: str | None
    before: Any
    after: Any


@dataclass(slots=True)
class Whole:
    """Rows by table and id."""

    root: Root
    id: UUID
    rows: dict[type[Row], dict[UUID, Stored]] = field(default_factory=dict)

    @property
    def row(self) -> Stored:
        """The row that all others hang on."""
        return self.rows[MODELS[self.root]][self.id]

    @property
    def organization_id(self) -> UUID | None:
        """Whose listing it is; None of a place that nobody is said to run."""
        return self.id if self.root is Root.organization else self.row["organization_id"]

    @property
    def version(self) -> str:
        """Another one after every change."""
        said = [
            [name, [_plain(row) for _, row in sorted(rows.items())]]
            for name, rows in sorted((str(model.__tablename__), rows) for model, rows in self.rows.items())
        ]
        return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]

    def without(self, services: Collection[UUID]) -> "Whole":
        """The same as if these services were not, with all that hangs on them here."""
        gone = {"service_id": set(services), "link_id": set(services)}
        found = Whole(self.root, self.id)
        for model, rows in self.rows.items():
            found.rows[model] = {
                row_id: row
                for row_id, row in rows.items()
                if not (model is Service and row_id in services)
                and not any(row.get(name) in ids for name, ids in gone.items())
            }
            if model in _NAMED:
                gone[_NAMED[model]] = rows.keys() - found.rows[model].keys()
        return found

    def of(self, model: type[Row], **owner: UUID | None) -> list[Stored]:
        """The rows of a table, where asked for those of this owner alone, by id."""
        rows = sorted(self.rows.get(model, {}).items())
        return [row for _, row in rows if all(row[name] == value for name, value in owner.items())]

    def ids(self, model: type[Row], column: str = "id") -> set[UUID]:
        """What stands in that column of the rows of a table."""
        return {row[column] for row in self.rows.get(model, {}).values()}


async def load(db: AsyncSession, root: Root, row_id: UUID) -> Whole | None:
    """All that is stored of it; None where there is nothing."""
    found = Whole(root, row_id, {MODELS[root]: await _rows(db, MODELS[root], {"id": {row_id}})})
    if row_id not in found.rows[MODELS[root]]:
        return None
    owners: dict[str, set[UUID]] = {name: {row_id} for name in _OWNERS[root]}
    for model in _PARTS[root]:
        rows = await _rows(db, model, owners)
        if root is Root.organization and model is Service:
            rows = {each: {name: row[name] for name in _OF_SERVICES} for each, row in rows.items()}
        found.rows[model] = rows
        if model in _NAMED:
            owners[_NAMED[model]] = set(rows)
    return found


def nothing(root: Root, row_id: UUID) -> Whole:
    """What stands before something is registered."""
    return Whole(root, row_id)


def parts(before: Whole, after: Whole) -> list[Part]:
    """What differs, field by field."""
    found: list[Part] = []
    for model in {**before.rows, **after.rows}:
        was, is_ = before.rows.get(model, {}), after.rows.get(model, {})
        table = str(model.__tablename__)
        for row_id in sorted({*was, *is_}):
            old, new = _compared(was.get(row_id)), _compared(is_.get(row_id))
            if old is None or new is None:
                found.append(Part(table, row_id, None, old, new))
                continue
            found += [Part(table, row_id, name, old[name], new[name]) for name in old if old[name] != new[name]]
    return found


def _compared(row: Stored | None) -> dict[str, Any] | None:
    return None if row is None else {name: value for name, value in _plain(row).items() if name != "changed_at"}


def _plain(row: Stored) -> dict[str, Any]:
    """A row as JSON holds it."""
    read: dict[str, Any] = orjson.loads(orjson.dumps(dict(row)))
    return read


async def _rows(db: AsyncSession, model: type[Row], owners: Mapping[str, Collection[UUID]]) -> dict[UUID, Stored]:
    table: SqlTable = inspect(model).local_table
    wanted = [table.c[name].in_(ids) for name, ids in owners.items() if name in table.c and ids]
    if not wanted:
        return {}
    columns = [one for one in table.c if one.name not in _NOT_EDITED]
    found = await db.execute(select(*columns).where(or_(*wanted)))
    return {row["id"]: dict(row) for row in found.mappings()}
