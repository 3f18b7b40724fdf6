"""Near, covered, in order: what a position does to an answer."""

import math
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import directory
from core.cluster import Database as Cluster
from core.db import Database
from core.geo import Point, box, scale
from core.security import PUBLIC, SYSTEM
from directory import PlaceIn, SearchInput
from directory.errors import PlaceAmbiguous, PlaceNotFound
from tests.builders import (
    DENVER,
    NOON,
    a_line,
    a_site,
    an_area,
    daily,
    hidden,
    names,
    nationwide,
    publish,
    search,
    speaks,
    square,
)


async def test_nearest_first_and_lines_after_the_places(database: Database) -> None:
    await publish(
        database,
        a_line("Line", schedules=(daily(),)),
        a_site("Far", at=(39.80, -104.9848)),
        a_site("Near", at=(39.74, -104.9848)),
    )
    answer = await search(database)
    assert names(answer.fits) == ["Near", "Far", "Line"]
    assert [result.distance.metres for result in answer.fits] == [90, 6760, None]


async def test_lines_come_first_when_a_line_is_asked_for(database: Database) -> None:
    await publish(database, a_site("Centre", kinds=("LINE.CRISIS", "SITE.SOBER")), a_line("Line"))
    assert names((await search(database, kind=["LINE.CRISIS"])).fits) == ["Line", "Centre"]


async def test_beyond_reach_is_not_there(database: Database) -> None:
    await publish(database, a_site("Far", at=(40.6, -104.9848)))
    assert (await search(database, within_m=50_000)).fits == []
    assert names((await search(database, within_m=100_000)).fits) == ["Far"]


@pytest.mark.parametrize(
    ("precision", "metres"), [("rooftop", 1230), ("block", 1300), ("postcode", 2000), ("area", 5000)]
)
async def test_distance_is_rounded_up_to_what_is_known_of_the_place(
    database: Database, precision: str, metres: int
) -> None:
    await publish(database, a_site(at=(39.7502, -104.9848), location={"precision": precision}))
    assert (await search(database)).fits[0].distance.metres == metres


async def test_a_line_that_serves_another_area_is_counted_not_shown(database: Database) -> None:
    await publish(database, a_line("Texan", service_areas=(square(31.0, -100.0, 2),)))
    answer = await search(database)
    assert answer.fits == []
    assert [(hidden.reason, hidden.count) for hidden in answer.hidden] == [("not_covering", 1)]


async def test_a_line_that_serves_this_area_fits(database: Database) -> None:
    await publish(database, a_line("Local", service_areas=(square(*DENVER, 0.5),)))
    assert names((await search(database)).fits) == ["Local"]


async def test_a_point_on_a_shared_border_is_covered_by_both(database: Database) -> None:
    await publish(
        database,
        a_line("West", service_areas=(square(39.0, -105.0, 1),)),
        a_line("East", service_areas=(square(39.0, -103.0, 1),)),
    )
    assert sorted(names((await search(database, lat=39.0, lon=-104.0)).fits)) == ["East", "West"]


async def test_an_area_not_stated_might_fit_with_what_to_ask(database: Database) -> None:
    await publish(database, a_line("Somewhere", service_areas=()))
    answer = await search(database)
    assert names(answer.might_fit) == ["Somewhere"]
    assert answer.might_fit[0].ask == ["Do you serve the place where the person is?"]


async def test_without_a_position_national_lines_fit_and_places_are_counted(database: Database) -> None:
    await publish(database, a_line("National"), a_line("Local", service_areas=(square(*DENVER, 0.5),)), a_site())
    answer = await search(database, nowhere=True)
    assert names(answer.fits) == ["National"]
    assert names(answer.might_fit) == ["Local"]
    assert [(hidden.reason, hidden.count) for hidden in answer.hidden] == [("no_position", 1)]


async def test_national_lines_of_the_united_states_are_not_for_london(database: Database) -> None:
    await publish(database, a_line("National"))
    assert (await search(database, lat=51.5, lon=-0.1)).fits == []


async def test_a_language_must_be_stated_and_one_that_is_not_listed_is_asked_about(database: Database) -> None:
    await publish(
        database, a_site("Spanish", languages=speaks("es")), a_site("English", languages=speaks("en")), a_site("Silent")
    )
    answer = await search(database, language="es")
    assert names(answer.fits) == ["Spanish"]
    assert sorted(names(answer.might_fit)) == ["English", "Silent"]
    for result in answer.might_fit:
        assert result.ask == ["Does someone on staff speak the person's language right now?"]


async def test_words_are_found_in_both_languages_without_accents(database: Database) -> None:
    await publish(
        database, a_site("La Puerta", description="Ayuda para dejar de tomar. Desintoxicación."), a_site("Other")
    )
    assert names((await search(database, q="desintoxicacion")).fits) == ["La Puerta"]
    assert len((await search(database, q="sobering centre")).fits) == 2


