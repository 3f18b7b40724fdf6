"""Offering: who is asked when, what becomes of each answer, and that one alone has it in the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from referrals.errors import BadReferral, IllegalMove, NoConsent, NoPlace, TooLate
from referrals.rules.case import LIVE_OFFER, OVER, Case, HoldState, Of, OfferState, Pattern
from referrals.rules.deadlines import Clock, Stage, armed
from referrals.rules.machines import OFFER, REFERRAL, Actor, Offer, Referral, ways_on
from referrals.rules.reasons import DECLINED, Asks, Declined, LetGo, Party, PassedOver, TakenBack
from referrals.rules.turn import Turn

_ANSWERING = frozenset({Offer.sent, Offer.seen, Offer.conditionally_accepted})
_STAGES = (1, 3)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service that may be asked, best first. `pool_id`: where its places are counted; None where they are not."""

    offer_id: UUID
    service_id: UUID
    agency_id: UUID | None
    pool_id: UUID | None


def offer(turn: Turn, candidates: Sequence[Candidate]) -> None:
    """Ask them, in the referral's own pattern. Nobody to ask is an outcome of its own: unplaced.

    Raises:
        NoConsent: nothing that the person agreed to stands, or it does not name one of them. BadReferral: one of them
            was asked, and may still answer.
    """
    agreed = turn.case.agreed(turn.now)
    if agreed is None or not all(agreed.covers(one.service_id) for one in candidates):
        may = {*ways_on(REFERRAL, turn.case.status, turn.by), "consent"} - ({"offer"} if agreed is None else set())
        raise NoConsent("Ask them first, and record what they agree to.", state=turn.case.status, may=sorted(may))
    turn.referral("offer")
    asked = {one.service_id for one in turn.case.offers.values() if one.status in LIVE_OFFER}  # as on a waitlist
    if again := [str(one.service_id) for one in candidates if one.service_id in asked]:
        told = dict.fromkeys(again, str(PassedOver.already_asked))
        raise BadReferral("That one was asked, and may still answer.", passed_over=told)
    before = len(turn.case.offers)
    last_round = max((one.round for one in turn.case.offers.values()), default=0)
    for index, (one, number) in enumerate(zip(candidates, _rounds(turn.case, len(candidates)), strict=True)):
        turn.begin(
            Of.offer, one.offer_id, "queue", Offer.queued, service_id=one.service_id, agency_id=one.agency_id,
            pool_id=one.pool_id, place=before + index + 1, round=last_round + number,
        )  # fmt: skip
    advance(turn)


