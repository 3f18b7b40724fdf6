"""The files we ship: the taxonomy, the national lines, the invented town."""

import csv
import json
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

import pytest

ROOT = Path(__file__).parents[2]
FILES = ("lines", "demo")
SAMPLE = Path(os.environ.get("DOORLIGHT_SHARED", ROOT.parent / "shared")) / "samples" / "national-lines.csv"
ROUND_THE_CLOCK = ("MO,TU,WE,TH,FR,SA,SU", "00:00", "24:00", "open")
PLACE = ("latitude", "longitude", "addresses", "zone", "transportation", "url", "external_identifier")
LONGEST_SHARED_RUN = 5  # words in a row that two texts on one subject may well have in common

Json = dict[str, Any]


def read(path: str) -> Json:
    content: Json = json.loads((ROOT / "directory" / path).read_text(encoding="utf-8"))
    return content


def starter(name: str) -> Json:
    return read(f"starter/{name}.json")


def taxonomies() -> dict[str, dict[str, Json]]:
    found = read("taxonomy/doorlight.json")["taxonomies"]
    return {taxonomy["code"]: {term["code"]: term for term in taxonomy["terms"]} for taxonomy in found}


def objects(value: Any) -> Iterator[Json]:
    """Every JSON object in it, from the outside in."""
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(child)


def services(name: str) -> Iterator[Json]:
    for organization in starter(name)["organizations"]:
        yield from organization["services"]


def every(name: str, member: str) -> list[Any]:
    """What stands under that member anywhere in the file, lists flattened, nulls left out."""
    found = [item[member] for item in objects(starter(name)) if item.get(member) is not None]
    return [one for value in found for one in (value if isinstance(value, list) else [value])]


def named(name: str, slug: str) -> Json:
    return next(service for service in services(name) if service["name"].startswith(slug))


def hours(schedules: list[Json]) -> list[tuple[str, ...]]:
    return [(one["byday"], one["opens_at"], one["closes_at"], one["holidays"]) for one in schedules]


def is_date(text: str) -> bool:
    return date.fromisoformat(text).isoformat() == text


# The taxonomy


def test_every_term_is_written_in_english_and_spanish() -> None:
    content = read("taxonomy/doorlight.json")
    assert content["license"] == "CC0-1.0"
    for taxonomy in content["taxonomies"]:
        assert taxonomy["name"].keys() == {"en", "es"}
        for term in taxonomy["terms"]:
            texts = [term[key] for key in ("en", "es", "definition", "definition_es")]
            texts += [term[key] for key in ("ask", "ask_es") if ("ask" in term or "ask_es" in term)]
            assert all(text and text == text.strip() for text in texts), (taxonomy["code"], term["code"])


def test_codes_are_said_once() -> None:
    for taxonomy in read("taxonomy/doorlight.json")["taxonomies"]:
        codes = [term["code"] for term in taxonomy["terms"]]
        assert len(codes) == len(set(codes)), taxonomy["code"]


@pytest.mark.parametrize("taxonomy", ["attribute", "mode"])
def test_whatever_may_be_unstated_has_a_question(taxonomy: str) -> None:
    for code, term in taxonomies()[taxonomy].items():
        assert term["ask"].endswith("?"), code
        assert "¿" in term["ask_es"], code
        assert term["ask_es"].endswith("?"), code


def test_the_unknown_is_asked_about() -> None:
    found = taxonomies()
    unknown = [
        ("police", "PU"),
        ("involuntary", "IU"),
        ("tracing", "not_stated"),
        ("recording", "not_stated"),
    ]
    assert all("ask" in found[taxonomy][code] for taxonomy, code in [*unknown, ("open", "unknown")])


def test_the_taxonomy_carries_its_licence() -> None:
    assert "CC0 1.0 Universal" in (ROOT / "directory" / "taxonomy" / "LICENSE").read_text(encoding="utf-8")


# Both starter files


@pytest.mark.parametrize("name", FILES)
def test_an_id_is_a_uuid_of_one_object(name: str) -> None:
    seen: dict[str, Json] = {}
    for item in objects(starter(name)):
        if "id" in item:
            assert str(UUID(item["id"])) == item["id"]
            # A place or a unit stands in full wherever it is used; it must then be the same each time.
            assert seen.setdefault(item["id"], item) == item


def test_the_two_files_share_no_id() -> None:
    lines, demo = (set(every(name, "id")) for name in FILES)
    assert not lines & demo


