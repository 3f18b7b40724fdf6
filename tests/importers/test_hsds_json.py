"""HSDS objects: what is read, what is altered or refused, and that both are said."""

from typing import Any
from uuid import UUID, uuid5

import pytest

from importers.report import Outcome
from tests.importers.documents import a_place, a_schedule, a_service, an_id, an_organization, made

SQUARE = '{"type":"Polygon","coordinates":[[[-105,39],[-104,39],[-104,40],[-105,39]]]}'


def of_service(**said: Any) -> Any:
    return made(an_organization(a_service(**said))).listing.services[0]


def altered(**said: Any) -> list[str]:
    return [path.removeprefix("$.services[0]") for path in made(an_organization(a_service(**said))).paths()]


def of_place(**said: Any) -> Any:
    return made(an_organization(a_service(places=(a_place(**said),)))).listing.locations[0]


# Ids


def test_an_id_that_is_no_uuid_becomes_one_and_the_same_one_each_time() -> None:
    document = an_organization(a_service(id=17), id="org 4")
    first, again, other = (made(document, publisher=name) for name in ("acme", "acme", "other"))
    assert first.listing == again.listing
    assert first.listing.organization.id != other.listing.organization.id
    assert first.paths() == ["$.id", "$.services[0].id"]


def test_references_follow_the_ids_that_were_made() -> None:
    service = a_service(organization_id="4") | {"id": "s"}
    read = made([an_organization(id="4"), service])
    assert read.listing.services[0].organization_id == read.listing.organization.id


def test_what_stands_on_its_own_needs_an_id() -> None:
    read = made([an_organization(a_service(id=None))])
    assert read.listing.services == ()
    assert [finding.path for finding in read.findings(Outcome.refused)] == ["[0].services[0]"]


def test_a_child_without_an_id_gets_one_made_of_what_it_says() -> None:
    document = an_organization(a_service(phones=[{"number": "303-555-0100"}]))
    assert made(document).listing == made(document).listing
    assert made(document).paths() == ["$.services[0].phones[0].id"]


def test_one_phone_on_several_owners_hangs_on_each() -> None:
    phone = {"id": an_id("phone"), "number": "303-555-0100"}
    read = made(an_organization(a_service(phones=[phone, phone]), phones=[phone]))
    listing = read.listing
    assert listing.organization.phones[0].id == UUID(phone["id"])
    assert [one.id for one in listing.services[0].phones] == [uuid5(UUID(phone["id"]), str(listing.services[0].id))]
    assert read.paths() == ["$.services[0].phones[0].id", "$.services[0].phones[1].id"]


def test_one_id_for_two_phones_of_an_owner_is_refused() -> None:
    phones = [{"id": an_id("phone"), "number": f"303-555-010{n}"} for n in (0, 1)]
    read = made(an_organization(a_service(phones=phones)))
    assert [one.number for one in read.listing.services[0].phones] == ["303-555-0100"]
    assert read.paths(Outcome.refused) == ["$.services[0].phones[1].id"]


def test_a_place_told_twice_in_the_same_words_is_one_place() -> None:
    place = a_place()
    summary = {name: place[name] for name in ("id", "location_type", "name")}
    read = made(an_organization(a_service(places=(place,)), a_service("Day room", places=(summary,))))
    assert len(read.listing.locations) == 1
    assert len(read.listing.services_at_locations) == 2
    assert [row.kind for row in read.rows].count("location") == 1


def test_a_place_told_twice_in_other_words_is_refused_the_second_time() -> None:
    other = a_place() | {"name": "Elsewhere"}
    read = made(an_organization(a_service(places=(a_place(),)), a_service("Day room", places=(other,))))
    assert [one.name for one in read.listing.locations] == ["The house"]
    assert "$.services[1].service_at_locations[0].location" in read.paths(Outcome.refused)
    assert len(read.listing.services_at_locations) == 1


# What must be there