def _rounds(case: Case, many: int) -> list[int]:
    """The round of each, from 1."""
    match case.pattern:
        case Pattern.cascade:
            return list(range(1, many + 1))
        case Pattern.staged:
            return [1 if n < _STAGES[0] else 2 if n < sum(_STAGES) else 3 for n in range(many)]
        case _:
            return [n // case.width + 1 for n in range(many)]


def advance(turn: Turn) -> None:
    """Send the next round once nobody is left to answer in this one; after the last, say that nobody could.

    Once somebody has said yes, the person chooses, and no more are asked.
    """
    case = turn.case
    stands = {one.status for one in case.offers.values()}
    if case.status is not Referral.offering or Offer.accepted in stands:
        return
    if stands & _ANSWERING:
        if case.timer is not None and case.timer.clock is Clock.choose:  # nobody's yes stands any more
            _ask_on(turn)
        return
    waiting = [one for one in case.offers.values() if one.status is Offer.queued]
    if waiting and case.agreed(turn.now) is None:
        return  # their word is over this very moment, and the next tick takes back what waits
    if waiting:
        number = min(one.round for one in waiting)
        if any(one.round < number for one in case.offers.values()):
            _ask_on(turn)
        for one in sorted(waiting, key=lambda each: each.place):
            if one.round == number:
                see_by = armed(Clock.see, case.urgency, turn.now, turn.clocks).until
                turn.offer(one.id, "send", by=Actor.system, see_by=see_by)
        return
    turn.referral("unplace", by=Actor.system, reason="all_asked")


def _ask_on(turn: Turn) -> None:
    timer = armed(Clock.answer, turn.case.urgency, turn.now, turn.clocks)
    turn.referral("ask_next", by=Actor.system, timer=timer, stage=Stage.armed)


def standing(turn: Turn, offer_id: UUID) -> OfferState:
    """That offer, where it may still be answered.

    Raises:
        TooLate: it was answered, taken back, given to another, or its time is over; `state` says which.
    """
    one = turn.case.offers[offer_id]
    if turn.case.status in OVER or one.status not in LIVE_OFFER:
        may = ways(turn.case, one, turn.by)
        raise TooLate(f"That offer is {one.status.replace('_', ' ')}.", state=one.status, may=may)
    if one.timer is not None and turn.now >= one.timer.until:
        raise TooLate("That offer has expired.", state=Offer.expired, may=[])
    return one


def _is_wanted(turn: Turn, offer_id: UUID) -> None:
    """Raises NoConsent where what the person agreed to is over this very moment, and no tick has said so yet."""
    agreed = turn.case.agreed(turn.now)
    if agreed is None or not agreed.covers(turn.case.offers[offer_id].service_id):
        raise NoConsent("The person does not agree to it any more.", state=turn.case.status, may=["decline"])


def see(turn: Turn, offer_id: UUID) -> None:
    """They have it before them."""
    if standing(turn, offer_id).status in {Offer.sent, Offer.seen}:
        turn.offer(offer_id, "see")


def hold(turn: Turn, offer_id: UUID, hold_id: UUID) -> None:
    """They keep a place while they decide; once, and no longer than the clock of a hold.

    Raises:
        NoPlace: nobody counts their places here, or one was kept for this already.
    """
    one = standing(turn, offer_id)
    _is_wanted(turn, offer_id)
    turn.offer(offer_id, "hold", pool_id=counted(turn, offer_id))
    if not may_be_kept(turn.case, turn.case.offers[offer_id]):
        may = [each for each in ways(turn.case, one, turn.by) if each != "hold"]
        raise NoPlace("A place is kept where somebody counts them, and once.", state=one.status, may=may)
    _set_aside(turn, offer_id, hold_id)


def counted(turn: Turn, offer_id: UUID) -> UUID | None:
    """Where its places are counted, also where that began only after it was asked: a place is promised once."""
    return turn.case.offers[offer_id].pool_id or turn.pools.get(offer_id)


def may_be_kept(case: Case, one: OfferState) -> bool:
    """Whether a place may be kept for that offer while they decide."""
    return one.pool_id is not None and all(each.offer_id != one.id for each in case.holds.values())


def accept(turn: Turn, offer_id: UUID, hold_id: UUID | None, verb: str = "accept") -> None:
    """They take the person. `hold_id`: the place set aside for it now, where their places are counted.

    The first has it, and all others are told in the same breath; where the person chooses, it waits for them.
    """
    if standing(turn, offer_id).status is Offer.conditionally_accepted:
        _still_kept(turn, offer_id)
    _is_wanted(turn, offer_id)
    turn.offer(offer_id, verb, pool_id=counted(turn, offer_id))
    _set_aside(turn, offer_id, hold_id)
    if turn.case.pattern is not Pattern.choice:
        win(turn, offer_id, "match", Actor.system)
    elif turn.case.timer is None or turn.case.timer.clock is not Clock.choose:
        timer = armed(Clock.choose, turn.case.urgency, turn.now, turn.clocks)
        turn.referral("ask_person", by=Actor.system, timer=timer, stage=Stage.armed)


def choose(turn: Turn, offer_id: UUID) -> None:
    """The person chooses among those that accepted.

    Raises:
        TooLate: that one has not accepted, or does not any more. NoPlace: its place was kept until a time that is over.
    """
    one = turn.case.offers.get(offer_id)
    if one is None or one.status is not Offer.accepted:
        status = "unknown" if one is None else one.status
        raise TooLate(f"That offer is {status.replace('_', ' ')}.", state=status, may=[])
    _still_kept(turn, offer_id)
    win(turn, offer_id, "choose", turn.by)


def win(turn: Turn, offer_id: UUID, verb: str, by: Actor) -> None:
    """One has it: its place is confirmed, and every other offer ends."""
    turn.referral(verb, by=by, winner=offer_id)
    held = turn.case.held_for(offer_id)
    if held is not None:
        turn.hold(held.id, "confirm")
    end_offers(turn, "supersede", "another_was_faster" if by is Actor.system else "another_was_chosen", but=offer_id)


def accept_if(turn: Turn, offer_id: UUID, asks: Sequence[Asks], hold_id: UUID | None) -> None:
    """They would take the person if so; whoever sent it, or the person, agrees or not. Meanwhile a place is kept."""
    standing(turn, offer_id)
    _is_wanted(turn, offer_id)
    turn.offer(offer_id, "accept_if", reason=",".join(asks), pool_id=counted(turn, offer_id))
    _set_aside(turn, offer_id, hold_id)


def may_let_go(case: Case, one: OfferState) -> bool:
    """Whether that offer may be let go of; or, as long as it has the person, the place that they have left."""
    has = case.winner == one.id and case.status not in OVER
    return not has or (one.status is Offer.fulfilled and case.held_for(one.id) is not None)


def ways(case: Case, one: OfferState, by: Actor) -> list[str]:
    """What that actor may say of that offer, as all of it stands."""
    shut = {"hold"} if not may_be_kept(case, one) else set()
    shut |= set() if may_let_go(case, one) else {"release"}
    return [each for each in ways_on(OFFER, one.status, by) if each not in shut]


def _set_aside(turn: Turn, offer_id: UUID, hold_id: UUID | None) -> None:
    pool_id, kept = turn.case.offers[offer_id].pool_id, turn.case.held_for(offer_id)
    if kept is not None and is_over(kept, turn.now):
        turn.hold(kept.id, "expire", reason="hold_expired")  # they may have another, if there is one
    elif kept is not None:
        turn.hold(kept.id, "renew")
    if pool_id is not None and hold_id is not None and turn.case.held_for(offer_id) is None:
        turn.begin(Of.hold, hold_id, "hold", "held", offer_id=offer_id, pool_id=pool_id)


def is_over(held: HoldState, now: datetime) -> bool:
    """Whether that place was kept until a time that is over."""
    return held.timer is not None and now >= held.timer.until


def _still_kept(turn: Turn, offer_id: UUID) -> None:
    """What they promised they promised with a place; time will say so, whether or not it has already."""
    kept = turn.case.held_for(offer_id)
    if kept is not None and is_over(kept, turn.now):
        raise NoPlace("The place was kept until then, and no longer.", state="full", may=[])


def waitlist(turn: Turn, offer_id: UUID, position: int | None) -> None:
    """Not now; the next is asked meanwhile."""
    standing(turn, offer_id)
    turn.offer(offer_id, "waitlist", position=position)
    let_go(turn, offer_id, "waitlisted")
    advance(turn)


def decline(turn: Turn, offer_id: UUID, reason: Declined) -> None:
    """They do not take the person, and say why; the next is asked.

    Raises:
        BadReferral: that reason is another's to give.
    """
    standing(turn, offer_id)
    whose = Party.person if turn.by is Actor.person else Party.provider
    if DECLINED[reason].party is not whose:
        raise BadReferral(f"That is not a reason of a {whose}.", field="reason")
    turn.offer(offer_id, "decline", reason=reason)
    let_go(turn, offer_id, reason)
    advance(turn)


def withdraw(turn: Turn, offer_id: UUID, reason: TakenBack) -> None:
    """Whoever sent it asks that one no longer; the next is asked."""
    turn.offer(offer_id, "withdraw", reason=reason)
    let_go(turn, offer_id, reason)
    advance(turn)


def release(turn: Turn, offer_id: UUID, reason: LetGo) -> None:
    """One that accepted, and was not chosen, lets go; or the person it took in has left, and their place is free.

    As long as it answers for the person it goes on doing so, also without a place.

    Raises:
        IllegalMove: it has the person, and gives them back by `return`; or their place is free already.
    """
    one, held = turn.case.offers[offer_id], turn.case.held_for(offer_id)
    if not may_let_go(turn.case, one):
        raise IllegalMove(
            "release", one.status, [each for each in ways_on(REFERRAL, turn.case.status, turn.by) if each == "return"]
        )
    if turn.case.winner == offer_id and turn.case.status not in OVER and held is not None:
        turn.hold(held.id, "release", by=turn.by, reason=reason)
        return
    turn.offer(offer_id, "release", reason=reason)
    let_go(turn, offer_id, reason)
    advance(turn)


def fail(turn: Turn, offer_id: UUID) -> None:
    """It could not be delivered; the next is asked."""
    turn.offer(offer_id, "fail", by=Actor.system, reason="undeliverable")
    advance(turn)


def end_offers(turn: Turn, verb: str, reason: str, but: UUID | None = None) -> None:
    """Every offer but that one ends, and its place is free again; but not where the person was taken in."""
    for one in list(turn.case.offers.values()):
        if one.id == but or not (one.status in LIVE_OFFER or one.status is Offer.accepted):
            continue
        said = verb if one.status in LIVE_OFFER else "release"
        turn.offer(one.id, said, by=turn.by if turn.by in OFFER[said].by else Actor.system, reason=reason)
        let_go(turn, one.id, reason)


def let_go(turn: Turn, offer_id: UUID, reason: str) -> None:
    """The place that stood for that offer is free again."""
    held = turn.case.held_for(offer_id)
    if held is not None:
        turn.hold(held.id, "release", reason=reason)


def take_back(turn: Turn, by: Actor, reason: str) -> None:
    """Nobody is asked, and no yes stands, beyond what the person agrees to; but who has them has them."""
    agreed = turn.case.agreed(turn.now)
    for one in list(turn.case.offers.values()):
        if one.id == turn.case.winner or (agreed is not None and agreed.covers(one.service_id)):
            continue
        if one.status in LIVE_OFFER or one.status is Offer.accepted:
            turn.offer(one.id, "withdraw" if one.status in LIVE_OFFER else "release", by=by, reason=reason)
            let_go(turn, one.id, reason)
    advance(turn)
