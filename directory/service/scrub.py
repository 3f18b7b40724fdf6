"""Forget where places are: their points and streets, and everything of ours that quoted them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, delete, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from directory.models import (
    AccessPoint,
    Address,
    ImportEntry,
    Location,
    Organization,
    Row,
    SearchWord,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from directory.rules.traces import Traces
from directory.service.areas import forget_unused
from directory.service.carried import carry
from directory.service.editing.history import forget
from directory.service.places import telling
from directory.service.proposals import forget_proposals
from directory.service.wording import TOLD, Scope, hidden_place

Stored = Mapping[str, Any]
_COMMON = 1_000


async def scrub(
    db: AsyncSession, places: Collection[UUID], *, now: datetime, traces: Traces | None = None
) -> set[UUID]:
    """Make these places confidential in every table but the search rows; the services that are given there.

    Gone with their points and addresses: what was kept of them, of their services and organizations; every text of
    those in which the street, the ZIP, the point or the name is found; areas drawn around one house, and circles; what
    reports of imports, corrections and the history of edits quoted; and those words among the words that are searched
    for. Queued work carries ids only, so there is nothing in it to forget. Lines stay, and areas that are no list of
    ZIPs and no circle around the house; and what is claimed of police at the door is claimed of the service now.
    """
    scope = await scope_of(db, places, traces=traces)
    gone = await db.scalars(delete(Address).where(col(Address.location_id).in_(places)).returning(col(Address.id)))
    touched = {*scope.places, *scope.services, *scope.organizations, *gone}
    for row in await rows(db, Location, "id", scope.places):
        hidden = {name: value for name, value in hidden_place(row, year=now.year).items() if row[name] != value}
        if hidden:
            await _change(db, Location, row["id"], hidden, now)
    for model in TOLD:
        touched |= await _scrub_table(db, model, scope, now)
    await forget_proposals(db, scope)
    await db.execute(delete(ServiceArea).where(col(ServiceArea.id).in_(await telling(db, scope))))
    await forget_unused(db)
    await forget(db, places=scope.places, services=scope.services, touched=touched)
    ids = literal([*touched], ARRAY(Uuid))
    await db.execute(
        update(ImportEntry)
        .where(col(ImportEntry.object_ids).op("&&")(ids), col(ImportEntry.detail).is_not(None))
        .values(detail=None)
    )
    # Rows written anew add those words again that are still said; what many rows hold gives nothing away.
    words = func.unnest(literal(sorted(scope.traces.words), ARRAY(Text)))
    await db.execute(
        delete(SearchWord).where(
            col(SearchWord.word).in_(select(func.doorlight_fold(words))), col(SearchWord.rows) < _COMMON
        )
    )
    return scope.services


async def scope_of(db: AsyncSession, places: Collection[UUID], *, traces: Traces | None = None) -> Scope:
    """What is stored around these places, and the words that would give them away."""
    scope = Scope(places=set(places), traces=traces or Traces())
    for at in await rows(db, ServiceAtLocation, "location_id", scope.places):
        scope.at.add(at["id"])
        scope.services.add(at["service_id"])
    services = await rows(db, Service, "id", scope.services)
    stored = await rows(db, Location, "id", scope.places)
    scope.organizations |= {row["organization_id"] for row in services}
    scope.organizations |= {row["organization_id"] for row in stored if row["organization_id"]}
    organizations = await rows(db, Organization, "id", scope.organizations)
    known = [name for row in (*services, *organizations) for name in (row["name"], row["alternate_name"])]
    addresses = await rows(db, Address, "location_id", scope.places)
    for place in stored:
        theirs = [row for row in addresses if row["location_id"] == place["id"]]
        scope.traces |= Traces.of(place, theirs, known=known)
    return scope


async def rows(db: AsyncSession, model: type[Row], column: str, ids: Collection[UUID]) -> list[Stored]:
    """The stored rows of a table whose column holds one of these."""
    if not ids:
        return []
    table = model.__table__  # type: ignore[attr-defined]
    columns = [one for one in table.c if one.name != "geom"]
    found = await db.execute(select(*columns).where(table.c[column].in_(ids)))
    return [dict(row) for row in found.mappings()]


async def _scrub_table(db: AsyncSession, model: type[Row], scope: Scope, now: datetime) -> set[UUID]:
    table = model.__table__  # type: ignore[attr-defined]
    owned = [table.c[name].in_(ids) for name, ids in scope.owners(model) if ids]
    if not owned:
        return set()
    columns = [one for one in table.c if one.name != "geom"]
    found = [dict(row) for row in (await db.execute(select(*columns).where(or_(*owned)))).mappings()]
    if model is AccessPoint:
        await carry(db, [row for row in found if scope.drops(model, row)], now=now)
    for row in found:
        if scope.drops(model, row):
            await db.execute(delete(table).where(table.c.id == row["id"]))
            continue
        scope.note(model, row)
        changed = scope.bared(model, row, year=now.year)
        if changed:
            await _change(db, model, row["id"], changed, now)
    return {row["id"] for row in found}


async def _change(db: AsyncSession, model: type[Row], row_id: UUID, values: Stored, now: datetime) -> None:
    table = model.__table__  # type: ignore[attr-defined]
    await db.execute(update(table).where(table.c.id == row_id).values(**values, changed_at=now))
