"""What is too easy to guess, and what nobody is kept from choosing."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access.rules.guessable import CONTEXT, _words, unexplained
from core.access.rules.passwords import LONGEST, SHORTEST, Weakness, weakness

pytestmark = pytest.mark.security

COMMON = sorted(word for word in _words() if len(word) >= 3)
# What may stand before or behind a word in the lists that guessers start with.
TAILS = ("", "1", "12", "123", "1234", "12345", "123456", "!", "!!", "2024", "2025", "1990", "007")


def test_words_that_everybody_uses_are_refused_however_they_are_put_together() -> None:
    tried = [
        made
        for word in COMMON
        for tail in TAILS
        for made in (f"{word}{tail}", f"{word}{word}{tail}", f"{tail}{word}{word}", f"{word}{tail}{word}{tail}")
        if len(made) >= SHORTEST
    ]
    assert len(set(tried)) > 3_000
    assert [one for one in tried if weakness(one) is not Weakness.too_common] == []


@given(st.lists(st.sampled_from(COMMON), min_size=2, max_size=4), st.booleans(), st.sampled_from(TAILS))
def test_capitals_and_signs_that_look_alike_help_nobody(words: list[str], loud: bool, tail: str) -> None:
    said = "".join(words)
    spelled = said.upper() if loud else said.replace("o", "0").replace("a", "@").replace("e", "3")
    assert unexplained(spelled + tail) < 5


@pytest.mark.parametrize(
    "password",
    ["qwertyuiop123", "1q2w3e4r5t6y", "zaq1zaq1zaq1", "123456789012", "111111111111", "abcdefghijkl", "qwerqwerqwer",
     "P@ssw0rd1234", "Password2025!", "1qaz2wsx3edc", "asdfghjkl123", "iloveyou2025", "112233445566", "letmein12345"],
)  # fmt: skip
def test_rows_of_keys_and_all_of_it_once_more_are_refused(password: str) -> None:
    assert weakness(password) is Weakness.too_common


@pytest.mark.parametrize(
    "password", ["Doorlight2026!", "lamplight-1234", "CrisisResponder", "warmline-staff", "Policia2026!!"]
)
def test_what_we_are_and_do_is_refused(password: str) -> None:
    assert weakness(password) is Weakness.too_common
    assert "doorlight" in CONTEXT


@pytest.mark.parametrize(
    ("password", "about"),
    [("anamartinez2026", ("Ana Martinez", "ana@example.org")), ("example.org-12", ("Ana", "ana@example.org")),
     ("ana@example.org", ("Ana", "ana@example.org")), ("Martinez-Ana-12", ("Ana Martinez", "am@example.org"))],
)  # fmt: skip
def test_ones_own_name_and_address_are_refused(password: str, about: tuple[str, ...]) -> None:
    assert weakness(password, about=about) is Weakness.too_personal


def test_whatever_a_manager_draws_is_taken_of_any_kind_of_characters() -> None:
    drawing = random.Random(7)  # noqa: S311 - the same each time
    for signs, length in (
        (string.ascii_letters + string.digits, 16), (string.ascii_lowercase, 16), (string.ascii_uppercase, 16),
        (string.digits, 24), (string.punctuation, 20), ("abcdef" + string.digits, 32), ("ñéàüß漢字かな 🕯", 16),
    ):  # fmt: skip
        for _ in range(200):
            password = "".join(drawing.choice(signs) for _ in range(length))
            assert weakness(password) is None, password


@pytest.mark.parametrize("length", [SHORTEST, 64, LONGEST])
def test_long_ones_are_taken(length: int) -> None:
    words = "each lantern hung by seventeen quiet neighbours burns until somebody walks home through rain, "
    assert weakness((words * 3)[:length]) is None


@pytest.mark.parametrize("length", [SHORTEST - 1, LONGEST + 1])
def test_shorter_and_longer_ones_are_not(length: int) -> None:
    assert weakness(("each lantern " * 30)[:length]) in {Weakness.too_short, Weakness.too_long}


@pytest.mark.parametrize(
    "password", ["a lantern beside the door", "correct horse battery staple", "tres gatos bajo la lluvia"]
)
def test_a_few_words_in_a_row_will_do(password: str) -> None:
    assert weakness(password) is None


@given(st.text(max_size=300))
def test_whatever_is_typed_is_judged(password: str) -> None:
    assert 0 <= unexplained(password) <= len(password.casefold())
