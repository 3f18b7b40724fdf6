"""The passage itself: from one pair of hands to another, with somebody accountable at every instant."""

from datetime import datetime, timedelta
from uuid import UUID

from referrals.errors import BadReferral, IllegalMove, NoConsent
from referrals.rules.acts.asking import end_offers, let_go, take_back
from referrals.rules.case import OVER, Accountable, Case, ConsentState, Event, Mode, Of, Pattern, evolve
from referrals.rules.deadlines import DEFAULTS, Clock, Clocks, Stage, Timer, Urgency, armed
from referrals.rules.machines import REFERRAL, Actor, Consent, Hold, Referral, ways_on
from referrals.rules.reasons import Ended, Live, Outcome, Returned
from referrals.rules.turn import Turn

_GRACE = timedelta(minutes=30)
_LONGEST_WAY = timedelta(days=2)
_MOST = 10


def create(
    *, case_id: UUID, agency_id: UUID, urgency: Urgency, mode: Mode, pattern: Pattern, width: int,
    on_duty: UUID | None, by: Actor, now: datetime, clocks: Clocks = DEFAULTS,
) -> Turn:  # fmt: skip
    """A draft. `width`: how many are asked at once, from 1 to 10, where several are.

    Raises:
        BadReferral: it is no such number.
    """
    if not 1 <= width <= _MOST:
        raise BadReferral(f"From 1 to {_MOST} at once.", width=width)
    facts = {
        "agency_id": agency_id, "urgency": urgency, "mode": mode, "pattern": pattern, "width": width,
        "on_duty": on_duty, "accountable": Accountable(agency_id=agency_id),
        "timer": armed(Clock.draft, urgency, now, clocks),
    }  # fmt: skip
    event = Event(Of.referral, case_id, "create", None, Referral.draft, by, now, 1, None, facts)
    return Turn(evolve(None, event), by, now, clocks, [event])


def consent(turn: Turn, given: ConsentState, *, police_told: bool) -> None:
    """The person agrees, having been told whether and how police may come into it. What they agreed to earlier is over.

    Raises:
        BadReferral: they were not told. IllegalMove: it is over.
    """
    if turn.case.status in OVER:
        raise IllegalMove("consent", turn.case.status, [])
    if not police_told:
        raise BadReferral("Say first what is known about police there, and that it was said.", field="police_told")
    for one in list(turn.case.consents.values()):
        if one.status is Consent.active:
            turn.consent(one.id, "supersede")
    turn.begin(
        Of.consent, given.id, "propose", Consent.proposed, services=given.services, fields=given.fields,
        until=given.until, may_contact=given.may_contact, purpose=given.purpose,
    )  # fmt: skip
    turn.consent(given.id, "give")
    if turn.case.status is Referral.draft:
        turn.referral("consent", police_told=True)
    take_back(turn, Actor.system, "not_agreed")


def revoke(turn: Turn, consent_id: UUID) -> None:
    """The person takes it back: what was not yet answered is taken back with it."""
    turn.consent(consent_id, "revoke")
    take_back(turn, Actor.person, "consent_revoked")


def connect(turn: Turn, how: Live) -> None:
    """The live handover begins: a call of three, or all in one place."""
    turn.referral("connect", reason=how)


def join(turn: Turn) -> None:
    """One more of them is there."""
    turn.referral("join")


def hand_off(turn: Turn, *, person_present: bool) -> None:
    """The receiver, and nobody else, says that they answer for the person now. Without the person it is a cold one.

    Raises:
        BadReferral: a warm one that was not connected. NoConsent: the person is not there, and has not agreed that
            how to reach them is passed on.
    """
    case = turn.case
    cold = case.status is Referral.matched or not person_present
    if case.status is Referral.matched and case.mode is Mode.warm:
        raise BadReferral("It is to be handed over live: connect first.", field="mode")
    agreed = case.agreed(turn.now)
    if not person_present and (agreed is None or "contact" not in agreed.fields):
        raise NoConsent(
            "They are not there, and have not agreed that how to reach them is passed on.", state=case.status,
            may=ways_on(REFERRAL, case.status, turn.by),
        )  # fmt: skip
    service = case.offers[case.winner].service_id if case.winner else None
    turn.referral(
        "hand_off", accountable=Accountable(service_id=service), on_duty=None, handoff=Mode.cold if cold else Mode.warm
    )


