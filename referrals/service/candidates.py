"""Who may be asked: what search finds for this person, less what they refuse; and for each other one the reason."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

import directory
from core import tenancy
from core.db import driver_of
from core.security import Caller, Role
from referrals.errors import BadReferral
from referrals.models import PassedOver as PassedOverRow
from referrals.rows.load import Loaded
from referrals.rules.acts.asking import Candidate, offer
from referrals.rules.case import OfferState
from referrals.rules.machines import Actor, Offer
from referrals.rules.ranking import Found, fairly, hidden_as, refused
from referrals.rules.reasons import DECLINED, Declined, Next, PassedOver
from referrals.rules.turn import Turn
from referrals.views.said import OfferIn
from referrals.views.shown import NextBestView

_MAY_CALL = 3
_RECENT = timedelta(hours=24)
_SOON_MIN = 24 * 60  # closed now, and open within so many minutes
_NEXT_BEST = 10
_AGES: Mapping[str, int] = {"child": 8, "teen": 15, "young_adult": 21, "adult": 40, "older_adult": 75}
_LOAD = text(
    "SELECT service_id, count(*) AS many FROM offer WHERE service_id = ANY(:ids) AND made_at > :since"
    " AND status <> 'queued' GROUP BY service_id"
)
_POOLS = text(
    "SELECT p.service_id, p.id, EXISTS (SELECT FROM capacity_unit AS u WHERE u.pool_id = p.id"
    " AND (u.hold_id IS NULL OR u.until <= doorlight_now())) AS free FROM capacity_pool AS p"
    " WHERE p.service_id = ANY(:ids)"
)


async def offer_to(db: AsyncSession, caller: Caller, held: Loaded, turn: Turn, said: OfferIn) -> None:
    """Ask those whom the referrer names, or whom search finds. In the system's own name, for the caller.

    Raises:
        BadReferral: one that is named does not exist, or is what the person refuses. NoConsent: as the rules say.
    """
    over: dict[UUID, PassedOver] = {}
    if said.service_ids is None:
        found = await _search(db, caller, held, said, over)
    else:
        found = [Found(one, "named", index) for index, one in enumerate(dict.fromkeys(said.service_ids))]
    ids = [one.service_id for one in found]
    known = await directory.answering(db, caller, service_ids=ids, now=turn.now)
    if said.service_ids is not None and (missing := set(ids) - known.keys()):
        raise BadReferral("There is no such service.", service_ids=sorted(map(str, missing)))
    pools = {row.service_id: row for row in await db.execute(_POOLS, {"ids": ids})}
    fit: list[Found] = []
    for one in found:
        service = known.get(one.service_id)
        if service is None:
            continue
        seen = Found(one.service_id, one.group, one.kilometre, one.hours_known, service.police, service.voluntary)
        why = refused(seen, held.row["refuses"], _MAY_CALL) or _passed(turn, seen, pools, named=one.group == "named")
        if why is None:
            fit.append(seen)
        else:
            over[one.service_id] = why
    if said.service_ids is not None and over:
        told = {str(one): str(why) for one, why in over.items()}
        raise BadReferral("The person would not have that, or it cannot take them.", passed_over=told)
    load = {row.service_id: row.many for row in await db.execute(_LOAD, {"ids": ids, "since": turn.now - _RECENT})}
    ranked = fairly(fit, load)
    over |= dict.fromkeys((one.service_id for one in ranked[said.most :]), PassedOver.beyond_most)
    await _note(db, turn, over)
    offer(
        turn,
        [
            Candidate(uuid4(), one.service_id, known[one.service_id].agency_id,
                      pools[one.service_id].id if one.service_id in pools else None)
            for one in ranked[: said.most]
        ],
    )  # fmt: skip


def _passed(turn: Turn, one: Found, pools: Mapping[UUID, Any], *, named: bool) -> PassedOver | None:
    agreed = turn.case.agreed(turn.now)
    if agreed is not None and agreed.services and one.service_id not in agreed.services:
        return PassedOver.no_consent
    if named:
        return None
    if any(each.service_id == one.service_id and not _may_be_asked_again(each) for each in turn.case.offers.values()):
        return PassedOver.already_asked
    if one.service_id in pools and not pools[one.service_id].free:
        return PassedOver.full
    return None


def _may_be_asked_again(one: OfferState) -> bool:
    """Whether they said no for a reason that passes."""
    return (
        one.status is Offer.declined
        and one.reason is not None
        and DECLINED[Declined(one.reason)].next is Next.retry_later
    )


async def _search(
    db: AsyncSession, caller: Caller, held: Loaded, said: OfferIn, over: dict[UUID, PassedOver]
) -> list[Found]:
    """What fits; `over` is filled with what does not."""
    ask = _question(held.row, said)
    reader = await driver_of(db)
    asker = Caller(roles=caller.roles - {Role.system}) if caller.roles else Caller()
    answer = (await directory.search(reader, asker, ask=ask, now=held.now)).view()
    for one in answer.might_fit:
        over.setdefault(one.service_id, _unsure(one))
    for hidden in answer.hidden:
        if directory.by_place(hidden.reason) and ask.lat is None:
            continue
        ruled = ask.model_copy(update={"hidden": hidden.reason})
        for one in (await directory.search(reader, asker, ask=ruled, now=held.now)).view().ruled_out:
            over.setdefault(one.service_id, hidden_as(hidden.reason))
    fits = list({one.service_id: one for one in reversed(answer.fits)}.values())[::-1]
    for one in fits:
        over.pop(one.service_id, None)
    return [Found(one.service_id, one.group, _kilometre(one.distance.metres)) for one in fits]


def _kilometre(metres: int | None) -> int | None:
    return None if metres is None else metres // 1_000


def _question(row: Mapping[str, Any], said: OfferIn) -> directory.SearchInput:
    more: dict[str, Any] = {}
    if row["latitude"] is not None:
        more |= {"lat": row["latitude"], "lon": row["longitude"], "within_m": said.within_m}
    if row["age_band"] is not None:
        more["age"] = _AGES[row["age_band"]]
    if row["languages"]:
        more["language"] = row["languages"][0]
    if "locked" in row["refuses"]:
        more["involuntary_max"] = "I0"
    if "police" in row["refuses"]:
        more["police_max"] = "P2"
    return directory.SearchInput(kind=row["kinds"], must=row["access"], open="now", limit=50, **more)


async def _note(db: AsyncSession, turn: Turn, over: Mapping[UUID, PassedOver]) -> None:
    rows: Sequence[dict[str, Any]] = [
        {
            "referral_id": turn.case.id, "agency_id": turn.case.agency_id, "service_id": one, "reason": str(why),
            "at": turn.now,
        }
        for one, why in over.items()
    ]  # fmt: skip
    if rows:
        await db.execute(insert(PassedOverRow.__table__).inline(), rows)  # type: ignore[attr-defined]


async def next_best(db: AsyncSession, caller: Caller, held: Loaded, *, labels: str) -> list[NextBestView]:
    """What might still be tried for one whom nobody could take: never what the person refuses, nor who was asked.

    What fits now comes first; then what might, in search's order; what opens soonest; and last what is full.
    """
    ask, turn = _question(held.row, OfferIn()), Turn(held.case, Actor.system, held.now)
    was_asked = {one.service_id for one in held.case.offers.values()}
    might: dict[UUID, tuple[directory.Result, PassedOver | None]] = {}
    async with tenancy.trusted(db):
        for one, why in await _might(db, caller, held, ask, labels):
            might.setdefault(one.service_id, (one, why))
        ids = list(might.keys() - was_asked)
        known = await directory.answering(db, caller, service_ids=ids, now=held.now)
        pools = {row.service_id: row for row in await db.execute(_POOLS, {"ids": ids})}
    found: list[NextBestView] = []
    for service_id, (one, why) in might.items():
        service = known.get(service_id)
        if service is None:
            continue
        seen = Found(service_id, one.group, None, police=service.police, voluntary=service.voluntary)
        if refused(seen, held.row["refuses"], _MAY_CALL) is None:
            reason = _passed(turn, seen, pools, named=False) or why
            found.append(
                NextBestView(
                    service_id=service_id, service=one.name, reason=reason, ask=one.ask,
                    opens_at=one.open.opens_at if why is PassedOver.closed else None,
                )
            )  # fmt: skip
    return sorted(found, key=lambda each: each.reason == PassedOver.full)[:_NEXT_BEST]


async def _might(
    db: AsyncSession, caller: Caller, held: Loaded, ask: directory.SearchInput, labels: str
) -> list[tuple[directory.Result, PassedOver | None]]:
    """What search has to say for them, best first, each with why it is not more; a service may come twice."""
    reader, asker = await driver_of(db), Caller(roles=caller.roles - {Role.system})
    now = (await directory.search(reader, asker, ask=ask, now=held.now, labels=labels)).view()
    soon = ask.model_copy(update={"opens_within_min": _SOON_MIN})
    later = (await directory.search(reader, asker, ask=soon, now=held.now, labels=labels)).view()
    shut = [one for one in later.fits if one.open.state == directory.OpenState.closed]
    opens = sorted((one.open.opens_at, index) for index, one in enumerate(shut) if one.open.opens_at is not None)
    return [
        *((one, None) for one in now.fits),
        *((one, _unsure(one)) for one in now.might_fit),
        *((shut[index], PassedOver.closed) for _, index in opens),
    ]


def _unsure(one: directory.Result) -> PassedOver:
    """Why something might fit and no more."""
    unknown = one.open.state == directory.OpenState.unknown
    return PassedOver.hours_unknown if unknown else PassedOver.not_stated