@pytest.mark.parametrize("name", FILES)
def test_a_service_names_the_organization_it_stands_in(name: str) -> None:
    for organization in starter(name)["organizations"]:
        assert {service["organization_id"] for service in organization["services"]} == {organization["id"]}


@pytest.mark.parametrize("name", FILES)
def test_every_code_is_in_the_taxonomy(name: str) -> None:
    known = taxonomies()
    used = {
        "kind": [code for service in services(name) for code in service["kinds"]],
        "access_point": [way["kind"] for service in services(name) for way in service["access_points"]],
        "mode": every(name, "modes"),
        "police": every(name, "level"),
        "tracing": every(name, "tracing"),
        "recording": every(name, "recording"),
        "attribute": [one["code"] for service in services(name) for one in service["attributes"]],
        "answer": every(name, "answer"),
        "applies_to": every(name, "applies_to"),
        "holidays": every(name, "holidays"),
        "precision": every(name, "precision"),
        "unit": [unit["name"] for unit in every(name, "unit")],
    }
    for taxonomy, codes in used.items():
        assert set(codes) <= known[taxonomy].keys(), taxonomy


@pytest.mark.parametrize("name", FILES)
def test_every_address_on_the_web_is_https(name: str) -> None:
    members = ("source_urls", "source_url", "url", "website")
    addresses = [address for member in members for address in every(name, member)]
    assert addresses
    assert all(re.fullmatch(r"https://[^\s|]+", address) for address in addresses)


@pytest.mark.parametrize("name", FILES)
def test_what_is_said_has_a_source_and_a_date(name: str) -> None:
    for service in services(name):
        for said in (service, *service["access_points"]):
            assert said["source_urls"], said
            assert is_date(said["stated_on"])
        for attribute in service["attributes"]:
            assert attribute["answer"] in {"yes", "no"}  # not stated is the absence of a row
            assert attribute["source_url"]
            assert is_date(attribute["stated_on"])


@pytest.mark.parametrize("name", FILES)
def test_a_police_level_has_a_source_and_a_date_and_silence_has_no_level(name: str) -> None:
    for said in every(name, "disclosure"):
        if said["level"] != "PU":
            assert said["source_url"]
            assert is_date(said["stated_on"])
        if {said["tracing"], said["recording"]} != {"not_stated"}:
            assert said["source_url"]


@pytest.mark.parametrize("name", FILES)
def test_nothing_claims_to_be_confirmed(name: str) -> None:
    members = {key for item in objects(starter(name)) for key in item}
    assert not {key for key in members if "confirmed" in key or key in {"assured_date", "assurer_email"}}


@pytest.mark.parametrize("name", FILES)
def test_schedules_are_whole(name: str) -> None:
    zones = available_timezones()
    for schedule in every(name, "schedules"):
        assert schedule["zone"] in zones
        for edge in ("opens_at", "closes_at"):
            assert re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", schedule[edge])
        ordinal = "-?[1-5]?" if schedule["freq"] == "MONTHLY" else ""
        assert all(re.fullmatch(f"{ordinal}(MO|TU|WE|TH|FR|SA|SU)", day) for day in schedule["byday"].split(","))


@pytest.mark.parametrize("name", FILES)
def test_each_way_in_can_be_used(name: str) -> None:
    for service in services(name):
        for way in service["access_points"]:
            assert way["number"] or way["url"] or way["modes"] == ["door"], way
            assert way["languages"], way
            assert set(way["languages"]) <= {language["code"] for language in service["languages"]}
            assert way["menu_path"] is None or way["menu_path"].keys() == {"en", "es"}


# The national lines


def test_no_line_is_invented() -> None:
    assert starter("lines")["invented"] is False
    assert not re.search(
        "invented\\)|555-01|example", (ROOT / "directory/starter/lines.json").read_text(encoding="utf-8")
    )


def test_every_line_serves_the_whole_country() -> None:
    for service in services("lines"):
        assert [area["extent_type"] for area in service["service_areas"]] == ["country"]


def test_the_menu_of_988_has_no_third_choice() -> None:
    ways = named("lines", "988 Lifeline")["access_points"]
    menus = " ".join(text for way in ways if way["menu_path"] for text in way["menu_path"].values())
    assert "press 2" in menus
    assert not re.search(r"press 3|marque 3|PRIDE", menus)


def test_trans_lifeline_is_weekdays_and_acts_with_consent() -> None:
    line = named("lines", "Trans Lifeline")
    assert hours(line["schedules"]) == [("MO,TU,WE,TH,FR", "10:00", "18:00", "not_stated")]
    assert line["schedules"][0]["zone"] == "America/Los_Angeles"
    assert line["disclosure"]["level"] == "P1"