async def test_pages_together_are_the_whole_list_once(database: Database) -> None:
    sites = [a_site(f"Site {n}", at=(39.7 + n / 1000, -105.0)) for n in range(25)]
    await publish(database, *sites, *(a_line(f"Line {n}") for n in range(5)))
    whole = names((await search(database, limit=100)).fits)
    places, lines, cursor = [], [], None
    while True:
        page = await search(database, limit=7, cursor=cursor)
        places += [result.name for result in page.fits if result.group == "place"]
        lines += [result.name for result in page.fits if result.group == "line"]
        cursor = page.next
        if cursor is None:
            break
    assert places + lines == whole
    assert len(whole) == 30


async def test_might_fit_has_pages_of_its_own(database: Database) -> None:
    await publish(database, *(a_site(f"Site {n:03}", at=(39.5 + n / 1000, -105.0)) for n in range(200)))
    seen, cursor = [], None
    while True:
        page = await search(database, open="now", limit=30, cursor=cursor)
        assert page.fits == []
        seen += names(page.might_fit)
        cursor = page.next_might_fit
        if cursor is None:
            break
    assert sorted(seen) == [f"Site {n:03}" for n in range(200)]
    assert len(set(seen)) == 200


async def test_a_zip_and_a_town_are_places(database: Database) -> None:
    async with database.transaction() as db:
        denver = PlaceIn(kind="city", name="Denver", state="CO", latitude=39.74, longitude=-104.98)
        code = PlaceIn(kind="zip", name="80202", state="CO", latitude=39.75, longitude=-104.99)
        await directory.fill_places(db, SYSTEM, places=[denver, code], now=NOON)
    by_zip, by_name = await search(database, near="80202"), await search(database, near="denver, co")
    assert by_zip.at is not None
    assert (by_zip.at.lat, by_zip.at.label) == (39.75, "80202, CO")
    assert by_name.at is not None
    assert by_name.at.label == "Denver, CO"


async def test_an_ambiguous_town_answers_with_choices(database: Database) -> None:
    async with database.transaction() as db:
        both = [PlaceIn(kind="city", name="Springfield", state=s, latitude=39, longitude=-90) for s in ("IL", "MO")]
        await directory.fill_places(db, SYSTEM, places=both, now=NOON)
    with pytest.raises(PlaceAmbiguous, match="Springfield, IL; Springfield, MO"):
        await search(database, near="Springfield")


async def test_an_unknown_town_answers_with_the_likeliest(database: Database) -> None:
    async with database.transaction() as db:
        pueblo = PlaceIn(kind="city", name="Pueblo", state="CO", latitude=38.25, longitude=-104.6)
        await directory.fill_places(db, SYSTEM, places=[pueblo], now=NOON)
    with pytest.raises(PlaceNotFound, match="Did you mean Pueblo, CO"):
        await search(database, near="Peublo, CO")


_ALASKA = (64.84, -147.72)


@settings(max_examples=100, deadline=None)
@given(
    centre=st.sampled_from([DENVER, _ALASKA, (21.31, -157.86)]),
    offsets=st.lists(st.tuples(st.floats(-0.6, 0.6), st.floats(-0.9, 0.9)), min_size=1, max_size=60),
)
def test_the_box_and_the_bound_hold_for_every_point_in_reach(
    centre: tuple[float, float], offsets: list[tuple[float, float]]
) -> None:
    """What lets a walk in projected order stop: no true distance is outside what the scale allows."""
    here = Point(*centre)
    least, greatest = scale(here, 80_000)
    x1, y1, x2, y2 = box(here, 80_000)
    hx, hy = here.mercator()
    for dy, dx in offsets:
        there = Point(centre[0] + dy, centre[1] + dx)
        metres = _metres(here, there)
        x, y = there.mercator()
        if 1 <= metres <= 80_000:  # below a metre the arithmetic itself is coarser than the bound
            assert x1 <= x <= x2
            assert y1 <= y <= y2
            projected = math.hypot(x - hx, y - hy)
            assert least * metres * 0.999 <= projected <= greatest * metres * 1.001


def _metres(a: Point, b: Point) -> float:
    """Great-circle distance; the earth is taken as round, hence the thousandth above."""
    la, lb = math.radians(a.latitude), math.radians(b.latitude)
    dl = math.radians(b.longitude - a.longitude)
    h = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin(dl / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(h))


