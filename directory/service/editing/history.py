"""The history of listings: written beside every edit, read by who may edit, and forgotten where a place is hidden."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Uuid, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit
from core.security import Caller
from core.tenancy import trusted
from directory.errors import NoSuchRow
from directory.models import Edit, EditField, PoliceFall
from directory.service.editing.rights import allow_some, allow_whole
from directory.service.editing.whole import Part, Root, Whole, load
from directory.views.history import ChangeView, FieldView

# What says nothing of where something is, whatever stands in it: codes, dates and numbers.
_TELLS_NOTHING = (
    *("status", "answer", "level", "tracing", "recording", "kind", "modes", "languages", "stated_on", "stated_by"),
    *("applies_to", "freq", "wkst", "byday", "bymonthday", "interval", "count", "holidays", "dtstart", "until"),
    *("opens_at", "closes_at", "valid_from", "valid_to", "starts_at", "ends_at", "minimum_age", "maximum_age"),
    *("confirmed_by", "confidential", "precision", "location_type"),
)
_MOST = 200


async def record(
    db: AsyncSession,
    caller: Caller,
    *,
    act: str,
    whole: Whole,
    parts: Sequence[Part],
    hides: bool,
    undoes: UUID | None = None,
    now: datetime,
) -> UUID:
    """Say who changed what. `hides`: a place became confidential by it, so that what was there before is not kept."""
    own_id = uuid4()
    # Not through the session's own rows: who writes an entry may not be one who reads it.
    await db.execute(
        insert(Edit.__table__).inline(),  # type: ignore[attr-defined]
        {
            "id": own_id, "act": act, "root": whole.root, "root_id": whole.id, "organization_id": whole.organization_id,
            "person_id": caller.id, "key_id": caller.key_id, "agency_id": caller.agency_id, "at": now, "undoes": undoes,
        },
    )  # fmt: skip
    rows = [_row(own_id, part, forgets=hides and part.field not in _TELLS_NOTHING) for part in parts]
    await db.execute(insert(EditField.__table__).inline(), rows)  # type: ignore[attr-defined]
    return own_id


async def history(db: AsyncSession, caller: Caller, *, root: Root, row_id: UUID, now: datetime) -> list[ChangeView]:
    """What was changed of a listing and by whom, newest first; that it was read is written into the audit.

    Raises:
        NotAllowed: for who may not change it. NoSuchRow: there is none.
    """
    allow_some(caller)
    whole = await load(db, root, row_id)
    if whole is None:
        raise NoSuchRow(root, row_id)
    await allow_whole(db, caller, whole)
    await audit.record(db, caller, act="read", table="edit", row_id=row_id, columns=("person_id",), now=now)
    found = select(Edit).where(col(Edit.root_id) == row_id).order_by(col(Edit.at).desc(), col(Edit.id)).limit(_MOST)
    edits = list(await db.scalars(found))
    ids = [one.id for one in edits]
    fields: dict[UUID, list[EditField]] = {}
    asked = select(EditField).where(col(EditField.edit_id).in_(ids)).order_by(col(EditField.id))
    for one in await db.scalars(asked):
        fields.setdefault(one.edit_id, []).append(one)
    undone = await db.execute(select(col(Edit.undoes), col(Edit.id)).where(col(Edit.undoes).in_(ids)))
    undone_by: dict[UUID | None, UUID] = {row.undoes: row.id for row in undone}
    return [_view(one, fields.get(one.id, ()), undone_by.get(one.id)) for one in edits]


async def edit_of(db: AsyncSession, change_id: UUID) -> tuple[Edit, list[Part], bool]:
    """An edit that the transaction may see, what it changed, and whether a part of that was forgotten.

    Raises:
        NoSuchRow: there is none, or it is not theirs to see.
    """
    edit = await db.scalar(select(Edit).where(col(Edit.id) == change_id))
    if edit is None:
        raise NoSuchRow("change", change_id)
    rows = list(await db.scalars(select(EditField).where(col(EditField.edit_id) == change_id)))
    parts = [Part(one.table, one.row_id, one.field, one.before, one.after) for one in rows]
    return edit, parts, any(one.forgotten for one in rows)


async def forget(
    db: AsyncSession, *, places: Collection[UUID], services: Collection[UUID], touched: Iterable[UUID]
) -> None:
    """Empty what the history of these, and of what ever was at these places, holds; but codes, dates and numbers."""
    at = [str(place) for place in places]
    here = literal([*places, *services, *touched], ARRAY(Uuid))
    async with trusted(db):  # whoever made the place confidential need not be one who sees the history
        moved = select(col(EditField.edit_id)).where(
            or_(*(col(column)["location_id"].astext.in_(at) for column in (EditField.before, EditField.after)))
        )
        roots = select(col(Edit.root_id)).where(col(Edit.id).in_(moved))
        theirs = select(col(Edit.id)).where(or_(col(Edit.root_id) == here.any_(), col(Edit.root_id).in_(roots)))
        await db.execute(
            update(EditField)
            .where(
                or_(col(EditField.edit_id).in_(theirs), col(EditField.row_id) == here.any_()),
                or_(
                    col(EditField.field).is_(None),
                    col(EditField.field).not_in(_TELLS_NOTHING),
                ),
                ~col(EditField.forgotten),
            )
            .values(before=None, after=None, forgotten=True)
            .execution_options(synchronize_session=False)
        )
        await db.execute(
            update(PoliceFall)
            .where(or_(col(PoliceFall.service_id) == here.any_(), col(PoliceFall.service_id).in_(roots)))
            .where(col(PoliceFall.state) != "forgotten")
            .values(fields=None, source=None, state="forgotten")
            .execution_options(synchronize_session=False)
        )


def _row(edit_id: UUID, part: Part, *, forgets: bool) -> dict[str, Any]:
    return {
        "edit_id": edit_id, "table": part.table, "row_id": part.row_id, "field": part.field,
        "before": None if forgets else part.before, "after": None if forgets else part.after, "forgotten": forgets,
    }  # fmt: skip


def _view(edit: Edit, fields: Iterable[EditField], undone_by: UUID | None) -> ChangeView:
    return ChangeView(
        id=edit.id, act=edit.act, at=edit.at, person_id=edit.person_id, key_id=edit.key_id, agency_id=edit.agency_id,
        undoes=edit.undoes, undone_by=undone_by,
        fields=[FieldView.model_validate(one, from_attributes=True) for one in fields],
    )  # fmt: skip
