"""Files of others, where they are at hand: DOORLIGHT_SHARED names the folder that holds samples/ and hsds/."""

import os
from pathlib import Path

import pytest

import importers
from core.db import Database
from tests.builders import NOON, search

SHARED = Path(os.environ.get("DOORLIGHT_SHARED", Path(__file__).parents[3] / "shared"))
LOCATOR = SHARED / "samples" / "findtreatment-charlottesville-2019.json"
EXAMPLES = SHARED / "hsds" / "examples-json"
UK = SHARED / "hsds" / "uk-3.0" / "examples"
FACILITIES = 30
FULL = ("organization_full", "service_full", "service_at_location_full")
LISTS = ("organization_list", "service_list", "service_at_location_list")
ALONE = ("location", "taxonomy", "taxonomy_list", "taxonomy_term", "taxonomy_term_list")


def there(path: Path) -> Path:
    if not path.is_file():
        pytest.skip(f"No {path.name} here; DOORLIGHT_SHARED names the folder that holds samples/ and hsds/.")
    return path


async def test_the_locators_facilities_are_listed_around_charlottesville(database: Database) -> None:
    report = await importers.run(database, source=there(LOCATOR), now=NOON)
    assert report.counts["imported"] == report.counts["rows"] == FACILITIES
    answer = await search(database, lat=38.03, lon=-78.48, within_m=80_000, limit=50)
    assert len(answer.fits) == FACILITIES
    assert {result.open.state for result in answer.fits} == {"unknown"}
    assert {result.open.zone for result in answer.fits} == {"America/New_York"}
    assert all(result.access for result in answer.fits)
    again = await importers.run(database, source=LOCATOR, now=NOON)
    assert again.counts["unchanged"] == FACILITIES


@pytest.mark.parametrize("folder", [EXAMPLES, UK], ids=["3.1", "uk-3.0"])
@pytest.mark.parametrize("name", [*FULL, *LISTS])
async def test_the_standards_own_examples_are_imported(database: Database, folder: Path, name: str) -> None:
    source = there(folder / f"{name}.json")
    report = await importers.run(database, source=source, now=NOON)
    assert report.counts["refused"] == 0
    assert report.counts["rows"] >= 1
    assert not (await importers.run(database, source=source, now=NOON)).changed


async def test_the_three_full_examples_agree_on_every_id(database: Database) -> None:
    for name in FULL:
        report = await importers.run(database, source=there(EXAMPLES / f"{name}.json"), now=NOON)
        assert report.changes["removed"] == 0


@pytest.mark.parametrize("name", ALONE)
async def test_what_says_nothing_on_its_own_is_refused_with_a_reason(database: Database, name: str) -> None:
    report = await importers.run(database, source=there(EXAMPLES / f"{name}.json"), now=NOON)
    assert report.counts["refused"] == report.counts["rows"]
    assert not report.changed


@pytest.mark.parametrize("name", ["base", "tabular"])
async def test_what_is_no_listing_is_a_broken_file(database: Database, name: str) -> None:
    with pytest.raises(importers.BrokenFile):
        await importers.run(database, source=there(EXAMPLES / f"{name}.json"), now=NOON)
