"""A file into a database: all of it or nothing, the same again changes nothing, and the report is true."""

import asyncio
import copy
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings

import importers
from core.cluster import Database as Cluster
from core.db import Database
from importers.report import Outcome
from tests.builders import NOON, names, search
from tests.importers.documents import (
    a_facility,
    a_place,
    a_schedule,
    a_service,
    an_id,
    an_organization,
    locator,
    written,
)
from tests.importers.test_mutations import bent, rich
from tests.stored import everything

CANARIES = ("Canary", "80202", "39.7392", "104.9848")


async def bring(database: Database, folder: Path, document: Any, **how: Any) -> importers.Report:
    return await importers.run(database, source=written(folder, document), now=NOON, **how)


async def test_an_imported_facility_is_found_nearby(database: Database, tmp_path: Path) -> None:
    report = await bring(database, tmp_path, locator(a_facility()))
    assert report.counts == {"rows": 1, "imported": 1, "altered": 0, "refused": 0, "unchanged": 0, "kept": 1}
    answer = await search(database)
    assert names(answer.fits) == ["Corner House"]
    (result,) = answer.fits
    assert (result.open.state, result.open.zone, result.police.level) == ("unknown", "America/Denver", "PU")
    assert result.confirmed_on is None


async def test_a_database_that_has_seen_nothing_yet_takes_an_import(
    database: Database, clone: Cluster, tmp_path: Path
) -> None:
    with psycopg.connect(clone.owner_dsn) as owner:
        owner.execute("TRUNCATE taxonomy CASCADE")
    paid = a_facility(services=[{"f1": "P", "f2": "PAY", "f3": "Medicaid"}])
    assert (await bring(database, tmp_path, locator(paid))).counts["imported"] == 1


async def test_with_hours_asked_for_it_might_fit_and_is_not_hidden(database: Database, tmp_path: Path) -> None:
    await bring(database, tmp_path, locator(a_facility()))
    answer = await search(database, open="now")
    assert (names(answer.fits), names(answer.might_fit)) == ([], ["Corner House"])


@pytest.mark.parametrize("document", [locator(a_facility()), rich()], ids=["locator", "hsds"])
async def test_doing_it_again_changes_nothing(
    database: Database, clone: Cluster, tmp_path: Path, document: Any
) -> None:
    await bring(database, tmp_path, document)
    before = everything(clone)
    report = await bring(database, tmp_path, document)
    assert {row.outcome for row in report.rows} == {Outcome.unchanged}
    assert not report.changed
    assert everything(clone) == before


async def test_a_dry_run_reports_the_same_and_changes_nothing(
    database: Database, clone: Cluster, tmp_path: Path
) -> None:
    before = everything(clone)
    dry = await bring(database, tmp_path, rich(), dry_run=True)
    assert everything(clone) == before
    real = await bring(database, tmp_path, rich())
    assert dry.as_json() | {"dry_run": False} == real.as_json()
    assert dry.summary().startswith("Nothing is written")


@pytest.mark.parametrize("raw", [b'{"rows": [{"frid": "f1", "na', b"[]", b"\xff"])
async def test_a_broken_file_changes_nothing(database: Database, clone: Cluster, tmp_path: Path, raw: bytes) -> None:
    await bring(database, tmp_path, locator(a_facility()))
    before = everything(clone)
    with pytest.raises(importers.BrokenFile):
        await bring(database, tmp_path, raw)
    assert everything(clone) == before


async def test_a_file_that_is_not_there_is_a_broken_file(database: Database, tmp_path: Path) -> None:
    with pytest.raises(importers.BrokenFile, match="cannot be read"):
        await importers.run(database, source=tmp_path / "nothing.json", now=NOON)


async def test_what_changed_in_the_file_changes_and_the_rest_does_not(database: Database, tmp_path: Path) -> None:
    first, second = a_facility(), a_facility(frid="f2", name2="Second House")
    await bring(database, tmp_path, locator(first, second))
    changed = a_facility(frid="f2", name2="Renamed House")
    report = await bring(database, tmp_path, locator(first, changed))
    assert [row.outcome for row in report.rows] == [Outcome.unchanged, Outcome.imported]
    assert "Renamed House" in names((await search(database)).fits)


async def test_a_change_in_what_hangs_on_a_row_is_the_rows_change(database: Database, tmp_path: Path) -> None:
    """Attributes and removed children have ids that no row of the file knows."""
    quiet, first = a_facility(), a_facility(frid="f2", intake1="303-555-0102")
    await bring(database, tmp_path, locator(quiet, first))
    pays = a_facility(frid="f2", intake1="303-555-0102", services=[{"f1": "P", "f2": "PAY", "f3": "Medicaid"}])
    report = await bring(database, tmp_path, locator(quiet, pays))
    assert [row.outcome for row in report.rows] == [Outcome.unchanged, Outcome.imported]
    report = await bring(database, tmp_path, locator(quiet, pays | {"intake1": None}))
    assert [row.outcome for row in report.rows] == [Outcome.unchanged, Outcome.imported]
    assert report.changes["removed"] == 1
    assert "1 stored parts" in report.summary()


