"""Places that must stay hidden: more is looked at than the directory gets to see, and nothing about them is quoted."""

from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import LocationIn
from directory.rules.privacy import is_confidential
from importers.private import place_marked, violence_shelter, without_place
from tests.importers.documents import Made, a_facility, a_place, a_service, an_id, an_organization, locator, made

CANARIES = ("Canary", "80202", "39.7392", "104.9848", "heron")


def report_of(read: Made) -> str:
    return orjson.dumps([row.as_json() for row in read.rows]).decode()


def leaking(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text]


MARKS: list[dict[str, Any]] = [
    {"confidential": True},
    {"confidential": "yes"},
    {"is_private": 1},
    {"notes": "Address withheld"},
    {"description": "Undisclosed place"},
    {"attributes": [{"label": "Private"}]},
    {"attributes": [{"taxonomy_term": {"name": "Confidential location"}}]},
    {"addresses": [{"id": an_id("a"), "address_1": "12 Canary Street", "is_private": "true"}]},
    {"addresses": [{"id": an_id("a"), "address_1": "12 Canary Street", "attributes": [{"value": "private"}]}]},
    {"addresses": [{"id": an_id("a"), "address_1": "12 Canary Street (do not publish)"}]},
]


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_anywhere_in_a_place_hides_it(mark: dict[str, Any]) -> None:
    place = a_place(latitude="north of Canary", external_identifier="heron", directions="Past the heron") | mark
    read = made(an_organization(a_service(places=(place,))))
    (hidden,) = read.listing.locations
    assert hidden.confidential
    assert (hidden.addresses, hidden.kept, hidden.description) == ((), None, None)
    assert leaking(report_of(read)) == []
    assert leaking(read.listing.model_dump_json()) == []


@pytest.mark.parametrize(
    "mark", [{"confidential": False}, {"confidential": "no"}, {"is_private": None}, {"private": ""}]
)
def test_a_mark_that_says_no_hides_nothing(mark: dict[str, Any]) -> None:
    assert not made(an_organization(a_service(places=(a_place() | mark,)))).listing.locations[0].confidential


@pytest.mark.parametrize(
    "document",
    [
        an_organization(a_service("Safe house", kinds=["DV.SHELTER"], places=(a_place(),))),
        an_organization(a_service("Shelter", places=(a_place(),)), name="Family Violence Project"),
        an_organization(a_service("Refugio", places=(a_place(name="violencia doméstica"),))),
        locator(a_facility(name1="Domestic Violence Alliance", name2="Emergency Shelter")),
        locator(a_facility(street1="Confidential, 12 Canary Street")),
        locator(a_facility(is_private=True)),
    ],
)
def test_violence_shelters_are_hidden_whoever_hands_them_in(document: Any) -> None:
    read = made(document)
    assert [place.confidential for place in read.listing.locations] == [True]
    assert leaking(report_of(read)) == []
    assert read.listing.locations[0].addresses == ()


def test_a_place_hidden_for_one_is_hidden_for_all_who_share_it() -> None:
    sober, shelter = a_service(places=(a_place(),)), a_service("Haven", kinds=["DV.SHELTER"], places=(a_place(),))
    read = made([an_organization(sober), an_organization(shelter, name="Others")])
    assert [place.confidential for listing in read.listings for place in listing.locations] == [True, True]


def test_what_is_kept_beside_a_hidden_place_is_dropped_and_that_is_said() -> None:
    at = a_place("house", confidential=True)
    service = a_service(places=(at,), contacts=[{"name": "Canary"}], url="bad url Canary")
    service["service_at_locations"][0] |= {"directions": "Canary", "description": "Canary"}
    read = made(an_organization(service, contacts=[{"name": "Canary"}]))
    assert leaking(read.listing.model_dump_json(exclude={"locations"})) == []
    assert leaking(report_of(read)) == []
    assert sum("stays hidden" in finding.why for finding in read.findings()) == 3


def test_a_public_place_may_name_the_violence_it_helps_with() -> None:
    read = made(
        locator(a_facility(services=[{"f1": "x", "f2": "AS", "f3": "Domestic violence services-family or partner"}]))
    )
    assert not read.listing.locations[0].confidential


WORDS = st.lists(
    st.sampled_from(
        [
            "Domestic violence",
            "battered",
            "shelter",
            "safe house",
            "Refuge",
            "clinic",
            "sexual assault",
            "violencia doméstica",
        ]
    ),
    max_size=3,
).map(" ".join)
TEXTS = st.lists(
    st.sampled_from(
        ["confidential", "Undisclosed", "no publicar", "12 Elm Street", "dirección confidencial", "private address"]
    ),
    max_size=2,
).map(", ".join)


@given(service=WORDS, place=WORDS, texts=TEXTS, kinds=st.lists(st.sampled_from(["DV.SHELTER", "SITE.SOBER"])))
def test_whatever_the_directory_would_hide_is_hidden_before(
    service: str, place: str, texts: str, kinds: list[str]
) -> None:
    if is_confidential(kinds=kinds, names=(service, place)):
        assert violence_shelter(kinds, ("Organization", service, place))
    if is_confidential(texts=(texts,)):
        assert place_marked({"description": texts})
        assert place_marked({"addresses": [{"id": str(uuid4()), "attention": texts}]})


def test_no_text_beside_a_hidden_place_names_its_street_or_its_zip() -> None:
    at = a_place("house", confidential=True)
    street, postal = at["addresses"][0]["address_1"], at["addresses"][0]["postal_code"]
    where = f"Come to {street.upper()}, {postal}"
    service = a_service(
        places=(at,),
        description=where,
        alert=where,
        fees_description="Free",
        phones=[{"id": an_id("phone"), "number": "303-555-0101", "description": where}],
    )
    read = made(an_organization(service, description=where))
    assert leaking(read.listing.model_dump_json(exclude={"locations"})) == []
    assert street.lower() not in read.listing.model_dump_json().lower()
    assert read.listing.services[0].fees_description == "Free"


def test_a_hidden_place_mentions_no_more_than_its_source_did() -> None:
    bare = LocationIn(id=uuid4(), name="House")
    assert without_place(bare).model_fields_set.isdisjoint({"phones", "languages", "schedules"})
