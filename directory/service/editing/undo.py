"""Undo an edit, which is an edit; and decide on a police level that would fall."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit
from core.security import Caller
from directory.errors import AlreadyDecided, Forgotten, NoSuchRow, NotAllowed, SamePerson
from directory.models import PoliceFall, Service
from directory.service.editing.edit import Act, as_written, edit
from directory.service.editing.falls import fall_of, parts_of, view
from directory.service.editing.history import edit_of
from directory.service.editing.restore import back, restored
from directory.service.editing.rights import allow_some, may
from directory.service.editing.whole import Part, Root, Whole
from directory.service.flatten import Flat
from directory.service.scrub import rows
from directory.views.history import EditedView, PoliceFallView


async def undo(
    db: AsyncSession,
    caller: Caller,
    *,
    change_id: UUID,
    source: str | None = None,
    version: str | None,
    now: datetime,
) -> EditedView:
    """Put back what an edit changed. `source`: why a police level may fall by it, where one does.

    Raises:
        NoSuchRow: there is no such change of a listing that is theirs. ChangedSince: a field has changed since.
        Forgotten: a confidential place stood there. NotUndoable: the listing was registered by it.
    """
    allow_some(caller)
    done, parts, forgotten = await edit_of(db, change_id)
    if not await may(db, caller, done.organization_id):
        raise NoSuchRow("change", change_id)
    if forgotten:
        raise Forgotten("What was there before was forgotten when a place was made confidential.")
    wanted = back(parts)
    act = Act("undo", places=_places(parts), source=source, undoes=change_id)
    return await _restore(
        db, caller, root=Root(done.root), row_id=done.root_id, wanted=wanted, act=act, version=version, now=now
    )


async def confirm_fall(
    db: AsyncSession, caller: Caller, *, fall_id: UUID, version: str | None, now: datetime
) -> EditedView:
    """A second person stands for it that a police level is lower: now it falls.

    Raises:
        SamePerson: who proposed it, or a machine. AlreadyDecided, Forgotten: as they say.
        ChangedSince: a field has; or more would fall than was proposed, or something else rise or be hidden by it.
    """
    fall = await _decidable(db, caller, fall_id)
    act = Act(fall.act, places=_places(parts_of(fall)), undoes=fall.undoes, confirms=fall.level_to)
    edited = await _restore(
        db, caller, root=Root.service, row_id=fall.service_id, wanted=parts_of(fall), act=act, version=version, now=now
    )
    await _decide(db, caller, fall_id, state="confirmed", now=now, edit_id=edited.change_id)
    return edited


async def reject_fall(db: AsyncSession, caller: Caller, *, fall_id: UUID, now: datetime) -> PoliceFallView:
    """It stays as it is published. Who proposed it may take it back so.

    Raises:
        AlreadyDecided: it was confirmed or rejected before.
    """
    fall = await fall_of(db, caller, fall_id)
    await _decide(db, caller, fall_id, state="rejected", now=now)
    await db.refresh(fall)
    return view(fall)


async def _restore(
    db: AsyncSession,
    caller: Caller,
    *,
    root: Root,
    row_id: UUID,
    wanted: list[Part],
    act: Act,
    version: str | None,
    now: datetime,
) -> EditedView:
    async def make(whole: Whole) -> Flat:
        services: Mapping[UUID, Mapping[str, Any]] = {}
        if root is Root.organization:
            services = {row["id"]: as_written(row) for row in await rows(db, Service, "id", whole.ids(Service))}
        return restored(whole, wanted, services)

    return await edit(db, caller, root=root, row_id=row_id, version=version, act=act, make=make, now=now)


async def _decidable(db: AsyncSession, caller: Caller, fall_id: UUID) -> PoliceFall:
    fall = await fall_of(db, caller, fall_id)
    if caller.id is None:
        raise NotAllowed("People decide on that, not machines.", act="confirm")
    if caller.id == fall.proposed_by:
        raise SamePerson("You proposed it yourself. Ask somebody else who may change this listing.")
    if fall.state == "forgotten":
        raise Forgotten("What was proposed was forgotten when a place was made confidential.")
    if fall.state != "proposed":
        raise AlreadyDecided(f"It was {fall.state} before.", state=fall.state)
    return fall


async def _decide(
    db: AsyncSession, caller: Caller, fall_id: UUID, *, state: LiteralString, now: datetime, edit_id: UUID | None = None
) -> None:
    await audit.record(db, caller, act=state, table="police_fall", row_id=fall_id, columns=("decided_by",), now=now)
    decided = {"decided_by": caller.id, "decided_at": now, "state": state, "edit_id": edit_id}
    done = await db.execute(
        update(PoliceFall)
        .where(col(PoliceFall.id) == fall_id, col(PoliceFall.state) == "proposed")
        .values(**decided)
        .returning(col(PoliceFall.id))
        .execution_options(synchronize_session=False)
    )
    if done.first() is None:
        raise AlreadyDecided("Somebody was faster.")


def _places(parts: list[Part]) -> set[UUID]:
    """Places at which a service is put again, or taken from."""
    rows_ = [row for one in parts if one.table == "service_at_location" and one.field is None
             for row in (one.before, one.after) if row is not None]  # fmt: skip
    return {UUID(row["location_id"]) for row in rows_}
