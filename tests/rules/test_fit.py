"""What is stated, and what follows from it; what nobody said stays unsaid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.fit import NO, YES, age_stated, facts, strictest_hold
from directory.taxonomy import vocabulary

CODES = sorted(vocabulary("attribute").terms)
SAID = st.dictionaries(st.sampled_from(CODES), st.sampled_from((YES, NO)), max_size=12)
ANSWERS = st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from((YES, NO))))
MODES = st.sets(st.sampled_from(sorted(vocabulary("mode").terms)))
HOLDS = st.lists(st.sampled_from(("I0", "I1", "I2", "I3", "IU")))


def both(code: str) -> list[tuple[str, str]]:
    return [(code, YES), (code, NO)]


@given(ANSWERS, MODES, st.booleans())
def test_an_answer_stands_only_where_nobody_says_otherwise(
    answers: list[tuple[str, str]], modes: set[str], walk_in: bool
) -> None:
    listed = set(facts([], modes=modes, walk_in=walk_in).items())
    known = facts(answers, modes=modes, walk_in=walk_in)
    for code in {code for code, _ in answers}:
        said = {answer for other, answer in {*answers, *listed} if other == code}
        assert known.get(code) == (said.pop() if len(said) == 1 else None)


@given(ANSWERS, MODES, st.booleans())
def test_saying_more_never_turns_an_answer_round(
    answers: list[tuple[str, str]], modes: set[str], walk_in: bool
) -> None:
    """What somebody answers takes away or settles what only followed; what both ways leave open stays open."""
    known = facts(answers, modes=modes, walk_in=walk_in)
    for code, answer in known.items():
        other = NO if answer == YES else YES
        more = facts([*answers, (code, YES), (code, NO)], modes=modes, walk_in=walk_in)
        assert code not in more
        assert facts([*answers, (code, other)], modes=modes, walk_in=walk_in).get(code) in {other, None}


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([*both("FROM.SELF"), ("FROM.ANY", YES)], "FROM.SELF"),
        ([*both("FROM.SELF"), ("REFERRAL_REQUIRED", YES)], "FROM.SELF"),
        ([*both("POLICE_DROPOFF"), ("POLICE_ONLY", YES)], "POLICE_DROPOFF"),
        ([*both("INTOXICATED_OK"), ("SOBRIETY_REQUIRED", YES)], "INTOXICATED_OK"),
        ([*both("SOBRIETY_REQUIRED"), ("INTOXICATED_OK", YES)], "SOBRIETY_REQUIRED"),
        ([*both("WOMEN"), ("ALL_GENDERS", YES)], "WOMEN"),
    ],
)
def test_what_is_answered_both_ways_is_not_settled_by_what_follows(answers: list[tuple[str, str]], code: str) -> None:
    assert code not in facts(answers)
    assert code in facts(answers[2:])


def test_what_is_answered_both_ways_is_not_settled_by_a_way_in_that_is_listed() -> None:
    assert facts(both("TEXT"), modes=["text"]) == {}
    assert facts(both("WALK_IN"), walk_in=True) == {}


def test_nothing_follows_from_what_is_answered_both_ways() -> None:
    assert facts(both("FROM.ANY")) == {}


@pytest.mark.parametrize(("mode", "code"), [("text", "TEXT"), ("tty", "TTY"), ("app", "MESSAGING_APP")])
def test_a_mode_that_is_listed_and_denied_is_not_stated(mode: str, code: str) -> None:
    assert facts([(code, NO)], modes=[mode]) == {}
    assert facts([], modes=[mode]) == {code: YES}


@given(SAID, MODES, st.booleans())
def test_what_follows_is_of_our_own_attributes(said: dict[str, str], modes: set[str], walk_in: bool) -> None:
    assert facts(said.items(), modes=modes, walk_in=walk_in).keys() <= set(CODES)


@given(SAID)
def test_nothing_more_follows_from_what_followed(said: dict[str, str]) -> None:
    once = facts(said.items())
    assert facts(once.items()) == once


def test_nothing_follows_from_nothing() -> None:
    assert facts([]) == {}


@pytest.mark.parametrize("code", ["FROM.SELF", "FROM.COMMUNITY", "VAN_DROPOFF", "WALK_IN"])
def test_police_only_takes_from_nobody_else(code: str) -> None:
    assert facts([("POLICE_ONLY", YES)])[code] == NO
    assert facts([("POLICE_ONLY", YES)])["FROM.POLICE"] == YES


def test_what_police_only_implies_yields_to_what_is_stated() -> None:
    assert facts([("POLICE_ONLY", YES), ("EMS_DROPOFF", YES)])["EMS_DROPOFF"] == YES


def test_not_police_only_says_nothing_of_others() -> None:
    assert facts([("POLICE_ONLY", NO)]) == {"POLICE_ONLY": NO}


def test_any_source_is_every_source_but_one_that_is_refused() -> None:
    known = facts([("FROM.ANY", YES), ("FROM.POLICE", NO)])
    assert known["FROM.SELF"] == known["FROM.988"] == YES
    assert known["FROM.POLICE"] == NO


def test_a_door_that_is_listed_is_a_way_to_walk_in() -> None:
    assert facts([], walk_in=True) == {"WALK_IN": YES}


@pytest.mark.parametrize(
    ("limits", "said", "known"),
    [
        ((None, None), {}, False),
        ((12, None), {}, True),
        ((None, 24), {}, True),
        ((None, None), {"AGE_LIMITS": NO}, True),
        ((None, None), {"AGE_LIMITS": YES}, False),
    ],
)
def test_ages_are_stated_by_a_limit_or_by_there_being_none(
    limits: tuple[float | None, float | None], said: dict[str, str], known: bool
) -> None:
    assert age_stated(*limits, said) is known


@given(HOLDS)
def test_the_strictest_hold_counts_and_not_stated_is_none(policies: list[str]) -> None:
    known = [policy for policy in policies if policy != "IU"]
    assert strictest_hold(policies) == (max(known) if known else None)


@pytest.mark.parametrize("premise", ["POLICE_ONLY", "REFERRAL_REQUIRED"])
def test_where_what_is_stated_contradicts_itself_somebody_has_to_ask(premise: str) -> None:
    known = facts([(premise, YES), ("FROM.ANY", YES)])
    assert "FROM.SELF" not in known
    assert "FROM.SELF" in facts([(premise, YES)])