@pytest.mark.parametrize("said", [{"name": None}, {"name": " "}, {"name": []}, {"status": "sideways"}])
def test_a_service_that_says_too_little_is_refused_and_the_rest_is_not(said: dict[str, Any]) -> None:
    read = made(an_organization(a_service("Broken") | said, a_service()))
    assert [one.name for one in read.listing.services] == ["Night room"]
    assert read.rows[1].outcome is Outcome.refused


def test_a_service_whose_organization_is_nowhere_is_refused() -> None:
    read = made(a_service(organization_id=an_id("nobody")))
    assert read.listings == []
    assert "organization is not in the file" in read.findings(Outcome.refused)[0].why


def test_what_says_nothing_on_its_own_is_refused() -> None:
    read = made([an_organization(), a_place(), {"id": an_id("term"), "code": "x", "taxonomy": "t", "name": "n"}, 7])
    assert [row.outcome for row in read.rows if row.kind != "organization"] == [Outcome.refused] * 3


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("active", "active"),
        ("Temporarily Closed", "temporarily closed"),
        ("temporarily_closed", "temporarily closed"),
        ("permanently closed", "defunct"),
        (None, "active"),
    ],
)
def test_a_status_is_read_or_refused_never_guessed(said: str | None, read: str) -> None:
    assert of_service(status=said).status.value == read


# Members


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"minimum_age": "12"}, ".minimum_age"),
        ({"minimum_age": -3}, ".minimum_age"),
        ({"minimum_age": True}, ".minimum_age"),
        ({"maximum_age": {"years": 4}}, ".maximum_age"),
        ({"assured_date": "2026-13-01"}, ".assured_date"),
        ({"assured_date": "2026-11-01T10:00:00"}, ".assured_date"),
        ({"last_modified": "yesterday"}, ".last_modified"),
        ({"last_modified": "2026-11-01T10:00:00"}, ".last_modified"),
        ({"last_modified": "0001-01-01T00:00:00+14:00"}, ".last_modified"),
        ({"description": 7}, ".description"),
        ({"description": ["a"]}, ".description"),
        ({"alternate_name": "x" * 501}, ".alternate_name"),
        ({"url": "javascript:alert(1)"}, ".url"),
        ({"url": "valley.example"}, ".url"),
        ({"phones": {"number": "1"}}, ".phones"),
        ({"languages": [{"id": an_id("l"), "code": "Klingon!", "name": "Klingon"}]}, ".languages[0].code"),
        ({"disclosure": "none"}, ".disclosure"),
        ({"organization_id": an_id("somebody else")}, ".organization_id"),
        ({"phones": [{"id": an_id("p"), "number": "303-555"}]}, ".phones[0].number"),
        ({"phones": [{"id": an_id("p"), "number": "303-555-0100", "extension": "2311/12"}]}, ".phones[0].extension"),
        ({"service_areas": [{"id": an_id("a"), "extent": "x", "extent_type": "geojson"}]}, ".service_areas[0].extent"),
    ],
)
def test_what_cannot_be_used_is_altered_and_says_where(said: dict[str, Any], path: str) -> None:
    assert path in altered(**said)


def test_what_cannot_be_used_is_kept_with_its_row() -> None:
    service = of_service(minimum_age="young", wait_time="long", alternate_name="x" * 501)
    assert service.minimum_age is None
    assert service.kept == {"minimum_age": "young", "wait_time": "long", "alternate_name": "x" * 501}
    assert service.alternate_name == "x" * 500


def test_objects_that_are_not_modelled_are_kept_word_for_word() -> None:
    contacts = [{"id": an_id("c"), "name": "Ann", "phones": [{"number": "1"}]}]
    read = made(an_organization(a_service(contacts=contacts, cost_options=[]), funding=[{"source": "us"}]))
    assert read.listing.services[0].kept == {"contacts": contacts}
    assert read.listing.organization.kept == {"funding": [{"source": "us"}]}
    assert read.paths(Outcome.kept) == ["$", "$.services[0]"]


