"""How exact a point can be: whatever a source says, a shared centroid is no house."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

import directory
from core.cluster import Database as Cluster
from core.db import Database
from core.geo import Point
from core.security import SYSTEM
from directory import PlaceIn
from importers.precision import _ORDER, folded
from tests.builders import NOON, a_site, place_of, publish
from tests.importers.documents import Made, a_facility, a_place, a_service, an_id, an_organization, locator, made
from tests.importers.test_batches import bring

CENTROID = Point(39.7392, -104.9848)


def at(
    which: str, street: str | None, code: str | None = "80202", point: Point = CENTROID, **more: Any
) -> dict[str, Any]:
    """A place at a street, with a point that the source gives it."""
    address = {"id": an_id(f"{which} address"), "address_1": street, "city": "Denver", "postal_code": code}
    where = {"latitude": point.latitude, "longitude": point.longitude, "addresses": [address]}
    return a_place(which, **where | more)


def read(*places: dict[str, Any]) -> Made:
    return made([an_organization(a_service(one["name"], places=(one,)), name=one["name"]) for one in places])


def precisions(found: Made) -> list[str]:
    return [place.precision.value for listing in found.listings for place in listing.locations]


@pytest.mark.parametrize(
    ("streets", "codes", "precision"),
    [
        (("71 Tan Bark Plaza", "71 Tanbark Plaza"), ("80202", "80202"), "not_stated"),
        (("12 Oak St.", "12 Oak Street, Suite 4"), ("80202", "80202-1234"), "not_stated"),
        (("12 Oak Street", "5 Elm Street"), ("80202", "80202"), "postcode"),
        (("12 Oak Street", "900 Oak Street"), ("80202", "80202-1234"), "postcode"),
        (("12 Oak Street", "5 Elm Street"), ("80202", "80203"), "area"),
        (("12 Oak Street", "5 Elm Street"), (None, None), "area"),
        (("12 Oak Street", None), ("80202", "80202"), "not_stated"),
        ((None, None), ("80202", "80203"), "area"),
        ((None, None), ("80202", "80202"), "postcode"),
        ((None, ""), (None, None), "area"),
    ],
)
def test_a_point_that_stands_for_several_streets_is_a_centroid(
    streets: tuple[str | None, str | None], codes: tuple[str | None, str | None], precision: str
) -> None:
    found = read(*(at(str(n), streets[n], codes[n]) for n in (0, 1)))
    assert precisions(found) == [precision] * 2
    told = [finding for finding in found.findings() if "street" in finding.why]
    assert len(told) == (0 if precision == "not_stated" else 2)
    assert all(finding.path.endswith("location") for finding in told)


@pytest.mark.parametrize(
    ("second", "code", "precision"),
    [
        ({}, "80202", "postcode"),
        ({"name": "first  "}, "80202", "not_stated"),
        ({"parent_organization_id": an_id("first")}, "80202", "not_stated"),
        ({"name": "first"}, "80203", "area"),  # two ZIPs are no house, whoever they belong to
    ],
)
def test_without_streets_a_point_of_unrelated_organizations_is_a_centroid(
    second: dict[str, Any], code: str, precision: str
) -> None:
    organizations = [
        an_organization(a_service("a", places=(at("a", None),)), name="First", id=an_id("first")),
        an_organization(a_service("b", places=(at("b", None, code),)), **{"name": "Second", "id": an_id("2")} | second),
    ]
    assert precisions(made(organizations)) == [precision] * 2


def test_one_house_of_an_organization_may_be_said_without_its_street() -> None:
    both = [a_service(name, places=(at(name, None, precision="rooftop"),)) for name in ("a", "b")]
    assert precisions(made(an_organization(*both))) == ["rooftop"] * 2
    beside = at("c", "12 Oak Street", precision="rooftop")
    assert precisions(
        made([an_organization(both[0]), an_organization(a_service("c", places=(beside,)), name="C")])
    ) == [
        "rooftop",
        "rooftop",
    ]


@pytest.mark.parametrize(
    ("said", "where", "precision"),
    [
        ("rooftop", (39.739236, -104.984862), "rooftop"),
        ("rooftop", (39.73, -104.984862), "rooftop"),  # one of two may well end so
        ("rooftop", (39.739, -104.985), "block"),
        ("street", (39.739, -104.98), "block"),
        ("rooftop", (39.74, -104.98), "area"),
        ("rooftop", (39.0, -105.0), "area"),
        ("postcode", (39.739, -104.985), "postcode"),
        ("area", (39.739, -104.985), "area"),
        (None, (39.739, -104.985), "not_stated"),
        (None, (39.7, -105.0), "area"),
    ],
)
def test_few_decimals_are_few_metres_only_by_chance(
    said: str | None, where: tuple[float, float], precision: str
) -> None:
    found = read(at("house", "12 Oak Street", point=Point(*where), precision=said))
    assert precisions(found) == [precision]
    assert len(found.findings()) == (precision != (said or "not_stated"))


def test_the_locator_and_hsds_go_by_one_rule() -> None:
    rows = [a_facility(frid=f"f{n}", street1=f"{n} Oak Street") for n in (1, 2)]
    assert precisions(made(locator(*rows))) == precisions(read(at("1", "1 Oak Street"), at("2", "2 Oak Street")))
    coarse = made(locator(a_facility(latitude="39.7", longitude="-105")))
    assert precisions(coarse) == ["area"]
    assert [finding.path for finding in coarse.findings()] == ["rows[0]"]


def test_a_hidden_place_shows_its_point_by_nobody_else() -> None:
    hidden = at("hidden", "5 Elm Street", confidential=True)
    found = read(hidden, at("house", "12 Oak Street", precision="rooftop"))
    assert sorted(precisions(found)) == ["confidential", "rooftop"]
    assert not [finding for finding in found.findings() if "exact" in finding.why]


def test_no_reason_quotes_a_point_or_a_street() -> None:
    found = read(at("1", "12 Oak Street"), at("2", "5 Elm Street"), at("3", "1 Fir Street", point=Point(39.7, -105)))
    told = str([(finding.why, finding.detail) for finding in found.findings()])
    assert "exact" in told
    assert not [word for word in ("39.7", "105", "104.9", "Oak", "Elm", "Fir") if word in told]


points = st.builds(
    lambda latitude, longitude, many: Point(round(latitude, many), round(longitude, many)),
    st.floats(25, 49),
    st.floats(-124, -67),
    st.integers(0, 7),
)
places = st.lists(
    st.tuples(
        st.one_of(st.sampled_from([CENTROID, Point(40.1234, -99.4321)]), points),
        st.sampled_from(["12 Oak Street", "12 Oak St", "5 Elm Street", None]),
        st.sampled_from(["80202", "80203", None]),
        st.sampled_from([None, "rooftop", "street", "block", "postcode", "area", "not_stated"]),
    ),
    min_size=1,
    max_size=8,
)


@given(places)
def test_nothing_is_made_finer_and_each_change_is_told(
    several: list[tuple[Point, str | None, str | None, str]],
) -> None:
    found = read(
        *(at(str(n), street, code, point, precision=said) for n, (point, street, code, said) in enumerate(several))
    )
    by_name = {place.name: place.precision.value for listing in found.listings for place in listing.locations}
    changed = 0
    for n, (_, _, _, said) in enumerate(several):
        before, after = said or "not_stated", by_name[f"The {n}"]
        assert _ORDER.index(after) >= _ORDER.index(before)
        changed += after != before
    assert len([finding for finding in found.findings() if "exact" in finding.why]) == changed


@given(places, st.randoms(use_true_random=False))
def test_the_order_of_a_file_makes_no_difference(several: list[Any], random: Any) -> None:
    made_of = [at(str(n), street, code, point, precision=said) for n, (point, street, code, said) in enumerate(several)]
    mixed = random.sample(made_of, len(made_of))

    def by_name(found: Made) -> Mapping[str | None, str]:
        return {place.name: place.precision.value for listing in found.listings for place in listing.locations}

    assert by_name(read(*made_of)) == by_name(read(*mixed))


@given(st.text())
def test_any_street_can_be_compared(street: str) -> None:
    assert folded(street) == folded(f"  {street} ")


def test_nine_of_ten_places_of_a_large_file_are_found_to_be_on_shared_points() -> None:
    random = Random(7)  # noqa: S311 - the same file on every run
    centroids = [Point(round(random.uniform(25, 49), 4), round(random.uniform(-124, -67), 4)) for _ in range(300)]
    said = []
    for n in range(3_000):
        alone = Point(random.uniform(25, 49), random.uniform(-124, -67))
        point, code = (alone, "99999") if n % 10 == 0 else (centroids[n % 300], f"{10_000 + n % 300}")
        said.append(at(str(n), f"{n} Oak Street", code, point, precision="rooftop"))
    random.shuffle(said)
    found = read(*said)
    assert Counter(precisions(found)) == {"postcode": 2_700, "rooftop": 300}
    assert len([finding for finding in found.findings() if "exact" in finding.why]) == 2_700


async def _zips(database: Database, *where: Point) -> None:
    async with database.transaction() as db:
        named = [
            PlaceIn(kind="zip", name=f"8020{n}", state="CO", latitude=one.latitude, longitude=one.longitude, weight=1)
            for n, one in enumerate(where)
        ]
        await directory.fill_places(db, SYSTEM, places=named, now=NOON)


@pytest.mark.parametrize(
    ("centroid", "said", "precision"),
    [
        (CENTROID, None, "postcode"),
        (Point(39.73925, -104.98485), "rooftop", "postcode"),
        (Point(39.7394, -104.9848), "rooftop", "rooftop"),
        (CENTROID, "area", "area"),
        (Point(25.0, -80.0), "rooftop", "rooftop"),
    ],
)
async def test_the_middle_of_a_zip_area_is_no_house(  # noqa: PLR0917 - three of them are fixtures
    database: Database, clone: Cluster, tmp_path: Path, centroid: Point, said: str | None, precision: str
) -> None:
    await _zips(database, centroid, Point(61.2, -149.9))
    report = await bring(database, tmp_path, an_organization(a_service(places=(at("x", "1 Oak St", precision=said),))))
    with psycopg.connect(clone.owner_dsn) as db:
        assert db.execute("SELECT precision FROM location").fetchall() == [(precision,)]
    altered = [f for row in report.rows for f in row.findings if "middle of a ZIP" in f.why]
    assert len(altered) == (precision != (said or "not_stated"))
    again = await bring(database, tmp_path, an_organization(a_service(places=(at("x", "1 Oak St", precision=said),))))
    assert not again.changed


async def _stored(clone: Cluster) -> dict[str, str]:
    with psycopg.connect(clone.owner_dsn) as db:
        return dict(db.execute("SELECT name, precision FROM location").fetchall())


def _whole(*places: dict[str, Any]) -> list[dict[str, Any]]:
    return [an_organization(a_service(one["name"], places=(one,)), name=one["name"]) for one in places]


@pytest.mark.parametrize(("streets", "said"), [(("1 Oak St", "2 Elm St"), "rooftop"), ((None, None), "street")])
async def test_a_file_with_fewer_rows_undoes_no_centroid(
    database: Database, clone: Cluster, tmp_path: Path, streets: tuple[str | None, str | None], said: str
) -> None:
    one, other = _whole(*(at(name, street, precision=said) for name, street in zip("ab", streets, strict=True)))
    await bring(database, tmp_path, [one, other])
    part = await bring(database, tmp_path, [one])
    assert not part.changed
    assert await _stored(clone) == {"The a": "postcode", "The b": "postcode"}
    assert [f.why for row in part.rows for f in row.findings if "very point" in f.why]


async def test_a_place_that_joins_known_ones_at_their_point_is_no_more_exact_than_they_can_be(
    database: Database, clone: Cluster, tmp_path: Path
) -> None:
    await bring(database, tmp_path, _whole(at("a", "1 Oak St")))
    await bring(database, tmp_path, _whole(at("b", "2 Elm St", "80203", precision="rooftop")))
    assert await _stored(clone) == {"The a": "area", "The b": "area"}, "whichever file came first"
    with psycopg.connect(clone.owner_dsn) as db:
        assert db.execute("SELECT DISTINCT precision, step FROM search_row").fetchall() == [("area", 5_000)]


@pytest.mark.parametrize(
    ("second", "precision"),
    [
        ({}, "area"),
        ({"precision": "not_stated"}, "area"),
        ({"precision": "rooftop"}, "rooftop"),
        ({"precision": "postcode"}, "postcode"),
        ({"point": Point(39.7392, -104.98481)}, "not_stated"),
    ],
)
async def test_what_is_known_of_a_point_is_bettered_by_a_statement_or_another_point_only(
    database: Database, clone: Cluster, tmp_path: Path, second: dict[str, Any], precision: str
) -> None:
    await bring(database, tmp_path, _whole(at("a", "1 Oak St", precision="area")))
    report = await bring(database, tmp_path, _whole(at("a", "1 Oak St", **second)))
    assert await _stored(clone) == {"The a": precision}
    assert report.changed is (precision != "area")


async def test_a_place_that_has_moved_in_the_file_is_no_neighbour_any_more(
    database: Database, clone: Cluster, tmp_path: Path
) -> None:
    first, second = at("a", "1 Oak St", precision="rooftop"), at("b", "2 Elm St", precision="rooftop")
    await bring(database, tmp_path, _whole(first, second))
    await bring(database, tmp_path, _whole(first, second | {"latitude": 39.7481}))
    assert await _stored(clone) == {"The a": "rooftop", "The b": "rooftop"}


async def test_a_hidden_neighbour_that_is_stored_counts_for_nothing(
    database: Database, clone: Cluster, tmp_path: Path
) -> None:
    await bring(database, tmp_path, _whole(at("a", "1 Oak St", confidential=True)))
    report = await bring(database, tmp_path, _whole(at("b", "2 Elm St", precision="rooftop")))
    assert "rooftop" in (await _stored(clone)).values()
    assert not [f for row in report.rows for f in row.findings]


async def test_a_place_that_the_file_hides_is_no_neighbour_although_it_is_stored_as_public(
    database: Database, clone: Cluster, tmp_path: Path
) -> None:
    await bring(database, tmp_path, _whole(at("a", "1 Oak St", precision="rooftop")))
    both = _whole(at("a", "1 Oak St", confidential=True), at("b", "2 Elm St", precision="rooftop"))
    report = await bring(database, tmp_path, both)
    assert sorted((await _stored(clone)).values()) == ["confidential", "rooftop"], "and nothing else tells of it"
    assert not [f for row in report.rows for f in row.findings if "very point" in f.why]


async def test_a_place_that_was_hidden_meanwhile_stays_so(database: Database, clone: Cluster) -> None:
    site = a_site(kinds=("DV.SHELTER",))
    await publish(database, site)
    async with database.transaction() as db:
        await directory.limit_precision(db, SYSTEM, limits={place_of(site): "area"}, now=NOON)
    assert [*(await _stored(clone)).values()] == ["confidential"]


async def test_the_middle_of_a_zip_area_is_found_in_the_far_north(
    database: Database, clone: Cluster, tmp_path: Path
) -> None:
    north = Point(71.2905, -156.7886)
    await _zips(database, Point(71.2905, -156.78838))  # 8 metres to the east
    await bring(database, tmp_path, an_organization(a_service(places=(at("x", "1 Oak St", point=north),))))
    with psycopg.connect(clone.owner_dsn) as db:
        assert db.execute("SELECT precision FROM location").fetchall() == [("postcode",)]
