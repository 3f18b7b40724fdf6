"""What a stored service area means, however it is written; and what cannot be placed says so."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.outlines import outlines
from directory.rules.coverage import UNKNOWN, County, Named, area_key, drawn_key, split_state, tells_where
from directory.rules.names import county_fold, fold, spellings
from directory.rules.states import STATES

DENVER = County("denver", "CO", "county")
_KINDS = ["country", "state", "county", "zip", "radius", "geojson", "tribal", "city", "", None]
_CASE = st.sampled_from([str, str.lower, str.upper, str.title])


@pytest.mark.parametrize(
    ("kind", "extent", "keys"),
    [
        ("country", "US", ["US"]),
        ("Country", "United States of America", ["US"]),
        ("country", "Estados Unidos", ["US"]),
        ("state", "US-CO", ["state:CO"]),
        ("State", "colorado", ["state:CO"]),
        ("state", "08", ["state:CO"]),
        ("state", "State of Colorado", ["state:CO"]),
        ("state", "CO, WY", ["state:CO", "state:WY"]),
        ("state", "Kansas and Missouri", ["state:KS", "state:MO"]),
        ("state", "Washington", ["state:WA"]),
        ("state", "West Virginia", ["state:WV"]),
        ("county", "08031", ["county:08031"]),
        ("county", "0500000US08031", ["county:08031"]),
        ("county", '["08031", "08001"]', ["county:08031", "county:08001"]),
        ("zip", "80202", ["zip:80202"]),
        ("zip code", "80202, 80203-1234", ["zip:80202", "zip:80203"]),
        ("postal-code", '["80202", 80203]', ["zip:80202", "zip:80203"]),
        (None, "United States", ["US"]),
        (None, "US-CO", ["state:CO"]),
    ],
)
def test_what_is_said_clearly_is_a_key(kind: str | None, extent: str, keys: list[str]) -> None:
    assert area_key(kind, extent, None) == Named(keys=tuple(keys))
    assert area_key(kind, None, extent) == Named(keys=tuple(keys)), "files put it into the name as well"


@pytest.mark.parametrize(
    ("said", "county"),
    [
        ("Denver County, CO", DENVER),
        ("denver county colorado", DENVER),
        ("Denver County, Colorado, USA", DENVER),
        ("City and County of Denver, CO", DENVER),
        ("Denver, Colorado", County("denver", "CO", None)),
        ("Orleans Parish, LA", County("orleans", "LA", "county")),
        ("Kodiak Island Borough, AK", County("kodiakisland", "AK", "county")),
        ("Doña Ana County, NM", County("donaana", "NM", "county")),
        ("Condado de Dona Ana, Nuevo México", County("donaana", "NM", "county")),
        ("Municipio de Añasco, Puerto Rico", County("anasco", "PR", "county")),
        ("Saint Louis City, MO", County("stlouis", "MO", "city")),
        ("Prince George's County, MD", County("princegeorges", "MD", "county")),
        ("Kanawha County West Virginia", County("kanawha", "WV", "county")),
    ],
)
def test_a_county_by_its_name_is_to_be_looked_up(said: str, county: County) -> None:
    assert area_key("county", said, None) == Named(counties=(county,))


def test_several_counties_with_their_states_are_several() -> None:
    said = "Denver County, CO; Adams County, CO"
    assert area_key("county", said, None) == Named(counties=(DENVER, County("adams", "CO", "county")))
    assert area_key("county", "Adams, Arapahoe and Denver counties, CO", None) == UNKNOWN


@pytest.mark.parametrize(
    ("extent", "metres"), [("40000", 40_000), ("40 km", 40_000), ("25 miles", 40_234), ("0", None), ("far", None)]
)
def test_a_reach_is_metres_unless_it_says_otherwise(extent: str, metres: int | None) -> None:
    assert area_key("radius", extent, None) == (UNKNOWN if metres is None else Named(radius_m=metres))


@pytest.mark.parametrize(
    ("kind", "extent", "name"),
    [
        ("tribal", "Navajo Nation", None),
        ("city", "Denver", None),
        (None, "Washington", None),
        (None, None, "The valley"),
        ("country", "Canada", None),
        ("state", "Ontario", None),
        ("county", "Denver County", None),
        ("county", "99031", None),
        ("zip", "80202-80299", None),
        ("zip", "802**", None),
        ("geojson", None, "The valley"),
        (None, None, None),
    ],
)
def test_what_cannot_be_placed_says_so(kind: str | None, extent: str | None, name: str | None) -> None:
    assert area_key(kind, extent, name) == UNKNOWN


def test_what_is_understood_of_a_list_counts_and_the_rest_is_not_forgotten() -> None:
    assert area_key("zip", "80202, downtown", None) == Named(keys=("zip:80202",), unknown=True)


@given(st.sampled_from(sorted(STATES)), _CASE, st.sampled_from(["{}", " {} ", "{}\n"]))
def test_every_state_by_letters_number_and_name(code: str, case: object, around: str) -> None:
    assert callable(case)
    for said in (code, f"US-{code}", STATES[code][0], STATES[code][1]):
        assert area_key("state", around.format(case(said)), None).keys == (f"state:{code}",)


@given(
    st.lists(st.integers(0, 99_999), min_size=1, max_size=40, unique=True),
    st.sampled_from([", ", "; ", " ", "\n", "|"]),
)
def test_a_list_of_zips_is_read_whole_whatever_stands_between(numbers: list[int], sign: str) -> None:
    zips = [f"{number:05}" for number in numbers]
    expected = Named(keys=tuple(f"zip:{one}" for one in zips))
    assert area_key("zip", sign.join(zips), None) == expected
    assert area_key("zip", json.dumps(zips), None) == expected


@given(st.sampled_from(_KINDS), st.none() | st.text(max_size=60), st.none() | st.text(max_size=60))
def test_anything_at_all_is_placed_or_unknown_and_never_both_nothing(
    kind: str | None, extent: str | None, name: str | None
) -> None:
    read = area_key(kind, extent, name)
    assert read.keys or read.counties or read.radius_m or read.unknown


@given(st.text(min_size=1))
def test_one_drawing_is_one_area(extent: str) -> None:
    assert area_key("geojson", extent, "a name") == Named(keys=(drawn_key(extent),))


@given(st.text())
def test_a_folded_name_stays_as_it_is(name: str) -> None:
    assert fold(fold(name)) == fold(name)
    assert spellings(name)[0] == fold(name)


def test_every_county_is_found_by_its_own_name_and_only_cities_share_one() -> None:
    names = [(one.name, one.folded, one.state) for one in outlines() if one.kind == "county"]
    for name, folded, state in names:
        if not name.endswith(" City"):
            read = area_key("county", f"{name}, {state}", None)
            assert [(county.folded, county.state) for county in read.counties] == [(folded, state)], name
        assert county_fold(name) == folded
    pairs = [pair[1:] for pair in names]
    assert {pair for pair in pairs if pairs.count(pair) > 1} == {
        ("baltimore", "MD"), ("fairfax", "VA"), ("franklin", "VA"), ("richmond", "VA"), ("roanoke", "VA"),
        ("stlouis", "MO"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "name", "state"),
    [
        ("Denver, CO", "Denver", "CO"),
        ("Denver CO", "Denver", "CO"),
        ("Charleston West Virginia", "Charleston", "WV"),
        ("Washington, D.C.", "Washington", "DC"),
        ("New York New York", "New York", "NY"),
        ("Denver, CO, USA", "Denver", "CO"),
        ("Denver", "Denver", None),
        ("Denver, Bavaria", "Denver, Bavaria", None),
    ],
)
def test_the_state_stands_last(said: str, name: str, state: str | None) -> None:
    assert split_state(said) == (name, state)


@pytest.mark.parametrize(
    ("kind", "extent", "name"),
    [("zip", "80203", None), ("ZIP codes", "somewhere", None), ("radius", "5 km", None), (None, None, "80203"),
     ("city", "Denver 80203-1234", None)],
)  # fmt: skip
def test_zips_and_circles_tell_where_a_house_is(kind: str | None, extent: str | None, name: str | None) -> None:
    assert tells_where(kind, extent, name)


@pytest.mark.parametrize(
    ("kind", "extent"),
    [("county", "08031"), ("state", "CO"), ("country", "US"), ("geojson", "{}"), ("city", "Denver"), (None, None)],
)
def test_larger_ground_does_not(kind: str | None, extent: str | None) -> None:
    assert not tells_where(kind, extent, None)
