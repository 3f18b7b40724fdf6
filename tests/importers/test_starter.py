"""What a new installation starts with."""

from datetime import timedelta

import importers
from api import starter
from core.db import Database
from importers.report import Outcome
from tests.builders import NOON, names, search


async def test_the_starter_directory_is_loaded_once_and_says_so(database: Database) -> None:
    said: list[str] = []
    await starter.load(database, demo=True, now=NOON, say=said.append)
    assert any("ZIPs and towns" in line for line in said)
    assert any("not confirmed" in line or "none of them confirmed" in line for line in said)
    assert any("invented town Lamplight" in line for line in said)
    assert not any("refused" in line for line in said)
    said.clear()
    await starter.load(database, demo=True, now=NOON, say=said.append)
    assert said == []


async def test_without_demo_there_is_no_invented_town(database: Database) -> None:
    await starter.load(database, demo=False, now=NOON, say=lambda _: None)
    answer = await search(database, lat=38.6, lon=-103.2, limit=50)
    assert "988 Lifeline" in names(answer.fits)
    assert not any(result.invented for result in answer.fits)


async def test_what_is_free_in_the_invented_town_is_counted_as_it_is_loaded(database: Database) -> None:
    for start in (NOON, NOON + timedelta(days=40)):
        await starter.load(database, demo=True, now=start, say=lambda _: None)
        answer = await search(database, nowhere=True, near="Lamplight, CO", limit=50, now=start)
        ages = {
            result.name: (count.age_min, count.state)
            for result in (*answer.fits, *answer.might_fit)
            for count in result.capacity
            if result.invented
        }
        assert ages.pop("Prairie Rest Sobering Centre (invented)") == (0, "stated")
        assert ages.pop("Porchlight House (invented)") == (35, "stated")
        assert {state for _, state in ages.values()} == {"expired"}  # so that this can be seen as well
        free = await search(database, nowhere=True, near="Lamplight, CO", free=2, kind=["SITE.SOBER"], now=start)
        assert names(free.fits) == ["Prairie Rest Sobering Centre (invented)"]


async def test_our_own_files_are_read_as_they_stand(database: Database) -> None:
    for name in ("lines.json", "demo.json"):
        report = await importers.run(database, source=starter._FILES / name, now=NOON)
        assert {row.outcome for row in report.rows} == {Outcome.imported}, report.summary()


async def test_the_invented_town_can_be_found_by_its_name(database: Database) -> None:
    await importers.run(database, source=starter._FILES / "demo.json", now=NOON)
    answer = await search(database, nowhere=True, near="Lamplight, CO", limit=50)
    assert answer.fits
    assert all(result.invented for result in answer.fits)