async def test_the_order_is_that_of_true_distance_in_the_far_north(database: Database) -> None:
    sites = [
        a_site(f"{n}", at=(_ALASKA[0] + 0.3 * math.sin(n), _ALASKA[1] + 0.7 * math.cos(n)), schedules=[daily()])
        for n in range(60)
    ]
    await publish(database, *sites)
    async with database.reading() as reader:
        truth = await reader.execute(
            "SELECT id FROM search_row"
            " ORDER BY ceil(ST_Distance(geog, ST_MakePoint(%s, %s)::geography) / step), id LIMIT 10",
            (_ALASKA[1], _ALASKA[0]),
        )
        expected = [row[0] for row in await truth.fetchall()]
        ask = SearchInput(lat=_ALASKA[0], lon=_ALASKA[1], limit=10)
        answer = (await directory.search(reader, PUBLIC, ask=ask, now=NOON)).view()
    assert [result.id for result in answer.fits] == expected


async def test_a_radius_around_a_point_that_nobody_stated_is_asked_about(database: Database) -> None:
    team = a_line("Team", kinds=("MOBILE.CLIN",), service_areas=(an_area("radius", "20 km"),))
    await publish(database, team)
    answer = await search(database)
    assert (answer.fits, names(answer.might_fit)) == ([], ["Team"])
    assert answer.might_fit[0].ask


async def test_a_crowd_at_one_point_is_passed(database: Database, clone: Cluster) -> None:
    await publish(
        database, a_site("Shut", schedules=(daily(closes=1, zone="UTC"),)), a_site("Behind", at=(39.80, -104.98))
    )
    with psycopg.connect(clone.owner_dsn) as db:
        db.execute(
            "CREATE TEMP TABLE one AS SELECT r.* FROM search_row AS r JOIN search_shown USING (id)"
            ' WHERE en LIKE \'%"name":"Shut"%\''
        )
        db.execute("UPDATE one SET step = 1000")
        db.execute("DELETE FROM search_row WHERE id IN (SELECT id FROM one)")
        for _ in range(1_400):
            db.execute("UPDATE one SET id = gen_random_uuid()")
            db.execute("INSERT INTO search_row SELECT * FROM one")
    answer = await search(database, open="now")
    assert names(answer.might_fit) == ["Behind"]
    assert hidden(answer) == {"closed": 1_400}


async def test_what_is_not_on_the_map_is_not_crowded_out_by_lines(database: Database) -> None:
    lines = [a_line(f"Line {n}") for n in range(12)]
    team = a_line("Team", kinds=("MOBILE.OUT",), service_areas=(square(*DENVER, 0.5),))
    house = a_site(
        "House", kinds=("DV.SHELTER",), service_areas=(square(*DENVER, 0.6),), location={"confidential": True}
    )
    await publish(database, *lines, team, house)
    first = await search(database)
    assert {"Team", "House"} <= {*names(first.fits)}
    second = await search(database, cursor=first.next)
    assert sorted([*names(first.fits), *names(second.fits)]) == sorted(
        ["Team", "House", *(f"Line {n}" for n in range(12))]
    )


async def test_a_line_is_one_line_from_however_many_offices(database: Database) -> None:
    line = a_site("Line", kinds=("LINE.WARM",), service_areas=(nationwide(),))
    office = line.locations[0].model_copy(update={"id": uuid4(), "name": "Second office"})
    again = line.services_at_locations[0].model_copy(update={"id": uuid4(), "location_id": office.id})
    both = line.model_copy(
        update={
            "locations": (*line.locations, office),
            "services_at_locations": (*line.services_at_locations, again),
        }
    )
    await publish(database, both)
    assert names((await search(database)).fits) == ["Line"]


async def test_a_line_with_an_office_nearby_and_no_area_is_asked_whom_it_serves(database: Database) -> None:
    await publish(database, a_site("Line", kinds=("LINE.WARM",)))
    answer = await search(database)
    assert answer.fits == []
    assert answer.might_fit[0].ask == ["Do you serve the place where the person is?"]


async def test_from_nowhere_every_group_has_its_first(database: Database) -> None:
    lines = [a_line(f"Line {n:02}") for n in range(80)]
    hidden_house = {"latitude": None, "longitude": None, "confidential": True, "addresses": ()}
    houses = [
        a_site(f"House {n}", location=hidden_house, service_areas=(nationwide(),), kinds=("DV.SHELTER",))
        for n in range(3)
    ]
    await publish(database, *lines, *houses)
    seen: list[str] = []
    answer = await search(database, nowhere=True, limit=10)
    assert [group.fits for group in answer.groups] == [3, 0, 5]
    seen += names(answer.fits)
    while answer.next is not None:
        answer = await search(database, nowhere=True, limit=10, cursor=answer.next)
        seen += names(answer.fits)
    assert sorted(seen) == sorted([f"House {n}" for n in range(3)] + [f"Line {n:02}" for n in range(80)])
