"""What time alone brings about."""

from dataclasses import replace
from uuid import UUID

from referrals.rules.acts.asking import advance, let_go, take_back
from referrals.rules.acts.passage import discard
from referrals.rules.case import OVER
from referrals.rules.deadlines import Stage, Timer
from referrals.rules.machines import Actor, Consent, Hold, Offer, Referral
from referrals.rules.turn import Turn


def tick(turn: Turn) -> None:
    """Words and offers expire, drafts go, and of who waits too long others are told.

    Harmless to repeat: it does what is due by `turn.now`, and nothing twice.
    """
    for given in list(turn.case.consents.values()):
        if given.until is not None and turn.now >= given.until and given.status in {Consent.proposed, Consent.active}:
            turn.consent(given.id, "expire", by=Actor.system)
            take_back(turn, Actor.system, "consent_expired")
    for held in list(turn.case.holds.values()):
        if held.status is Hold.held and _over(turn, held.timer):
            turn.hold(held.id, "expire", reason="hold_expired")
            _lose(turn, held.offer_id)
    waiting = {Offer.sent, Offer.seen, Offer.waitlisted, Offer.conditionally_accepted}
    for one in list(turn.case.offers.values()):
        if one.status in waiting and _over(turn, one.timer):
            turn.offer(one.id, "expire", by=Actor.system, reason="no_answer")
            let_go(turn, one.id, "no_answer")
        elif one.status is Offer.sent and one.see_by is not None and turn.now >= one.see_by:
            turn.offer(one.id, "nudge", by=Actor.system, see_by=None)
    advance(turn)
    _escalate(turn)


def _lose(turn: Turn, offer_id: UUID) -> None:
    """The place kept for it is gone. Who had promised it promises nothing any more; who was deciding still may."""
    status = turn.case.offers[offer_id].status
    if status not in {Offer.sent, Offer.seen}:
        verb = "release" if status is Offer.accepted else "expire"
        turn.offer(offer_id, verb, by=Actor.system, reason="hold_expired")


def _escalate(turn: Turn) -> None:
    timer = turn.case.timer
    if timer is None or turn.case.status in OVER:
        return
    stage = timer.stage(turn.now)
    if stage is Stage.over and turn.case.status is Referral.draft:
        discard(turn)
    elif stage is Stage.over and turn.case.status is Referral.engaged and _may_be_asked(turn):
        turn.referral("follow_up", by=Actor.system)
    elif stage is Stage.over:
        again = replace(timer, since=turn.now, until=turn.now + (timer.until - timer.since))
        turn.referral("escalate", timer=again, stage=Stage.armed, escalations=turn.case.escalations + 1)
    elif stage is not turn.case.stage and stage is not Stage.armed:
        turn.referral("remind", reason=stage, stage=stage)


def _may_be_asked(turn: Turn) -> bool:
    """Whether the person agreed that somebody asks how it went."""
    agreed = turn.case.agreed(turn.now)
    return agreed is not None and agreed.may_contact


def _over(turn: Turn, timer: Timer | None) -> bool:
    return timer is not None and turn.now >= timer.until
