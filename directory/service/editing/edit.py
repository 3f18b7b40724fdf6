"""The one way to change a listing.

Lock it, ask whether this caller may, hold the version that they read against the one that is stored, write, and put
what changed into the history; or nothing of it, where a police level would fall.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller
from directory.errors import (
    ChangedSince,
    HidesAndFalls,
    NoSuchRow,
    NotAllowed,
    RisesAndFalls,
    Stale,
    VersionMissing,
)
from directory.models import Address, Attribute, Location, Organization, Service, ServiceAtLocation
from directory.rules.editing import REVIEWED
from directory.rules.police_falls import Shift
from directory.service.editing import falls, history
from directory.service.editing.doors import at_doors, record_carried
from directory.service.editing.rights import allow, allow_some, allow_whole
from directory.service.editing.whole import MODELS, Part, Root, Whole, load, nothing, parts
from directory.service.flatten import Flat, term_id
from directory.service.listing import write
from directory.service.places import marked_among
from directory.service.touched import lock
from directory.views.history import EditedView

# What is wanted of what is stored: the rows that are to stand in place of those.
Make = Callable[[Whole], Awaitable[Flat]]
_REVIEWED = frozenset(term_id("attribute", code) for code in REVIEWED)


@dataclass(frozen=True, slots=True)
class Act:
    """What is done, by what it is called in the history; and what else there is to know of it.

    `places`: places of which services are put or taken away. `source`, `stated_on`: why a police level may fall.
    `confirms`: the level that a second person has confirmed. `reviews`: somebody of the community has.
    """

    name: str
    places: Collection[UUID] = ()
    source: str | None = None
    stated_on: date | None = None
    undoes: UUID | None = None
    confirms: str | None = None
    reviews: bool = False


async def edit(
    db: AsyncSession,
    caller: Caller,
    *,
    root: Root,
    row_id: UUID,
    version: str | None,
    act: Act,
    make: Make,
    now: datetime,
) -> EditedView:
    """Change a listing that there is.

    Raises:
        NotAllowed: not this caller. NoSuchRow: there is none. VersionMissing, Stale: as they say.
        And whatever the rows that are made run into.
    """
    if not act.reviews:
        allow_some(caller)
    await hold(db, root, row_id, act.places)
    before = await load(db, root, row_id)
    if before is None:
        raise NoSuchRow(root, row_id)
    if not act.reviews:
        await allow_whole(db, caller, before)
    if version is None:
        raise VersionMissing
    if version != before.version:
        raise Stale
    flat = await make(before)
    _keep(flat, before)
    return await _written(db, caller, before=before, flat=flat, act=act, now=now)


async def register(
    db: AsyncSession, caller: Caller, *, root: Root, row_id: UUID, act: Act, flat: Flat, now: datetime
) -> EditedView:
    """Add a listing that there was not. Whoever calls this has asked whether the caller may."""
    return await _written(db, caller, before=nothing(root, row_id), flat=flat, act=act, now=now)


async def _written(
    db: AsyncSession, caller: Caller, *, before: Whole, flat: Flat, act: Act, now: datetime
) -> EditedView:
    coming = {*act.places, *(row["location_id"] for row in flat.rows.get(ServiceAtLocation, ()))}
    known, hidden = await _hidden(db, before), await _hidden(db, before, coming)
    doors = await at_doors(db, before, coming) if _may_hide(before, flat) else []
    async with db.begin_nested() as attempt:
        await write(db, flat, now=now)
        after = await load(db, before.root, before.id)
        assert after is not None  # noqa: S101 - no edit takes the root away
        changed = parts(before, after)
        if before.rows and after.organization_id != before.organization_id:
            await allow(db, caller, after.organization_id)
        _review(changed, after, act)
        hidden_now = await _hidden(db, after)
        hides = bool(hidden_now - hidden)
        fallen = _fallen(before, after, act, changed, hides=hides, on=now.date())
        held = bool(fallen) and act.confirms is None
        if held:
            await attempt.rollback()
    if held:
        pending = await falls.propose(
            db, caller, before, fallen, changed, act=act.name, source=act.source, stated_on=act.stated_on,
            undoes=act.undoes, now=now,
        )  # fmt: skip
        return EditedView(id=before.id, version=before.version, change_id=None, pending=pending)
    if not changed:
        return EditedView(id=before.id, version=after.version, change_id=None)
    change = await history.record(
        db, caller, act=act.name, whole=after, parts=changed, hides=bool(hidden_now - known), undoes=act.undoes, now=now
    )
    if hides:
        await record_carried(db, caller, act=act.name, doors=doors, now=now)
    return EditedView(id=before.id, version=after.version, change_id=change)


def _fallen(before: Whole, after: Whole, act: Act, changed: Sequence[Part], *, hides: bool, on: date) -> list[Shift]:
    """Which levels fall; of a fall that is confirmed no more than was proposed, and nothing beside it.

    Raises:
        ChangedSince: it would be more by now. And as `falls.fallen` says.
    """
    try:
        fallen = falls.fallen(before, after, on=on, changed=changed, hides=hides)
    except (HidesAndFalls, RisesAndFalls) as more:
        if act.confirms is None:
            raise
        raise ChangedSince({"police level"}) from more  # whoever confirms can take nothing out of it
    if act.confirms is not None:
        falls.not_below(fallen, act.confirms)
    return fallen


def _may_hide(before: Whole, flat: Flat) -> bool:
    """Whether the place, who is there or what they are called changes; nothing else hides a place."""
    if not before.rows or any(flat.rows.get(model) for model in (Address, Attribute, Location, ServiceAtLocation)):
        return True
    root = next(row for row in flat.rows[MODELS[before.root]] if row["id"] == before.id)
    return any(before.row.get(name) != value for name, value in root.items())


async def hold(db: AsyncSession, root: Root, row_id: UUID, places: Collection[UUID] = ()) -> None:
    """Services before places before organizations, as every writer does.

    With those that are given at the same places: where one is hidden, what they say of its door goes, and none of them
    may say more of it meanwhile.
    """
    given = [*places, *([row_id] if root is Root.location else [])]
    mine = {
        Root.organization: col(Service.organization_id) == row_id,
        Root.service: col(Service.id) == row_id,
        Root.location: col(Service.id).is_(None),
    }[root]
    at = select(col(ServiceAtLocation.location_id)).where(
        col(ServiceAtLocation.service_id).in_(select(col(Service.id)).where(mine))
    )
    here = or_(col(ServiceAtLocation.location_id).in_(given), col(ServiceAtLocation.location_id).in_(at))
    there = select(col(ServiceAtLocation.service_id)).where(here)
    services = set(await db.scalars(select(col(Service.id)).where(or_(mine, col(Service.id).in_(there)))))
    await lock(db, services=services, places=given)
    if root is Root.organization:
        await db.execute(select(col(Organization.id)).where(col(Organization.id) == row_id).with_for_update())


async def _hidden(db: AsyncSession, whole: Whole, more: Collection[UUID] = ()) -> set[UUID]:
    places = whole.ids(Location) | whole.ids(ServiceAtLocation, "location_id") | set(more)
    services = whole.ids(Service)
    if not places and not services:
        return set()
    return {place for place, hidden in (await marked_among(db, services=services, places=places)).items() if hidden}


def _keep(flat: Flat, before: Whole) -> None:
    """Rows that stay keep what of them is not modelled. The root is always among them: its search rows follow."""
    for model, rows in flat.rows.items():
        stored = before.rows.get(model, {})
        for row in rows:
            if row["id"] in stored and row.get("kept") is None and "kept" in stored[row["id"]]:
                row["kept"] = stored[row["id"]]["kept"]
    root = MODELS[before.root]
    if before.id not in flat.ids(root):
        flat.rows[root].append(as_written(before.row))


def as_written(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stored row as it can be handed in again."""
    return {name: value for name, value in row.items() if name != "changed_at"}


def _review(changed: Sequence[Part], after: Whole, act: Act) -> None:
    """Only somebody of the community lets a term that they confirm be confirmed.

    Raises:
        NotAllowed: that was tried otherwise.
    """
    stored = after.rows.get(Attribute, {})
    for part in changed:
        confirmed = part.field == "confirmed_by" or part.field is None
        if part.table != "attribute" or not confirmed or act.reviews or part.row_id not in stored:
            continue
        row = stored[part.row_id]
        if row["taxonomy_term_id"] in _REVIEWED and row["confirmed_by"] is not None:
            raise NotAllowed("A community reviewer confirms that.", act="review")
