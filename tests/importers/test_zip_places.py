"""ZIPs and towns from public postal data."""

from collections.abc import Mapping

import pytest

from directory import PlaceIn
from importers import postal_places

Places = Mapping[tuple[str, str, str | None], PlaceIn]


@pytest.fixture(scope="module")
def places() -> Places:
    return {(place.kind, place.name, place.state): place for place in postal_places()}


def test_every_place_is_there_once(places: Places) -> None:
    assert len(places) == len(postal_places())
    assert sum(kind == "zip" for kind, _, _ in places) > 40_000


def test_a_zip_has_its_point(places: Places) -> None:
    place = places["zip", "22902", "VA"]
    assert (round(place.latitude, 1), round(place.longitude, 1)) == (38.0, -78.5)


def test_a_town_lies_in_the_middle_of_its_zips_and_weighs_as_many(places: Places) -> None:
    town = places["city", "Denver", "CO"]
    assert abs(town.latitude - 39.74) < 0.1
    assert abs(town.longitude + 104.98) < 0.1
    assert town.weight > places["city", "Denver", "PA"].weight


def test_leading_zeros_stay(places: Places) -> None:
    assert ("zip", "02139", "MA") in places


def test_no_place_is_in_the_sea_off_africa_or_with_the_forces_abroad(places: Places) -> None:
    assert not any((place.latitude, place.longitude) == (0, 0) for place in places.values())
    assert not {"AA", "AE", "AP"} & {state for _, _, state in places}
