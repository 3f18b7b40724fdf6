"""Phone numbers: whom a message may be sent to, and which are one and the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.numbers import called, dialled


@pytest.mark.parametrize(
    ("written", "read"),
    [("303-555-0101", "+13035550101"), ("(303) 555-0101", "+13035550101"), ("+44 20 7946 0018", "+442079460018"),
     ("988", None), ("911", None), ("555-0101", None), ("303-555-0101 ext. 5", None), ("ask inside", None), ("", None),
     ("303-555-0101 or 303-555-0102", None)],
)  # fmt: skip
def test_a_message_goes_to_whole_numbers_alone(written: str, read: str | None) -> None:
    assert dialled(written) == read


@pytest.mark.parametrize(
    "written", ["+1 303 555 0102", "(303) 555-0102", "1-303-555-0102", "3035550102", "tel:303.555.0102"]
)
def test_one_number_is_the_same_however_it_is_written(written: str) -> None:
    assert called(written) == called("303-555-0102")


@pytest.mark.parametrize(("one", "other"), [("911", "9-1-1"), ("988", "+1 988"), ("555-0101", "555 0101"), ("A", " a")])
def test_so_is_what_no_message_is_sent_to(one: str, other: str) -> None:
    assert called(one) == called(other)


@pytest.mark.parametrize("around", ["{} (main)", "{}, press 2", "call {}", "303-555-0199 or {}"])
def test_words_around_a_number_or_another_one_do_not_hide_it(around: str) -> None:
    assert called("303-555-0102") <= called(around.format("303-555-0102"))


def test_an_extension_is_somebody_else_and_the_same_however_it_is_written() -> None:
    assert called("303-555-0102 ext. 5") == called("+1 303 555 0102 x5") != called("303-555-0102")


@given(st.text())
def test_whatever_is_written_reaches_something(written: str) -> None:
    assert called(written)
