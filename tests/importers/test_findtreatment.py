"""The treatment locator: what becomes ours, and what must not be guessed."""

from datetime import date
from typing import Any

import pytest

from importers.report import Outcome
from tests.importers.documents import a_facility, locator, made


def stating(*categories: tuple[str, str], **more: Any) -> Any:
    services = [{"f1": f"Category {code} ", "f2": code, "f3": values} for code, values in categories]
    return made(locator(a_facility(services=services, **more))).listing.services[0]


def ours(service: Any) -> dict[str, str]:
    return {term.code: term.answer.value for term in service.attributes if term.taxonomy == "attribute"}


def test_a_facility_becomes_organization_service_and_place() -> None:
    listing = made(locator(a_facility())).listing
    (service,), (place,) = listing.services, listing.locations
    assert (listing.organization.name, service.name) == ("Valley Board", "Corner House")
    assert (place.latitude, place.longitude, place.zone) == (39.7392, -104.9848, None)
    assert place.addresses[0].model_dump(include={"address_1", "address_2", "postal_code", "country"}) == {
        "address_1": "12 Canary Street",
        "address_2": None,
        "postal_code": "80202",
        "country": "US",
    }
    assert listing.services_at_locations[0].location_id == place.id


def test_ids_come_from_the_facility_and_from_nothing_else() -> None:
    here, moved = made(locator(a_facility())), made(locator(a_facility(_irow=9, miles=7, city="Aurora")))
    other = made(locator(a_facility(frid="f2")))
    assert here.listing.services[0].id == moved.listing.services[0].id != other.listing.services[0].id
    assert here.listing.locations[0].addresses[0].id == moved.listing.locations[0].addresses[0].id


def test_without_a_second_name_the_first_names_the_service() -> None:
    assert made(locator(a_facility(name2=""))).listing.services[0].name == "Valley Board"


def test_nothing_is_said_of_hours_dates_or_police() -> None:
    service = stating(("TC", "Mental health treatment"))
    assert (service.schedules, service.stated_on, service.assured_date, service.disclosure) == ((), None, None, None)


def test_the_operator_may_date_the_file() -> None:
    service = made(locator(a_facility()), stated_on=date(2019, 9, 1)).listing.services[0]
    assert {service.stated_on, *(term.stated_on for term in service.attributes)} == {date(2019, 9, 1)}


@pytest.mark.parametrize(
    ("categories", "kinds"),
    [
        ([("TC", "Substance use treatment; Detoxification")], ("SITE.DETOX",)),
        ([("SET", "Residential detoxification; Outpatient")], ("SITE.DETOX",)),
        ([("SET", "Outpatient detoxification")], ()),
        ([("FT", "Psychiatric hospital or psychiatric unit of a general hospital")], ()),
        (
            [
                ("FT", "Psychiatric hospital or psychiatric unit of a general hospital"),
                ("SET", "Hospital inpatient; Outpatient"),
            ],
            ("SITE.INPT",),
        ),
        ([("EMS", "Crisis intervention team; Psychiatric emergency walk-in services")], ()),
        ([("SG", "Persons who have experienced intimate partner violence, domestic violence")], ()),
        ([("AS", "Domestic violence services-family or partner; Detoxification")], ()),
    ],
)
def test_a_kind_is_given_only_where_the_words_leave_no_choice(categories: Any, kinds: tuple[str, ...]) -> None:
    assert stating(*categories).kinds == kinds


def test_what_is_stated_becomes_attributes_with_their_source() -> None:
    service = stating(
        ("PAY", "Medicaid; Military insurance (e.g., TRICARE); Cash or self-payment"),
        ("PYAS", "Sliding fee scale (fee is based on income and other factors)"),
        ("GN", "Male"),
        ("SMP", "Smoking not permitted"),
    )
    assert ours(service) == {
        "PAYER.MEDICAID": "yes",
        "PAYER.MILITARY": "yes",
        "SLIDING_FEE": "yes",
        "MEN": "yes",
        "SMOKING": "no",
    }
    assert all(term.source for term in service.attributes)


def test_a_code_is_read_in_its_own_category_only() -> None:
    assert ours(stating(("SET", "Medicaid"), ("OM", "Male"))) == {}


def test_statements_that_contradict_each_other_say_nothing() -> None:
    assert ours(stating(("SMP", "Smoking not permitted; Smoking permitted in designated area"))) == {}


def test_every_value_stays_as_a_term_of_the_source() -> None:
    service = stating(("PHR", "Buprenorphine (extended-release; for example, Sublocade); Methadone;"))
    terms = [(term.code, term.label) for term in service.attributes if term.taxonomy == "samhsa"]
    assert terms == [
        ("PHR:Buprenorphine (extended-release; for example, Sublocade)",
         "Category PHR: Buprenorphine (extended-release; for example, Sublocade)"),
        ("PHR:Methadone", "Category PHR: Methadone"),
    ]  # fmt: skip


