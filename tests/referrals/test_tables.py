"""The four tables by themselves, and the page that is drawn from them."""

from enum import StrEnum
from typing import Any

import pytest

from referrals.errors import IllegalMove, NotYours
from referrals.rules.case import OVER
from referrals.rules.deadlines import DEFAULTS, OFFER_RUNS, RUNS, Clock, Urgency
from referrals.rules.machines import (
    CONSENT,
    HOLD,
    OFFER,
    REFERRAL,
    Actor,
    Consent,
    Hold,
    Offer,
    Referral,
    is_over,
    move,
)
from referrals.rules.reasons import DECLINED, Declined
from tests.referrals.drawn import PAGE, anew

MACHINES: list[tuple[Any, type[StrEnum]]] = [
    (REFERRAL, Referral),
    (OFFER, Offer),
    (HOLD, Hold),
    (CONSENT, Consent),
]


@pytest.mark.parametrize(("machine", "states"), MACHINES)
def test_every_state_can_be_come_to(machine: Any, states: type[StrEnum]) -> None:
    reached, grown = {next(iter(states))}, True
    while grown:
        more = {arrow.to for arrow in machine.values() if arrow.to is not None and arrow.start & reached}
        grown = not more <= reached
        reached |= more
    assert reached == set(states)


@pytest.mark.parametrize(("machine", "states"), MACHINES)
def test_what_is_not_in_the_table_is_refused_and_says_what_is(machine: Any, states: type[StrEnum]) -> None:
    for verb, arrow in machine.items():
        for state in states:
            for actor in Actor:
                if actor not in arrow.by:
                    with pytest.raises(NotYours):
                        move(machine, state, verb, actor)
                elif state not in arrow.start:
                    with pytest.raises(IllegalMove) as refused:
                        move(machine, state, verb, actor)
                    for other in refused.value.facts["may"]:  # type: ignore[attr-defined]
                        move(machine, state, other, actor)
                else:
                    assert move(machine, state, verb, actor) == (arrow.to or state)


def test_a_referral_waits_for_something_unless_it_is_over() -> None:
    assert {state for state in Referral if is_over(REFERRAL, state)} == OVER
    assert RUNS.keys() == set(Referral) - OVER
    assert OFFER_RUNS.keys() == {state for state in Offer if not is_over(OFFER, state)} - {
        Offer.queued,  # it is sent when those before it have answered
        Offer.accepted,
        Offer.fulfilled,
    }


def test_the_person_may_end_it_from_everywhere() -> None:
    for state in set(Referral) - OVER:
        assert move(REFERRAL, state, "withdraw", Actor.person) is Referral.withdrawn
        assert move(REFERRAL, state, "decline", Actor.person) is Referral.person_declined


def test_only_the_receiver_says_that_they_answer_for_the_person() -> None:
    assert REFERRAL["hand_off"].by == {Actor.receiver}
    assert [verb for verb, arrow in REFERRAL.items() if arrow.to is Referral.handed_off] == ["hand_off"]


def test_every_clock_has_a_time_and_every_reason_a_meaning() -> None:
    assert DEFAULTS.keys() == set(Clock)
    assert all(spans.keys() == set(Urgency) for spans in DEFAULTS.values())
    assert DECLINED.keys() == set(Declined)


def test_the_page_is_drawn_from_the_tables() -> None:
    page = PAGE.read_text()
    assert anew(page) == page, "python -m tests.referrals.drawn"
