"""What gives a hidden place away in a text, and what does not."""

import pytest

from directory.rules.privacy import coarse_zone
from directory.rules.traces import Traces

PLACE = {"name": "Heron House", "alternate_name": None, "latitude": 39.73921, "longitude": -104.98476}
ADDRESS = {"address_1": "12 Canary Street, Suite 4", "address_2": None, "postal_code": "80202-1234"}
TRACES = Traces.of(PLACE, [ADDRESS])


@pytest.mark.parametrize(
    "text",
    [
        "12 canary  STREET",
        "at 12 Canary St.",
        "12 Canary",
        "ZIP 80202",
        "80202-1234",
        "the heron house",
        "39.739, x",
        "near 104.985 W",
        "https://example.org/?q=12+Canary+Street",
        "https://example.org/12%20Canary%20St",
        "https://maps.app.goo.gl/abc",
    ],
)
def test_a_trace_is_found_however_it_is_written(text: str) -> None:
    assert TRACES.found_in(text)
    assert TRACES.found_in([{"en": text}])
    assert not TRACES.found_in(TRACES.cut(text))


@pytest.mark.parametrize("text", ["802021", "Canary", "House", "Suite 4", "9.7392", ""])
def test_other_words_are_no_trace(text: str) -> None:
    assert not TRACES.found_in(text)


def test_the_name_of_the_service_itself_is_no_trace_of_its_place() -> None:
    assert not Traces.of(PLACE, [], known=("Heron House Denver",)).found_in("Heron House helps")


def test_a_name_keeps_what_says_nothing_of_the_place() -> None:
    assert TRACES.cut("Shelter at 12 Canary Street, Denver") == "Shelter at …, Denver"


@pytest.mark.parametrize(
    ("zone", "large"),
    [
        ("America/Indiana/Tell_City", "America/Chicago"),
        ("America/Detroit", "America/New_York"),
        ("America/Boise", "America/Denver"),
        ("America/Phoenix", "America/Phoenix"),
        ("Europe/Rome", "Europe/Rome"),
        ("no zone", "no zone"),
    ],
)
def test_a_small_zone_is_told_as_the_large_one_of_the_same_clocks(zone: str, large: str) -> None:
    assert coarse_zone(zone, 2026) == large
