"""One referral as its two sides see it; an agency's inbox, and its outbox."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
from referrals.rows.load import Loaded, looked_at, several
from referrals.rules.case import OVER, Case
from referrals.rules.machines import REFERRAL, Actor
from referrals.rules.machines import Referral as ReferralStatus
from referrals.rules.who import knows, roles_in
from referrals.service.candidates import next_best
from referrals.service.explained import explained
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
    names: dict[UUID, str] = {}
    (view,) = await _views(db, caller, [held], names, more=[one.to_service_id for one in told])
    notes = await explained(db, caller, held, ring=ring)
    offers = [one.model_copy(update={"note": notes.get(one.id)}) for one in view.offers]
    return ReferralWhole(
        **view.model_copy(update={"offers": offers}).model_dump(), person=person,
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
        every = await several(db, ids)
    return await _views(db, caller, every, {})


async def _views(
    db: AsyncSession, caller: Caller, every: Sequence[Loaded], names: dict[UUID, str], *, more: Sequence[UUID] = ()
) -> list[ReferralView]:
    """As many statements for all of them as for one. `names`: is filled with those of services, of `more` ones, too."""
    over = await _passed_over(db, [held.case.id for held in every if held.case.agency_id == caller.agency_id])
    ids = {offer.service_id for held in every for offer in held.case.offers.values()} | set(more)
    ids |= {row.service_id for rows in over.values() for row in rows}
    if ids:
        found = await directory.answering(db, caller, service_ids=ids, now=every[0].now)
        names |= {one.id: one.name for one in found.values()}
    return [_view(caller, held, names, over[held.case.id]) for held in every]


async def _passed_over(db: AsyncSession, referral_ids: Sequence[UUID]) -> Mapping[UUID, list[PassedOver]]:
    found: dict[UUID, list[PassedOver]] = defaultdict(list)
    if referral_ids:
        wanted = select(PassedOver).where(col(PassedOver.referral_id).in_(referral_ids)).order_by(col(PassedOver.id))
        for row in await db.scalars(wanted):
            found[row.referral_id].append(row)
    return found


def _view(caller: Caller, held: Loaded, names: Mapping[UUID, str], over: Sequence[PassedOver]) -> ReferralView:
    case, row = held.case, held.row
    refers = caller.agency_id == case.agency_id
    roles = roles_in(caller, case, None)
    shown = [
        one for one in case.offers.values() if refers or (one.agency_id == caller.agency_id and one.status in SHOWN)
    ]
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
        passed_over=[
            PassedOverView(
                service_id=one.service_id, service=names.get(one.service_id, ""), reason=one.reason, at=one.at
            )
            for one in over
        ],
    )  # fmt: skip
    return whole if _knows(case, caller) else whole.to_decide()


def _is_theirs_to_place(case: Case, caller: Caller) -> bool:
    return case.status is ReferralStatus.unplaced and caller.agency_id == case.agency_id


def _knows(case: Case, caller: Caller) -> bool:
    return Role.system in caller.roles or knows(case, caller.agency_id)


def _offer(caller: Caller, case: Case, offer_id: UUID, names: Mapping[UUID, str]) -> OfferView:
    one = case.offers[offer_id]
    roles = roles_in(caller, case, offer_id)
    return OfferView(
        id=one.id, referral_id=case.id, service_id=one.service_id, service=names.get(one.service_id, ""),
        agency_id=one.agency_id, place=one.place, round=one.round, status=one.status, reason=one.reason,
        position=one.position, timer=timer_view(one.timer), may=may_of(case, one, roles),
    )  # fmt: skip


def _consent(row: dict[str, Any]) -> ConsentView:
    return ConsentView.model_validate({name: row[name] for name in ConsentView.model_fields})


def _is_told(case: Case, caller: Caller, event: ReferralEvent) -> bool:
    """Whoever refers sees all that happened; a receiver what is of their own offer, and of the person they have."""
    if caller.agency_id in {case.agency_id, event.to_agency_id}:
        return True
    return event.of == "referral" and Actor.receiver in roles_in(caller, case, None)
