"""What is typed into the search box, taken apart, and what a misspelt word was meant to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.asked import Term, parse
from directory.rules.spelling import meant

KNOWN = ["sobering", "sobriety", "methadone", "refugio", "refuge", "shelter", "detox", "food", "foot", "narcan", "988"]


@pytest.mark.parametrize(
    ("q", "alternatives"),
    [
        ("drunk tank", [[Term(("drunk",)), Term(("tank",))]]),
        ("walk-in/24-7", [[Term(("walk",)), Term(("in",)), Term(("24",)), Term(("7",))]]),
        ("women's", [[Term(("womens",))]]),
        ('"safe house" -police', [[Term(("safe", "house"), exact=True), Term(("police",), exact=True, excluded=True)]]),
        ('-"drunk tank" bed', [[Term(("drunk", "tank"), exact=True, excluded=True), Term(("bed",))]]),
        ("shelter or motel", [[Term(("shelter",))], [Term(("motel",))]]),
        ("or shelter or", [[Term(("or",)), Term(("shelter",))]]),
        ('left "open', [[Term(("left",)), Term(("open",))]]),
        ("I need food near me", [[Term(("food",)), Term(("me",))]]),
        ("¿dónde hay comida?", [[Term(("comida",))]]),
        ("where", [[Term(("where",))]]),
        ('&|!():*\'\\ 🙂 -- ""', []),
    ],
)
def test_what_is_asked(q: str, alternatives: list[list[Term]]) -> None:
    assert parse(q) == alternatives


@given(st.text(max_size=200))
def test_every_word_is_letters_and_digits(q: str) -> None:
    words = [word for terms in parse(q) for term in terms for word in term.words]
    assert all(word.isalnum() for word in words)
    assert all(term.words for terms in parse(q) for term in terms)


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("sobreing", ["sobering"]),
        ("metadone", ["methadone"]),
        ("refujio", ["refugio"]),
        ("shleter", ["shelter"]),
        ("detxo", ["detox"]),
        ("nacran", ["narcan"]),
        ("foood", ["food"]),
        ("fooz", ["food", "foot"]),  # equally near
        ("ood", []),  # short words are neighbours of everything
        ("wood", []),
        ("989", []),
        ("motel", []),
        ("elevator", []),
    ],
)
def test_what_was_meant(asked: str, nearest: list[str]) -> None:
    assert meant(asked, KNOWN) == nearest


@given(st.sampled_from([word for word in KNOWN if len(word) > 5]), st.data())
def test_any_one_slip_in_a_long_word_is_understood(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 2))
    letter = data.draw(st.sampled_from("aeiklnrst"))
    slips = [
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ]
    assert all(word in meant(slip, KNOWN) for slip in slips)
