"""A police level rises at once. It falls only with a source and a second person of another account."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit
from core.security import Caller
from directory.errors import (
    BadEdit,
    ChangedSince,
    HidesAndFalls,
    NoSuchRow,
    NotAllowed,
    NotUndoable,
    RisesAndFalls,
    SourceNeeded,
)
from directory.models import AccessPoint, Attribute, Disclosure, PoliceFall, ServiceAtLocation
from directory.rules.police_falls import Picture, Shift, Stated, below, counting, lowest, picture, shifts
from directory.service.editing.rights import allow_some, allow_whole, may
from directory.service.editing.whole import Part, Root, Whole, load
from directory.service.flatten import term_id
from directory.taxonomy import vocabulary
from directory.views.history import FieldView, PoliceFallView

_KINDS = {term_id("kind", code): code for code in vocabulary("kind").terms}
_ATTRIBUTES = {term_id("attribute", code): code for code in vocabulary("attribute").terms}


def fallen(before: Whole, after: Whole, *, on: date, changed: Sequence[Part], hides: bool) -> list[Shift]:
    """Which levels of the service fall. `hides`: a place became confidential, and the ways through its door went.

    Raises:
        RisesAndFalls: others rise; what rises need not wait for a second person.
        HidesAndFalls: a place is hidden by it, which need not wait either.
        NotUndoable: a place takes a way in along that brings a level.
    """
    if before.root is Root.location:
        if not hides and any(part.table in {"access_point", "disclosure"} and part.field is None for part in changed):
            raise NotUndoable("Ways in hang on this place at services. Take them away there first.")
        return []
    if before.root is not Root.service:
        return []
    down, up = shifts(of(before, on=on), of(after, on=on))
    if down and hides:
        raise HidesAndFalls("Hand in what hides the place by itself; it is done at once.")
    if down and up:
        raise RisesAndFalls("Hand in what rises by itself; it is published at once.")
    return down


def not_below(down: Sequence[Shift], confirmed: str) -> None:
    """Raises ChangedSince where a level would fall below the one that two people stand for."""
    if any(below(shift.after, confirmed) for shift in down):
        raise ChangedSince({"police level"})


def of(whole: Whole, *, on: date) -> Picture:
    """What is claimed of police at a service, as it counts on that day."""
    yes = [row["taxonomy_term_id"] for row in whole.of(Attribute) if row["answer"] == "yes"]
    places = {row["id"]: row["location_id"] for row in whole.of(ServiceAtLocation)}
    return picture(
        _claims(whole, on, service_id=whole.id),
        {
            row["id"]: Stated(
                kind=row["kind"], claims=_claims(whole, on, access_point_id=row["id"]), number=row["number"],
                url=row["url"], place=places.get(row["service_at_location_id"]),
            )
            for row in whole.of(AccessPoint)
        },
        kinds=[_KINDS[term] for term in yes if term in _KINDS],
        yes=[_ATTRIBUTES[term] for term in yes if term in _ATTRIBUTES],
    )  # fmt: skip


async def propose(
    db: AsyncSession,
    caller: Caller,
    whole: Whole,
    down: Sequence[Shift],
    changed: Sequence[Part],
    *,
    act: str,
    source: str | None,
    stated_on: date | None,
    undoes: UUID | None,
    now: datetime,
) -> UUID:
    """Keep the change until a second person confirms it; that it was proposed is written into the audit.

    Raises:
        SourceNeeded: none is said. NotAllowed: no person proposes it. BadEdit: the service is new.
    """
    if not whole.rows or whole.organization_id is None:
        raise BadEdit("Register the service first; then say what is known of police.")
    if caller.id is None:
        raise NotAllowed("A police level falls only if two people say so.", act="lower")
    if source is None:
        raise SourceNeeded("Say in `source` where it can be read that police are less involved.")
    furthest, own_id = lowest(down), uuid4()
    await audit.record(
        db, caller, act="proposed", table="police_fall", row_id=own_id, columns=("proposed_by",), now=now
    )
    fall = PoliceFall(
        id=own_id, service_id=whole.id, organization_id=whole.organization_id, act=act, level_from=furthest.before,
        level_to=furthest.after, source=source, stated_on=stated_on, undoes=undoes, proposed_by=caller.id,
        proposed_for=caller.agency_id, proposed_at=now,
        fields=[
            {"table": one.table, "row_id": str(one.row_id), "field": one.field, "before": one.before,
             "after": one.after}
            for one in changed
        ],
    )  # fmt: skip
    db.add(fall)
    await db.flush()  # so that what is refused is refused here
    return fall.id


async def police_falls(db: AsyncSession, caller: Caller, *, service_id: UUID, now: datetime) -> list[PoliceFallView]:
    """Proposed falls of a service and what became of them, newest first.

    Raises:
        NotAllowed: for who may not change it. NoSuchRow: there is none.
    """
    allow_some(caller)
    whole = await load(db, Root.service, service_id)
    if whole is None:
        raise NoSuchRow("service", service_id)
    await allow_whole(db, caller, whole)
    await audit.record(
        db, caller, act="read", table="police_fall", row_id=service_id, columns=("proposed_by", "decided_by"), now=now
    )
    found = select(PoliceFall).where(col(PoliceFall.service_id) == service_id)
    return [view(one) for one in await db.scalars(found.order_by(col(PoliceFall.proposed_at).desc()))]


async def fall_of(db: AsyncSession, caller: Caller, fall_id: UUID) -> PoliceFall:
    """A proposed fall of a service that the caller may change.

    Raises:
        NotAllowed: they may change no listing. NoSuchRow: there is none such, or it is not theirs to see.
    """
    allow_some(caller)
    fall = await db.scalar(select(PoliceFall).where(col(PoliceFall.id) == fall_id))
    if fall is None or not await may(db, caller, fall.organization_id):
        raise NoSuchRow("police fall", fall_id)
    return fall


def parts_of(fall: PoliceFall) -> list[Part]:
    """What it would change."""
    return [
        Part(one["table"], UUID(one["row_id"]), one["field"], one["before"], one["after"]) for one in fall.fields or ()
    ]


def view(fall: PoliceFall) -> PoliceFallView:
    """As it is shown."""
    fields = [
        FieldView(
            table=one.table, row_id=one.row_id, field=one.field, before=one.before, after=one.after, forgotten=False
        )
        for one in parts_of(fall)
    ]
    said = fall.model_dump(include=PoliceFallView.model_fields.keys() - {"fields"})
    return PoliceFallView(**said, fields=fields)


def _claims(whole: Whole, on: date, **owner: UUID) -> list[str]:
    return [counting(row["level"], row["stated_on"], on) for row in whole.of(Disclosure, **owner)]