def test_languages_are_those_named() -> None:
    service = stating(("OL", "Spanish; Klingon"), ("SL", "Services for the deaf and hard of hearing"))
    assert [(one.name, one.code) for one in service.languages] == [("Spanish", "es"), ("Klingon", None)]


def test_ages_and_groups_are_told_in_the_sources_words() -> None:
    service = stating(("AGE", "Adults; Young adults"), ("GN", "Male"))
    assert service.eligibility_description == "Ages accepted: Adults; Young adults. Gender accepted: Male."
    assert (service.minimum_age, service.maximum_age) == (None, None)


def test_numbers_are_cleaned_and_said_once() -> None:
    read = made(locator(a_facility(phone="(303) 555-0100 x110", intake1="303.555.0100", hotline1="303-555-0100 x110")))
    phones = [(one.number, one.extension, one.description) for one in read.listing.services[0].phones]
    assert phones == [("303-555-0100", 110, "Main line"), ("303-555-0100", None, "Intake")]
    assert read.paths() == ["rows[0].hotline1"]


@pytest.mark.parametrize("said", ["call the desk", "303-555", "303-555-0100 or 303-555-0101"])
def test_a_number_that_cannot_be_read_is_not_guessed(said: str) -> None:
    read = made(locator(a_facility(phone=said)))
    assert [one.number for one in read.listing.services[0].phones] == ([] if "desk" in said else [said])
    assert read.paths() == ["rows[0].phone"]


@pytest.mark.parametrize("point", [("", ""), ("100", "-78"), ("x", "y"), ("0", "0"), (None, "-78"), ("nan", "1")])
def test_a_point_that_cannot_be_used_leaves_the_place_without(point: tuple[Any, Any]) -> None:
    read = made(locator(a_facility(latitude=point[0], longitude=point[1])))
    assert (read.listing.locations[0].latitude, read.listing.locations[0].longitude) == (None, None)
    assert read.paths() == ["rows[0]"]


@pytest.mark.parametrize(
    ("streets", "codes", "precision"),
    [
        (("71 Tan Bark Plaza", "71 Tanbark Plaza"), ("80202", "80202"), "not_stated"),
        (("71 Tan Bark Plaza", "5 Elm Street"), ("80202", "80202"), "postcode"),
        (("71 Tan Bark Plaza", "5 Elm Street"), ("80202", "80203"), "area"),
    ],
)
def test_a_point_shared_by_other_streets_is_no_exact_point(
    streets: tuple[str, str], codes: tuple[str, str], precision: str
) -> None:
    rows = [a_facility(frid=f"f{n}", street1=streets[n], zip=codes[n]) for n in (0, 1)]
    read = made(locator(*rows))
    assert [listing.locations[0].precision.value for listing in read.listings] == [precision] * 2
    assert len(read.findings()) == (0 if precision == "not_stated" else 2)


def test_a_zip_that_lost_its_zeros_gets_them_back() -> None:
    read = made(locator(a_facility(zip=2139)))
    assert read.listing.locations[0].addresses[0].postal_code == "02139"
    assert all(finding.detail is None for finding in read.findings())


@pytest.mark.parametrize("facility", [None, 7, [], {"name1": "x"}, {"frid": "f"}, {"frid": "f", "name1": "  "}])
def test_a_row_that_says_too_little_is_refused_and_the_others_are_not(facility: Any) -> None:
    read = made(locator(facility, a_facility()))
    assert [row.outcome for row in read.rows] == [Outcome.refused, Outcome.imported]
    assert read.findings(Outcome.refused)[0].path.startswith("rows[0]")
    assert len(read.listings) == 1


def test_the_same_facility_twice_is_imported_once() -> None:
    read = made(locator(a_facility(), a_facility(), a_facility(name1="Somebody else")))
    assert len(read.listings) == 1
    assert [row.outcome for row in read.rows] == [Outcome.imported, Outcome.refused, Outcome.refused]


def test_what_is_not_modelled_is_kept_and_reported() -> None:
    read = made(locator(a_facility(notes="Ring twice")))
    assert read.listing.services[0].kept == {"_irow": 1, "miles": 0.5, "typeFacility": "SA", "notes": "Ring twice"}
    assert "_irow, miles, notes, typeFacility" in read.findings(Outcome.kept)[0].why


@pytest.mark.parametrize("website", ["javascript:alert(1)", "file:///etc/passwd", "http://", "two words.example"])
def test_an_address_that_is_not_on_the_web_is_no_link(website: str) -> None:
    read = made(locator(a_facility(website=website)))
    assert read.listing.services[0].url is None
    assert read.paths() == ["rows[0].website"]


def test_a_bare_web_address_gets_its_scheme() -> None:
    assert (
        made(locator(a_facility(website="www.valley.example"))).listing.services[0].url == "http://www.valley.example"
    )
