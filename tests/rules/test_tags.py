"""A tag is one thing's and stays so; no two things share one."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rows.facets import TEAM_TAG, attribute_tag, bases, hold_tag, kind_tag, mode_tag, police_tag
from directory.rules.fit import NO
from directory.rules.tags import Of, any_of, language_tag, tag
from directory.taxonomy import vocabulary

NUMBERED = ("kind", "mode", "attribute", "involuntary")
OFS = st.sampled_from(Of)
NUMBERS = st.integers(0, 2047)
LETTERS = st.characters(min_codepoint=ord("a"), max_codepoint=ord("z"))
LANGUAGES = st.none() | st.text(LETTERS, min_size=2, max_size=3)
THINGS = st.tuples(OFS, NUMBERS, LANGUAGES)


@pytest.mark.parametrize("taxonomy", NUMBERED)
def test_every_term_has_a_number_of_its_own(taxonomy: str) -> None:
    numbers = [term.number for term in vocabulary(taxonomy).terms.values()]
    assert all(0 < number < 2048 for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_no_two_things_of_ours_share_a_tag() -> None:
    codes = {taxonomy: vocabulary(taxonomy).terms for taxonomy in NUMBERED}
    languages = ("en", "es", "eng", "spa", "aa", "zz", "zzz", "vi", "nv", "ase")
    made = [kind_tag(kind) for kind in codes["kind"]]
    made += [mode_tag(mode) for mode in codes["mode"]]
    made += [attribute_tag(code) for code in codes["attribute"]]
    made += [attribute_tag(code, answer=NO) for code in codes["attribute"]]
    made += [hold_tag(code) for code in codes["involuntary"]]
    made += [police_tag(level) for level in range(3)]
    made += [language_tag(code) for code in languages]
    made += [kind_tag(kind, code) for kind, code in product(codes["kind"], languages)]
    made += [mode_tag(mode, code) for mode, code in product(codes["mode"], languages)]
    made.append(TEAM_TAG)
    assert len(set(made)) == len(made)


@given(THINGS, THINGS)
def test_tags_are_alike_only_for_the_same_thing(
    one: tuple[Of, int, str | None], other: tuple[Of, int, str | None]
) -> None:
    assert (tag(*one) == tag(*other)) == (one == other)


@given(THINGS)
def test_a_tag_fits_a_whole_number_of_the_database(thing: tuple[Of, int, str | None]) -> None:
    assert 0 <= tag(*thing) < 1 << 31


def test_a_regional_variant_is_tagged_as_its_language() -> None:
    assert language_tag("es-MX") == language_tag("es")
    assert kind_tag("SITE.SOBER", "es-419") == kind_tag("SITE.SOBER", "es")


@pytest.mark.parametrize("number", [-1, 2048])
def test_a_number_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="no number of a term"):
        tag(Of.kind, number)


@pytest.mark.parametrize("code", ["e", "engl", "e1", "ñu"])
def test_what_is_no_language_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=code):
        language_tag(code)


@given(st.lists(st.text(max_size=8)))
def test_every_base_of_a_language_can_be_tagged(codes: list[str]) -> None:
    assert len({language_tag(code) for code in bases(codes)}) == len(bases(codes))


def test_a_condition_asks_for_one_of_each_group() -> None:
    assert any_of([[1, 2], [3]]) == "(1|2)&(3)"
    assert any_of([]) is None
