"""Documents bent out of shape: each is refused or altered with a reason and a path, and nothing ever crashes."""

import copy
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from importers import BrokenFile
from importers.report import Outcome
from tests.importers.documents import (
    Json,
    a_facility,
    a_place,
    a_schedule,
    a_service,
    an_id,
    an_organization,
    locator,
    made,
)

JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, "", " ", "x", "\x00", "x" * 600, "javascript:alert(1)", "2005-01-01", "nan", "1e400", "confidential",
        0, -1, 3.7, 10**12, 1e300, True, False, [], [[]], [None], ["x"], {}, {"id": 7}, [{"id": "x"}],
        {"a": {"b": [1]}},
    ]
)  # fmt: skip


def rich() -> Json:
    service = a_service(
        places=(a_place(phones=[{"id": an_id("p2"), "number": "303-555-0101"}]),),
        kinds=["SITE.SOBER"],
        phones=[
            {
                "id": an_id("p"),
                "number": "303-555-0100",
                "extension": 3,
                "languages": [{"id": an_id("l"), "code": "es"}],
            }
        ],
        schedules=[a_schedule(count=2, dtstart="2026-01-05")],
        service_areas=[{"id": an_id("a"), "extent_type": "country", "extent": "US"}],
        access_points=[{"id": an_id("ap"), "kind": "AP.DIRECT", "modes": ["phone"], "number": "303-555-0100"}],
        disclosure={"level": "P3", "source_url": "https://x.example", "stated_on": "2026-11-02"},
        attributes=[{"code": "NO_ID", "answer": "yes"}, {"taxonomy_term": {"code": "A", "taxonomy": "t"}}],
        capacities=[
            {"id": an_id("c"), "unit": {"name": "mat"}, "available": 3, "updated": "2026-11-20T23:05:00-07:00"}
        ],
        last_modified="2026-11-02T10:00:00Z",
        source_urls=["https://x.example/"],
    )
    return an_organization(service, website="https://x.example", phones=[{"id": an_id("p3"), "number": "988"}])


def _spots(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(spot for key, child in children for spot in _spots(child, (*path, key)))]


@st.composite
def bent(draw: st.DrawFn, document: Json) -> Json:
    """The document with up to four members replaced by junk, dropped, or said twice."""
    document = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 4))):
        spots = _spots(document)
        if not spots:
            break
        *above, last = draw(st.sampled_from(spots))
        owner: Any = document
        for key in above:
            owner = owner[key]
        how = draw(st.sampled_from(["junk", "junk", "drop", "twice"]))
        if how == "junk":
            owner[last] = copy.deepcopy(draw(JUNK))
        elif how == "drop":
            del owner[last]
        elif isinstance(owner, list):
            owner.append(copy.deepcopy(owner[int(last)]))
    return document


def _holds(document: Json) -> None:
    try:
        read = made(document)
    except BrokenFile:
        return  # told in one line; test_source has them
    assert made(document).listings == read.listings
    for row in read.rows:
        assert row.outcome is not Outcome.refused or row.findings
        for finding in row.findings:
            assert finding.path
            assert finding.why
    orjson.dumps([row.as_json() for row in read.rows])
    for listing in read.listings:
        services, places = ({one.id for one in group} for group in (listing.services, listing.locations))
        assert {at.service_id for at in listing.services_at_locations} <= services
        assert {at.location_id for at in listing.services_at_locations} <= places


@given(bent(rich()))
def test_a_bent_hsds_file_is_read_or_says_why_not(document: Json) -> None:
    _holds(document)


@given(bent({"contents": [{**rich(), "id": an_id("page")}, a_service(organization_id=an_id("page"))]}))
def test_a_bent_page_is_read_or_says_why_not(document: Json) -> None:
    _holds(document)


@given(bent(locator(a_facility(), a_facility(frid="f2", phone="303-555-0100 x3"))))
def test_a_bent_locator_file_is_read_or_says_why_not(document: Json) -> None:
    _holds(document)
