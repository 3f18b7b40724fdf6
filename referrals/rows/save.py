"""Put down what an act recorded: its lines of the log and the rows they make, in one statement.

The place that an acceptance needs is taken in that same statement, so that nothing is ever accepted without its place
and no place is taken for what was not accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any, LiteralString, TypeVar
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor
from psycopg.types.json import Jsonb
from sqlalchemy.ext.asyncio import AsyncSession

from core.announcing import announce
from core.db import driver_of
from core.security import Caller
from referrals.errors import NoPlace
from referrals.rows.codec import facts_written, written
from referrals.rules.case import OVER, STANDING_HOLD, Case, Event, HoldState, Of, OfferState
from referrals.rules.deadlines import Timer
from referrals.rules.machines import OFFER, Actor, Hold, Offer, ways_on
from referrals.rules.turn import Turn

CHANNEL = "doorlight_referrals"  # those who wait for events are woken there
_SAVE: LiteralString = files(__package__).joinpath("save.sql").read_text()
# To plan it takes five times as long as to run it, and nothing that is said changes the plan.
_PLANNED_ONCE: LiteralString = "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)"


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it, and how: on their account, by a link, a text message, a keypad, or on the phone to somebody."""

    caller: Caller
    channel: str = "account"
    once: str | None = None  # the key of the request


@dataclass(frozen=True, slots=True)
class Beside:
    """What is stored with a referral or a consent and decides nothing: columns by name."""

    referral: Mapping[str, Any] = field(default_factory=dict)
    consents: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)


async def save(
    db: AsyncSession, before: Case | None, turn: Turn, speaker: Speaker, beside: Beside = Beside()
) -> list[UUID]:
    """Keep all that the turn recorded; answers the pools in which a place was taken or given back.

    Raises:
        NoPlace: there is none, or its hold ran out at this very instant. Nothing is kept then.
    """
    if not turn.events:
        return []
    after, caller = turn.case, speaker.caller
    holds = _changed(before.holds if before else {}, after.holds)
    new = [one for one in after.holds.values() if before is None or one.id not in before.holds]
    taken = next((one for one in new if one.status in STANDING_HOLD), None)
    kept = [one for one in holds if one.status in STANDING_HOLD and one not in new]
    # a place whose time is over is free as it is, and may be the very one that is taken here
    lapsed = [one.id for one in holds if one.status is Hold.expired and taken]
    freed = [one.id for one in holds if one.status not in STANDING_HOLD and one.id not in lapsed]
    announce(db, CHANNEL)
    values: dict[str, Any] = {
        "id": after.id, "agency_id": after.agency_id, "now": turn.now, "channel": speaker.channel,
        "person_id": caller.id, "key_id": caller.key_id, "acting_agency_id": caller.agency_id,
        "once": speaker.once, "events": Jsonb([_event(turn, one) for one in turn.events]),
        "referral": Jsonb(_referral(turn, beside)),
        "offers": Jsonb([_offer(one) for one in _changed(before.offers if before else {}, after.offers)]),
        "holds": Jsonb([_hold(one) for one in holds]),
        "consents": Jsonb([
            {**beside.consents.get(one.id, _SPOKEN), **facts_written({
                "id": one.id, "status": one.status, "services": one.services, "fields": one.fields,
                "until": one.until, "may_contact": one.may_contact, "purpose": one.purpose,
            })}
            for one in _changed(before.consents if before else {}, after.consents)
        ]),
        "freed": freed, "lapsed": lapsed, "kept": [one.id for one in kept],
        "kept_until": _until(kept[0] if kept else None),
        "pools": list({one.pool_id for one in holds}),
        "taken": taken and taken.id, "pool_id": taken and taken.pool_id,
        "until": _until(taken),
    }  # fmt: skip
    row = await _kept(await driver_of(db), values)
    if row[0] < (taken is not None) or row[1] < len(kept):
        raise NoPlace("There is no place left.", state="full", may=_instead(before, after, turn, taken or kept[0]))
    return row[2]


def _instead(before: Case | None, after: Case, turn: Turn, place: HoldState) -> list[str]:
    """What whoever wanted that place may say of its offer without one."""
    offer = (before or after).offers[place.offer_id]
    return [one for one in ways_on(OFFER, offer.status, turn.by) if one in {"decline", "waitlist", "withdraw"}]


