"""Corrections: anybody proposes, a steward decides, and what is accepted of plain text is written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID, uuid4

from sqlalchemy import Result, Select, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit, tenancy
from core.personal import shown
from core.secrets import Ring
from core.security import Caller
from directory.errors import (
    AddressNotKept,
    BadCorrection,
    NoReason,
    NoSuchCorrection,
    NoSuchRow,
    TooManyOpen,
)
from directory.models import Correction, Location, Organization, Service, ServiceAtLocation
from directory.personal import COLUMNS as PERSONAL
from directory.queries import about, allow, correction_views, person, target, visible_to
from directory.rules.corrections import COLUMNS, DECIDES, MOST_OPEN, About, Part, State, checked, is_link, move
from directory.service.applied import apply
from directory.service.withheld import kept_of
from directory.views.corrections import Correctable, CorrectionIn, CorrectionTaken, CorrectionView

_LONGEST_REASON = 500
# Of two who propose at once each counts the other.
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('correction ' || :it, 0))")


async def correctable(db: AsyncSession, caller: Caller, *, service_id: UUID) -> Correctable:
    """A service that can be corrected.

    Raises:
        NoSuchRow: there is none, or it is not shown to this reader.
    """
    await kept_of(db, caller, {service_id}, what="service", row_id=service_id)
    found: Result[str, str] = await db.execute(
        select(col(Service.name), col(Organization.name).label("organization"))
        .join(Organization, col(Organization.id) == col(Service.organization_id))
        .where(col(Service.id) == service_id)
    )
    row = found.first()
    if row is None:
        raise NoSuchRow("service", service_id)
    hidden = await _is_hidden(db, service_id)
    return Correctable(id=service_id, name=row.name, organization=row.organization, address_hidden=hidden)


async def propose_correction(
    db: AsyncSession, caller: Caller, *, correction: CorrectionIn, ring: Ring, now: datetime
) -> CorrectionTaken:
    """Say what of a listing is not right. Nothing changes before a steward has decided.

    Raises:
        NoSuchRow: there is no such organization, service or place, the place is confidential, or what is given there is
            not shown to this reader: they answer alike.
        BadCorrection, AddressNotKept, TooManyOpen: as they say.
    """
    says = checked(correction.about, correction.part, correction.says)
    if correction.source_url and not is_link(correction.source_url):
        raise BadCorrection("Write the whole address of the page, with https:// in front.", where="source_url")
    ids = await _ids(db, correction)
    await kept_of(db, caller, await _services(db, correction), what=correction.about.value, row_id=correction.id)
    if correction.part is Part.address and ids.get("service_id") and await _is_hidden(db, ids["service_id"]):
        raise AddressNotKept("Please write nothing of where it is.", where="part")
    await db.execute(_ALONE, {"it": str(correction.id)})
    await _not_too_many(db, ids)
    own_id = uuid4()
    contact = correction.contact and ring.seal(correction.contact, row=own_id, column="correction.contact")
    # Not through the session's own rows: it is not read back, for the public may not see it.
    await db.execute(
        insert(Correction.__table__).inline(),  # type: ignore[attr-defined]
        {
            **ids, "id": own_id, "field": correction.part, "says": says, "note": correction.note or None,
            "source_url": correction.source_url or None, "contact": contact or None, "state": State.proposed,
            "asked_by": caller.id, "key_id": caller.key_id, "asked_at": now,
        },
    )  # fmt: skip
    columns = ("says", "contact") if contact else ("says",)
    await audit.record(db, caller, act="write", table="correction", row_id=own_id, columns=columns, now=now)
    return CorrectionTaken(id=own_id, asked_at=now)


async def correction(
    db: AsyncSession, caller: Caller, *, correction_id: UUID, ring: Ring, now: datetime
) -> CorrectionView:
    """One of them; to a steward also how to reach whoever proposed it, which is written into the audit first.

    Raises:
        NotAllowed: not a person. NoSuchCorrection: none that the caller can see.
    """
    person(caller)
    row = await _row(db, caller, correction_id, lock=False)
    contact = None
    if row.contact is not None and not caller.roles.isdisjoint(DECIDES):
        await _noted(db, caller, row, act="read", column="contact", now=now)
        contact = shown(row.contact, to=caller, registry=PERSONAL, ring=ring, row=row.id, column="correction.contact")
    (view,) = await correction_views(db, caller, [row], contact=contact)
    return view


async def decide_correction(
    db: AsyncSession, caller: Caller, *, correction_id: UUID, accepted: bool, reason: str | None, now: datetime
) -> CorrectionView:
    """Accept it, which writes what is plain text; or refuse it, and say why.

    Raises:
        NotAllowed: no steward. NoSuchCorrection, CorrectionNotOpen, NoReason: as they say.
    """
    allow(caller, DECIDES)
    row = await _row(db, caller, correction_id, lock=True)
    said = " ".join((reason or "").split())
    if len(said) > _LONGEST_REASON or not (said or accepted):
        raise NoReason(f"In at most {_LONGEST_REASON} characters.")
    _close(row, State.accepted if accepted else State.refused, caller, said or None, now)
    of, column = about(row), COLUMNS[about(row)].get(Part(row.field))
    await db.flush()
    if accepted and column is not None:
        await apply(db, caller, about=of, row_id=target(row), column=column, value=row.says, now=now)
    await _noted(db, caller, row, act="write", column="state", now=now)
    (view,) = await correction_views(db, caller, [row])
    return view


async def withdraw_correction(
    db: AsyncSession, caller: Caller, *, correction_id: UUID, now: datetime
) -> CorrectionView:
    """Whoever proposed it takes it back; one that was decided stays as it is.

    Raises:
        NotAllowed: not a person. NoSuchCorrection: none that the caller proposed.
    """
    person(caller)
    row = await _row(db, caller, correction_id, lock=True)
    if row.asked_by != caller.id:
        raise NoSuchCorrection
    if State(row.state) is State.proposed:
        _close(row, State.withdrawn, caller, None, now)
        await _noted(db, caller, row, act="write", column="state", now=now)
    (view,) = await correction_views(db, caller, [row])
    return view


async def _ids(db: AsyncSession, said: CorrectionIn) -> dict[str, Any]:
    """What it is about, and whose listing that is."""
    found: Select[Any]
    match said.about:
        case About.organization:
            found = select(col(Organization.id)).where(col(Organization.id) == said.id)
        case About.service:
            found = select(col(Service.organization_id)).where(col(Service.id) == said.id)
        case About.location:
            public = col(Location.confidential).is_(False)
            found = select(col(Location.organization_id)).where(col(Location.id) == said.id, public)
    row = (await db.execute(found)).first()
    if row is None:
        raise NoSuchRow(said.about.value, said.id)
    of: UUID | None = row[0]
    ids: dict[str, Any] = {"organization_id": of, "service_id": None, "location_id": None}
    return ids if said.about is About.organization else ids | {f"{said.about}_id": said.id}


async def _services(db: AsyncSession, said: CorrectionIn) -> set[UUID]:
    """The services that it is about: itself, or those of an organization or at a place."""
    match said.about:
        case About.service:
            return {said.id}
        case About.organization:
            return set(await db.scalars(select(col(Service.id)).where(col(Service.organization_id) == said.id)))
        case About.location:
            at = select(col(ServiceAtLocation.service_id)).where(col(ServiceAtLocation.location_id) == said.id)
            return set(await db.scalars(at))


async def _is_hidden(db: AsyncSession, service_id: UUID) -> bool:
    """Whether a service is given at a confidential place."""
    found = await db.scalar(
        select(col(Location.id))
        .join(ServiceAtLocation, col(ServiceAtLocation.location_id) == col(Location.id))
        .where(col(ServiceAtLocation.service_id) == service_id, col(Location.confidential))
        .limit(1)
    )
    return found is not None


async def _not_too_many(db: AsyncSession, ids: Mapping[str, Any]) -> None:
    same = [getattr(Correction, name).is_not_distinct_from(value) for name, value in ids.items()]
    waiting = select(func.count()).select_from(Correction).where(*same, col(Correction.state) == State.proposed)
    async with tenancy.trusted(db):
        many = await db.scalar(waiting) or 0
    if many >= MOST_OPEN:
        raise TooManyOpen("A steward reads them first. Call the service, if you can.")


async def _row(db: AsyncSession, caller: Caller, correction_id: UUID, *, lock: bool) -> Correction:
    wanted = select(Correction).where(visible_to(caller, Correction), col(Correction.id) == correction_id)
    row = await db.scalar(wanted.with_for_update() if lock else wanted)
    if row is None:
        raise NoSuchCorrection
    return row


def _close(row: Correction, to: State, caller: Caller, reason: str | None, now: datetime) -> None:
    row.state = move(State(row.state), to)
    row.decided_by, row.decided_at, row.reason = caller.id, now, reason


async def _noted(
    db: AsyncSession, caller: Caller, row: Correction, *, act: LiteralString, column: str, now: datetime
) -> None:
    await audit.record(db, caller, act=act, table="correction", row_id=row.id, columns=(column,), now=now)
