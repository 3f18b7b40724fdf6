"""Which act of the rules each thing that may be said comes down to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from core.security import Caller
from referrals.errors import BadReferral, NobodyToReturnTo, NoConsent, NotYours
from referrals.personal import LEADS
from referrals.rules.acts import asking, passage
from referrals.rules.case import ConsentState
from referrals.rules.deadlines import CONSENT_LASTS
from referrals.rules.machines import REFERRAL, ways_on
from referrals.rules.reasons import DECLINED, Declined
from referrals.rules.turn import Turn
from referrals.service.explained import may_explain
from referrals.views import said


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something that was said, of which offer, by whom."""

    caller: Caller
    said: Any
    offer_id: UUID | None = None
    survivor: bool = False
    referrer_ended: bool = False

    @property
    def offer(self) -> UUID:
        """The offer it is about."""
        assert self.offer_id is not None  # noqa: S101 - offers' verbs name one
        return self.offer_id


def _consent(turn: Turn, one: Spoken) -> None:
    given: said.ConsentIn = one.said
    if one.caller.agency_id != turn.case.agency_id:  # nobody lets themselves know who the person is
        raise NotYours("consent", "receiver", ["referrer"])
    lasts = CONSENT_LASTS if given.lasts_days is None else timedelta(days=given.lasts_days)
    if one.survivor and lasts > CONSENT_LASTS:
        raise BadReferral("A survivor's consent lasts 15 days at most.", field="lasts_days")
    if given.how is said.How.anonymous and given.fields:
        raise BadReferral("What is said without a name lets none be told.", field="fields")
    if given.how is not said.How.written and given.fields:
        raise BadReferral(
            "Who they are is told by a signature alone: have them sign, or take fewer fields.", field="how"
        )
    passage.consent(
        turn,
        ConsentState(
            id=uuid4(), services=frozenset(given.services), fields=frozenset(map(str, given.fields)),
            until=turn.now + lasts, may_contact=given.may_contact, purpose=given.purpose,
        ),
        police_told=given.police_told,
    )  # fmt: skip


def _revoke(turn: Turn, one: Spoken) -> None:
    standing = turn.case.agreed(turn.now)
    agreed: UUID | None = one.said.consent_id or (None if standing is None else standing.id)
    if agreed is None or agreed not in turn.case.consents:
        status = turn.case.status
        raise NoConsent("There is nothing to take back.", state=status, may=ways_on(REFERRAL, status, turn.by))
    passage.revoke(turn, agreed)


def _on_duty(one: Spoken) -> UUID:
    who = getattr(one.said, "person_id", None) or one.caller.id
    if who is None:
        raise BadReferral("Say who has it in hand.", field="person_id")
    found: UUID = who
    return found


def _decline(turn: Turn, one: Spoken) -> None:
    reason: Declined = one.said.reason
    if DECLINED[reason].by_supervisor and one.caller.roles.isdisjoint(LEADS):
        raise BadReferral("That reason is for one of your managers to give.", field="reason")
    may_explain(one.said, survivor=one.survivor)
    asking.decline(turn, one.offer, reason)


def _return(turn: Turn, one: Spoken) -> None:
    if one.referrer_ended:
        raise NobodyToReturnTo(
            "Whoever referred them is no more. Refer them to somebody yourselves, then close this.",
            state=turn.case.status,
            may=[each for each in ways_on(REFERRAL, turn.case.status, turn.by) if each != "return"],
        )
    passage.give_back(turn, one.said.reason)


def _hand_off(turn: Turn, one: Spoken) -> None:
    offer = turn.case.offers.get(turn.case.winner or turn.case.id)
    if one.said.by_phone and offer is not None and offer.agency_id is not None:
        raise NotYours("hand_off", "referrer", ["receiver"])  # who can say it themselves is not spoken for
    passage.hand_off(turn, person_present=one.said.person_present)


Does = Callable[[Turn, Spoken], None]
ACTS: Mapping[type[said.Said], Does] = {
    said.ConsentIn: _consent,
    said.RevokeIn: _revoke,
    said.ChooseIn: lambda turn, one: asking.choose(turn, one.said.offer_id),
    said.ConnectIn: lambda turn, one: passage.connect(turn, one.said.how),
    said.JoinIn: lambda turn, _: passage.join(turn),
    said.HandOffIn: _hand_off,
    said.DepartIn: lambda turn, one: passage.depart(turn, eta=one.said.eta),
    said.ArriveIn: lambda turn, _: passage.arrive(turn),
    said.MissIn: lambda turn, _: passage.miss(turn),
    said.EngageIn: lambda turn, _: passage.engage(turn),
    said.FollowUpIn: lambda turn, _: passage.follow_up(turn),
    said.ReportIn: lambda turn, one: passage.report(turn, one.said.outcome),
    said.ReturnIn: _return,
    said.AcknowledgeIn: lambda turn, one: passage.acknowledge(turn, on_duty=_on_duty(one)),
    said.ReassignIn: lambda turn, one: passage.reassign(turn, on_duty=_on_duty(one)),
    said.CloseIn: lambda turn, one: passage.close(turn, one.said.outcome),
    said.PersonDeclinesIn: lambda turn, one: passage.person_ends(turn, "decline", one.said.reason),
    said.WithdrawIn: lambda turn, one: passage.person_ends(turn, "withdraw", one.said.reason),
    said.StopIn: lambda turn, one: passage.stop(turn, one.said.reason),
    said.CancelIn: lambda turn, one: passage.cancel(turn, one.said.reason),
    said.CorrectIn: lambda turn, one: passage.correct(turn, one.said.reason),
    said.SeeIn: lambda turn, one: asking.see(turn, one.offer),
    said.HoldIn: lambda turn, one: asking.hold(turn, one.offer, uuid4()),
    said.AcceptIn: lambda turn, one: asking.accept(turn, one.offer, uuid4()),
    said.AcceptIfIn: lambda turn, one: asking.accept_if(turn, one.offer, one.said.asks, uuid4()),
    said.AgreeIn: lambda turn, one: asking.accept(turn, one.offer, uuid4(), "agree"),
    said.WaitlistIn: lambda turn, one: asking.waitlist(turn, one.offer, one.said.position),
    said.DeclineIn: _decline,
    said.WithdrawOfferIn: lambda turn, one: asking.withdraw(turn, one.offer, one.said.reason),
    said.ReleaseIn: lambda turn, one: asking.release(turn, one.offer, one.said.reason),
}