async def test_a_row_that_the_directory_refuses_leaves_the_others(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the readers let through by mistake ends as a refusal of that listing, not as a failed import."""
    monkeypatch.setattr("importers.hsds_rows.zone", lambda item: "Mars/Base" if item.said["name"] == "Odd" else None)
    odd = a_service("Odd one", places=(a_place("odd", name="Odd", schedules=[a_schedule("odd")]),))
    document = [an_organization(odd, name="Odd people"), an_organization(a_service(places=(a_place(),)))]
    report = await bring(database, tmp_path, document)
    assert report.counts["refused"] == 4
    assert report.counts["imported"] == 4
    assert all("Mars/Base" in row.findings[-1].why for row in report.rows if row.outcome is Outcome.refused)


async def test_progress_is_told_batch_by_batch(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importers.batches.BATCH", 2)
    told: list[tuple[int, int]] = []
    rows = [a_facility(frid=f"f{n}") for n in range(5)]
    await bring(database, tmp_path, locator(*rows), progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 5), (4, 5), (5, 5)]


async def test_what_was_done_is_kept_for_whoever_asks_later(database: Database, clone: Cluster, tmp_path: Path) -> None:
    await bring(database, tmp_path, locator(a_facility(website="javascript:x"), {"name1": "No id"}))
    stored = everything(clone)
    assert len(stored["import_run"]) == 1
    outcomes = sorted(row[2] for row in stored["import_entry"])
    assert outcomes == ["altered", "altered", "kept", "refused", "refused"]
    await bring(database, tmp_path, locator(a_facility(website="javascript:x"), {"name1": "No id"}))
    assert len(everything(clone)["import_run"]) == 1


async def test_one_import_waits_for_another(database: Database, tmp_path: Path) -> None:
    both = [written(tmp_path, locator(a_facility()), f"{n}.json") for n in (1, 2)]
    first, second = await asyncio.gather(*(importers.run(database, source=one, now=NOON) for one in both))
    assert sorted([first.counts["imported"], second.counts["imported"]]) == [0, 1]


async def test_two_imports_that_name_the_same_new_zips_in_opposite_order_both_end(
    database: Database, clone: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would hold a row that the other waits for, batch by batch."""
    monkeypatch.setattr("importers.batches.BATCH", 1)
    zips = [f"8{n:04}" for n in range(20)]

    def serving(which: str, served: list[str]) -> list[Any]:
        areas = {code: {"id": an_id(which + code), "extent_type": "zip", "extent": code} for code in served}
        return [
            an_organization(a_service(which + code, service_areas=[area]), name=which + code)
            for code, area in areas.items()
        ]

    both = [written(tmp_path, serving(*one), f"{one[0]}.json") for one in (("a", zips), ("b", zips[::-1]))]
    async with asyncio.timeout(60):
        reports = await asyncio.gather(*(importers.run(database, source=one, now=NOON) for one in both))
    assert [report.counts["imported"] for report in reports] == [40, 40]
    with psycopg.connect(clone.owner_dsn) as db:
        assert db.execute("SELECT count(*) FROM area WHERE kind = 'zip'").fetchone() == (20,)


@pytest.mark.parametrize(
    "document",
    [
        locator(a_facility(name1="Domestic Violence Alliance", name2="Emergency Shelter")),
        an_organization(
            a_service(
                "Haven",
                kinds=["DV.SHELTER"],
                places=(a_place(notes="Canary", contacts=[{"name": "Canary"}]),),
                contacts=[{"address": "12 Canary Street, 80202"}],
            ),
            contacts=[{"address": "12 Canary Street"}],
        ),
        an_organization(a_service(places=(a_place("marked", is_private=True),))),
    ],
    ids=["locator", "kind", "mark"],
)
async def test_a_hidden_place_leaves_no_trace_in_the_database_or_the_report(
    database: Database, clone: Cluster, tmp_path: Path, document: Any
) -> None:
    report = await bring(database, tmp_path, document)
    assert report.counts["refused"] == 0
    stored = str(everything(clone))
    assert [canary for canary in CANARIES if canary in stored or canary in str(report.as_json())] == []
    with psycopg.connect(clone.owner_dsn) as db:
        zones = db.execute("SELECT confidential, zone, kept FROM location").fetchall()
    assert zones == [(True, "America/Denver", None)]


async def test_a_place_hidden_later_in_the_source_is_hidden_here_too(
    database: Database, clone: Cluster, tmp_path: Path
) -> None:
    await bring(database, tmp_path, an_organization(a_service(places=(a_place(),))))
    assert "Canary" in str(everything(clone))
    await bring(database, tmp_path, an_organization(a_service(places=(a_place(confidential=True),))))
    assert "Canary" not in str(everything(clone))


async def test_a_summary_of_a_page_is_read(database: Database, tmp_path: Path) -> None:
    organization = {"id": an_id("o"), "name": "Neighbours", "description": "Here."}
    service = {"id": an_id("s"), "name": "Night room", "status": "active", "organization": organization}
    report = await bring(database, tmp_path, {"total_items": 1, "empty": False, "contents": [service]})
    assert report.counts["imported"] == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=bent(rich()))
async def test_a_bent_file_is_imported_or_refused_twice_the_same(
    database: Database, tmp_path: Path, document: Any
) -> None:
    try:
        first = await bring(database, tmp_path, copy.deepcopy(document))
    except importers.BrokenFile:
        return
    assert not any("the database refuses" in finding.why for row in first.rows for finding in row.findings)
    again = await bring(database, tmp_path, document)
    assert not again.changed
