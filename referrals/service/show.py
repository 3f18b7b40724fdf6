"""One referral as its two sides see it; an agency's inbox, and its outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

import directory
from core import tenancy
from core.secrets import Ring
from core.security import Caller, Role
from referrals.models import Offer, PassedOver, Referral, ReferralEvent
from referrals.queries import SHOWN, allow, seen, visible_to
from referrals.rows.load import Loaded, looked_at
from referrals.rules.case import OVER, Case
from referrals.rules.machines import REFERRAL, Actor
from referrals.rules.machines import Referral as ReferralStatus
from referrals.rules.who import knows, roles_in
from referrals.service.candidates import next_best
from referrals.service.mandated import mandated_of
from referrals.service.person import person_of
from referrals.service.police import police_of
from referrals.service.told import disclosures
from referrals.views.shown import (
    AccountableView,
    ConsentView,
    EventView,
    OfferView,
    PassedOverView,
    ReferralView,
)
from referrals.views.step import may, may_of, timer_view
from referrals.views.whole import ReferralWhole

_MOST = 200
_TIER_0 = (
    "kinds", "age_band", "languages", "access", "refuses", "latitude", "longitude", "survivor",
)  # fmt: skip


async def referral(
    db: AsyncSession, caller: Caller, *, referral_id: UUID, ring: Ring, labels: str = "en"
) -> ReferralWhole:
    """One with all that the caller may know of it. To a receiver, who the person is only once they have them.

    `labels`: in which language it says what to ask of those that might still be tried.

    Raises:
        NotAllowed, LacksScope: neither sends nor receives people. NoSuchReferral: not theirs, or none.
    """
    allow(caller, "referrals.read")
    await seen(db, caller, referral_id)
    async with tenancy.trusted(db):
        held = await looked_at(db, referral_id)
    person = await person_of(db, caller, held, ring=ring)
    history = await db.scalars(
        select(ReferralEvent).where(col(ReferralEvent.referral_id) == referral_id).order_by(col(ReferralEvent.version))
    )
    told = await disclosures(db, referral_id)
    events = [one for one in history if _is_told(held.case, caller, one)]
    names = await _names(db, caller, [held], [one.to_service_id for one in told])
    view = await _view(db, caller, held, names)
    return ReferralWhole(
        **view.model_dump(), person=person,
        disclosures=[
            one.model_copy(update={"to_service": names.get(one.to_service_id, "")}) for one in told
        ],
        police=await police_of(db, referral_id) if _knows(held.case, caller) else [],
        mandated_reports=await mandated_of(db, caller, held.case),
        history=[EventView.model_validate(one, from_attributes=True) for one in events],
        next_best=await next_best(db, caller, held, labels=labels) if _is_theirs_to_place(held.case, caller) else [],
    )  # fmt: skip


async def inbox(db: AsyncSession, caller: Caller) -> list[ReferralView]:
    """What the caller's agency was asked and may still answer, and whom it has; what ends soonest first.

    Raises:
        NotAllowed, LacksScope: neither sends nor receives people.
    """
    allow(caller, "referrals.read")
    asked = select(col(Offer.referral_id)).where(col(Offer.agency_id) == caller.agency_id, col(Offer.status).in_(SHOWN))
    wanted = (
        select(col(Referral.id))
        .where(visible_to(caller, Referral), col(Referral.id).in_(asked), col(Referral.status).not_in(OVER))
        .order_by(col(Referral.due_at), col(Referral.id))
        .limit(_MOST)
    )
    return await _several(db, caller, (await db.scalars(wanted)).all())


async def outbox(db: AsyncSession, caller: Caller, *, ended: bool = False) -> list[ReferralView]:
    """Whom the caller's agency refers: what goes on, what is due soonest first; or what has ended, the newest first.

    Raises:
        NotAllowed, LacksScope: neither sends nor receives people.
    """
    allow(caller, "referrals.read")
    over = col(Referral.status).in_(OVER)
    order = col(Referral.ended_at).desc() if ended else col(Referral.due_at)
    wanted = (
        select(col(Referral.id))
        .where(visible_to(caller, Referral), col(Referral.agency_id) == caller.agency_id, over if ended else ~over)
        .order_by(order, col(Referral.id))
        .limit(_MOST)
    )
    return await _several(db, caller, (await db.scalars(wanted)).all())


async def _several(db: AsyncSession, caller: Caller, ids: Sequence[UUID]) -> list[ReferralView]:
    async with tenancy.trusted(db):
        every = [await looked_at(db, one) for one in ids]
    names = await _names(db, caller, every, ())
    return [await _view(db, caller, held, names) for held in every]


async def _names(db: AsyncSession, caller: Caller, every: Sequence[Loaded], more: Sequence[UUID]) -> dict[UUID, str]:
    ids = {offer.service_id for held in every for offer in held.case.offers.values()} | set(more)
    if not ids:
        return {}
    found = await directory.answering(db, caller, service_ids=ids, now=_now(every))
    return {one.id: one.name for one in found.values()}


def _now(every: Sequence[Loaded]) -> datetime:
    return every[0].now


async def _view(db: AsyncSession, caller: Caller, held: Loaded, names: dict[UUID, str]) -> ReferralView:
    case, row = held.case, held.row
    refers = caller.agency_id == case.agency_id
    roles = roles_in(caller, case, None)
    shown = [one for one in case.offers.values() if refers or one.agency_id == caller.agency_id]
    over = await _passed_over(db, case.id, names, caller, held) if refers else []
    whole = ReferralView(
        id=case.id, agency_id=case.agency_id, status=case.status, version=case.version, urgency=case.urgency,
        mode=case.mode, pattern=case.pattern, width=case.width, **{name: row[name] for name in _TIER_0},
        accountable=None if case.accountable is None else AccountableView(
            agency_id=case.accountable.agency_id, service_id=case.accountable.service_id,
            name=names.get(case.accountable.service_id) if case.accountable.service_id else None,
        ),
        on_duty=case.on_duty if refers else None, winner=case.winner, timer=timer_view(case.timer), stage=case.stage,
        escalations=case.escalations, police_told=case.police_told, handoff=case.handoff, disputed=case.disputed,
        follows=row["follows"] if refers else None, reason=case.reason, made_at=row["made_at"],
        ended_at=row["ended_at"], may=may(REFERRAL, case.status, roles),
        offers=[_offer(caller, case, one.id, names) for one in shown],
        consents=[_consent(one) for one in held.consents] if refers else [],
        passed_over=over,
    )  # fmt: skip
    return whole if _knows(case, caller) else whole.to_decide()


def _is_theirs_to_place(case: Case, caller: Caller) -> bool:
    return case.status is ReferralStatus.unplaced and caller.agency_id == case.agency_id


def _knows(case: Case, caller: Caller) -> bool:
    return Role.system in caller.roles or knows(case, caller.agency_id)


def _offer(caller: Caller, case: Case, offer_id: UUID, names: dict[UUID, str]) -> OfferView:
    one = case.offers[offer_id]
    roles = roles_in(caller, case, offer_id)
    return OfferView(
        id=one.id, referral_id=case.id, service_id=one.service_id, service=names.get(one.service_id, ""),
        agency_id=one.agency_id, place=one.place, round=one.round, status=one.status, reason=one.reason,
        position=one.position, timer=timer_view(one.timer), may=may_of(case, one, roles),
    )  # fmt: skip


def _consent(row: dict[str, Any]) -> ConsentView:
    return ConsentView.model_validate({name: row[name] for name in ConsentView.model_fields})


async def _passed_over(
    db: AsyncSession, referral_id: UUID, names: dict[UUID, str], caller: Caller, held: Loaded
) -> list[PassedOverView]:
    rows = (
        await db.scalars(
            select(PassedOver).where(col(PassedOver.referral_id) == referral_id).order_by(col(PassedOver.id))
        )
    ).all()
    missing = {row.service_id for row in rows} - names.keys()
    if missing:
        found = await directory.answering(db, caller, service_ids=missing, now=held.now)
        names |= {one.id: one.name for one in found.values()}
    return [
        PassedOverView(
            service_id=row.service_id, service=names.get(row.service_id, ""), reason=row.reason, at=row.at
        )
        for row in rows
    ]  # fmt: skip


def _is_told(case: Case, caller: Caller, event: ReferralEvent) -> bool:
    """Whoever refers sees all that happened; a receiver what is of their own offer, and of the person they have."""
    if caller.agency_id in {case.agency_id, event.to_agency_id}:
        return True
    return event.of == "referral" and Actor.receiver in roles_in(caller, case, None)
