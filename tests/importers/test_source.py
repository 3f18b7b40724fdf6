"""Telling files apart by what is in them, and refusing what cannot be read."""

import orjson
import pytest

from importers import BrokenFile
from importers.source import Format, parse
from tests.importers.documents import a_facility, a_place, a_service, an_id, an_organization, locator, made


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
    assert parse(orjson.dumps(document), "whatever.txt").format is expected


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
        parse(raw, "x.json")


def test_lines_of_json_are_read_one_by_one() -> None:
    lines = b"\n".join(orjson.dumps(one) for one in (an_organization(), a_service(organization_id=an_id("Neighbours"))))
    document = parse(lines + b"\n\n", "x.ndjson")
    assert [path for path, _ in document.objects()] == ["[0]", "[1]"]


def test_a_byte_order_mark_is_no_error() -> None:
    assert parse(b"\xef\xbb\xbf" + orjson.dumps(an_organization()), "x").format is Format.hsds_json


def test_nul_characters_leave_and_are_reported() -> None:
    document = parse(orjson.dumps(an_organization(name="Neigh\x00bours", kept={"a\x00": ["\x00"]})), "x")
    assert document.said["name"] == "Neighbours"
    assert document.said["kept"] == {"a": [""]}
    assert "NUL" in document.notes[0]


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
