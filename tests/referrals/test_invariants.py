"""What must hold of every referral, whoever does what and when: three actors and the clock, two agencies, two pools."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.errors import DoorlightError
from referrals.errors import NoPlace
from referrals.rules.acts import asking, ending, passage, time
from referrals.rules.case import LIVE_OFFER, OVER, STANDING_HOLD, Case, ConsentState, Event, Mode, Of, Pattern, replayed
from referrals.rules.deadlines import Urgency
from referrals.rules.machines import OFFER, REFERRAL, Actor, Consent, Hold, Offer, Referral
from referrals.rules.reasons import Asks, Declined, Ended, LetGo, Live, NotWanted, Outcome, Returned, TakenBack
from referrals.rules.turn import Turn
from tests.builders import NOON

AGENCIES = [UUID(int=1), UUID(int=2)]
SERVICES = [UUID(int=10 + n) for n in range(5)]
CAPACITY = {UUID(int=20): 1, UUID(int=21): 2}
POOL = dict(zip(SERVICES, [*CAPACITY, *CAPACITY, None], strict=True))
_TAKES = {(Of.hold, "hold"): 1, (Of.hold, "release"): -1, (Of.hold, "expire"): -1, (Of.hold, "no_show"): -1}


@dataclass
class World:
    """Everything that is stored."""

    now: datetime = NOON
    cases: dict[UUID, Case] = field(default_factory=dict)
    log: dict[UUID, list[Event]] = field(default_factory=dict)
    taken: dict[UUID, int] = field(default_factory=lambda: dict.fromkeys(CAPACITY, 0))
    ids: int = 1000

    def new(self) -> UUID:
        self.ids += 1
        return UUID(int=self.ids)

    def keep(self, turn: Turn) -> None:
        """All of it or nothing: a pool that is full keeps none."""
        taken = dict(self.taken)
        for event in turn.events:
            if (event.of, event.verb) in _TAKES:
                pool = turn.case.holds[event.subject_id].pool_id
                taken[pool] += _TAKES[event.of, event.verb]
                if taken[pool] > CAPACITY[pool]:
                    raise NoPlace("Full.", state="full", may=["waitlist", "decline"])
        self.taken = taken
        self.cases[turn.case.id] = turn.case
        self.log.setdefault(turn.case.id, []).extend(turn.events)


PERSON = (
    ("decline", lambda t: passage.person_ends(t, "decline", None)),
    ("withdraw", lambda t: passage.person_ends(t, "withdraw", NotWanted.changed_mind)),
)
ACTS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("connect", lambda t: passage.connect(t, Live.in_person)),
    ("join", passage.join),
    ("hand_off", lambda t: passage.hand_off(t, person_present=True)),
    ("hand_off", lambda t: passage.hand_off(t, person_present=False)),
    ("depart", lambda t: passage.depart(t, eta=t.now + timedelta(minutes=20))),
    ("arrive", passage.arrive),
    ("miss", passage.miss),
    ("engage", passage.engage),
    ("follow_up", passage.follow_up),
    ("report", lambda t: passage.report(t, Outcome.served)),
    ("return", lambda t: passage.give_back(t, Returned.acuity_too_high)),
    ("return", lambda t: passage.give_back(t, Returned.did_not_arrive)),
    ("acknowledge", lambda t: passage.acknowledge(t, on_duty=AGENCIES[0])),
    ("reassign", lambda t: passage.reassign(t, on_duty=AGENCIES[1])),
    ("close", lambda t: passage.close(t, Outcome.served)),
    ("cancel", lambda t: passage.cancel(t, Ended.need_over)),
    ("correct", lambda t: passage.correct(t, Ended.made_twice)),
)
ANSWERS = ["see", "hold", "accept", "accept_if", "agree", "waitlist", "decline", "fail", "release", "withdraw"]
_ACTORS = st.sampled_from([Actor.referrer, Actor.receiver, Actor.person, Actor.supervisor])


def _may_be_offered(case: Case) -> bool:
    return case.status in REFERRAL["offer"].start


def _is_asked(case: Case) -> bool:
    return any(one.status in OFFER["accept"].start for one in case.offers.values())


def _may_choose(case: Case) -> bool:
    return case.status is Referral.offering and any(one.status is Offer.accepted for one in case.offers.values())


def _is_placed(case: Case) -> bool:
    return case.winner is not None and case.status not in OVER


class Handoffs(RuleBasedStateMachine):
    """Everybody does anything at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    def any(self, fits: Callable[[Case], bool]) -> list[UUID]:
        return sorted(one.id for one in self.world.cases.values() if fits(one))

    def turn(self, data: st.DataObject, by: Actor, fits: Callable[[Case], bool] = lambda _: True) -> Turn | None:
        """Somebody's, on one that fits where there is one: to meet only refusals proves little."""
        cases = self.any(fits) or self.any(lambda _: True)
        return Turn(self.world.cases[data.draw(st.sampled_from(cases))], by, self.world.now) if cases else None

    def tried(self, turn: Turn | None, act: Callable[[Turn], None]) -> bool:
        """Do it, or be told why not; what is refused leaves nothing behind."""
        if turn is None:
            return False
        before = turn.case
        try:
            act(turn)
            self.world.keep(turn)
        except DoorlightError:
            assert self.world.cases[before.id] == before
            return False
        return True

    @precondition(lambda self: len(self.world.cases) < 5)
    @rule(
        agency=st.sampled_from(AGENCIES), urgency=st.sampled_from(Urgency), mode=st.sampled_from(Mode),
        pattern=st.sampled_from(Pattern), width=st.integers(0, 3), named=st.booleans(),
    )  # fmt: skip
    def create(self, *, agency: UUID, urgency: Urgency, mode: Mode, pattern: Pattern, width: int, named: bool) -> None:
        try:
            made = passage.create(
                case_id=self.world.new(), agency_id=agency, urgency=urgency, mode=mode, pattern=pattern, width=width,
                on_duty=self.world.new() if named else None, by=Actor.referrer, now=self.world.now,
            )  # fmt: skip
        except DoorlightError:
            assert width == 0
            return
        self.world.keep(made)

    @initialize(patterns=st.lists(st.tuples(st.sampled_from(Pattern), st.integers(1, 3)), min_size=2, max_size=3))
    def two_have_agreed(self, patterns: list[tuple[Pattern, int]]) -> None:
        for n, (pattern, width) in enumerate(patterns):
            made = passage.create(
                case_id=self.world.new(), agency_id=AGENCIES[n % 2], urgency=list(Urgency)[n % 3],
                mode=list(Mode)[n % 2], pattern=pattern, width=width, on_duty=None, by=Actor.referrer,
                now=self.world.now,
            )  # fmt: skip
            given = ConsentState(self.world.new(), frozenset(), frozenset({"contact"}), None)
            passage.consent(made, given, police_told=True)
            self.world.keep(made)

    @rule(data=st.data(), fields=st.sets(st.sampled_from(["name", "contact"])), told=st.booleans(), all_=st.booleans())
    def consent(self, data: st.DataObject, fields: set[str], told: bool, all_: bool) -> None:
        services = frozenset() if all_ else frozenset(SERVICES[:3])
        until = self.world.now + timedelta(hours=2) if all_ else None
        given = ConsentState(self.world.new(), services, frozenset(fields), until)
        self.tried(self.turn(data, Actor.referrer), lambda turn: passage.consent(turn, given, police_told=told))

    @rule(data=st.data(), once_in=st.integers(0, 9))
    def revoke(self, data: st.DataObject, once_in: int) -> None:
        turn = self.turn(data, Actor.person)
        if once_in == 9 and turn is not None and turn.case.consents:
            chosen = data.draw(st.sampled_from(sorted(turn.case.consents)))
            self.tried(turn, lambda one: passage.revoke(one, chosen))

    @precondition(lambda self: self.any(_may_be_offered))
    @rule(data=st.data(), services=st.lists(st.sampled_from(SERVICES), min_size=1, max_size=4, unique=True))
    def offer(self, data: st.DataObject, services: list[UUID]) -> None:
        candidates = [
            asking.Candidate(self.world.new(), service, AGENCIES[n % 2], POOL[service])
            for n, service in enumerate(services)
        ]
        self.tried(self.turn(data, Actor.referrer, _may_be_offered), lambda turn: asking.offer(turn, candidates))

    @precondition(lambda self: self.any(_is_asked))
    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        self.answered(data, "accept")

    @rule(data=st.data(), verb=st.sampled_from(ANSWERS))
    def answer(self, data: st.DataObject, verb: str) -> None:
        self.answered(data, verb)

    def answered(self, data: st.DataObject, verb: str) -> None:
        """One offer, by whoever may say that of it."""

        def fits(case: Case) -> bool:
            return any(one.status in OFFER[verb].start for one in case.offers.values())

        turn = self.turn(data, Actor.referrer if verb in {"agree", "withdraw"} else Actor.receiver, fits)
        if turn is None or not turn.case.offers:
            return
        fitting = [one.id for one in turn.case.offers.values() if one.status in OFFER[verb].start]
        chosen = data.draw(st.sampled_from(fitting or sorted(turn.case.offers)))
        reason, hold = data.draw(st.sampled_from(Declined)), self.world.new()
        acts: dict[str, Callable[[Turn], None]] = {
            "see": lambda t: asking.see(t, chosen),
            "hold": lambda t: asking.hold(t, chosen, hold),
            "accept": lambda t: asking.accept(t, chosen, self.world.new()),
            "agree": lambda t: asking.accept(t, chosen, self.world.new(), "agree"),
            "accept_if": lambda t: asking.accept_if(t, chosen, [Asks.id], hold),
            "waitlist": lambda t: asking.waitlist(t, chosen, 2),
            "decline": lambda t: asking.decline(t, chosen, reason),
            "fail": lambda t: asking.fail(t, chosen),
            "release": lambda t: asking.release(t, chosen, LetGo.left),
            "withdraw": lambda t: asking.withdraw(t, chosen, TakenBack.not_needed),
        }
        was = turn.case
        if self.tried(turn, acts[verb]) and verb in {"accept", "agree"}:
            until = was.offers[chosen].timer
            assert until is None or self.world.now < until.until, "nobody accepts what has expired"

    @precondition(lambda self: self.any(_may_choose))
    @rule(data=st.data())
    def choose(self, data: st.DataObject) -> None:
        turn = self.turn(data, Actor.person, _may_choose)
        if turn is not None:
            accepted = [one.id for one in turn.case.offers.values() if one.status is Offer.accepted]
            chosen = data.draw(st.sampled_from(accepted))
            self.tried(turn, lambda one: asking.choose(one, chosen))

    @precondition(lambda self: self.any(_is_placed))
    @rule(data=st.data(), again=st.booleans())
    def somebody_goes_on(self, data: st.DataObject, again: bool) -> None:
        """One of the steps that the table has from here, by one who may take it; and perhaps another."""
        for _ in range(1 + again):
            turn = self.turn(data, Actor.receiver, _is_placed)
            assert turn is not None
            open_ = [
                (by, act)
                for verb, act in ACTS
                if turn.case.status in REFERRAL[verb].start and verb not in {"cancel", "correct", "reassign"}
                for by in sorted(REFERRAL[verb].by)
            ]
            if open_:
                turn.by, act = open_[data.draw(st.integers(0, len(open_) - 1))]
                self.tried(turn, act)

    @rule(data=st.data(), by=_ACTORS, act=st.sampled_from(ACTS))
    def somebody_does_anything(self, data: st.DataObject, by: Actor, act: tuple[str, Callable[[Turn], None]]) -> None:
        self.tried(self.turn(data, by), act[1])

    @rule(data=st.data(), end=st.sampled_from(PERSON), once_in=st.integers(0, 9))
    def the_person_ends_it(self, data: st.DataObject, end: tuple[str, Callable[[Turn], None]], once_in: int) -> None:
        turn = self.turn(data, Actor.person)
        if once_in == 9 and turn is not None and turn.case.status not in OVER:
            assert self.tried(turn, end[1]), "whatever else is under way, the person wins"

    @rule(data=st.data(), agency=st.sampled_from(AGENCIES), once_in=st.integers(0, 9))
    def an_agency_ends(self, data: st.DataObject, agency: UUID, once_in: int) -> None:
        turn = self.turn(data, Actor.system)
        if once_in == 9 and turn is not None:
            assert self.tried(
                turn, lambda one: ending.agency_ended(one, agency, referrer_ended=one.case.agency_id == agency)
            )
            case = self.world.cases[turn.case.id]
            assert case.accountable is None or case.accountable.agency_id != agency
            assert case.status in OVER or case.winner is None or case.offers[case.winner].agency_id != agency
            assert all(one.agency_id != agency for one in case.offers.values() if one.status in LIVE_OFFER)

    @rule(minutes=st.sampled_from([1, 1, 1, 2, 4, 8, 16, 31, 25 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.world.now += timedelta(minutes=minutes)

    @rule(data=st.data(), twice=st.booleans())
    def clock(self, data: st.DataObject, twice: bool) -> None:
        turn = self.turn(data, Actor.system)
        self.tried(turn, time.tick)
        if turn is not None and twice:
            again = Turn(self.world.cases[turn.case.id], Actor.system, self.world.now)
            time.tick(again)
            assert again.events == [], "what is due was done"

    @invariant()
    def one_answers_for_them(self) -> None:
        for case in self.world.cases.values():
            who = case.accountable
            if case.status in OVER:
                assert who is None
            else:
                assert who is not None
                assert (who.agency_id is None) != (who.service_id is None)

    @invariant()
    def one_has_it(self) -> None:
        for case in self.world.cases.values():
            accepted = [one.id for one in case.offers.values() if one.status is Offer.accepted]
            if case.winner is not None and case.status not in OVER:
                assert set(accepted) <= {case.winner}
            elif case.pattern is not Pattern.choice or case.status in OVER:
                assert accepted == []

    @invariant()
    def no_place_is_promised_twice(self) -> None:
        for pool, most in CAPACITY.items():
            standing = [
                hold
                for case in self.world.cases.values()
                for hold in case.holds.values()
                if hold.pool_id == pool and hold.status in STANDING_HOLD
            ]
            assert len(standing) == self.world.taken[pool] <= most

    @invariant()
    def a_place_stands_for_an_offer_that_stands(self) -> None:
        for case in self.world.cases.values():
            for hold in case.holds.values():
                offer = case.offers[hold.offer_id]
                if hold.status is Hold.confirmed:
                    assert offer.status is Offer.accepted
                if hold.status is Hold.held:
                    assert offer.status in {Offer.seen, Offer.accepted, Offer.conditionally_accepted}

    @invariant()
    def nobody_is_asked_again_while_they_may_still_answer(self) -> None:
        for case in self.world.cases.values():
            asked = [one.service_id for one in case.offers.values() if one.status in LIVE_OFFER]
            assert len(asked) == len(set(asked))

    @invariant()
    def nobody_is_forgotten(self) -> None:
        assert all(passage.cared_for(case) for case in self.world.cases.values())

    @invariant()
    def what_was_recorded_makes_the_state(self) -> None:
        for case in self.world.cases.values():
            log = self.world.log[case.id]
            assert replayed(log) == case
            assert [event.version for event in log] == list(range(1, len(log) + 1))

    @invariant()
    def an_end_has_a_reason_and_somebody_who_said_it(self) -> None:
        for case in self.world.cases.values():
            if case.status in OVER:
                assert case.reason
                ends = [one for one in self.world.log[case.id] if one.of is Of.referral and one.to in OVER]
                assert ends
                assert all(one.reason for one in ends)

    @invariant()
    def nothing_is_offered_without_their_word(self) -> None:
        for case in self.world.cases.values():
            for one in case.offers.values():
                if one.status in LIVE_OFFER:
                    given = [each for each in case.consents.values() if each.status is Consent.active]
                    assert [each.covers(one.service_id) for each in given] == [True]

    @invariant()
    def nothing_stands_when_it_is_over_but_for_whom_was_taken_in(self) -> None:
        for case in self.world.cases.values():
            if case.status in OVER:
                standing = [one for one in case.holds.values() if one.status in STANDING_HOLD]
                assert all(case.offers[one.offer_id].status is Offer.fulfilled for one in standing)


Handoffs.TestCase.settings = settings(max_examples=400, stateful_step_count=50, deadline=None)
test_handoffs = Handoffs.TestCase