async def _kept(driver: AsyncConnection[Any], values: Mapping[str, Any]) -> tuple[int, int, list[UUID]]:
    """What the statement answers. Where no place was free at once, it is said again and waits for one.

    In between it is taken back: a row that somebody else had a moment earlier stays locked for whoever found it so, and
    to wait for another with that in hand may be to wait for each other.
    """
    may_be_full = values["taken"] is not None
    async with driver.pipeline():  # one way there and back for all
        await driver.execute(_PLANNED_ONCE)
        if may_be_full:
            await driver.execute("SAVEPOINT place")
        said = await _said(driver, values, waits=False)
    row: tuple[int, int, list[UUID]] | None = await said.fetchone()
    if may_be_full and row is not None and row[0] == 0:
        await driver.execute("ROLLBACK TO SAVEPOINT place")
        row = await (await _said(driver, values, waits=True)).fetchone()
    assert row is not None  # noqa: S101 - it has one row
    return row


async def _said(driver: AsyncConnection[Any], values: Mapping[str, Any], *, waits: bool) -> AsyncCursor[Any]:
    return await driver.execute(_SAVE, {**values, "waits": waits}, prepare=True)


# What a row has that is only changed, and not made, here.
_SPOKEN = {"how": "written", "language": "", "notice": "", "made_at": "-infinity"}


def due_at(case: Case, now: datetime) -> datetime | None:
    """When time has something to do with it next; None once it is over."""
    if case.status in OVER:
        return None
    ends = [one.timer.until for one in case.offers.values() if one.timer is not None]
    ends += [one.see_by for one in case.offers.values() if one.see_by is not None and one.status == "sent"]
    ends += [one.timer.until for one in case.holds.values() if one.timer is not None]
    ends += [one.until for one in case.consents.values() if one.until is not None and one.status == "active"]
    if case.timer is not None:
        ends.append(case.timer.next_at(now) or case.timer.until)
    return min(ends, default=None)


def _changed(before: Mapping[UUID, T], after: Mapping[UUID, T]) -> list[T]:
    return [one for key, one in after.items() if before.get(key) != one]


def _event(turn: Turn, event: Event) -> dict[str, Any]:
    return {
        "version": event.version, "of": event.of, "subject_id": str(event.subject_id), "verb": event.verb,
        "start": event.start, "to": event.to, "by": event.by, "reason": event.reason,
        "to_agency_id": written(_told(turn.case, event)), "facts": facts_written(event.facts),
        "ours": event.by is Actor.system,
    }  # fmt: skip


def _told(case: Case, event: Event) -> UUID | None:
    """The agency whose offer, or place, it is about; none, as long as it was not asked."""
    match event.of:
        case Of.offer:
            asked = event.start not in {None, Offer.queued} or event.to == Offer.sent
            return case.offers[event.subject_id].agency_id if asked else None
        case Of.hold:
            return case.offers[case.holds[event.subject_id].offer_id].agency_id
        case _:
            return None


def _referral(turn: Turn, beside: Beside) -> dict[str, Any]:
    case, answers = turn.case, _accountable(turn.case)
    return {
        "id": str(case.id), "agency_id": str(case.agency_id), "status": case.status, "version": case.version,
        "urgency": case.urgency, "mode": case.mode, "pattern": case.pattern, "width": case.width,
        "accountable_agency_id": answers[0], "accountable_service_id": answers[1], "on_duty": written(case.on_duty),
        "winner": written(case.winner), **_timer(case.timer), "stage": case.stage, "escalations": case.escalations,
        "police_told": case.police_told, "handoff": case.handoff, "missed_by": case.missed_by,
        "disputed": case.disputed, "reason": case.reason,
        "due_at": written(due_at(case, turn.now)), "ended_at": written(turn.now) if case.status in OVER else None,
        "made_at": written(turn.now), "survivor": False, "kinds": [], "languages": [], "access": [], "refuses": [],
        **beside.referral,
    }  # fmt: skip


def _accountable(case: Case) -> tuple[str | None, str | None]:
    """The agency, or else the service, that answers for the person."""
    one = case.accountable
    return (None, None) if one is None else (written(one.agency_id), written(one.service_id))


def _offer(one: OfferState) -> dict[str, Any]:
    return facts_written({
        "id": one.id, "service_id": one.service_id, "agency_id": one.agency_id, "pool_id": one.pool_id,
        "place": one.place, "round": one.round, "status": one.status, "reason": one.reason, "position": one.position,
        "see_by": one.see_by,
        **_timer(one.timer),
    })  # fmt: skip


def _hold(one: HoldState) -> dict[str, Any]:
    return facts_written({
        "id": one.id, "offer_id": one.offer_id, "pool_id": one.pool_id, "status": one.status, **_timer(one.timer),
    })  # fmt: skip


def _timer(timer: Timer | None) -> dict[str, Any]:
    if timer is None:
        return {"timer_clock": None, "timer_since": None, "timer_until": None}
    return {
        "timer_clock": timer.clock, "timer_since": timer.since.isoformat(), "timer_until": timer.until.isoformat(),
    }  # fmt: skip


def _until(hold: HoldState | None) -> datetime | None:
    return None if hold is None or hold.timer is None else hold.timer.until
