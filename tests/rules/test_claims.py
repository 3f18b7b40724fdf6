"""Claims: no path leads out of what is over, and what is masked cannot be told from it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import ClaimNotOpen
from directory.rules.claims import NEXT, State, masked_mail, masked_phone, move, stands, typed

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@given(st.lists(st.sampled_from(State)))
def test_what_is_over_never_stands_again(path: list[State]) -> None:
    state, over = State.asked, False
    for to in path:
        try:
            state = move(state, to)
        except ClaimNotOpen:
            continue
        assert not over
        over = state not in NEXT


@pytest.mark.parametrize("state", State)
def test_only_a_letter_ends_by_itself(state: State) -> None:
    assert stands(state, NOW, NOW - timedelta(seconds=1)) is state
    assert stands(state, NOW, NOW) is (State.ended if state is State.asked else state)
    assert stands(state, None, NOW) is state


@given(st.from_regex(r"[a-z]{2,20}", fullmatch=True), st.from_regex(r"[a-z]{1,9}\.org", fullmatch=True))
def test_a_masked_address_shows_its_first_letter_and_its_domain(name: str, domain: str) -> None:
    assert masked_mail(f"{name}@{domain}") == f"{name[0]}***@{domain}"


@given(st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True))
def test_of_a_masked_number_two_digits_are_left(number: str) -> None:
    assert masked_phone(number) == f"***-**{number[-2:]}"


@given(st.text())
def test_a_code_is_its_digits_however_it_is_typed(code: str) -> None:
    assert typed(f" 0123{code}-4567") == "0123" + typed(code) + "4567"
    assert set(typed(code)) <= set("0123456789")