@pytest.mark.parametrize("point", [(100, 101), (39, None), (0, 0), ("north", 3), (39, 181), (True, False)])
def test_a_point_off_the_earth_is_no_point_and_the_place_stays(point: tuple[Any, Any]) -> None:
    read = made(an_organization(a_service(places=(a_place(latitude=point[0], longitude=point[1]),))))
    (place,) = read.listing.locations
    assert (place.latitude, place.longitude) == (None, None)
    assert place.addresses
    assert any(path.endswith(".location") for path in read.paths())


def test_a_place_is_read_with_its_extension_members() -> None:
    place = of_place(precision="street", zone="America/Denver", transportation="Bus 15")
    assert (place.precision.value, place.zone, place.transportation) == ("street", "America/Denver", "Bus 15")
    assert of_place(precision="about here").precision.value == "not_stated"


def test_an_organization_of_another_listing_is_not_pointed_at() -> None:
    assert of_place(organization_id=an_id("nobody")).organization_id is None
    assert of_place(organization_id=an_id("Neighbours")).organization_id == UUID(an_id("Neighbours"))


@pytest.mark.parametrize(("said", "read"), [(44, 44), ("x44", 44), ("ext. 44", 44), (None, None), ("44a", None)])
def test_extensions_are_numbers_where_they_can_be(said: Any, read: float | None) -> None:
    assert (
        of_service(phones=[{"id": an_id("p"), "number": "303-555-0100", "extension": said}]).phones[0].extension == read
    )


@pytest.mark.parametrize("said", ['"+44 1234 234567"', "988", "303-555-0100", "+1 (303) 555 0100"])
def test_numbers_are_written_one_way(said: str) -> None:
    (phone,) = of_service(phones=[{"id": an_id("p"), "number": said}]).phones
    assert phone.number in {"+44 1234 234567", "988", "303-555-0100"}


def test_a_phone_without_a_number_is_refused_alone() -> None:
    read = made(an_organization(a_service(phones=[{"id": an_id("p"), "number": "none"}, None])))
    assert read.listing.services[0].phones == ()
    assert read.paths(Outcome.refused) == ["$.services[0].phones[0]", "$.services[0].phones[1]"]


# Our extensions


def test_kinds_are_codes_of_ours() -> None:
    read = made(an_organization(a_service(kinds=["SITE.SOBER", "SITE.SOBRE"])))
    assert read.listing.services[0].kinds == ("SITE.SOBER",)
    assert "SITE.SOBRE" in read.findings(Outcome.refused)[0].why


def test_attributes_are_ours_by_code_or_anothers_by_taxonomy() -> None:
    service = of_service(
        attributes=[
            {
                "id": an_id("1"),
                "code": "NO_ID",
                "answer": "no",
                "source_url": "https://x.example",
                "stated_on": "2026-11-02",
            },
            {"id": an_id("2"), "code": "NO_SUCH"},
            {
                "id": an_id("3"),
                "taxonomy_term": {"code": "BH-1800", "name": "Shelter", "taxonomy": "211"},
                "value": "x",
            },
            {"id": an_id("4"), "taxonomy_term": {"code": "SITE.SOBER", "taxonomy": "kind"}},
            {"id": an_id("5"), "taxonomy_term": {"code": "XYZ", "name": "X", "taxonomy": "kind"}},
            {"id": an_id("6")},
        ]
    )
    assert service.kinds == ("SITE.SOBER",)
    assert [(one.taxonomy, one.code, one.answer.value, one.value) for one in service.attributes] == [
        ("attribute", "NO_ID", "no", None),
        ("211", "BH-1800", "yes", "x"),
        ("hsds:kind", "XYZ", "yes", None),
    ]


def test_an_attribute_that_says_more_than_we_read_is_kept() -> None:
    attribute = {"id": an_id("1"), "taxonomy_term": {"code": "A", "taxonomy": "t", "description": "Long words"}}
    assert of_service(attributes=[attribute]).kept == {"attributes": [attribute]}


