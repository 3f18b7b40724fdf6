"""Organizations: registered by stewards; corrected, paused, resumed and retired by whoever answers for them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from core.security import Caller
from directory.models import Service
from directory.service.editing import said
from directory.service.editing.edit import Act, Make, as_written, edit, register
from directory.service.editing.rights import allow_any
from directory.service.editing.whole import Root, Whole
from directory.service.flatten import Flat
from directory.service.scrub import rows
from directory.views.editing import OrganizationCorrection, OrganizationNew, PhoneSaid
from directory.views.history import EditedView
from directory.views.inputs import OrganizationIn
from directory.views.said import Status


async def register_organization(
    db: AsyncSession, caller: Caller, *, organization: OrganizationNew, now: datetime
) -> EditedView:
    """Add an organization.

    Raises:
        NotAllowed: not a steward.
    """
    allow_any(caller)
    own_id, flat = uuid4(), Flat()
    flat.organization(OrganizationIn(id=own_id, **organization.model_dump()))
    return await register(
        db, caller, root=Root.organization, row_id=own_id, act=Act("register_organization"), flat=flat, now=now
    )


async def correct_organization(
    db: AsyncSession,
    caller: Caller,
    *,
    organization_id: UUID,
    correction: OrganizationCorrection,
    clear: Collection[str] = (),
    version: str | None,
    now: datetime,
) -> EditedView:
    """Change the plain fields that are said, and empty those that are to be cleared."""

    async def make(whole: Whole) -> Flat:
        return said.corrected(whole, correction, clear, needed=("name", "description"), now=now)

    return await _edit(
        db,
        caller,
        organization_id=organization_id,
        version=version,
        act=Act("correct_organization"),
        make=make,
        now=now,
    )


async def set_organization_phones(
    db: AsyncSession,
    caller: Caller,
    *,
    organization_id: UUID,
    phones: Sequence[PhoneSaid],
    version: str | None,
    now: datetime,
) -> EditedView:
    """Make these the phones of an organization; a service without one of its own is reached by them."""

    async def make(whole: Whole) -> Flat:
        said.known(whole, phones, now=now)
        flat = Flat()
        flat.phones(said.phones(phones), organization_id=organization_id)
        return flat

    return await _edit(
        db,
        caller,
        organization_id=organization_id,
        version=version,
        act=Act("set_organization_phones"),
        make=make,
        now=now,
    )


async def pause_organization(
    db: AsyncSession, caller: Caller, *, organization_id: UUID, version: str | None, now: datetime
) -> EditedView:
    """Close all its services for the time being."""
    turns = {Status.active: Status.temporarily_closed}
    return await _turn(
        db, caller, organization_id=organization_id, version=version, act="pause_organization", turns=turns, now=now
    )


async def resume_organization(
    db: AsyncSession, caller: Caller, *, organization_id: UUID, version: str | None, now: datetime
) -> EditedView:
    """Open all its services again that are closed for the time being."""
    turns = {Status.temporarily_closed: Status.active}
    return await _turn(
        db, caller, organization_id=organization_id, version=version, act="resume_organization", turns=turns, now=now
    )


async def retire_organization(
    db: AsyncSession, caller: Caller, *, organization_id: UUID, version: str | None, now: datetime
) -> EditedView:
    """Take all its services out of every search, for good."""
    turns = dict.fromkeys(Status, Status.defunct)
    return await _turn(
        db, caller, organization_id=organization_id, version=version, act="retire_organization", turns=turns, now=now
    )


async def _turn(
    db: AsyncSession,
    caller: Caller,
    *,
    organization_id: UUID,
    version: str | None,
    act: str,
    turns: dict[Status, Status],
    now: datetime,
) -> EditedView:
    async def make(whole: Whole) -> Flat:
        flat = Flat()
        for row in await rows(db, Service, "id", whole.ids(Service)):
            status = turns.get(Status(row["status"]), row["status"])
            flat.rows[Service].append(as_written(row) | {"status": str(status)})
        return flat

    return await _edit(db, caller, organization_id=organization_id, version=version, act=Act(act), make=make, now=now)


async def _edit(
    db: AsyncSession,
    caller: Caller,
    *,
    organization_id: UUID,
    version: str | None,
    act: Act,
    make: Make,
    now: datetime,
) -> EditedView:
    return await edit(
        db, caller, root=Root.organization, row_id=organization_id, version=version, act=act, make=make, now=now
    )
