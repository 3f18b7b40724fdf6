"""Everything that is said of some services, read in a dozen statements however many there are."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy import inspect

from directory.models import (
    AccessPoint,
    Address,
    Capacity,
    Closure,
    Disclosure,
    Language,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Table,
)
from directory.rows.areas import Resolved, resolve

Said = Mapping[str, Any]
_OWNERS = (
    "access_point_id",
    "service_at_location_id",
    "service_id",
    "location_id",
    "organization_id",
    "phone_id",
)
_TERMS: LiteralString = """
SELECT attribute.link_id, taxonomy.code AS taxonomy, taxonomy_term.code, attribute.answer, attribute.value,
       attribute.stated_on, attribute.confirmed_by
FROM attribute
JOIN taxonomy_term ON taxonomy_term.id = attribute.taxonomy_term_id
JOIN taxonomy ON taxonomy.id = taxonomy_term.taxonomy_id
WHERE attribute.link_id = ANY(%s) ORDER BY attribute.id
"""


@dataclass(slots=True)
class Material:
    """Rows by id, and children by the id of what they hang on; `areas` by the id of the service area."""

    services: dict[UUID, Said]
    organizations: dict[UUID, Said]
    places: dict[UUID, Said]
    at: Mapping[UUID, list[Said]]
    terms: Mapping[UUID, list[Said]]
    children: dict[str, Mapping[UUID, list[Said]]]
    areas: Mapping[UUID, Resolved] = field(default_factory=dict)

    def of(self, table: str, *owners: UUID | None) -> list[Said]:
        """The rows of a table that hang on any of these owners, nearest owner first."""
        by_owner = self.children[table]
        if not by_owner:
            return []
        return [row for owner in owners if owner is not None and owner in by_owner for row in by_owner[owner]]


async def gather(driver: AsyncConnection[Any], service_ids: Collection[UUID]) -> Material:
    """Read all that search rows of these services are made of."""
    services = await _where(driver, Service, id=service_ids)
    at_rows = await _where(driver, ServiceAtLocation, service_id=service_ids)
    points = await _where(driver, AccessPoint, service_id=service_ids)
    owners: dict[str, Collection[UUID]] = {
        "service_id": service_ids,
        "service_at_location_id": {row["id"] for row in at_rows},
        "location_id": {row["location_id"] for row in at_rows},
        "organization_id": {row["organization_id"] for row in services},
        "access_point_id": {row["id"] for row in points},
    }
    children: dict[str, Mapping[UUID, list[Said]]] = {"access_point": _by_owner(points)}
    for model in (Phone, Schedule, Closure, Disclosure, Address, Capacity):
        children[str(model.__tablename__)] = _by_owner(await _where(driver, model, **owners))
    areas = await _where(driver, ServiceArea, **owners)
    children["service_area"] = _by_owner(areas)
    phone_ids = {row["id"] for rows in children["phone"].values() for row in rows}
    children["language"] = _by_owner(await _where(driver, Language, **owners, phone_id=phone_ids))
    return Material(
        services=_by_id(services),
        organizations=_by_id(await _where(driver, Organization, id=owners["organization_id"])),
        places=_by_id(await _where(driver, Location, id=owners["location_id"])),
        at=_by(at_rows, "service_id"),
        terms=_by(await _rows(driver, SQL(_TERMS), [list(service_ids)]), "link_id"),
        children=children,
        areas=await resolve(driver, areas),
    )


async def _where(driver: AsyncConnection[Any], model: type[Table], **owners: Collection[UUID]) -> list[Said]:
    """Rows in which any of these columns, as far as the table has them, holds one of the ids; by id."""
    table = inspect(model).local_table
    wanted = {name: list(ids) for name, ids in owners.items() if name in table.c and ids}
    if not wanted:
        return []
    # geometries would come back as bytes nobody here needs
    columns = SQL(", ").join(Identifier(column.name) for column in table.c if column.name != "geom")
    matches = SQL(" OR ").join(SQL("{} = ANY(%s)").format(Identifier(name)) for name in wanted)
    statement = SQL("SELECT {} FROM {} WHERE {} ORDER BY id").format(columns, Identifier(table.name), matches)
    return await _rows(driver, statement, list(wanted.values()))


async def _rows(driver: AsyncConnection[Any], statement: SQL | Composed, values: list[list[UUID]]) -> list[Said]:
    async with driver.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statement, values)
        return list(await cursor.fetchall())


def _by_id(rows: list[Said]) -> dict[UUID, Said]:
    return {row["id"]: row for row in rows}


def _by(rows: list[Said], column: str) -> dict[UUID, list[Said]]:
    found: defaultdict[UUID, list[Said]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _by_owner(rows: list[Said]) -> dict[UUID, list[Said]]:
    found: defaultdict[UUID, list[Said]] = defaultdict(list)
    for row in rows:
        owner = next((row[name] for name in _OWNERS if row.get(name) is not None), None)
        if owner is not None:
            found[owner].append(row)
    return found
