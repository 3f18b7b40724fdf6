"""The level of a way to help: the highest on it, for as long as its lowest claims hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.police import MAY_CALL, path, rank

TODAY = date(2026, 11, 20)
DATES = st.none() | st.dates(date(2020, 1, 1), TODAY)
LEVELS = st.sampled_from(("P0", "P1", "P2", "P3", "P4", "P5"))
CLAIMS = st.lists(st.tuples(LEVELS | st.just("PU"), DATES))
BROUGHT = st.none() | st.sampled_from(("P4", "P5"))


@given(CLAIMS, BROUGHT)
def test_a_path_is_never_below_what_is_known_of_any_part(
    claims: list[tuple[str, date | None]], brought: str | None
) -> None:
    known = path(claims, brought=brought).known
    assert all(known >= rank(level) for level, _ in claims if level != "PU")
    assert brought is None or known >= rank(brought)


@given(CLAIMS, CLAIMS, BROUGHT)
def test_a_longer_path_is_never_better(
    part: list[tuple[str, date | None]], rest: list[tuple[str, date | None]], brought: str | None
) -> None:
    short, long = path(part, brought=brought), path([*part, *rest], brought=brought)
    assert long.known >= short.known
    if part and short.sure_until is None:
        assert long.sure_until is None
    if short.sure_until is not None and long.sure_until is not None:
        assert long.sure_until <= short.sure_until


@given(CLAIMS, BROUGHT)
def test_a_part_that_is_not_stated_leaves_the_path_unsure(
    claims: list[tuple[str, date | None]], brought: str | None
) -> None:
    assert path([*claims, ("PU", TODAY)], brought=brought).sure_until is None


@given(st.lists(st.tuples(LEVELS, st.dates(date(2020, 1, 1), TODAY)), min_size=1))
def test_a_path_holds_as_long_as_its_oldest_low_claim(claims: list[tuple[str, date]]) -> None:
    low = [on for level, on in claims if rank(level) < MAY_CALL]
    expected = min(low) + timedelta(days=180) if low else date.max
    assert path(claims, brought=None).sure_until == expected


def test_nothing_said_is_not_sure_and_not_known() -> None:
    assert path([], brought=None).sure_until is None
    assert path([], brought=None).known == 0


@pytest.mark.parametrize("level", ["P0", "P1", "P2"])
def test_a_low_claim_without_a_date_is_not_sure(level: str) -> None:
    assert path([(level, None)], brought=None).sure_until is None


def test_a_high_claim_needs_no_date() -> None:
    assert path([("P3", None)], brought=None).sure_until == date.max


def test_what_it_is_counts_for_more_than_what_it_says() -> None:
    assert path([("P0", TODAY)], brought="P4").known == rank("P4")