def depart(turn: Turn, *, eta: datetime) -> None:
    """They are on their way; half an hour after `eta` somebody asks where they are.

    Raises:
        BadReferral: nobody travels so long.
    """
    if eta > turn.now + _LONGEST_WAY:
        raise BadReferral("They are there within two days, or it is another referral.", field="eta")
    turn.referral("depart", timer=Timer(Clock.arrive, turn.now, max(eta, turn.now) + _GRACE))


def arrive(turn: Turn) -> None:
    """One who is there says so; where another had said that they are not, it is marked as disputed."""
    missed = turn.case.missed_by
    turn.referral("arrive", missed_by=None, disputed=turn.case.disputed or missed not in {None, turn.by})


def miss(turn: Turn) -> None:
    """One says that they are not there; where another said that they are, it is marked as disputed."""
    there = turn.case.status is Referral.arrived
    turn.referral("miss", missed_by=None if there else turn.by, disputed=there or turn.case.disputed)


def engage(turn: Turn) -> None:
    """The service has begun: the place is occupied, and the offer has done what it was for."""
    turn.referral("engage")
    if turn.case.winner is not None:
        held = turn.case.held_for(turn.case.winner)
        if held is not None:
            turn.hold(held.id, "occupy")
        turn.offer(turn.case.winner, "fulfil", by=Actor.system)


def give_back(turn: Turn, reason: str, verb: str = "return") -> None:
    """The receiver cannot keep them: whoever referred them answers for them again, and has little time to say so."""
    winner = turn.case.winner
    back = Accountable(agency_id=turn.case.agency_id)
    turn.referral(verb, reason=reason, accountable=back, winner=None, on_duty=None, missed_by=None, disputed=False)
    if winner is not None:
        turn.offer(winner, "release", reason=reason)
        held = turn.case.held_for(winner)
        if held is not None and reason == Returned.did_not_arrive and held.status is Hold.confirmed:
            turn.hold(held.id, "no_show", reason=reason)
        let_go(turn, winner, reason)


def acknowledge(turn: Turn, *, on_duty: UUID) -> None:
    """Somebody of the referrer's has them in hand again."""
    timer = armed(Clock.offer, turn.case.urgency, turn.now, turn.clocks)
    turn.referral("acknowledge", on_duty=on_duty, timer=timer, stage=Stage.armed)


def reassign(turn: Turn, *, on_duty: UUID) -> None:
    """Somebody else has it in hand; the clock begins again, so that it does not end with them."""
    clock = turn.case.timer.clock if turn.case.timer else Clock.offer
    timer = armed(clock, turn.case.urgency, turn.now, turn.clocks)
    turn.referral("reassign", on_duty=on_duty, timer=timer, stage=Stage.armed)


def follow_up(turn: Turn) -> None:
    """They are asked how it went, where they agreed to be reached."""
    turn.referral("follow_up")


def report(turn: Turn, outcome: Outcome) -> None:
    """What the person themselves say of it."""
    turn.referral("report", reason=outcome)


def close(turn: Turn, outcome: Outcome) -> None:
    """It has come to its end."""
    _end(turn, "close", outcome, "withdraw")


def person_ends(turn: Turn, verb: str, reason: str | None) -> None:
    """The person does not want this, or none of it (`decline`, `withdraw`): at once, whatever else is under way."""
    _end(turn, verb, reason or "not_said", "withdraw")


def stop(turn: Turn, reason: str | None) -> None:
    """The person wants none of it any more, and that nobody is told anything any more."""
    person_ends(turn, "withdraw", reason)
    for one in list(turn.case.consents.values()):
        if one.status in {Consent.proposed, Consent.active}:
            turn.consent(one.id, "revoke")


def cancel(turn: Turn, reason: str) -> None:
    """Whoever sent it calls it off."""
    _end(turn, "cancel", reason, "withdraw")


def correct(turn: Turn, reason: Ended) -> None:
    """It should never have been made."""
    if turn.case.status in OVER:
        turn.referral("correct", reason=reason)
    else:
        _end(turn, "correct", reason, "withdraw")


def discard(turn: Turn) -> None:
    """A draft that nobody went on with."""
    _end(turn, "discard", Ended.idle, "withdraw")


def _end(turn: Turn, verb: str, reason: str, to_offers: str) -> None:
    turn.referral(verb, reason=reason, accountable=None, on_duty=None, timer=None)
    end_offers(turn, to_offers, reason)


def cared_for(case: Case) -> bool:
    """Whether somebody is waited for, or has it in hand; and so whether it can be forgotten."""
    return case.status in OVER or case.timer is not None or case.on_duty is not None
