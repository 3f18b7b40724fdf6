"""Reading what is not public of the directory: who answers for which listing, and what is proposed to correct."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import access, tenancy
from core.security import Caller, Role
from directory.models import Claim, Correction, Location, Organization, Row, Service
from directory.rules import corrections as rules
from directory.rules.claims import SEES, TRIES, State, Way, stands
from directory.rules.corrections import ANSWERS, COLUMNS, About, Part
from directory.views.claims import ClaimView
from directory.views.corrections import CorrectionView


def visible_to(caller: Caller, of: type[Claim | Correction]) -> ColumnElement[bool]:
    """Which rows of these a caller may see; the only place that says so.

    A steward's are everybody's. Claims: those of the agency they act for. Corrections: their own, and those of the
    listings that their agency answers for, where they keep them. Their own are of no agency, so who is vouched for by
    one agency's provider does not see what the same person proposed elsewhere: that provider could be lying.
    """
    if caller.roles & {Role.system, Role.steward}:
        return true()
    agency = col(Claim.agency_id) == caller.agency_id if caller.agency_id else false()
    if issubclass(of, Claim):
        return agency
    vouched = caller.id is None or caller.provider_id is not None
    own = false() if vouched else col(Correction.asked_by) == caller.id
    if caller.roles.isdisjoint(ANSWERS):
        return own
    theirs = select(col(Claim.organization_id)).where(agency, col(Claim.state) == "proven")
    return or_(own, col(Correction.organization_id).in_(theirs))


def allow(caller: Caller, roles: Collection[Role]) -> None:
    """Raises NotAllowed where the caller has none of these roles."""
    if caller.roles.isdisjoint(roles):
        raise access.NotAllowed(f"For: {', '.join(sorted(role for role in roles if role is not Role.system))}.")


def person(caller: Caller) -> None:
    """Raises NotAllowed where the caller is nobody in person: a machine, or the public."""
    if caller.id is None and Role.system not in caller.roles:
        raise access.NotAllowed("For people who are signed in.")


async def answers_somewhere(db: AsyncSession, caller: Caller, organization_id: UUID) -> bool:
    """Whether any agency that this person holds a role in answers for the listing, whichever they act for now."""
    mine = {one.id for one in (await access.me(db, caller)).agencies} | ({caller.agency_id} - {None})
    async with tenancy.trusted(db):
        found = await db.scalar(
            select(col(Claim.id))
            .where(
                col(Claim.organization_id) == organization_id,
                col(Claim.agency_id).in_(mine),
                col(Claim.state) == "proven",
            )
            .limit(1)
        )
    return found is not None


async def answers_for(db: AsyncSession, caller: Caller, organization_id: UUID) -> bool:
    """Whether the caller's agency has proven that this listing is its own."""
    if caller.agency_id is None:
        return False
    found = await db.scalar(
        select(col(Claim.id)).where(
            visible_to(caller, Claim),
            col(Claim.organization_id) == organization_id,
            col(Claim.agency_id) == caller.agency_id,
            col(Claim.state) == "proven",
        )
    )
    return found is not None


async def claims(db: AsyncSession, caller: Caller, *, now: datetime) -> list[ClaimView]:
    """The claims of the caller's agency, for a steward everybody's; what waits for a steward first, then the newest.

    Raises:
        NotAllowed: neither a manager, an administrator nor a steward.
    """
    allow(caller, SEES)
    wanted = select(Claim).where(visible_to(caller, Claim))
    rows = await db.scalars(wanted.order_by(col(Claim.state) != "held", col(Claim.asked_at).desc(), col(Claim.id)))
    return await claim_views(db, caller, rows.all(), now)


async def claim_views(db: AsyncSession, caller: Caller, rows: Sequence[Claim], now: datetime) -> list[ClaimView]:
    """The same, with the names of the agencies and of the listings."""
    agencies = await access.names_of(db, caller, agency_ids={row.agency_id for row in rows})
    of = col(Organization.id).in_({row.organization_id for row in rows})
    listings = {
        row.id: row.name for row in await db.execute(select(col(Organization.id), col(Organization.name)).where(of))
    }
    return [
        ClaimView(
            id=row.id, organization_id=row.organization_id, organization=listings.get(row.organization_id, ""),
            agency_id=row.agency_id, agency=agencies.get(row.agency_id, ""), way=Way(row.way),
            state=stands(State(row.state), row.ends_at, now), tries_left=max(TRIES - row.tries, 0),
            asked_at=row.asked_at, ends_at=row.ends_at, decided_at=row.decided_at, reason=row.reason,
        )
        for row in rows
    ]  # fmt: skip


async def corrections(db: AsyncSession, caller: Caller, *, decided: bool) -> list[CorrectionView]:
    """What is proposed, the oldest first; or what was decided (or withdrawn), the newest first.

    Raises:
        NotAllowed: not a person.
    """
    person(caller)
    proposed = col(Correction.state) == "proposed"
    wanted = select(Correction).where(visible_to(caller, Correction), ~proposed if decided else proposed)
    at = col(Correction.decided_at).desc() if decided else col(Correction.asked_at)
    return await correction_views(db, caller, (await db.scalars(wanted.order_by(at, col(Correction.id)))).all())


async def correction_views(
    db: AsyncSession, caller: Caller, rows: Sequence[Correction], *, contact: str | None = None
) -> list[CorrectionView]:
    """The same, beside what stands there now. Who answers for a listing does not see what was said to the steward.

    A reader of the police sees what they proposed, and nothing of the listing: it may be withheld from them since.
    """
    shown = () if Role.police in caller.roles else rows
    stored = {about: await _stored(db, about, {target(row) for row in shown}) for about in About}
    steward = bool(caller.roles & rules.DECIDES)
    return [
        CorrectionView(
            id=row.id, about=about(row), organization_id=row.organization_id, service_id=row.service_id,
            location_id=row.location_id, name=_stands(stored, row, "name"), part=Part(row.field), says=row.says,
            now=_stands(stored, row, COLUMNS[about(row)].get(Part(row.field))), source_url=row.source_url,
            note=row.note if steward or (caller.id is not None and row.asked_by == caller.id) else None,
            has_contact=steward and row.contact is not None, contact=contact, state=rules.State(row.state),
            asked_at=row.asked_at, decided_at=row.decided_at, reason=row.reason,
        )
        for row in rows
    ]  # fmt: skip


MODELS: Mapping[About, type[Organization | Service | Location]] = {
    About.organization: Organization,
    About.service: Service,
    About.location: Location,
}


def about(row: Correction) -> About:
    """What a correction is about."""
    if row.location_id is not None:
        return About.location
    return About.service if row.service_id is not None else About.organization


def target(row: Correction) -> UUID:
    """The id of what it is about."""
    ids = {About.location: row.location_id, About.service: row.service_id, About.organization: row.organization_id}
    found = ids[about(row)]
    assert found is not None  # noqa: S101 - the table's own check
    return found


async def _stored(db: AsyncSession, about: About, ids: Collection[UUID]) -> dict[UUID, Row]:
    model = MODELS[about]
    return {row.id: row for row in await db.scalars(select(model).where(col(model.id).in_(ids)))}


def _stands(stored: Mapping[About, Mapping[UUID, Row]], row: Correction, column: str | None) -> str | None:
    found = stored[about(row)].get(target(row))
    return None if column is None or found is None else getattr(found, column)
