"""Telling files apart by what is in them, and refusing what cannot be read."""

from io import BytesIO
from uuid import uuid4

import orjson
import pytest

from directory import ListingIn, OrganizationIn
from importers import BrokenFile
from importers.source import Format, parse
from importers.spool import Spool
from tests.importers.documents import a_facility, a_place, a_service, an_id, an_organization, locator, made
from tests.importers.test_mutations import rich


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (locator(a_facility()), Format.findtreatment),
        ([a_facility()], Format.findtreatment),
        (an_organization(a_service()), Format.hsds_json),
        ([an_organization()], Format.hsds_json),
        ({"total_items": 1, "contents": [an_organization()]}, Format.hsds_json),
        ({"contents": []}, Format.hsds_json),
        ({"title": "Ours", "invented": False, "organizations": []}, Format.starter),
    ],
)
def test_a_format_is_told_by_the_content(document: object, expected: Format) -> None:
    assert parse(BytesIO(orjson.dumps(document)), "whatever.txt").format is expected


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "not JSON"),
        (b"\x00\xff\x00", "not JSON"),
        (b'{"id": "x", "name": ', "line 1, column"),
        (b'{"id": NaN}', "not JSON"),
        (b"42", "a shape we do not know"),
        (b'"text"', "a shape we do not know"),
        (b"[]", "a shape we do not know"),
        (b"[1, 2]", "a shape we do not know"),
        (b'{"version": "3.1", "profile": "", "openapi_url": ""}', "a shape we do not know"),
        (b'{"organizations.csv": []}', "tables written as JSON"),
        (b'{"id":"a","name":"x"}\n{"id":', "Line 2"),
        (b'{"id":' * 100 + b"1" + b"}" * 100, "nests deeper"),
        (b"[" * 2000, "not JSON"),
    ],
)
def test_a_broken_file_says_what_is_wrong_with_it(raw: bytes, says: str) -> None:
    with pytest.raises(BrokenFile, match=says):
        parse(BytesIO(raw), "x.json")


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (b'[\n  {"id": "a"},\n  {"id": nope}\n]', "line 3, column 10"),
        (b'[{"id": "a"}, {"id": "b"}', "line 1, column 26"),
        (b'{"contents": [{"id": "a"},\n]}', "line 2, column 1"),
        (b'{"contents": [{"id": "a"}]}\n{"id"', "Line 2 is not JSON: .* column 6"),
        (b"\xef\xbb\xbf[\n,]", "line 2, column 1"),
    ],
)
def test_a_broken_file_says_where(raw: bytes, where: str) -> None:
    with pytest.raises(BrokenFile, match=where):
        parse(BytesIO(raw), "x.json")


def test_a_file_that_is_another_by_the_time_its_rows_are_read_is_broken() -> None:
    file = BytesIO(orjson.dumps([an_organization(), an_organization(name="Others")]))
    document = parse(file, "x.json")
    file.truncate(200)
    with pytest.raises(BrokenFile, match="changed while it was read"):
        list(document.objects())


def test_rows_can_be_read_again() -> None:
    document = parse(BytesIO(orjson.dumps({"contents": [an_organization()]})), "x.json")
    assert [*document.objects()] == [*document.objects()] == [("contents[0]", an_organization())]


def test_of_a_list_said_twice_the_last_counts() -> None:
    document = parse(BytesIO(b'{"contents": [{"id": "a"}], "contents": [{"id": "b"}]}'), "x.json")
    assert [*document.objects()] == [("contents[0]", {"id": "b"})]


def test_lines_of_json_are_read_one_by_one() -> None:
    lines = b"\n".join(orjson.dumps(one) for one in (an_organization(), a_service(organization_id=an_id("Neighbours"))))
    document = parse(BytesIO(lines + b"\n\n"), "x.ndjson")
    assert [path for path, _ in document.objects()] == ["[0]", "[1]"]


def test_a_byte_order_mark_is_no_error() -> None:
    assert parse(BytesIO(b"\xef\xbb\xbf" + orjson.dumps(an_organization())), "x").format is Format.hsds_json


def test_nul_characters_leave_and_are_reported() -> None:
    document = parse(BytesIO(orjson.dumps(an_organization(name="Neigh\x00bours", kept={"a\x00": ["\x00"]}))), "x")
    assert document.said["name"] == "Neighbours"
    assert document.said["kept"] == {"a": [""]}
    assert "NUL" in document.notes[0]


def test_what_is_set_aside_comes_back_as_it_was() -> None:
    listing = made(rich()).listing
    with Spool() as spool:
        at = spool.put(listing)
        for n in range(20):  # it is out of what is remembered by then
            spool.put(listing.model_copy(update={"organization": OrganizationIn(id=uuid4(), name=str(n))}))
        back = spool.get(at, ListingIn)
    assert back is not listing
    assert back == listing
    assert back.model_dump(exclude_unset=True) == listing.model_dump(exclude_unset=True)


@pytest.mark.parametrize("shape", ["organization", "list", "page", "service", "service_at_location", "mixed"])
def test_the_same_directory_comes_out_of_every_shape(shape: str) -> None:
    place = a_place()
    service = a_service(places=(place,))
    organization = an_organization(service)
    bare = {name: value for name, value in organization.items() if name != "services"}
    (at,) = service["service_at_locations"]
    alone = {name: value for name, value in service.items() if name != "service_at_locations"}
    documents = {
        "organization": organization,
        "list": [organization],
        "page": {"contents": [organization]},
        "service": service | {"organization": bare},
        "service_at_location": at | {"service": alone | {"organization": bare}},
        # owners after what hangs on them, and by id only
        "mixed": [
            at | {"service_id": service["id"]},
            alone | {"organization_id": organization["id"]},
            bare,
        ],
    }
    assert made(documents[shape]).listing == made(organization).listing