def test_a_police_level_needs_a_source_and_a_date() -> None:
    stated = {"level": "P0", "source_url": "https://x.example", "stated_on": "2026-11-02"}
    assert of_service(disclosure=stated).disclosure.level.value == "P0"
    for missing in ("source_url", "stated_on"):
        claim = of_service(disclosure=stated | {missing: None}).disclosure
        assert (claim.level.value, claim.kept) == ("PU", {"level": "P0"})


def test_access_points_are_read_with_their_own_hours() -> None:
    point = {
        "id": an_id("ap"),
        "kind": "AP.DIRECT",
        "modes": ["phone", "smoke"],
        "number": "303-555-0100",
        "languages": ["en", "!"],
        "menu_path": {"en": "press 1"},
        "schedules": [a_schedule(applies_to="phone")],
        "service_at_location_id": an_id("nowhere"),
        "source_urls": ["https://x.example/", "javascript:alert(1)"],
    }
    read = made(an_organization(a_service(access_points=[point, {"id": an_id("x"), "kind": "AP.PIGEON"}])))
    (one,) = read.listing.services[0].access_points
    assert (one.modes, one.languages, one.service_at_location_id) == (("phone",), ("en",), None)
    assert (one.schedules[0].applies_to, one.source_urls) == ("phone", ("https://x.example/",))
    assert "$.services[0].access_points[1]" in read.paths(Outcome.refused)


def test_counts_of_places_need_what_makes_them_a_fact() -> None:
    good = {
        "id": an_id("c"),
        "unit": {"name": "mat"},
        "available": 3,
        "maximum": 8,
        "updated": "2026-11-20T23:05:00-07:00",
    }
    read = made(
        an_organization(
            a_service(
                capacities=[
                    good,
                    good | {"id": an_id("twice")},
                    good | {"id": an_id("d"), "unit": {"name": "bed"}, "updated": None},
                    good | {"id": an_id("e"), "unit": {"name": "cot"}, "available": -1},
                ]
            )
        )
    )
    (one,) = read.listing.services[0].capacities
    assert (one.unit, one.free, one.total) == ("mat", 3, 8)
    assert len(read.findings(Outcome.refused)) == 3


@pytest.mark.parametrize(
    "extent",
    [
        SQUARE,
        f'{{"type":"Feature","properties":{{}},"geometry":{SQUARE}}}',
        f'{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{SQUARE}}}]}}',
    ],
)
def test_drawn_areas_are_unwrapped(extent: str) -> None:
    (area,) = of_service(service_areas=[{"id": an_id("a"), "extent": extent, "extent_type": "GeoJSON"}]).service_areas
    assert (area.extent, area.extent_type) == (SQUARE, "geojson")


@pytest.mark.parametrize(
    "extent",
    [
        "extent",
        "{}",
        '{"type":"Point","coordinates":[1,2]}',
        '{"type":"Polygon","coordinates":[]}',
        '{"type":"Polygon","coordinates":[[[1,2],[3,4],[1,2]]]}',
        '{"type":"Polygon","coordinates":[[[1,2],[3,4],[5,6],[7,8]]]}',
        '{"type":"Polygon","coordinates":[[[1000,2],[3,4],[5,6],[1000,2]]]}',
        '{"type":"FeatureCollection","features":[]}',
        None,
        7,
    ],
)
def test_an_area_that_is_not_drawn_stays_as_a_name(extent: Any) -> None:
    area = {"id": an_id("a"), "name": "The valley", "extent": extent, "extent_type": "geojson"}
    (read,) = of_service(service_areas=[area]).service_areas
    assert (read.name, read.extent, read.extent_type) == ("The valley", None, None)


def test_an_invented_file_says_so_of_everything() -> None:
    document = {"title": "Town", "invented": True, "organizations": [an_organization(a_service())], "places": []}
    assert made(document).listing.organization.invented
    assert not made(an_organization()).listing.organization.invented