def test_no_line_says_never() -> None:
    levels = [service["disclosure"]["level"] for service in services("lines")]
    assert set(levels) == {"P1", "P3", "PU"}
    assert levels.count("P1") == 1


def test_211_varies_by_place_and_so_has_no_hours() -> None:
    line = named("lines", "211")
    assert line["schedules"] == []
    assert [way["schedules"] for way in line["access_points"]] == [[]]


def test_holidays_are_only_stated_round_the_clock() -> None:
    for schedule in every("lines", "schedules"):
        (whole,) = hours([schedule])
        assert whole == ROUND_THE_CLOCK or schedule["holidays"] == "not_stated"


# Against the table they come from


@pytest.fixture(scope="module")
def sample() -> list[dict[str, str]]:
    if not SAMPLE.is_file():
        pytest.skip(f"No {SAMPLE.name} here; DOORLIGHT_SHARED names the folder that holds samples/.")
    with SAMPLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9']+", text.lower())
    length = LONGEST_SHARED_RUN + 1
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_descriptions_are_our_own_words(sample: list[dict[str, str]]) -> None:
    theirs = {run for row in sample for member in ("who", "notes") for run in runs(row[member])}
    members = (
        "description",
        "eligibility_description",
        "note",
        "notes",
        "interpretation_services",
        "answered_by",
    )
    for member in members:
        for text in every("lines", member):
            assert not runs(text) & theirs, text


def test_every_row_with_a_public_source_is_a_way_in(sample: list[dict[str, str]]) -> None:
    ways = [way for service in services("lines") for way in service["access_points"]]
    ours = sorted((way["number"] or way["url"], way["stated_on"]) for way in ways)
    theirs = sorted((row["number_or_url"], f"{row['source_date']}-01"[:10]) for row in sample)
    assert ours == theirs


# The invented town


def test_the_town_says_that_it_is_invented() -> None:
    town = starter("demo")
    assert town["invented"] is True
    names = [town["title"]]
    for organization in town["organizations"]:
        names.append(organization["name"])
        names += [service["name"] for service in organization["services"]]
    names += [at["location"]["name"] for at in every("demo", "service_at_locations")]
    names += [area["name"] for area in every("demo", "service_areas")]
    assert all(name.endswith("(invented)") for name in names)


def test_the_towns_numbers_ring_nowhere() -> None:
    numbers = every("demo", "number")
    assert numbers
    assert all(re.fullmatch(r"719-555-01\d\d", number) for number in numbers)


def test_the_towns_sources_lead_nowhere() -> None:
    addresses = [*every("demo", "source_urls"), *every("demo", "source_url")]
    assert all(address.startswith("https://lamplight.example/") for address in addresses)


@pytest.mark.parametrize("name", FILES)
def test_no_violence_shelter_can_be_found_on_a_map(name: str) -> None:
    for service in services(name):
        if "DV.SHELTER" not in service["kinds"]:
            continue
        for at in service["service_at_locations"]:
            assert at["location"]["confidential"] is True
            assert at["location"]["precision"] == "confidential"
            assert not [member for member in PLACE if member in at["location"]]
            assert at["location"].get("phones", []) == []
        assert service["service_areas"]


def test_the_towns_places_are_on_the_plains_around_it() -> None:
    (town,) = starter("demo")["places"]
    for location in (at["location"] for at in every("demo", "service_at_locations")):
        if "latitude" in location:
            assert abs(location["latitude"] - town["latitude"]) < 0.05
            assert abs(location["longitude"] - town["longitude"]) < 0.05


def test_the_towns_areas_are_closed_rings() -> None:
    areas = [area for area in every("demo", "service_areas") if area["extent_type"] == "geojson"]
    assert areas
    for area in areas:
        shape = json.loads(area["extent"])
        assert shape["type"] == "Polygon"
        assert all(ring[0] == ring[-1] for ring in shape["coordinates"])


def test_the_town_shows_every_kind_of_hours() -> None:
    schedules = every("demo", "schedules")
    found = {(one["byday"], one["opens_at"], one["closes_at"]) for one in schedules}
    week = "MO,TU,WE,TH,FR,SA,SU"
    assert {(week, "00:00", "24:00"), (week, "20:00", "08:00"), ("2TU", "18:00", "20:00")} <= found
    assert any(one["condition"] for one in schedules)
    assert any(not at["schedules"] for at in every("demo", "service_at_locations") if "latitude" in at["location"])
